/*
 * service/account: what an admin sees and does of their own way in: open sessions and the password
 * (REQUIREMENTS S1, S3). The second factor is service/factor; other admins are service/team.
 */
#ifndef ASSENT_SERVICE_ACCOUNT_H
#define ASSENT_SERVICE_ACCOUNT_H

#include "base/network.h"
#include "crypto/password.h"
#include "service/auth.h"

#define ACCOUNT_SESSION_ID_BYTES                                                                   \
    17 /* the first 8 bytes of the stored hash, as hexadecimal digits */
#define ACCOUNT_NETWORK_BYTES 64

struct account_session {
    char id[ACCOUNT_SESSION_ID_BYTES];
    int64_t created_at, seen_at;
    const char *address;                 /* "": none was known */
    char network[ACCOUNT_NETWORK_BYTES]; /* "192.0.2.0/24", "2001:db8::/64"; "": none */
    enum network kind;
    const char *browser, *system; /* NULL: not known. Static */
    bool is_this;
};
/* The open sessions of whoever is signed in: this one first, then as they were last seen. */
enum status account_sessions(const struct service *service, struct arena *arena,
                             const struct auth_session *session, int64_t now_s,
                             struct account_session **out, size_t *count) MUST_CHECK;

/* Ends one of them, or with id NULL all but the one they act by. *ended says how many; 0: that one
 * was over, or is the one they act by, and nothing was written. */
enum status account_end(const struct service *service, struct txn *txn, struct arena *arena,
                        const struct auth_session *session, const char *id,
                        const struct origin *origin, int64_t now_s, int64_t *ended) MUST_CHECK;

enum account_fault {
    ACCOUNT_FINE,
    ACCOUNT_OLD_WRONG,
    ACCOUNT_THROTTLED, /* wait_s says how long */
    ACCOUNT_NEW_BAD,   /* password_fault says why */
    ACCOUNT_NEW_SAME,
    ACCOUNT_NEW_DIFFERS, /* typed twice, differently */
    ACCOUNT_FAULT_COUNT
};

/* A change of password: prepare in the event loop, then account_hash in a thread (up to 200 ms),
 * then account_password writes. */
struct account_change {
    const struct auth_session *session;
    struct login_attempt attempt; /* of auth_prepare, with the admin's address */
    const char *old, *new, *again;
    bool is_right;
    char hash[PASSWORD_HASH_BYTES];
    enum account_fault fault;
    enum password_fault password_fault;
    int64_t wait_s;
    char cookie[SESSION_COOKIE_BYTES]; /* done: of the session that goes on in the place of this */
    int64_t ended;                     /* done: how many other sessions */
};

/* What can be said of the new password by itself: fault is set. */
void account_check_new(struct account_change *change);

/* Compares the old password and hashes the new one. STATUS_FULL: too little memory. */
enum status account_hash(struct account_change *change) MUST_CHECK;

/* Writes: fault FINE, and a new session for whoever did it; every other session, and every login
 * that waits for its code, is over. Or counts a failure. */
enum status account_password(const struct service *service, struct txn *txn, struct arena *arena,
                             struct account_change *change, const struct origin *origin,
                             int64_t now_s) MUST_CHECK;

#endif
