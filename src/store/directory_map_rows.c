/*
 * store/directory_map_rows: the changing of it, one row at a time. See directory_map_shape.h.
 *
 * Every step leaves something that readers may meet and that the same step, taken again after a
 * crash, brings to the same end: a text that nothing names yet, a slot whose row has another
 * address, a row whose sequence number is odd.
 */
#include <string.h>
#include <sys/mman.h>

#include "store/directory_map_shape.h"
#include "store/directory_order.h"
#include "store/directory_search_groups.h"

static uint64_t load(const _Atomic uint64_t *from)
{
    return atomic_load_explicit(from, memory_order_relaxed);
}

static void store_in(_Atomic uint64_t *to, uint64_t value)
{
    atomic_store_explicit(to, value, memory_order_relaxed);
}

static struct map_text *text_at(const struct directory_map *map, uint64_t word)
{
    return word == 0 ? NULL : (struct map_text *)(map->texts + word * MAP_TEXT_UNIT);
}

/* Gives where it stands, in units; 0: no room. */
static uint64_t put_text(struct directory_map *map, const struct map_values *values)
{
    const uint64_t at = load(&map->head->text_end);
    const uint64_t size = map_text_size(values->name_len, values->email_len);
    if (at + size > (uint64_t)MAP_TEXT_BYTES_MAX)
        return 0;
    struct map_text *text = (struct map_text *)(map->texts + at);
    atomic_store_explicit(&text->head, MAP_TEXT_DEAD | (uint32_t)values->row.id.value,
                          memory_order_relaxed);
    memset(map->texts + at + size - MAP_TEXT_UNIT, 0, MAP_TEXT_UNIT); /* whoever died left some */
    memcpy(text->bytes, values->name_key, values->name_len);
    text->bytes[values->name_len] = '\0';
    memcpy(text->bytes + values->name_len + 1, values->email_key, values->email_len);
    text->bytes[values->name_len + 1 + values->email_len] = '\0';
    if (!map->is_filling)
        directory_groups_add(map, at, text);
    directory_groups_begin(map, at);
    directory_groups_mark(map, at, values->row.head.value);
    atomic_store_explicit(&map->head->text_end, at + size, memory_order_release);
    return at / MAP_TEXT_UNIT;
}

static bool has_email(const struct map_text *text, const struct map_values *values)
{
    if (text == NULL)
        return false;
    const char *email = map_text_email(text);
    return strlen(email) == values->email_len &&
           memcmp(email, values->email_key, values->email_len) == 0;
}

static bool has_name(const struct map_text *text, const struct map_values *values)
{
    return text != NULL && map_name_len(text->bytes) == values->name_len &&
           memcmp(text->bytes, values->name_key, values->name_len) == 0;
}

static uint32_t in_32_bits(int64_t seconds)
{
    return seconds < 0 ? 0 : seconds > UINT32_MAX ? UINT32_MAX : (uint32_t)seconds;
}

/* Odd, the words, even: each store after the one before it. Word 0 comes without the sequence
 * number. */
static void write_words(struct map_row *row, const uint32_t words[MAP_ROW_WORDS])
{
    const uint32_t sequence = map_row_word(row, 0) >> MAP_ROW_SEQUENCE_SHIFT | 1;
    atomic_store_explicit(&row->words[0], sequence << MAP_ROW_SEQUENCE_SHIFT | words[0],
                          memory_order_relaxed);
    for (int n = 1; n < MAP_ROW_WORDS; n++)
        atomic_store_explicit(&row->words[n], words[n], memory_order_release);
    atomic_store_explicit(&row->words[0], (sequence + 1) << MAP_ROW_SEQUENCE_SHIFT | words[0],
                          memory_order_release);
}

/* A text is its row's only after the row says so, and no more before the row says so: whoever is
 * killed between leaves one too few that searches count, and has it done again. */
static void let_live(struct directory_map *map, int64_t id)
{
    struct map_text *text = text_at(map, map_row_place(&map->rows[id]));
    const uint32_t facet = (uint32_t)order_facet(map, id);
    atomic_store_explicit(&text->head, facet << MAP_TEXT_FACET_SHIFT | (uint32_t)id,
                          memory_order_release);
}

static void let_die(struct directory_map *map, struct map_text *text, int64_t position)
{
    directory_groups_mark(map, (uint64_t)((uint8_t *)text - map->texts), position);
    atomic_fetch_or_explicit(&text->head, MAP_TEXT_DEAD, memory_order_release);
}

void map_use_topics(struct directory_map *map, uint64_t in_use)
{
    struct map_head *head = map->head;
    if (atomic_load(&head->in_use) == in_use && (atomic_load(&head->turns) & 1) == 0)
        return;
    atomic_store(&head->turns, atomic_load(&head->turns) | 1);
    atomic_store(&head->in_use, in_use);
    order_count_facets(map);
    for (int64_t id = 1; id < (int64_t)load(&head->rows_end); id++)
        if (map_row_place(&map->rows[id]) != 0)
            let_live(map, id);
    atomic_fetch_add(&head->turns, 1);
}

/* How many bytes it takes, as long as its own texts say no more. */
static uint64_t extent(const struct directory_map *map, const struct map_text *text)
{
    const uint64_t at = (uint64_t)((const uint8_t *)text - map->texts);
    return directory_groups_behind(map, at, load(&map->head->text_end)) - at;
}

static void count_dead(struct directory_map *map, const struct map_text *text)
{
    store_in(&map->head->text_dead, load(&map->head->text_dead) + extent(map, text));
}

static void note_left(struct directory_map *map, int64_t position)
{
    if ((uint64_t)position > load(&map->head->left))
        atomic_store_explicit(&map->head->left, (uint64_t)position, memory_order_release);
}

/* What a change means for the orders: by which of them the row has another key than before. */
struct reordering {
    int64_t id;
    bool is_new;
    bool moves[MAP_ORDER_COUNT];
    int facet; /* before */
};

static void leave_orders(struct directory_map *map, const struct reordering *reordering)
{
    struct map_head *head = map->head;
    if (!head->has_orders)
        return;
    head->is_ordering = true;
    for (int order = 0; order < MAP_ORDER_COUNT && !reordering->is_new; order++)
        if (reordering->moves[order] && !order_take(map, (enum map_order)order, reordering->id))
            head->has_orders = false;
}

static void join_orders(struct directory_map *map, const struct reordering *reordering)
{
    struct map_head *head = map->head;
    const int facet = order_facet(map, reordering->id);
    for (int order = 0; order < MAP_ORDER_COUNT && head->has_orders; order++) {
        if (reordering->is_new || reordering->moves[order])
            head->has_orders = order_put(map, (enum map_order)order, reordering->id);
        else if (facet != reordering->facet)
            head->has_orders =
                order_moved(map, (enum map_order)order, reordering->id, reordering->facet, facet);
    }
    head->is_ordering = false;
}

enum status map_row_put(struct directory_map *map, const struct map_values *values)
{
    const struct directory_row *to = &values->row;
    if (to->id.value <= 0 || to->id.value >= MAP_SLOT_ROW || values->name_len > UINT16_MAX ||
        values->email_len > UINT16_MAX)
        return STATUS_FULL;
    struct map_row *row = &map->rows[to->id.value];
    uint64_t place = map_row_place(row);
    struct map_text *was = text_at(map, place);
    const bool keeps_email = has_email(was, values);
    if ((uint64_t)to->id.value >= load(&map->head->rows_end))
        store_in(&map->head->rows_end, (uint64_t)to->id.value + 1);
    if (!keeps_email || !has_name(was, values)) {
        place = put_text(map, values);
        if (place == 0)
            return STATUS_FULL;
    }
    if (!keeps_email && !map->is_filling)
        map_slot_put(map, values->email_key, values->email_len, to->id.value);
    if (was != NULL && !keeps_email)
        note_left(map, to->head.value);
    const uint32_t words[MAP_ROW_WORDS] = {
        (uint32_t)(to->type & 0xff) << 8 | (uint32_t)(to->head.value >> 32 & 0xff),
        (uint32_t)to->head.value,
        (uint32_t)to->choices | (uint32_t)(to->status == CONTACT_OPTED_IN),
        (uint32_t)(to->choices >> 32),
        in_32_bits(to->updated_at),
        in_32_bits(to->paused_until),
        (uint32_t)place,
    };
    const struct reordering reordering = {
        .id = to->id.value,
        .is_new = was == NULL,
        .moves = {[MAP_BY_NAME] = !has_name(was, values),
                  [MAP_BY_EMAIL] = !keeps_email,
                  [MAP_BY_UPDATED] = map_row_word(row, MAP_ROW_UPDATED) != words[MAP_ROW_UPDATED]},
        .facet = was == NULL ? 0 : order_facet(map, to->id.value),
    };
    leave_orders(map, &reordering);
    if (was != NULL && text_at(map, place) != was) {
        count_dead(map, was); /* before it is, so that there is none while none is counted */
        let_die(map, was, to->head.value);
    } else {
        directory_groups_mark(map, place * MAP_TEXT_UNIT, to->head.value);
    }
    write_words(row, words);
    let_live(map, to->id.value);
    join_orders(map, &reordering);
    if (was == NULL)
        store_in(&map->head->people, load(&map->head->people) + 1);
    if (was != NULL && !keeps_email)
        map_slot_drop(map, was);
    return STATUS_OK;
}

/* Who was erased leaves memory too, before the row forgets where the texts stand: who is killed
 * between has it done again. A reader that is at it finds nobody, which is true. */
static void wipe(const struct directory_map *map, struct map_text *text)
{
    memset(text->bytes, 0, extent(map, text) - sizeof *text);
}

void map_row_remove(struct directory_map *map, int64_t id, struct position by)
{
    static const uint32_t nobody[MAP_ROW_WORDS];
    if (id <= 0 || id >= MAP_SLOT_ROW)
        return;
    struct map_row *row = &map->rows[id];
    struct map_text *was = text_at(map, map_row_place(row));
    if (was == NULL && (map_row_word(row, 0) & MAP_ROW_IS_CHANGING) == 0)
        return;
    note_left(map, by.value);
    const struct reordering goes = {.id = id, .is_new = was == NULL, .moves = {true, true, true}};
    leave_orders(map, &goes);
    if (was != NULL) {
        map_slot_drop(map, was);
        let_die(map, was, by.value);
        wipe(map, was);
    }
    write_words(row, nobody);
    map->head->is_ordering = false;
    if (was == NULL)
        return;
    store_in(&map->head->people, load(&map->head->people) - 1);
    count_dead(map, was);
}

void map_clear(struct directory_map *map, int64_t people)
{
    struct map_head *head = map->head;
    const uint64_t rows_end = load(&head->rows_end);
    atomic_fetch_add(&head->fills, 1);
    if (rows_end != 0)
        madvise(map->rows, (size_t)rows_end * sizeof *map->rows, MADV_REMOVE);
    if (load(&head->text_end) != 0)
        madvise(map->texts, (size_t)load(&head->text_end), MADV_REMOVE);
    directory_groups_clear(map);
    head->has_orders = head->is_ordering = false;
    for (int order = 0; order < MAP_ORDER_COUNT; order++) {
        const struct map_order_head *was = &head->orders[order];
        if (was->tops != 0)
            madvise(map->tops[order], was->tops * sizeof(struct order_top), MADV_REMOVE);
        if (was->blocks_end != 0)
            madvise(map->blocks[order], was->blocks_end * sizeof(struct order_block), MADV_REMOVE);
        head->orders[order] = (struct map_order_head){.first_free = ORDER_NONE};
    }
    store_in(&head->rows_end, 0);
    store_in(&head->text_end, MAP_TEXT_UNIT); /* place 0 means nobody */
    store_in(&head->text_dead, 0);
    store_in(&head->people, 0);
    store_in(&head->left, 0);
    store_in(&head->at, 0);
    map_slots_begin(map, people);
}

void map_recount(struct directory_map *map)
{
    const int64_t rows_end = (int64_t)load(&map->head->rows_end);
    uint64_t people = 0;
    for (int64_t id = 1; id < rows_end; id++)
        people += map_row_place(&map->rows[id]) != 0;
    store_in(&map->head->people, people);
    map_slots_recount(map);
}
