/*
 * service/auth_admin: who may log in, as the command says it: add, new password, remove. See
 * service/auth.h; what owners do on their page is service/team.
 */
#include "base/clock.h"
#include "service/auth.h"
#include "service/change.h"
#include "store/factors.h"
#include "store/invitations.h"

static enum status find_active(struct txn *txn, struct arena *arena, const char *email_key,
                               struct admin *out)
{
    struct admin admin;
    enum status status = admins_find_email(txn_store(txn), arena, email_key, &admin);

    if (status == STATUS_OK && admin.removed_at != 0)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *out = admin;
    return status;
}

static enum status record(const struct service *service, struct txn *txn, enum entry_kind kind,
                          const struct admin *admin, const struct origin *origin)
{
    struct entry entry = {.kind = kind, .subject = admin->id, .private = {.note = admin->email}};

    return change_record(service, txn, &entry, origin);
}

enum status auth_shut_out(struct txn *txn, int64_t admin, bool is_for_good)
{
    enum status status = sessions_delete_of(txn, admin);

    if (status == STATUS_OK)
        status = login_steps_delete_of(txn, admin);
    if (status != STATUS_OK || !is_for_good)
        return status;
    status = invitations_delete(txn, admin);
    if (status == STATUS_OK)
        status = factors_delete(txn, admin);
    if (status == STATUS_OK)
        status = recovery_codes_delete_of(txn, admin);
    return status;
}

enum status auth_admin_add(const struct service *service, struct txn *txn, const char *email,
                           const char *email_key, const char *name, enum admin_role role,
                           const char *password_hash, const struct origin *origin, int64_t *id)
{
    struct arena *arena = arena_new();
    struct admin found;
    struct admin admin = {
        .email = email,
        .email_key = email_key,
        .name = name == NULL ? "" : name,
        .role = role,
        .password = password_hash,
        .created_at = clock_now_s(),
    };
    enum status status = admins_find_email(txn_store(txn), arena, email_key, &found);

    if (status == STATUS_OK && found.removed_at == 0) {
        status = STATUS_CONFLICT;
    } else if (status == STATUS_OK || status == STATUS_NOT_FOUND) {
        admin.id = status == STATUS_OK ? found.id : 0;
        int64_t given = admin.id;
        status = admins_put(txn, &admin, &given);
        admin.id = given;
        if (status == STATUS_OK)
            status = auth_shut_out(txn, given, true);
    }
    if (status == STATUS_OK)
        status = record(service, txn, ENTRY_ADMIN_ADDED, &admin, origin);
    if (status == STATUS_OK)
        *id = admin.id;
    arena_free(arena);
    return status;
}

enum status auth_admin_passwd(const struct service *service, struct txn *txn, const char *email_key,
                              const char *password_hash, const struct origin *origin)
{
    struct arena *arena = arena_new();
    struct admin admin;
    enum status status = find_active(txn, arena, email_key, &admin);

    if (status == STATUS_OK) {
        admin.password = password_hash;
        status = admins_put(txn, &admin, &admin.id);
    }
    if (status == STATUS_OK)
        status = invitations_delete(txn, admin.id);
    if (status == STATUS_OK)
        status = sessions_delete_of(txn, admin.id);
    if (status == STATUS_OK)
        status = record(service, txn, ENTRY_ADMIN_PASSWORD, &admin, origin);
    arena_free(arena);
    return status;
}

enum status auth_owner_stays(struct txn *txn, struct arena *arena, int64_t admin)
{
    struct admin *admins;
    size_t count;
    enum status status = admins_list(txn_store(txn), arena, &admins, &count);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (admins[i].id != admin && admins_is_active(&admins[i]) && admins[i].role == ROLE_OWNER)
            return STATUS_OK;
    return STATUS_REFUSED;
}

enum status auth_admin_remove(const struct service *service, struct txn *txn, const char *email_key,
                              const struct origin *origin)
{
    struct arena *arena = arena_new();
    struct admin admin;
    enum status status = find_active(txn, arena, email_key, &admin);

    if (status == STATUS_OK)
        status = auth_owner_stays(txn, arena, admin.id);
    if (status == STATUS_OK) {
        admin.removed_at = clock_now_s();
        status = admins_put(txn, &admin, &admin.id);
    }
    if (status == STATUS_OK)
        status = auth_shut_out(txn, admin.id, true);
    if (status == STATUS_OK)
        status = record(service, txn, ENTRY_ADMIN_REMOVED, &admin, origin);
    arena_free(arena);
    return status;
}
