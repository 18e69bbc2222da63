/*
 * service/import: people from a CSV file, in short transactions between which others write.
 *
 * The first row names the columns, in any order (see service/import_columns): email, which must be
 * there; name, contact_type, status, language; one for each topic, by key or name, whose cells say
 * yes or no. What a row means:
 * - a person who is new is added: opted in unless status says otherwise, with the topics that say
 *   yes and no others;
 * - a person who is on the list gets the name, type, language, status and choices of the row; a
 * blank cell, or a column that is not there, leaves what is. Their address stays as it is written;
 * - Opted Out turns every topic off, whatever the topics' cells say;
 * - what a person opted out of stays off, unless options.consent says how they agreed since: the
 *   rest of the row is applied, and the row counts as kept_out. Consent can't speak of an opt-out
 *   that came after it: such a one stands;
 * - who is opted out because the import that brought them was taken back is new again;
 * - an address that comes again in the file updates what the row before it made.
 * Running the same file again changes nothing, so that after a stop it is simply run again.
 *
 * Rows are sorted by address within chunks of IMPORT_CHUNK_ROWS, which keeps index pages together
 * (the first chunks are smaller, so that writing begins at once); memory is bounded by two chunks,
 * whatever the file: one is written while a thread reads the next.
 */
#ifndef ASSENT_SERVICE_IMPORT_H
#define ASSENT_SERVICE_IMPORT_H

#include <stdatomic.h>
#include <stdio.h>

#include "service/import_apply.h"
#include "service/import_columns.h"
#include "service/service.h"

struct import_counts {
    int64_t rows, added, updated, unchanged, kept_out, rejected;
    int64_t line; /* all rows up to the one that begins on this line are done and on disk */
};

#define IMPORT_CHUNK_ROWS 65536

struct import_progress {
    struct import_counts counts;
    int64_t bytes_done, bytes_total;
};

struct import_options {
    const char *name;              /* of the file, for the ledger */
    const char *consent;           /* NULL: nobody who opted out comes back in */
    struct position consent_until; /* nor does who opted out after that; 0: after the run began */
    bool is_dry_run;     /* decide everything, write nothing: needs some 50 bytes of memory for each
                            person that the file would add or change */
    int64_t bytes_total; /* 0: unknown */
    FILE *rejected;      /* NULL: don't keep; else gets the header and the rejected rows in the
                            file's order, with line and reason; nothing when none is rejected.
                            Mended, it can be imported as it is. Of addresses that were erased
                            or blocked line and reason alone */
    atomic_bool *stop;   /* set by a signal handler: ends after the current transaction */
    void (*progress)(const struct import_progress *progress, void *context); /* NULL: none */
    void *context;
    const struct origin *origin; /* who asked; NULL: a command on the server */
    int64_t resumes;             /* a run that was cut off, of the same file; 0: a new one */
    /* What the columns are, before any row. NULL: nobody asks. */
    void (*columns)(const struct import_columns *columns, void *context);
    /* The run's number, once it is on disk, and nothing else of it. NULL: nobody asks. */
    void (*begun)(int64_t run, void *context);
    /* Dry run: what one row comes to. result: before and after, set unless the row was rejected.
     * NULL: nobody asks. */
    void (*row)(const struct import_row *row, enum import_verdict verdict,
                const struct change_result *result, void *context);
};

enum import_end { IMPORT_DONE, IMPORT_STOPPED, IMPORT_BAD_HEADER };

struct import_result {
    enum import_end end;
    struct import_counts counts;
    const char *fault;   /* IMPORT_BAD_HEADER: what is wrong with the header, in words */
    const char *ignored; /* columns that nothing reads, to be told: "phone, city"; "" for none */
    int64_t run;         /* of the ledger's entries; 0 for a dry run */
};

/* service->store is a writer's store. file is read once, so a pipe will do. A bad header writes
 * nothing at all. If it fails on the way *out still holds the counts of what is on disk. */
enum status import_run(const struct service *service, struct arena *arena, FILE *file,
                       const struct import_options *options, struct import_result *out) MUST_CHECK;

#endif
