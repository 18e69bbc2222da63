/*
 * service/factor: an admin's second factor: an authenticator app (RFC 6238) and ten recovery codes
 * (REQUIREMENTS S2).
 *
 * A code is taken once: none of its step or of an earlier one is taken again. Wrong codes count as
 * wrong passwords do, by address and network; codes of the app also by account, since they are
 * short and whoever knows the password could guess from many networks. The login's second step is
 * service/auth_step; who may ask is the page's.
 */
#ifndef ASSENT_SERVICE_FACTOR_H
#define ASSENT_SERVICE_FACTOR_H

#include "crypto/recovery_code.h"
#include "service/auth.h"
#include "store/factors.h"

#define FACTOR_RECOVERY_CODES 10
#define FACTOR_DRIFT_STEPS    1 /* before and after the server's clock */

enum factor_fault {
    FACTOR_FINE,
    FACTOR_WRONG,
    FACTOR_USED,      /* this code, or a later one, was taken before */
    FACTOR_CLOCK,     /* the server's clock was set back: until_s says when codes are taken again */
    FACTOR_DRIFT,     /* right, but drift_s away from the server's clock */
    FACTOR_THROTTLED, /* wait_s says how long */
    FACTOR_PASSWORD,  /* the password was wrong */
    FACTOR_OUT_OF_TURN, /* on already, not on, or none was begun */
    FACTOR_FAULT_COUNT
};

struct factor_facts {
    bool is_on, is_begun, is_required;
    int64_t since;
    int64_t codes_left;
};
enum status factor_facts(const struct service *service, int64_t admin,
                         struct factor_facts *out) MUST_CHECK;

/* Whether this admin must set one up before anything else: it is required, and they have none. */
enum status factor_is_due(const struct service *service, int64_t admin, bool *out) MUST_CHECK;

/* What the app wants: as an address for the QR code, and as text to type. */
struct factor_offer {
    const char *secret; /* in groups of four */
    const char *uri;    /* otpauth://totp/… */
};
/* STATUS_NOT_FOUND: none was begun, or it is on. From the arena. */
enum status factor_offer(const struct service *service, struct arena *arena,
                         const struct admin *admin, struct factor_offer *out) MUST_CHECK;

struct factor_checked {
    enum factor_fault fault;
    int64_t wait_s, until_s, drift_s;
    bool was_recovery;
    int64_t codes_left; /* where it was */
};
/* Takes a code as typed, of the app or for recovery, of an admin whose factor is on, or counts a
 * failure. A recovery code that is taken is in the ledger. */
enum status factor_check(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct admin *admin, const char *typed, const struct origin *origin,
                         int64_t now_s, struct factor_checked *out) MUST_CHECK;

/* What an admin does with their own: who they are, the password they typed once more (auth_prepare,
 * then auth_check in a thread), and the code. */
struct factor_act {
    const struct auth_session *session;
    struct login_attempt attempt;
    bool is_right; /* the password */
    const char *code;
    struct origin origin;
    int64_t now_s;
};
struct factor_done {
    struct factor_checked checked;
    char codes[FACTOR_RECOVERY_CODES][RECOVERY_CODE_TEXT_BYTES]; /* new ones: the caller wipes */
    bool has_codes;
};
/* Makes a secret that waits to be turned on, in the place of one that waits. No code. */
enum status factor_begin(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct factor_act *act, struct factor_done *out) MUST_CHECK;
/* By a code of the app; no password. Ends the admin's other sessions: they knew no code. */
enum status factor_turn_on(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct factor_act *act, struct factor_done *out) MUST_CHECK;
enum status factor_turn_off(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct factor_act *act, struct factor_done *out) MUST_CHECK;
/* Ten new recovery codes; the earlier ones are void. */
enum status factor_renew(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct factor_act *act, struct factor_done *out) MUST_CHECK;

/* Takes off the factor of somebody who has lost it and ends their sessions: for owners and the
 * command; asks for nothing. STATUS_NOT_FOUND: no such admin, or no factor that is on. */
enum status factor_reset(const struct service *service, struct txn *txn, struct arena *arena,
                         int64_t admin, const struct origin *origin) MUST_CHECK;

#endif
