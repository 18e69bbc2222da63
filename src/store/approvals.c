/*
 * store/approvals: see approvals.h.
 */
#include "store/approvals.h"

#include "store/query.h"

enum status approvals_insert(struct txn *txn, const struct approval *approval, int64_t *id)
{
    struct query query = query_begin_write(txn, STATEMENT_APPROVALS_INSERT);
    query_int(&query, approval->kind);
    query_text(&query, approval->target);
    query_text(&query, approval->detail);
    query_int(&query, approval->least);
    query_int(&query, approval->admin);
    query_int(&query, approval->asked_at);
    query_int(&query, approval->expires_at);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK)
        *id = sqlite3_last_insert_rowid(txn->store->db);
    return status;
}

enum status approvals_set_asked(struct txn *txn, int64_t id, struct position asked)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_APPROVALS_SET_ASKED);
    query_int(&query, id);
    query_int(&query, asked.value);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct approval *out = row;
    out->id = query_get_int(query);
    const int64_t kind = query_get_int(query);
    out->target = query_get_text(query, arena);
    out->detail = query_get_text(query, arena);
    const int64_t least = query_get_int(query);
    out->admin = query_get_int(query);
    out->asked_at = query_get_int(query);
    out->expires_at = query_get_int(query);
    out->asked.value = query_get_int(query);
    const int64_t state = query_get_int(query);
    out->decider = query_get_int(query);
    out->decided_at = query_get_int(query);
    out->kind = (enum approval_kind)kind;
    out->least = (enum admin_role)least;
    out->state = (enum approval_state)state;
    return kind >= APPROVAL_IMPORT && kind < APPROVAL_KIND_END && least >= ROLE_VIEWER &&
                   least < ROLE_COUNT && state >= APPROVAL_WAITS && state < APPROVAL_STATE_COUNT
               ? STATUS_OK
               : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct approval), read_row};

enum status approvals_get(struct store *store, struct arena *arena, int64_t id,
                          struct approval *out)
{
    struct query query = query_begin(store, STATEMENT_APPROVALS_GET);
    query_int(&query, id);
    return query_one(&query, arena, &shape, out);
}

enum status approvals_find(struct store *store, struct arena *arena, enum approval_kind kind,
                           const char *target, struct approval *out)
{
    struct query query = query_begin(store, STATEMENT_APPROVALS_FIND);
    query_int(&query, kind);
    query_text(&query, target);
    return query_one(&query, arena, &shape, out);
}

enum status approvals_waiting(struct store *store, struct arena *arena, int limit,
                              struct approval **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_APPROVALS_WAITING);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status approvals_newest(struct store *store, struct arena *arena, int limit,
                             struct approval **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_APPROVALS_NEWEST);
    query_int(&query, INT64_MAX);
    query_int(&query, limit);
    return query_all(&query, arena, &shape, limit, out, count);
}

enum status approvals_count(struct store *store, int64_t admin, enum admin_role role, int64_t now_s,
                            int64_t *out)
{
    struct query query = query_begin(store, STATEMENT_APPROVALS_COUNT);
    query_int(&query, admin);
    query_int(&query, role);
    query_int(&query, now_s);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_int(&query);
    query_end(&query);
    return status;
}

enum status approvals_put_decision(struct txn *txn, int64_t id, enum approval_state state,
                                   int64_t decider, int64_t now_s)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_APPROVALS_DECIDE);
    query_int(&query, id);
    query_int(&query, state);
    query_int(&query, decider);
    query_int(&query, now_s);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}

enum status approvals_expire(struct txn *txn, int64_t now_s)
{
    struct query query = query_begin_write(txn, STATEMENT_APPROVALS_EXPIRE);
    query_int(&query, now_s);
    return query_run(&query, NULL);
}
