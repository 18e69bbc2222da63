/*
 * store/admins: who may log in. Their sessions are in sessions.c, failed logins in throttles.c.
 */
#include "store/admins.h"

#include "store/query.h"

static enum status read_row(struct query *query, struct arena *arena, void *row)
{
    struct admin *out = row;
    out->id = query_get_int(query);
    out->email = query_get_text(query, arena);
    out->email_key = query_get_text(query, arena);
    out->name = query_get_text(query, arena);
    int64_t role = query_get_int(query);
    out->role = (enum admin_role)role;
    out->password = query_get_text(query, arena);
    out->created_at = query_get_int(query);
    out->removed_at = query_get_int(query);
    out->disabled_at = query_get_int(query);
    out->sees_addresses = query_get_int(query) != 0;
    out->signed_in_at = query_get_int(query);
    return role >= 0 && role < ROLE_COUNT ? STATUS_OK : STATUS_CORRUPT;
}

static const struct query_shape shape = {sizeof(struct admin), read_row};

bool admins_is_active(const struct admin *admin)
{
    return admin->removed_at == 0 && admin->disabled_at == 0 && *admin->password != '\0';
}

bool admins_is_shown_addresses(const struct admin *admin)
{
    return admin->role > ROLE_VIEWER || admin->sees_addresses;
}

enum status admins_get(struct store *store, struct arena *arena, int64_t id, struct admin *out)
{
    struct query query = query_begin(store, STATEMENT_ADMINS_GET);
    query_int(&query, id);
    return query_one(&query, arena, &shape, out);
}

enum status admins_find_email(struct store *store, struct arena *arena, const char *email_key,
                              struct admin *out)
{
    struct query query = query_begin(store, STATEMENT_ADMINS_FIND_EMAIL);
    query_text(&query, email_key);
    return query_one(&query, arena, &shape, out);
}

enum status admins_list(struct store *store, struct arena *arena, struct admin **out, size_t *count)
{
    struct query query = query_begin(store, STATEMENT_ADMINS_LIST);
    return query_all(&query, arena, &shape, 0, out, count);
}

enum status admins_put(struct txn *txn, const struct admin *admin, int64_t *id)
{
    int changes = 0;
    bool is_new = admin->id == 0;
    struct query query =
        query_begin_write(txn, is_new ? STATEMENT_ADMINS_INSERT : STATEMENT_ADMINS_UPDATE);
    if (!is_new)
        query_int(&query, admin->id);
    query_text(&query, admin->email);
    query_text(&query, admin->email_key);
    query_text(&query, admin->name);
    query_int(&query, admin->role);
    query_text(&query, admin->password);
    query_int(&query, admin->created_at);
    query_int(&query, admin->removed_at);
    query_int(&query, admin->disabled_at);
    query_int(&query, admin->sees_addresses);
    enum status status = query_run(&query, &changes);
    if (status != STATUS_OK)
        return status;
    if (changes == 0)
        return STATUS_NOT_FOUND;
    if (id != NULL)
        *id = is_new ? sqlite3_last_insert_rowid(txn->store->db) : admin->id;
    return STATUS_OK;
}

enum status admins_signed_in(struct txn *txn, int64_t id, int64_t now_s)
{
    int changes = 0;
    struct query query = query_begin_write(txn, STATEMENT_ADMINS_SIGNED_IN);

    query_int(&query, id);
    query_int(&query, now_s);
    enum status status = query_run(&query, &changes);
    return status == STATUS_OK && changes == 0 ? STATUS_NOT_FOUND : status;
}
