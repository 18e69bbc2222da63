/*
 * service/restore: a backup in the place of the present database.
 *
 * The backup is copied beside the present file as a draft, and everything happens to the draft: it
 * is checked (SQLite's whole check, schema, master key, the whole ledger), brought to this
 * program's version, compared with the present file, and handed the no's that were said since
 * (service/restore_noes). Only then does it take the place, in one rename; the present file stays
 * beside it under a dated name. Whatever fails before that leaves all as it was.
 *
 * The caller has made sure that nobody else has the data folder, and keeps it so.
 */
#ifndef ASSENT_SERVICE_RESTORE_H
#define ASSENT_SERVICE_RESTORE_H

#include "service/backup.h"
#include "service/ledger_report.h"
#include "service/service.h"

/* What would be carried over, or was. Each is about people, unless it says else. */
struct restore_noes {
    int64_t opted_out; /* who opted out since */
    int64_t narrowed;  /* who turned topics off since, or a pause on, or had their links voided */
    int64_t strangers; /* whom the backup does not know, and who said no: put on as opted out */
    int64_t erased;    /* who were erased since */
    int64_t blocked;   /* addresses that became refused since */
    int64_t link_keys; /* keys: revoked or retired since; or made since, for mails sent with them */
    int64_t api_keys;  /* revoked since */
    int64_t admins;    /* removed, disabled, or given a lesser role since */
};

struct restore_facts {
    struct backup_facts backup;  /* of the draft */
    int version;                 /* of the schema, as the backup had it */
    struct ledger_report report; /* of the whole ledger */
    bool has_present;            /* there is a database now */
    bool is_readable;            /* and it can be compared */
    const char *present_fault;   /* why not, in words */
    struct backup_facts present;
    struct position common; /* up to here both say the same */
    int64_t yes_lost;       /* people who opted in, or turned a topic on, since; or came */
    struct restore_noes noes;
};

struct restore;

/* Another process that has the database open; 0: none. Not while this process has it open. */
int restore_holder(const struct conf *conf);

struct restore_plan {
    const struct conf *conf; /* of the data folder as it is */
    const char *path;        /* the backup */
    int threads;             /* for the ledger */
    backup_watch *goes_on;
    void *context;
};

/* Makes the draft, checks it, compares. STATUS_OK: *out holds the facts; the caller ends it.
 * Anything else: nothing was changed and nothing is left, and *fault says why, in words. */
enum status restore_begin(const struct restore_plan *plan, struct arena *arena,
                          struct restore **out, const char **fault) MUST_CHECK;
const struct restore_facts *restore_facts(const struct restore *restore);

/* Carries the no's over, if it shall and can, into the draft; ends all sessions there; says in its
 * ledger that it was put back; and puts it in place. *aside: where the former database lies now,
 * NULL: there was none. On failure all is as it was, but after STATUS_CORRUPT from the last step,
 * where *fault says what lies where. */
enum status restore_finish(struct restore *restore, bool carries, const char **aside,
                           struct restore_noes *carried, const char **fault) MUST_CHECK;

/* Frees all, and takes a draft away that did not take the place. NULL is allowed. */
void restore_end(struct restore *restore);

#endif
