/*
 * service/backup: a copy of the database into a file, while others serve and write, and the looking
 * over of such a file. Keys are not in it: service/key_backup. Putting one back is service/restore.
 */
#ifndef ASSENT_SERVICE_BACKUP_H
#define ASSENT_SERVICE_BACKUP_H

#include "service/service.h"

/* Called some times a second; false: end with STATUS_BUSY. In bytes; total 0: nothing can be said
 * of how long it takes. */
typedef bool backup_watch(void *context, int64_t done, int64_t total);

struct backup_plan {
    const struct service *service; /* its store: a reader, which nothing else uses meanwhile */
    const char *path;
    bool replaces;
    bool is_full_speed; /* else it rests two thirds of the time, so that others are quick, and
                         * SQLite's own quick check reads the copy once more */
    backup_watch *goes_on;
    void *context;
};

/* What a file was found to hold. */
struct backup_facts {
    int64_t bytes;
    struct position head;
    int64_t head_at;
    int64_t people;
    struct position checkpoint; /* the newest that our key signed, and which fits; 0: none */
};

struct backup_made {
    struct backup_facts facts;
    int64_t copy_ns, check_ns;
};

/* Copies, checks the copy while it goes to the disk, syncs it, and only then gives it its name. On
 * failure there is nothing under that name that was not there before, and *fault says why, in words
 * from arena; "" where the status says enough. STATUS_BUSY: goes_on ended it, or another process
 * writes the same file. */
enum status backup_make(const struct backup_plan *plan, struct arena *arena,
                        struct backup_made *out, const char **fault) MUST_CHECK;

/* Whether a file that nobody writes is sound, as far as can be told in seconds: SQLite's check, and
 * the ledger from its newest checkpoint to its end. STATUS_CORRUPT, STATUS_REFUSED (another
 * version): *fault says what was found. */
enum status backup_look(const struct service *service, struct arena *arena, const char *path,
                        backup_watch *goes_on, void *context, struct backup_facts *out,
                        const char **fault) MUST_CHECK;

/* The ledger's part of it, of a database that is open: out's positions and head_at are set. */
enum status backup_look_ledger(const struct service *service, struct store *store,
                               struct arena *arena, struct backup_facts *out,
                               const char **fault) MUST_CHECK;

#endif
