/*
 * store/letters: see letters.h.
 */
#include "store/letters.h"

#include "store/query.h"

enum status letters_insert(struct txn *txn, const struct letter *letter)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_INSERT);
    query_blob(&query, letter->message_id, sizeof letter->message_id);
    query_int(&query, letter->kind);
    query_int(&query, letter->contact.value);
    query_int(&query, letter->confirmation);
    query_text(&query, letter->address);
    query_text(&query, letter->language);
    query_int(&query, letter->created_at);
    query_int(&query, letter->due_at);
    return query_run(&query, NULL);
}

/* The columns of every statement that reads whole rows. */
static bool read_row(struct query *query, struct arena *arena, struct letter *out)
{
    out->id = query_get_int(query);
    bool is_whole = query_get_blob(query, out->message_id, sizeof out->message_id);
    const int64_t kind = query_get_int(query);
    out->contact.value = query_get_int(query);
    out->confirmation = query_get_int(query);
    out->address = query_get_text(query, arena);
    out->language = query_get_text(query, arena);
    out->created_at = query_get_int(query);
    out->due_at = query_get_int(query);
    out->tries = (int)query_get_int(query);
    out->outcome = (enum letter_outcome)query_get_int(query);
    out->ended_at = query_get_int(query);
    out->fault = query_get_text(query, arena);
    out->kind = (enum letter_kind)kind;
    return is_whole && kind >= LETTER_LINK && kind < LETTER_KIND_COUNT;
}

enum status letters_get(struct store *store, struct arena *arena, int64_t id, struct letter *out)
{
    struct letter letter;
    struct query query = query_begin(store, STATEMENT_LETTERS_GET);
    query_int(&query, id);
    enum status status = query_row(&query);
    if (status == STATUS_OK && !read_row(&query, arena, &letter))
        status = STATUS_CORRUPT;
    query_end(&query);
    if (status == STATUS_OK)
        *out = letter;
    return status;
}

/* Reads the rows of a bound query, at most limit, and ends it. */
static enum status read_rows(struct query *query, struct arena *arena, int limit,
                             struct letter **out, size_t *count)
{
    struct letter *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    enum status status = STATUS_NOT_FOUND;
    size_t n = 0;
    while (n < (size_t)limit && (status = query_row(query)) == STATUS_OK)
        if (!read_row(query, arena, &rows[n++])) {
            status = STATUS_CORRUPT;
            break;
        }
    query_end(query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}

enum status letters_due(struct store *store, struct arena *arena, int64_t now_s, int limit,
                        struct letter **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_LETTERS_DUE);
    query_int(&query, now_s);
    query_int(&query, limit);
    return read_rows(&query, arena, limit, out, count);
}

enum status letters_try(struct txn *txn, int64_t id, int tries, int64_t due_at)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_TRY);
    query_int(&query, id);
    query_int(&query, tries);
    query_int(&query, due_at);
    return query_run(&query, NULL);
}

enum status letters_fail(struct txn *txn, int64_t id, const char *fault)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_FAIL);
    query_int(&query, id);
    query_text(&query, fault);
    return query_run(&query, NULL);
}

enum status letters_end(struct txn *txn, int64_t id, enum letter_outcome outcome, int64_t at_s,
                        const char *fault)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_END);
    query_int(&query, id);
    query_int(&query, outcome);
    query_int(&query, at_s);
    query_text(&query, fault);
    return query_run(&query, NULL);
}

enum status letters_again(struct txn *txn, int64_t id, int64_t due_at)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_AGAIN);
    query_int(&query, id);
    query_int(&query, due_at);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

enum status letters_delete(struct txn *txn, int64_t id)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_DELETE);
    query_int(&query, id);
    return query_run(&query, NULL);
}

enum status letters_ended_before(struct store *store, enum letter_outcome outcome, int64_t before_s,
                                 int limit, int64_t *ids, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_LETTERS_ENDED_BEFORE);
    enum status status = STATUS_NOT_FOUND;
    size_t n = 0;
    query_int(&query, outcome);
    query_int(&query, before_s);
    query_int(&query, limit);
    while (n < (size_t)limit && (status = query_row(&query)) == STATUS_OK)
        ids[n++] = query_get_int(&query);
    query_end(&query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *count = n;
    return STATUS_OK;
}

enum status letters_count(struct store *store, enum letter_outcome outcome, int limit, int64_t *out)
{
    struct query query =
        query_begin(store, outcome == LETTER_WAITS ? STATEMENT_LETTERS_COUNT_WAITING
                                                   : STATEMENT_LETTERS_COUNT_ENDED);
    if (outcome != LETTER_WAITS)
        query_int(&query, outcome);
    query_int(&query, limit);
    int64_t n = 0;
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK)
        n++;
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = n;
    return STATUS_OK;
}

enum status letters_list(struct store *store, struct arena *arena, enum letter_outcome outcome,
                         const struct letter_place *after, int limit, struct letter **out,
                         size_t *count)
{
    const bool waits = outcome == LETTER_WAITS;
    const struct letter_place start =
        after   ? *after
        : waits ? (struct letter_place){.at_s = INT64_MIN, .id = INT64_MIN}
                : (struct letter_place){.at_s = INT64_MAX, .id = INT64_MAX};
    struct query query =
        query_begin(store, waits ? STATEMENT_LETTERS_LIST_WAITING : STATEMENT_LETTERS_LIST_ENDED);
    if (!waits)
        query_int(&query, outcome);
    query_int(&query, start.at_s);
    query_int(&query, start.id);
    query_int(&query, limit);
    return read_rows(&query, arena, limit, out, count);
}
