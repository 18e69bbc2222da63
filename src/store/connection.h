/*
 * store/connection: what a struct store is inside, for this room's own files. It and query.h are
 * the only headers that name SQLite.
 */
#ifndef ASSENT_STORE_CONNECTION_H
#define ASSENT_STORE_CONNECTION_H

#include <sqlite3.h>
#include <stdatomic.h>

#include "base/ledger.h"
#include "statements.h"
#include "store/activity.h"
#include "store/counters.h"
#include "store/day_counts.h"
#include "store/kept_file.h"
#include "store/lock.h"
#include "store/store.h"

struct txn {
    struct store *store;
    bool is_open;
    enum status fault; /* of the first write that failed: nothing of this transaction may stay */
    struct counters counters;
    struct day_counts days;
    bool has_head; /* head, head_hash and head_at are known */
    struct position head;
    uint8_t head_hash[LEDGER_HASH_BYTES];
    int64_t head_at;
    struct activity_block block; /* that entries are appended to */
    int64_t next_contact;        /* 0: not known yet */
    bool gave_contact;           /* next_contact must be kept */
    bool has_in_use;             /* in_use is known */
    uint64_t in_use;             /* topics that are not retired */
    uint64_t offering;           /* those of them that offer daily and weekly; known with in_use */
    bool knows_any;              /* has_any is known */
    bool has_any;                /* an address that is suppressed */
    bool knows_moved;            /* has_moved is known */
    bool has_moved;              /* a person whose address was another once */
    bool erases;                 /* somebody: see store/scrub */
};

struct directory_helper;
struct directory_map;
struct directory_scan;

struct store {
    sqlite3 *db;
    sqlite3_stmt *statements[STATEMENT_COUNT];
    struct lock *lock; /* NULL: a reader */
    struct txn txn;
    struct activity_block block; /* as the last commit left it */
    bool has_snapshot;
    struct directory_scan *scan;        /* what the functions of a scan fill while it runs */
    atomic_uint interrupts;             /* how often others asked for an early end */
    struct directory_helper *helper;    /* NULL: searches go alone; not ours to free */
    struct directory_map *directory;    /* NULL: searches are the file's; not ours to free */
    int64_t wal_pages;                  /* after the last commit */
    bool has_erased;                    /* since scrub_was_asked looked */
    struct kept_file db_file, wal_file; /* of a writer: store/kept_file */
    char fault[256];
};

/* Opens path, creating nothing. On failure *out is still a store, to read store_fault from, unless
 * memory is short; close it. */
enum status connection_open(const char *path, bool writes, struct store **out) MUST_CHECK;

/* The same, reading, for a file that nobody writes: uri names it as an immutable one. */
enum status connection_open_still(const char *path, const char *uri, struct store **out) MUST_CHECK;

/* Prepares every statement; the version must fit. */
enum status connection_prepare(struct store *store) MUST_CHECK;

/* Runs statements that give no rows. */
enum status connection_run(struct store *store, const char *name, const char *text) MUST_CHECK;

/* What one number a statement gives, when the statements are not prepared yet. */
enum status connection_ask(struct store *store, enum statement id, int64_t *out) MUST_CHECK;

/* SQLite's result as ours; keeps words about a failure for store_fault. */
enum status connection_status(struct store *store, const char *name, int rc);

#endif
