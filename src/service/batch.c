/*
 * service/batch: see the header. What a change means, and what it may not do, is service/change.
 */
#include "service/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/fold.h"
#include "service/change.h"
#include "service/contacts.h"
#include "store/contacts.h"
#include "store/directory_map.h"

#define SALTS     256               /* drawn at a time */
#define GUESSES   64                /* asked at a time */
#define LOOK_ROWS 64                /* rows between two looks at the clock */
#define SHARE_NS  INT64_C(10000000) /* work at least so long when others wait */

enum batch_result batch_read(struct arena *arena, const json_t *object, const struct topic *topics,
                             size_t topics_count, int64_t now_s, struct batch_row *out,
                             const char **detail)
{
    struct batch_row row = {.index = out->index};
    enum contact_doc_fault fault =
        contact_doc_read(arena, object, topics, topics_count, now_s, &row.doc, detail);

    if (fault == CONTACT_DOC_UNKNOWN_TOPIC)
        return BATCH_UNKNOWN_TOPIC;
    if (fault != CONTACT_DOC_FINE)
        return BATCH_BAD_MEMBER;
    if (row.doc.email == NULL) {
        *detail = "email is missing.";
        return BATCH_BAD_MEMBER;
    }
    if (row.doc.name != NULL)
        row.name_key = fold_key(arena, row.doc.name);
    *out = row;
    return BATCH_UNDONE;
}

static int compare(const void *left, const void *right)
{
    const struct batch_row *a = left, *b = right;
    const int way = strcmp(a->doc.email_key, b->doc.email_key);

    if (way != 0)
        return way;
    return (a->index > b->index) - (a->index < b->index);
}

void batch_sort(struct batch_row *rows, size_t count)
{
    uint32_t salts[SALTS];

    qsort(rows, count, sizeof *rows, compare);
    for (size_t i = 0; i < count; i++) {
        if (i % SALTS == 0)
            crypto_random(salts, sizeof salts);
        rows[i].id_salt = salts[i % SALTS];
    }
}

void batch_guess(const struct service *service, struct batch_row *rows, size_t count)
{
    const struct directory_map *map = store_directory(service->store);
    struct directory_ask asks[GUESSES];
    struct position at;

    for (size_t from = 0; from < count && map != NULL && directory_map_is_ready(map, &at);
         from += GUESSES) {
        const size_t some = count - from < GUESSES ? count - from : GUESSES;
        for (size_t i = 0; i < some; i++) {
            const char *key = rows[from + i].doc.email_key;
            asks[i] = (struct directory_ask){.key = key, .len = strlen(key)};
        }
        directory_map_find(map, asks, some);
        for (size_t i = 0; i < some; i++)
            if (asks[i].status == STATUS_OK)
                rows[from + i].guess = asks[i].row.id;
    }
}

/* A guess counts for nothing unless the file says the same. */
static enum status find(struct store *store, struct arena *scratch, const struct batch_row *row,
                        struct contact *out)
{
    if (row->guess.value != 0) {
        enum status status = contacts_get(store, scratch, row->guess, out);
        if (status != STATUS_NOT_FOUND &&
            (status != STATUS_OK || strcmp(out->email_key, row->doc.email_key) == 0))
            return status;
    }
    return contacts_find_email(store, scratch, row->doc.email_key, out);
}

static struct change change_of(const struct batch_row *row, const struct contact *known,
                               const struct origin *origin)
{
    const struct contact_doc *doc = &row->doc;
    struct change change = contacts_change(doc, known);

    change.name_key = row->name_key;
    change.id_salt = &row->id_salt;
    change.origin = *origin;
    /* Where the program runs proves nothing of ten thousand people; with a consent it is kept. */
    if (doc->consent == NULL)
        change.origin.address = change.origin.agent = NULL;
    if (known == NULL) {
        change.email = doc->email;
        change.email_key = doc->email_key;
    }
    return change;
}

static enum batch_result result_of(enum change_verdict verdict, bool is_new)
{
    switch (verdict) {
    case CHANGE_APPLIED:
        return is_new ? BATCH_CREATED : BATCH_UPDATED;
    case CHANGE_UNCHANGED:
        return BATCH_UNCHANGED;
    case CHANGE_NEEDS_CONSENT:
        return BATCH_NEEDS_CONSENT;
    case CHANGE_SUPPRESSED:
        return BATCH_SUPPRESSED;
    case CHANGE_TOPIC_RETIRED:
        return BATCH_TOPIC_RETIRED;
    case CHANGE_EMAIL_TAKEN:
    case CHANGE_MEANWHILE:
    case CHANGE_NO_CONTACT:
    case CHANGE_UNDO_TOO_LATE:
    case CHANGE_VERDICT_COUNT:
        break;
    }
    return BATCH_UNDONE;
}

static enum status write_row(const struct service *service, struct txn *txn, struct arena *scratch,
                             const struct batch_row *row, const struct origin *origin,
                             uint8_t *result)
{
    struct contact known;
    struct change_result changed;
    enum status status = find(txn_store(txn), scratch, row, &known);
    const bool is_there = status == STATUS_OK;

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    const struct change change = change_of(row, is_there ? &known : NULL, origin);
    status = change_apply(service, txn, scratch, &change, &changed);
    if (status != STATUS_OK)
        return status;
    const enum batch_result found = result_of(changed.verdict, !is_there);
    *result = (uint8_t)found;
    return found == BATCH_UNDONE ? STATUS_CORRUPT : STATUS_OK;
}

enum status batch_write(const struct service *service, struct txn *txn,
                        const struct batch_row *rows, size_t count, const struct origin *origin,
                        bool (*is_wanted)(void), size_t *at, uint8_t *results)
{
    const int64_t began_ns = clock_monotonic_ns();
    struct arena *scratch = arena_new();
    enum status status = STATUS_OK;
    size_t next = *at;

    /* New people touch pages all over the file: what is written to twice should be kept until the
     * commit. */
    store_use_memory(txn_store(txn), true);
    for (size_t done = 1; next < count && done <= BATCH_ROWS_TXN && status == STATUS_OK; done++) {
        status = write_row(service, txn, scratch, &rows[next], origin, &results[rows[next].index]);
        next++;
        if (done % LOOK_ROWS != 0)
            continue;
        arena_reset(scratch);
        if ((txn_is_wanted(txn) || (is_wanted != NULL && is_wanted())) &&
            clock_monotonic_ns() - began_ns >= SHARE_NS)
            break;
    }
    store_use_memory(txn_store(txn), false);
    arena_free(scratch);
    if (status == STATUS_OK)
        *at = next;
    return status;
}
