/*
 * store/directory_letters: what names or addresses begin with, from one letter's first row to the
 * next one's. See directory.h.
 */
#include <string.h>
#include <unicase.h>
#include <unistr.h>

#include "store/connection.h"
#include "store/directory_order.h"

#define WAIT_MS   100
#define FOUND_MAX 400   /* looked for; scripts with thousands of letters have more */
#define OF_FEW    0x250 /* letters below: of scripts with few of them */

struct letters {
    ucs4_t found[FOUND_MAX];
    size_t count;
};

static struct order_key key_of(const char *text, size_t len)
{
    return (struct order_key){
        .text = text, .len = len, .id = INT64_MAX, .prefix = order_prefix(text, len)};
}

static void find(const struct directory_map *map, enum map_order along, struct letters *letters)
{
    struct order_place at = {0};
    int64_t id;
    while (letters->count < FOUND_MAX &&
           (id = order_next(map, along, &at, false, UINT32_MAX)) != 0) {
        const struct order_key row = order_key_of(map, along, id);
        char begins[8] = "";
        int width = 0;
        if (row.len > 0) {
            ucs4_t *letter = &letters->found[letters->count++];
            width = u8_mbtouc(letter, (const uint8_t *)row.text, row.len);
            memcpy(begins, row.text, (size_t)width);
            begins[width++] = '\xff'; /* in no text: behind all that begins so */
        }
        const struct order_key behind = key_of(begins, (size_t)width);
        at = order_find(map, along, &behind, false);
    }
}

/* Keys are folded: shown as at the begin of a sentence. */
static const char *text_of(struct arena *arena, ucs4_t letter)
{
    uint8_t text[8], upper[32];
    const int width = u8_uctomb(text, letter, sizeof text);
    size_t len = sizeof upper;
    if (width <= 0)
        return "";
    const uint8_t *given = u8_totitle(text, (size_t)width, NULL, NULL, upper, &len);
    return given == upper ? arena_strndup(arena, (const char *)upper, len)
                          : arena_strndup(arena, (const char *)text, (size_t)width);
}

/* All of scripts with few, and as many of the others as have room, evenly. */
static size_t choose(struct arena *arena, const struct letters *letters, const char **out)
{
    size_t few = 0, count = 0;
    while (few < letters->count && letters->found[few] < OF_FEW)
        few++;
    const size_t others = letters->count - few;
    const size_t room = few < DIRECTORY_LETTERS_MAX ? DIRECTORY_LETTERS_MAX - few : 0;
    const size_t each = others <= room ? 1 : room == 0 ? others + 1 : (others + room - 1) / room;
    for (size_t i = 0; i < letters->count && count < DIRECTORY_LETTERS_MAX; i++)
        if (i < few || (i - few) % each == 0)
            out[count++] = text_of(arena, letters->found[i]);
    return count;
}

enum status directory_letters(struct store *store, struct arena *arena, enum directory_sort sort,
                              const char ***out, size_t *count)
{
    struct directory_map *map = store->directory;
    struct letters letters = {.count = 0};
    struct position at;
    *out = NULL;
    *count = 0;
    if ((sort != DIRECTORY_BY_NAME && sort != DIRECTORY_BY_EMAIL) || map == NULL ||
        !directory_map_is_ready(map, &at) || map_lock(map, WAIT_MS) != STATUS_OK)
        return STATUS_OK;
    if (map->head->has_orders)
        find(map, sort == DIRECTORY_BY_NAME ? MAP_BY_NAME : MAP_BY_EMAIL, &letters);
    map_unlock(map);
    *out = arena_array(arena, DIRECTORY_LETTERS_MAX, sizeof **out);
    *count = choose(arena, &letters, *out);
    return STATUS_OK;
}
