/*
 * service/auth: admins, login, sessions, throttling (REQUIREMENTS S1, S3, S8).
 *
 * Login has three steps, since Argon2id must not run in an event loop nor under the write lock:
 * auth_prepare reads (event loop), auth_check runs in a thread, auth_finish writes. Who has a
 * second factor then has a second step: auth_step_get here, and service/factor_login.
 */
#ifndef ASSENT_SERVICE_AUTH_H
#define ASSENT_SERVICE_AUTH_H

#include "service/service.h"
#include "store/admins.h"

#define SESSION_IDLE_S       (INT64_C(8) * 3600)
#define SESSION_ABSOLUTE_S   (INT64_C(7) * 24 * 3600)
#define SESSION_COOKIE_BYTES 44 /* 32 random bytes as base64url, and the NUL */

struct login_attempt {
    const char *email_key; /* "" when the address made no sense: still takes as long */
    int64_t admin;         /* 0: nobody */
    const char *hash;      /* what to compare with; NULL: the decoy */
    int64_t wait_s;        /* throttled: seconds to wait; 0: go on */
    uint8_t bucket[32];
    const char *replaces; /* NULL, or the session cookie that came with the form: set by the caller
                             before auth_finish, which ends that session when the login succeeds */
};
/* Reads only. REQUIREMENTS S8: does the same work whether or not the account exists. */
enum status auth_prepare(const struct service *service, struct arena *arena, const char *email,
                         const char *address, int64_t now_s, struct login_attempt *out) MUST_CHECK;

/* Whether password is the admin's. Takes about 95 ms and 64 MiB, for nobody's address too (S8):
 * never in an event loop. */
bool auth_check(const struct login_attempt *attempt, const char *password);

struct login_result {
    bool is_in;
    bool needs_code; /* the password was right: the second step follows, cookie is its token */
    int64_t wait_s;  /* not in because attempts beside this one used up the free ones */
    char cookie[SESSION_COOKIE_BYTES]; /* the new session's token */
};
/* Opens a session, or counts a failure. A password changed, or an admin removed, since
 * auth_prepare is a failure. */
enum status auth_finish(const struct service *service, struct txn *txn,
                        const struct login_attempt *attempt, bool is_right, const char *address,
                        const char *agent, int64_t now_s, struct login_result *out) MUST_CHECK;

/* For somebody who is signed in and types their password once more: is_in says whether it is right;
 * nothing is opened. Failures count as those of a login. */
enum status auth_confirm(const struct service *service, struct txn *txn,
                         const struct login_attempt *attempt, bool is_right, int64_t now_s,
                         struct login_result *out) MUST_CHECK;

/* The last part of each login: a session for attempt->admin, in the place of attempt->replaces.
 * Asks for nothing. */
enum status auth_open_session(const struct service *service, struct txn *txn, struct arena *arena,
                              const struct login_attempt *attempt, const char *address,
                              const char *agent, int64_t now_s,
                              struct login_result *result) MUST_CHECK;

/* The second step of a login, for who has a second factor: what the right password opened. It is no
 * session and nothing reads it as one: the only thing it can become is a session, by a code typed
 * within AUTH_STEP_S, AUTH_STEP_TRIES times at most. */
#define AUTH_STEP_S     300
#define AUTH_STEP_TRIES 5
struct auth_step {
    uint8_t hash[SESSION_HASH_BYTES];
    struct admin admin;
    int64_t failures;
};
/* STATUS_NOT_FOUND: none, or it is over, or the password is another one since. */
enum status auth_step_get(struct store *store, struct arena *arena, const char *cookie,
                          int64_t now_s, struct auth_step *out) MUST_CHECK;
/* For auth_finish. */
enum status auth_step_open(struct txn *txn, const struct login_attempt *attempt, int64_t now_s,
                           struct login_result *result) MUST_CHECK;

struct auth_session {
    uint8_t hash[SESSION_HASH_BYTES];
    struct admin admin;
    char csrf[CSRF_TEXT_BYTES];
    int64_t created_at;
    bool needs_touch;                        /* seen_at is old: write it when convenient */
    bool needs_factor;                       /* may set up a second factor, and nothing else */
    int64_t dead_mails;                      /* for the menu; read by web/admit_admin, not here */
    int64_t open_requests, overdue_requests; /* the same */
    int64_t approvals_waiting;               /* the same */
};

/* STATUS_NOT_FOUND: no such session, or it is over. */
enum status auth_session_get(const struct service *service, struct arena *arena, const char *cookie,
                             int64_t now_s, struct auth_session *out) MUST_CHECK;

/* STATUS_OK also when the session ended meanwhile. */
enum status auth_touch(const struct service *service, struct txn *txn,
                       const uint8_t hash[SESSION_HASH_BYTES], int64_t now_s) MUST_CHECK;
/* Deletes the sessions and steps that are over. */
enum status auth_sweep(struct txn *txn, int64_t now_s) MUST_CHECK;

enum status auth_logout(const struct service *service, struct txn *txn,
                        const uint8_t hash[SESSION_HASH_BYTES]) MUST_CHECK;
/* The stored hash of a cookie's token, of a session or a step. False: it can't be one. */
bool auth_hash_cookie(const char *cookie, uint8_t out[SESSION_HASH_BYTES]);

bool auth_csrf_is_right(const struct auth_session *session, const char *token);

struct origin auth_origin(const struct auth_session *session, const char *address,
                          const char *agent);

/* For the command. password_hash was made before the transaction.
 * auth_admin_add: STATUS_CONFLICT: taken; an address that was removed comes back as the same admin.
 * auth_admin_passwd ends all sessions. auth_admin_remove too; STATUS_REFUSED for the last owner.
 * Both: STATUS_NOT_FOUND. */
enum status auth_admin_add(const struct service *service, struct txn *txn, const char *email,
                           const char *email_key, const char *name, enum admin_role role,
                           const char *password_hash, const struct origin *origin,
                           int64_t *id) MUST_CHECK;
enum status auth_admin_passwd(const struct service *service, struct txn *txn, const char *email_key,
                              const char *password_hash, const struct origin *origin) MUST_CHECK;
enum status auth_admin_remove(const struct service *service, struct txn *txn, const char *email_key,
                              const struct origin *origin) MUST_CHECK;

/* Ends their sessions and half-done logins; is_for_good: also the link of an invitation and the
 * second factor, so that whoever comes back under that id begins anew. */
enum status auth_shut_out(struct txn *txn, int64_t admin, bool is_for_good) MUST_CHECK;

/* STATUS_REFUSED unless an owner who may log in stays when that admin no longer can. */
enum status auth_owner_stays(struct txn *txn, struct arena *arena, int64_t admin) MUST_CHECK;

#endif
