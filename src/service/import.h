/*
 * service/import: people from a CSV file, in short transactions between which others write.
 */
#ifndef ASSENT_SERVICE_IMPORT_H
#define ASSENT_SERVICE_IMPORT_H

#include <stdatomic.h>
#include <stdio.h>

#include "service/service.h"

struct import_counts {
    int64_t rows, added, updated, unchanged, kept_out, rejected;
    int64_t line; /* last line whose row is done and on disk */
};

struct import_progress {
    struct import_counts counts;
    int64_t bytes_done, bytes_total;
};

struct import_options {
    const char *name;    /* of the file, for the ledger */
    const char *consent; /* NULL: nobody who opted out comes back in */
    bool is_dry_run;     /* decide everything, write nothing */
    int64_t bytes_total; /* 0: unknown */
    FILE *rejected;      /* NULL: don't keep; else gets the header and rejected rows, with line and
                            reason */
    atomic_bool *stop;   /* set by a signal handler: ends after the current transaction */
    void (*progress)(const struct import_progress *progress, void *context); /* NULL: none */
    void *context;
};

enum import_end { IMPORT_DONE, IMPORT_STOPPED, IMPORT_BAD_HEADER };

struct import_result {
    enum import_end end;
    struct import_counts counts;
    const char *fault; /* IMPORT_BAD_HEADER: what is wrong with the header, in words */
};

/* writer: service->store is a writer's store. file must be seekable or is spooled. */
enum status import_run(const struct service *service, struct arena *arena, FILE *file,
                       const struct import_options *options, struct import_result *out) MUST_CHECK;

#endif
