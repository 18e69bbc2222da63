/*
 * store/store: opening the database, the write lock, transactions, prepared statements.
 *
 * The only room with SQL. No SQLite type shows in a header: a second engine follows. A struct
 * store reads; only a struct txn can write, and only holding the write lock gives one, so a
 * function without a txn parameter can't change anything.
 *
 * A store belongs to one thread. Statements live in sql/, are compiled to a table at build, and
 * are all prepared when the store is opened.
 */
#ifndef ASSENT_STORE_STORE_H
#define ASSENT_STORE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/contact.h"
#include "base/status.h"

struct store;
struct txn;

/* Creates or migrates the database at path to the newest version, under the write lock.
 * lock_path: the small mapped file that holds the process-shared robust mutex. STATUS_REFUSED: the
 * file is newer than this program. */
enum status store_migrate(const char *path, const char *lock_path) MUST_CHECK;

/* The engine and its version, as it runs. Static. */
const char *store_engine(void);

/* The newest schema version this program knows. */
int store_version(void);

/* A connection that can't write (query_only, opened read-only where the engine allows). The caller
 * closes. STATUS_NOT_FOUND: no such file. STATUS_REFUSED: version differs from store_version. */
enum status store_open_reader(const char *path, struct store **out) MUST_CHECK;

/* A connection that can begin transactions. */
enum status store_open_writer(const char *path, const char *lock_path,
                              struct store **out) MUST_CHECK;
void store_close(struct store *store);

/* Words about the last failure of this store, for the log; never holds personal data. */
const char *store_fault(const struct store *store);

/* Takes the write lock (waits up to wait_ms; STATUS_BUSY after it) and begins a transaction. A
 * holder that died is healed: the database recovers by itself, the lock is made consistent. */
enum status txn_begin(struct store *writer, int wait_ms, struct txn **out) MUST_CHECK;

/* Writes the counters kept aside, commits durably, releases the lock. On failure everything of the
 * transaction is rolled back and the lock released; txn is gone either way. */
enum status txn_commit(struct txn *txn) MUST_CHECK;
void txn_rollback(struct txn *txn); /* NULL is allowed */

/* For reads inside the transaction. */
struct store *txn_store(struct txn *txn);

/* Whether others wait for the lock: bulk work commits early then. */
bool txn_is_wanted(const struct txn *txn);

/* One consistent view over several reads; begin and end do not nest. */
enum status store_snapshot_begin(struct store *store) MUST_CHECK;
void store_snapshot_end(struct store *store);

/* Makes a scan that runs in store end early with STATUS_BUSY. May be called from another thread. */
void store_interrupt(struct store *store);

/* Whether the writer may use much memory (up to about 128 MB instead of 8): for bulk work in a
 * process of its own, where every batch touches pages all over the file. */
void store_use_memory(struct store *writer, bool much);

/* Moves what it can from the WAL into the database file, never waiting for readers or writers. */
enum status store_checkpoint(struct store *writer) MUST_CHECK;

/* The same, however short the WAL: for a thread of its own whose store commits nothing itself. */
enum status store_checkpoint_now(struct store *writer) MUST_CHECK;

/* Pages in the WAL after this store's newest commit, those of other processes included. */
int64_t store_wal_pages(const struct store *writer);

/* The newest position in the ledger. */
enum status store_position(struct store *store, struct position *out) MUST_CHECK;

/* A number for what is in the file now: while it stays the same, nobody else has changed anything.
 * Numbers of different stores can't be compared. */
enum status store_data_version(struct store *store, int64_t *out) MUST_CHECK;

/* The number for what was in the file at this store's last read, whatever that asked for. Costs
 * next to nothing. */
int64_t store_data_version_seen(struct store *store);

#endif
