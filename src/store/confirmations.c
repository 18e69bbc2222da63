/*
 * store/confirmations: see confirmations.h.
 */
#include "store/confirmations.h"

#include "store/query.h"

enum status confirmations_insert(struct txn *txn, const struct confirmation *confirmation,
                                 int64_t *id)
{
    struct query query = query_begin_write(txn, STATEMENT_CONFIRMATIONS_INSERT);
    query_int(&query, (int64_t)confirmation->public_id.value);
    query_int(&query, confirmation->kind);
    query_int(&query, confirmation->contact.value);
    query_int(&query, confirmation->epoch);
    query_text(&query, confirmation->email_key);
    query_text(&query, confirmation->email);
    query_text(&query, confirmation->name);
    query_text(&query, confirmation->language);
    query_int(&query, (int64_t)confirmation->choices);
    query_int(&query, confirmation->asked_at);
    query_int(&query, confirmation->expires_at);
    query_text(&query, confirmation->address);
    query_text(&query, confirmation->agent);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK)
        *id = sqlite3_last_insert_rowid(txn->store->db);
    return status;
}

/* The columns of every statement that reads rows. */
static void read_row(struct query *query, struct arena *arena, struct confirmation *out)
{
    out->id = query_get_int(query);
    out->public_id.value = (uint64_t)query_get_int(query);
    out->kind = (enum confirmation_kind)query_get_int(query);
    out->contact.value = query_get_int(query);
    out->epoch = (uint16_t)query_get_int(query);
    out->email_key = query_get_text(query, arena);
    out->email = query_get_text(query, arena);
    out->name = query_get_text(query, arena);
    out->language = query_get_text(query, arena);
    out->choices = (uint64_t)query_get_int(query);
    out->asked_at = query_get_int(query);
    out->expires_at = query_get_int(query);
    out->ended_at = query_get_int(query);
    out->outcome = (enum confirmation_outcome)query_get_int(query);
    out->address = query_get_text(query, arena);
    out->agent = query_get_text(query, arena);
}

static enum status read_one(struct query *query, struct arena *arena, struct confirmation *out)
{
    enum status status = query_row(query);
    if (status == STATUS_OK)
        read_row(query, arena, out);
    query_end(query);
    return status;
}

/* Those that query gives and that are not among rows yet, behind them. */
static enum status read_more(struct query *query, struct arena *arena, int limit,
                             struct confirmation *rows, size_t *count)
{
    enum status status = STATUS_NOT_FOUND;
    while (*count < (size_t)limit && (status = query_row(query)) == STATUS_OK) {
        size_t i = 0;
        read_row(query, arena, &rows[*count]);
        while (rows[i].id != rows[*count].id)
            i++;
        *count += i == *count;
    }
    query_end(query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status confirmations_list_about(struct store *store, struct arena *arena,
                                     struct contact_id contact, const char *email_key, int limit,
                                     struct confirmation **out, size_t *count)
{
    struct confirmation *rows = arena_array(arena, (size_t)limit + 1, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_CONFIRMATIONS_LIST_OF_EMAIL);
    query_text(&query, email_key);
    query_int(&query, limit);
    enum status status = read_more(&query, arena, limit, rows, &n);
    if (status != STATUS_OK)
        return status;
    query = query_begin(store, STATEMENT_CONFIRMATIONS_LIST_OF_CONTACT);
    query_int(&query, contact.value);
    query_int(&query, limit);
    status = read_more(&query, arena, limit, rows, &n);
    if (status != STATUS_OK)
        return status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}

enum status confirmations_get(struct store *store, struct arena *arena, int64_t id,
                              struct confirmation *out)
{
    struct query query = query_begin(store, STATEMENT_CONFIRMATIONS_GET);
    query_int(&query, id);
    return read_one(&query, arena, out);
}

enum status confirmations_find(struct store *store, struct arena *arena, struct public_id public_id,
                               struct confirmation *out)
{
    struct query query = query_begin(store, STATEMENT_CONFIRMATIONS_FIND);
    query_int(&query, (int64_t)public_id.value);
    return read_one(&query, arena, out);
}

enum status confirmations_end(struct txn *txn, const struct confirmation *confirmation)
{
    struct query query = query_begin_write(txn, STATEMENT_CONFIRMATIONS_END);
    query_int(&query, confirmation->id);
    query_int(&query, confirmation->outcome);
    query_int(&query, confirmation->ended_at);
    query_int(&query, confirmation->expires_at);
    return query_run(&query, NULL);
}

static enum status read_waiting(struct query *query, bool *waits, uint64_t *choices)
{
    uint64_t found = 0;
    bool any = false;
    enum status status;
    while ((status = query_row(query)) == STATUS_OK) {
        found |= (uint64_t)query_get_int(query);
        any = true;
    }
    query_end(query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *waits = any;
    *choices = found;
    return STATUS_OK;
}

enum status confirmations_waiting(struct store *store, const char *email_key, int64_t now_s,
                                  bool *waits, uint64_t *choices)
{
    struct query query = query_begin(store, STATEMENT_CONFIRMATIONS_WAITING);
    query_text(&query, email_key);
    query_int(&query, now_s);
    return read_waiting(&query, waits, choices);
}

enum status confirmations_waited(struct store *store, const char *email_key, int64_t at_s,
                                 bool *waited, uint64_t *choices)
{
    struct query query = query_begin(store, STATEMENT_CONFIRMATIONS_WAITED);
    query_text(&query, email_key);
    query_int(&query, at_s);
    return read_waiting(&query, waited, choices);
}

enum status confirmations_asked(struct store *store, const char *email_key, int64_t now_s,
                                int64_t *asked_at, int64_t *expires_at)
{
    struct query query = query_begin(store, STATEMENT_CONFIRMATIONS_ASKED);
    query_text(&query, email_key);
    query_int(&query, now_s);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        *asked_at = query_get_int(&query);
        *expires_at = query_get_int(&query);
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

enum status confirmations_any(struct store *store, int64_t now_s, bool *out)
{
    struct query query = query_begin(store, STATEMENT_CONFIRMATIONS_ANY);
    query_int(&query, now_s);
    enum status status = query_row(&query);
    query_end(&query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = status == STATUS_OK;
    return STATUS_OK;
}

enum status confirmations_declined(struct store *store, const char *email_key,
                                   enum confirmation_kind kind, int64_t now_s, bool *out)
{
    struct query query = query_begin(store, STATEMENT_CONFIRMATIONS_DECLINED);
    query_text(&query, email_key);
    query_int(&query, kind);
    query_int(&query, now_s);
    enum status status = query_row(&query);
    query_end(&query);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = status == STATUS_OK;
    return STATUS_OK;
}

enum status confirmations_drop_open(struct txn *txn, struct contact_id contact)
{
    struct query query = query_begin_write(txn, STATEMENT_CONFIRMATIONS_DROP_OPEN);
    query_int(&query, contact.value);
    return query_run(&query, NULL);
}

enum status confirmations_delete_about(struct txn *txn, struct contact_id contact,
                                       const char *email_key)
{
    struct query query = query_begin_write(txn, STATEMENT_CONFIRMATIONS_DELETE_OF_EMAIL);
    query_text(&query, email_key);
    enum status status = query_run(&query, NULL);
    if (status != STATUS_OK)
        return status;
    query = query_begin_write(txn, STATEMENT_CONFIRMATIONS_DELETE_OF_CONTACT);
    query_int(&query, contact.value);
    return query_run(&query, NULL);
}

enum status confirmations_delete_expired(struct txn *txn, int64_t now_s, int limit, int *count)
{
    struct query query = query_begin_write(txn, STATEMENT_CONFIRMATIONS_DELETE_EXPIRED);
    query_int(&query, now_s);
    query_int(&query, limit);
    return query_run(&query, count);
}
