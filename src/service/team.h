/*
 * service/team: who runs the list: owners, managers, viewers. Inviting, what each may do, disabling
 * and removing. Logging in is service/auth.
 *
 * The last owner who can log in stays one: that is looked at in the transaction that would take
 * them away, so that no two acts side by side leave the list without an owner.
 */
#ifndef ASSENT_SERVICE_TEAM_H
#define ASSENT_SERVICE_TEAM_H

#include "base/email.h"
#include "crypto/password.h"
#include "service/service.h"
#include "store/admins.h"

#define TEAM_MAX            500 /* who are on the team at once, the invited too */
#define TEAM_INVITE_S       (INT64_C(7) * 24 * 3600)
#define TEAM_TOKEN_BYTES    44 /* 32 random bytes as base64url, and the NUL */
#define TEAM_NAME_MAX_BYTES 200

enum team_state { TEAM_ACTIVE, TEAM_INVITED, TEAM_DISABLED, TEAM_REMOVED, TEAM_STATE_COUNT };

const char *team_role_key(enum admin_role role); /* "viewer", "manager", "owner" */
bool team_role_parse(const char *key, enum admin_role *out);
const char *team_state_key(enum team_state state);

struct team_member {
    struct admin admin;
    enum team_state state;
    int64_t invite_ends; /* TEAM_INVITED: when their link does; 0: they have none */
    bool has_factor;     /* the second one is turned on */
};

/* All who are or were on the team, in the order in which they came; removed ones last. */
enum status team_list(const struct service *service, struct arena *arena, struct team_member **out,
                      size_t *count) MUST_CHECK;

enum team_do {
    TEAM_INVITE,  /* by email, name, role, sees_addresses */
    TEAM_RENEW,   /* a new link; the one before is dead */
    TEAM_CANCEL,  /* an invitation that was not taken up */
    TEAM_EDIT,    /* name, role, sees_addresses */
    TEAM_DISABLE, /* sessions end with it */
    TEAM_ENABLE,
    TEAM_REMOVE, /* sessions end with it; their name stays in what they did */
    TEAM_RESET,  /* takes off a second factor that is lost; sessions end with it */
    TEAM_DO_COUNT
};

struct team_act {
    enum team_do what;
    int64_t admin; /* whom; TEAM_INVITE: not set */
    const char *email;
    const char *name; /* NULL with TEAM_EDIT: stays */
    enum admin_role role;
    bool sees_addresses; /* of viewers; others see them anyway */
    int64_t now_s;
    struct origin origin; /* an admin's must be an owner's: looked at again here */
};

enum team_fault {
    TEAM_FINE,
    TEAM_EMAIL_BAD,   /* email_fault says why */
    TEAM_EMAIL_TAKEN, /* they are on the team */
    TEAM_NAME_BAD,
    TEAM_LAST_OWNER,
    TEAM_GONE,     /* nobody, or not in a state for that act any more */
    TEAM_NO_OWNER, /* who asks for it is no owner any more */
    TEAM_FULL,
    TEAM_FAULT_COUNT
};

struct team_done {
    enum team_fault fault;
    enum email_fault email_fault;
    bool is_unchanged;            /* it was so before: nothing was written */
    struct admin admin;           /* as it stands now; not set with a fault */
    char token[TEAM_TOKEN_BYTES]; /* TEAM_INVITE, TEAM_RENEW: of the link, shown once and kept
                                     nowhere */
    int64_t invite_ends;
};

/* A fault writes nothing. All else goes into the ledger. */
enum status team_apply(const struct service *service, struct txn *txn, struct arena *arena,
                       const struct team_act *act, struct team_done *out) MUST_CHECK;

/* The link for the invited: "https://host/admin/invite/TOKEN". */
const char *team_link(const struct service *service, struct arena *arena, const char *token);

/* Whose link that is. STATUS_NOT_FOUND: nobody's, or used, cancelled, or over. */
enum status team_invited(const struct service *service, struct arena *arena, const char *token,
                         int64_t now_s, struct team_member *out) MUST_CHECK;

enum team_password_fault {
    TEAM_PASSWORD_FINE,
    TEAM_PASSWORD_SHORT,
    TEAM_PASSWORD_LONG,
    TEAM_PASSWORD_COMMON,
    TEAM_PASSWORD_DIFFERS, /* typed twice, and not the same */
    TEAM_PASSWORD_FAULT_COUNT
};

/* The hash of a password that was typed twice; a fault leaves it unset. Takes about 100 ms: never
 * in an event loop, nor in a transaction. REQUIREMENTS S1. STATUS_FULL: too little memory. */
enum status team_password(const char *password, const char *again, char hash[PASSWORD_HASH_BYTES],
                          enum team_password_fault *fault) MUST_CHECK;

/* Their first password: from then on they log in with it, and the link is dead. password_hash was
 * made before the transaction. STATUS_NOT_FOUND as above. */
enum status team_accept(const struct service *service, struct txn *txn, struct arena *arena,
                        const char *token, const char *password_hash, const char *address,
                        const char *agent, int64_t now_s) MUST_CHECK;

#endif
