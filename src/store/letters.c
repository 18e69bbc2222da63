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
static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct letter *out = row;
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
    out->subject = query_get_text(query, arena);
    out->kind = (enum letter_kind)kind;
    return is_whole && kind >= LETTER_LINK && kind < LETTER_KIND_COUNT ? STATUS_OK : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct letter), read_row};

enum status letters_get(struct store *store, struct arena *arena, int64_t id, struct letter *out)
{
    struct query query = query_begin(store, STATEMENT_LETTERS_GET);
    query_int(&query, id);
    return query_one(&query, arena, &shape, out);
}

enum status letters_due(struct store *store, struct arena *arena, int64_t now_s, int limit,
                        struct letter **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_LETTERS_DUE);
    query_int(&query, now_s);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status letters_try(struct txn *txn, int64_t id, int tries, int64_t due_at)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_TRY);
    query_int(&query, id);
    query_int(&query, tries);
    query_int(&query, due_at);
    return query_run(&query, NULL);
}

enum status letters_fail(struct txn *txn, int64_t id, const char *fault, const char *subject)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_FAIL);
    query_int(&query, id);
    query_text(&query, fault);
    query_text(&query, subject);
    return query_run(&query, NULL);
}

enum status letters_end(struct txn *txn, int64_t id, enum letter_outcome outcome, int64_t at_s,
                        const char *fault, const char *subject)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_END);
    query_int(&query, id);
    query_int(&query, outcome);
    query_int(&query, at_s);
    query_text(&query, fault);
    query_text(&query, subject);
    return query_run(&query, NULL);
}

/* Runs a change of one row. STATUS_NOT_FOUND: there is none that it fits. */
static enum status run_on_one(struct query *query)
{
    int changes = 0;
    enum status status = query_run(query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

enum status letters_again(struct txn *txn, int64_t id, int64_t due_at)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_AGAIN);
    query_int(&query, id);
    query_int(&query, due_at);
    return run_on_one(&query);
}

enum status letters_again_all(struct txn *txn, int64_t due_at, int limit, int *count)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_AGAIN_ALL);
    query_int(&query, due_at);
    query_int(&query, limit);
    return query_run(&query, count);
}

enum status letters_hasten(struct txn *txn, int64_t id, int64_t due_at)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_HASTEN);
    query_int(&query, id);
    query_int(&query, due_at);
    return run_on_one(&query);
}

enum status letters_discard(struct txn *txn, int64_t id)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_DISCARD);
    query_int(&query, id);
    return run_on_one(&query);
}

enum status letters_mend_due(struct txn *txn, int64_t due_at, int64_t beyond_s)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_MEND_DUE);
    query_int(&query, due_at);
    query_int(&query, beyond_s);
    return query_run(&query, NULL);
}

enum status letters_delete(struct txn *txn, int64_t id)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_DELETE);
    query_int(&query, id);
    return query_run(&query, NULL);
}

enum status letters_delete_to(struct txn *txn, const char *address)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_DELETE_TO);
    query_text(&query, address);
    return query_run(&query, NULL);
}

enum status letters_delete_about(struct txn *txn, struct contact_id contact)
{
    struct query query = query_begin_write(txn, STATEMENT_LETTERS_DELETE_ABOUT);
    query_int(&query, contact.value);
    return query_run(&query, NULL);
}

enum status letters_list_about(struct store *store, struct arena *arena, struct contact_id contact,
                               int64_t below, int limit, struct letter **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_LETTERS_LIST_ABOUT);
    query_int(&query, contact.value);
    query_int(&query, below);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
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

enum list_order { ORDER_ALL, ORDER_TO, ORDER_WAITING, ORDER_ENDED, ORDER_COUNT };

/* In reading order, and against it. */
static const enum statement list_statements[ORDER_COUNT][2] = {
    [ORDER_ALL] = {STATEMENT_LETTERS_LIST_ALL, STATEMENT_LETTERS_LIST_ALL_BACK},
    [ORDER_TO] = {STATEMENT_LETTERS_LIST_TO, STATEMENT_LETTERS_LIST_TO_BACK},
    [ORDER_WAITING] = {STATEMENT_LETTERS_LIST_WAITING, STATEMENT_LETTERS_LIST_WAITING_BACK},
    [ORDER_ENDED] = {STATEMENT_LETTERS_LIST_ENDED, STATEMENT_LETTERS_LIST_ENDED_BACK},
};

static struct query begin_list(struct store *store, const struct letter_query *asked)
{
    const enum list_order order = asked->address                   ? ORDER_TO
                                  : asked->outcome == LETTER_ANY   ? ORDER_ALL
                                  : asked->outcome == LETTER_WAITS ? ORDER_WAITING
                                                                   : ORDER_ENDED;
    const bool is_rising = (order == ORDER_WAITING) != asked->is_backward;
    const int64_t end = is_rising ? INT64_MIN : INT64_MAX;
    const struct letter_place place =
        asked->place ? *asked->place : (struct letter_place){end, end};
    struct query query = query_begin(store, list_statements[order][asked->is_backward]);
    if (order == ORDER_TO)
        query_text(&query, asked->address);
    if (order == ORDER_ENDED)
        query_int(&query, asked->outcome);
    if (order == ORDER_WAITING || order == ORDER_ENDED)
        query_int(&query, place.at_s);
    query_int(&query, place.id);
    query_int(&query, asked->limit);
    if (order == ORDER_TO)
        query_int(&query, asked->outcome);
    return query;
}

enum status letters_list(struct store *store, struct arena *arena, const struct letter_query *query,
                         struct letter **out, size_t *count)
{
    struct query running = begin_list(store, query);
    enum status status = query_all(&running, arena, &shape, query->limit, out, count);
    for (size_t i = 0; status == STATUS_OK && query->is_backward && i < *count / 2; i++) {
        const struct letter letter = (*out)[i];
        (*out)[i] = (*out)[*count - 1 - i];
        (*out)[*count - 1 - i] = letter;
    }
    return status;
}
