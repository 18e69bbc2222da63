/*
 * service/wording_check: whether the texts that the ledger covers are there, unaltered. See
 * wording.h.
 */
#include <string.h>

#include "service/wording.h"
#include "service/wording_parts.h"
#include "store/entries.h"

struct check {
    struct store *store;
    struct arena *lasting; /* what the fault says */
    struct arena *arena;   /* of one set */
    struct wording_set set;
    uint8_t pages[CONTENT_HASH_BYTES]; /* the list of pages that was read last, and was sound */
    bool has_pages;
    struct wording_fault fault;
};

static void say(struct check *check, enum wording_fault_kind kind, const char *part)
{
    check->fault = (struct wording_fault){.kind = kind,
                                          .set = check->set.number,
                                          .position = check->set.position,
                                          .part = arena_strdup(check->lasting, part)};
}

/* Reads the text of hash, called part in a fault; *text is NULL where there was one. */
static enum status read_text(struct check *check, const uint8_t hash[CONTENT_HASH_BYTES],
                             const char *part, const char **text)
{
    uint8_t own[CONTENT_HASH_BYTES];
    enum status status = wordings_text(check->store, check->arena, hash, text);

    if (status == STATUS_NOT_FOUND) {
        say(check, WORDING_TEXT_MISSING, part);
        *text = NULL;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    content_hash(*text, strlen(*text), own);
    if (memcmp(own, hash, sizeof own) != 0) {
        say(check, WORDING_TEXT_ALTERED, part);
        *text = NULL;
    }
    return STATUS_OK;
}

/* Every text that a list names. */
static enum status read_list(struct check *check, const char *list)
{
    enum status status = STATUS_OK;

    while (*list != '\0' && status == STATUS_OK && check->fault.kind == WORDING_SOUND) {
        const size_t len = strcspn(list, "\n");
        const char *line = arena_strndup(check->arena, list, len), *text;
        const char *blank = strrchr(line, ' ');
        uint8_t hash[CONTENT_HASH_BYTES];
        list += len;
        list += *list == '\n';
        if (blank != NULL && content_hash_parse(blank + 1, hash))
            status = read_text(check, hash,
                               arena_strndup(check->arena, line, (size_t)(blank - line)), &text);
    }
    return status;
}

/* The pages of one release are the same in all of its sets: read once. */
static enum status read_pages(struct check *check)
{
    const char *list;

    if (check->has_pages && memcmp(check->pages, check->set.pages, sizeof check->pages) == 0)
        return STATUS_OK;
    enum status status = read_text(check, check->set.pages, "pages", &list);
    if (status == STATUS_OK && list != NULL)
        status = read_list(check, list);
    memcpy(check->pages, check->set.pages, sizeof check->pages);
    check->has_pages = status == STATUS_OK && check->fault.kind == WORDING_SOUND;
    return status;
}

static enum status check_entry(struct check *check)
{
    struct entry entry;
    enum status status = entries_get(check->store, check->arena, check->set.position, &entry);

    if (status == STATUS_NOT_FOUND ||
        (status == STATUS_OK &&
         (entry.kind != ENTRY_WORDING || entry.subject != check->set.number))) {
        say(check, WORDING_ENTRY_MISSING, "");
        return STATUS_OK;
    }
    if (status == STATUS_OK &&
        memcmp(entry.private_hash, check->set.hash, sizeof entry.private_hash) != 0)
        say(check, WORDING_SET_ALTERED, "");
    return status;
}

static enum status check_set(struct check *check)
{
    uint8_t pages[CONTENT_HASH_BYTES];
    const char *list = NULL;
    enum status status = check_entry(check);

    if (status == STATUS_OK && check->fault.kind == WORDING_SOUND)
        status = read_text(check, check->set.hash, "", &list);
    if (status != STATUS_OK || check->fault.kind != WORDING_SOUND)
        return status;
    if (!wording_parts_find(list, "pages", pages) ||
        memcmp(pages, check->set.pages, sizeof pages) != 0) {
        say(check, WORDING_SET_ALTERED, "pages");
        return STATUS_OK;
    }
    status = read_list(check, list);
    return status == STATUS_OK && check->fault.kind == WORDING_SOUND ? read_pages(check) : status;
}

enum status wording_check(struct store *store, struct arena *arena, int64_t entries,
                          struct wording_fault *out)
{
    struct check check = {.store = store, .lasting = arena, .arena = arena_new()};
    enum status status = STATUS_OK;
    int64_t number = 0;

    while (status == STATUS_OK && check.fault.kind == WORDING_SOUND) {
        status = wordings_get(store, number + 1, &check.set);
        if (status != STATUS_OK)
            break;
        number++;
        status = check_set(&check);
        arena_reset(check.arena);
    }
    if (status == STATUS_NOT_FOUND) { /* the end, or a gap */
        struct wording_set newest = {0};
        check.set = (struct wording_set){.number = number + 1};
        status = wordings_newest(store, &newest);
        if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
        if (status == STATUS_OK && (newest.number > number || entries > number))
            say(&check, WORDING_SET_MISSING, "");
        else if (status == STATUS_OK && entries >= 0 && entries < number)
            say(&check, WORDING_ENTRY_MISSING, "");
    }
    arena_free(check.arena);
    if (status == STATUS_OK)
        *out = check.fault;
    return status;
}
