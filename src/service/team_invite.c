/*
 * service/team_invite: an invitation's link, and how it is taken up. See team.h.
 */
#include "service/team_invite.h"

#include <assert.h>
#include <string.h>

#include "service/change.h"
#include "store/invitations.h"

#define RANDOM_BYTES 32

static_assert(TEAM_TOKEN_BYTES == (RANDOM_BYTES * 4 + 2) / 3 + 1, "a token as base64url");
static_assert(SESSION_HASH_BYTES == sizeof((struct invitation *)0)->hash, "one size of hash");

enum status team_invite_put(struct txn *txn, int64_t admin, int64_t now_s, struct team_done *done)
{
    uint8_t random[RANDOM_BYTES];
    struct invitation invitation = {
        .admin = admin, .created_at = now_s, .expires_at = now_s + TEAM_INVITE_S};

    crypto_random(random, sizeof random);
    crypto_session_hash(random, sizeof random, invitation.hash);
    crypto_base64url(random, sizeof random, done->token, sizeof done->token);
    explicit_bzero(random, sizeof random);
    done->invite_ends = invitation.expires_at;
    return invitations_put(txn, &invitation);
}

const char *team_link(const struct service *service, struct arena *arena, const char *token)
{
    return arena_printf(arena, "%s/admin/invite/%s", service->conf->public_url, token);
}

static enum status find(struct store *store, struct arena *arena, const char *token, int64_t now_s,
                        struct team_member *out)
{
    uint8_t random[RANDOM_BYTES], hash[SESSION_HASH_BYTES];
    struct invitation invitation;
    struct admin admin;

    if (strlen(token) != TEAM_TOKEN_BYTES - 1 ||
        !crypto_base64url_decode(token, TEAM_TOKEN_BYTES - 1, random, sizeof random))
        return STATUS_NOT_FOUND;
    crypto_session_hash(random, sizeof random, hash);
    enum status status = invitations_find(store, hash, &invitation);
    if (status == STATUS_OK && invitation.expires_at <= now_s)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = admins_get(store, arena, invitation.admin, &admin);
    if (status == STATUS_OK &&
        (admin.removed_at != 0 || admin.disabled_at != 0 || *admin.password != '\0'))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *out = (struct team_member){
            .admin = admin, .state = TEAM_INVITED, .invite_ends = invitation.expires_at};
    return status;
}

enum status team_invited(const struct service *service, struct arena *arena, const char *token,
                         int64_t now_s, struct team_member *out)
{
    return find(service->store, arena, token, now_s, out);
}

enum status team_accept(const struct service *service, struct txn *txn, struct arena *arena,
                        const char *token, const char *password_hash, const char *address,
                        const char *agent, int64_t now_s)
{
    struct team_member member;
    enum status status = find(txn_store(txn), arena, token, now_s, &member);

    if (status != STATUS_OK)
        return status;
    member.admin.password = password_hash;
    status = admins_put(txn, &member.admin, NULL);
    if (status == STATUS_OK)
        status = invitations_delete(txn, member.admin.id);
    if (status != STATUS_OK)
        return status;
    const struct origin origin = {.actor = ACTOR_ADMIN,
                                  .actor_id = member.admin.id,
                                  .proof_kind = PROOF_NONE,
                                  .address = address,
                                  .agent = agent};
    struct entry entry = {
        .kind = ENTRY_ADMIN_PASSWORD,
        .subject = member.admin.id,
        .private = {.note = arena_printf(arena, "%s; invitation taken up", member.admin.email)}};
    return change_record(service, txn, &entry, &origin);
}

enum status team_password(const char *password, const char *again, char hash[PASSWORD_HASH_BYTES],
                          enum team_password_fault *fault)
{
    static const enum team_password_fault faults[] = {
        [PASSWORD_FINE] = TEAM_PASSWORD_FINE,
        [PASSWORD_TOO_SHORT] = TEAM_PASSWORD_SHORT,
        [PASSWORD_TOO_LONG] = TEAM_PASSWORD_LONG,
        [PASSWORD_COMMON] = TEAM_PASSWORD_COMMON,
    };

    *fault = faults[password_check(password)];
    if (*fault == TEAM_PASSWORD_FINE && strcmp(password, again) != 0)
        *fault = TEAM_PASSWORD_DIFFERS;
    return *fault == TEAM_PASSWORD_FINE ? password_hash(password, hash) : STATUS_OK;
}
