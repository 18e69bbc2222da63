/*
 * service/doctor: what an operator can get wrong, looked for: findings, and the checks of the
 * database, its keys and its ledger. Those of the machine around it are cli/doctor_*.
 *
 * It changes nothing.
 */
#ifndef ASSENT_SERVICE_DOCTOR_H
#define ASSENT_SERVICE_DOCTOR_H

#include "service/backup.h"

enum doctor_level {
    DOCTOR_FINE,
    DOCTOR_LOOK,   /* it works, and should be looked after */
    DOCTOR_BROKEN, /* something does not work, or soon will not */
};

struct doctor_finding {
    const char *check; /* stable key: "disk", "clock" … */
    enum doctor_level level;
    const char *words; /* what was found */
    const char *mend;  /* how to mend it; NULL with DOCTOR_FINE */
};

#define DOCTOR_FINDINGS_MAX 200

struct doctor {
    struct arena *arena;
    const struct conf *conf;
    int64_t now_s;
    size_t count;
    struct doctor_finding findings[DOCTOR_FINDINGS_MAX];
};

/* The newest beyond DOCTOR_FINDINGS_MAX are dropped. */
void doctor_add(struct doctor *doctor, const char *check, enum doctor_level level, const char *mend,
                const char *format, ...) __attribute__((format(printf, 5, 6)));

/* The versions of what is underneath, as they run: "SQLite 3.40.1, libsodium 1.0.18". */
const char *doctor_engines(struct arena *arena);

struct doctor_plan {
    bool is_full; /* every page with its indexes, and every entry of the ledger */
    int threads;
    backup_watch *goes_on;
    void *context;
};

/* database, master_key, link_keys, integrity, ledger, people, clock, log, outbox, hooks. False: it
 * was told to stop. */
bool doctor_database(struct doctor *doctor, const struct doctor_plan *plan) MUST_CHECK;

#endif
