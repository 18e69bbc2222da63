/*
 * service/approvals: two pairs of eyes. While they are on, an admin's act that is hard to take back
 * (opting in more than APPROVAL_PEOPLE_MAX people by one import, erasing a person, revoking a link
 * key or an API key, turning approvals off) is asked for first, and done once another admin, of a
 * role that might do it, has approved it: in the transaction of the decision, and once.
 *
 * What was asked is frozen: the row can't be changed, the ledger's entry of the asking says it too,
 * and a decision compares both, and what the decider was shown. Programs with an API key and the
 * command are no admins: they act by what they were given, without asking anyone.
 */
#ifndef ASSENT_SERVICE_APPROVALS_H
#define ASSENT_SERVICE_APPROVALS_H

#include "service/service.h"
#include "store/approvals.h"

#define APPROVAL_PEOPLE_MAX 100
#define APPROVAL_LIFE_S     (INT64_C(7) * 86400)
#define APPROVAL_OWNERS_MIN 2
#define APPROVAL_LIST_MAX   200 /* that wait */
#define APPROVAL_PAST_MAX   20  /* decided ones that are shown */

/* One act, exactly. */
struct approval_ask {
    enum approval_kind kind;
    struct public_id person; /* ERASE */
    const char *reason;      /* ERASE: as rights_reason gives it */
    struct link_key_id key;  /* LINK_KEY */
    int64_t id;              /* API_KEY: its number; IMPORT: the job's */
};

enum approval_gate {
    APPROVAL_NOT_NEEDED,   /* do it */
    APPROVAL_ASKED,        /* it is asked for now, and must not be done */
    APPROVAL_ASKED_BEFORE, /* it was asked for, and waits */
    APPROVAL_GATE_COUNT
};

/* To be called first, in the transaction of the act, with what would be done by whom. A target that
 * there is not needs no approval: the act itself says so. *id: of the request, unless NOT_NEEDED.
 */
enum status approvals_gate(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct approval_ask *ask, const struct origin *origin,
                           enum approval_gate *out, int64_t *id) MUST_CHECK;

enum approval_outcome {
    APPROVAL_DONE,
    APPROVAL_NOT_THERE,  /* no such request */
    APPROVAL_OWN,        /* nobody decides what they asked for */
    APPROVAL_NOT_OWN,    /* nobody else withdraws it */
    APPROVAL_ROLE,       /* the decider's role might not do it */
    APPROVAL_OVER,       /* decided, withdrawn or expired before */
    APPROVAL_ALTERED,    /* not what was asked, or not what was shown */
    APPROVAL_IMPOSSIBLE, /* it can't be done any more: the request is void from now on */
    APPROVAL_OUTCOME_COUNT
};

/* Approves and does, or declines. seen: the mark of the line that the decider was shown. origin: an
 * admin's. All but DONE and IMPOSSIBLE have written nothing. */
enum status approvals_decide(const struct service *service, struct txn *txn, struct arena *arena,
                             int64_t id, const char *seen, bool approves,
                             const struct origin *origin, enum approval_outcome *out) MUST_CHECK;

/* By who asked. */
enum status approvals_withdraw(const struct service *service, struct txn *txn, struct arena *arena,
                               int64_t id, const struct origin *origin,
                               enum approval_outcome *out) MUST_CHECK;

enum status approvals_is_on(struct store *store, struct arena *arena, bool *out) MUST_CHECK;

enum approvals_turn {
    APPROVALS_TURNED,
    APPROVALS_WERE,  /* so already */
    APPROVALS_FEW,   /* fewer than APPROVAL_OWNERS_MIN owners could sign in: not turned on */
    APPROVALS_WAITS, /* an admin has asked to turn them off: another must approve it */
    APPROVALS_TURN_COUNT
};

/* On, by an owner or the command. */
enum status approvals_turn_on(const struct service *service, struct txn *txn, struct arena *arena,
                              const struct origin *origin, enum approvals_turn *out) MUST_CHECK;

/* Off: asked for by an owner, done at once by the command. */
enum status approvals_turn_off(const struct service *service, struct txn *txn, struct arena *arena,
                               const struct origin *origin, enum approvals_turn *out) MUST_CHECK;

#define APPROVAL_SEEN_BYTES CRYPTO_DIGEST_TEXT_BYTES

struct approval_line {
    struct approval approval;    /* its state as of now: EXPIRED, where its time is over */
    const char *asker, *decider; /* names for people; "" for nobody */
    const char *name;            /* of what it is about: a person, a key, a file; "" for gone */
    const char *email;           /* ERASE: the person's, "" for gone */
    const char *reason;          /* ERASE */
    int64_t people;              /* IMPORT */
    bool is_own, can_decide;
    char seen[APPROVAL_SEEN_BYTES]; /* marks exactly what was asked */
};

struct approvals_page {
    bool is_on;
    int64_t owners; /* who may sign in */
    struct approval_line *waiting, *past;
    size_t waiting_count, past_count;
};
enum status approvals_list(const struct service *service, struct arena *arena,
                           const struct admin *reader, int64_t now_s,
                           struct approvals_page *out) MUST_CHECK;

/* How many wait for reader's decision. */
enum status approvals_count_for(const struct service *service, const struct admin *reader,
                                int64_t now_s, int64_t *out) MUST_CHECK;

/* What nobody decided in time waits no more. */
enum status approvals_sweep(struct txn *txn, int64_t now_s) MUST_CHECK;

/* "erase", for JSON and the like. Static. */
const char *approval_kind_key(enum approval_kind kind);
const char *approval_state_key(enum approval_state state);

#endif
