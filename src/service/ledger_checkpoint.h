/*
 * service/ledger_checkpoint: when the ledger's head is signed, and where it is kept: in the
 * database, in the transaction of the entry itself, and in a file beside it that can be kept
 * elsewhere.
 *
 * Every LEDGER_CHECKPOINT_EVERY-th entry has one, made by service/record; a day that brought fewer
 * has one too. Not to be confused with SQLite's checkpoints of its WAL (service/checkpointer).
 */
#ifndef ASSENT_SERVICE_LEDGER_CHECKPOINT_H
#define ASSENT_SERVICE_LEDGER_CHECKPOINT_H

#include "crypto/checkpoint.h"
#include "service/service.h"
#include "store/checkpoints.h"

#define LEDGER_CHECKPOINT_EVERY 10000
#define LEDGER_CHECKPOINT_DAY_S 86400

/* What the sweep has to do, from two rows: whether a day is over, and the newest checkpoint that is
 * committed, 0: none. */
struct ledger_checkpoint_due {
    bool is_day_over;
    struct position newest;
};
enum status ledger_checkpoint_due(const struct service *service, struct arena *arena, int64_t now_s,
                                  struct ledger_checkpoint_due *out) MUST_CHECK;

/* Signs the head if a day is over since the newest checkpoint, or at_once, and if there is anything
 * behind it. *made may be NULL. */
enum status ledger_checkpoint_make(const struct service *service, struct txn *txn,
                                   struct arena *arena, int64_t now_s, bool at_once,
                                   bool *made) MUST_CHECK;

/* Appends to checkpoints.txt in the data folder what it lacks of the checkpoints up to newest,
 * which must be committed ones, and syncs it. A file that is not there is written anew. Under the
 * write lock, so that one does it at a time. */
enum status ledger_checkpoint_write(const struct service *service, struct txn *txn,
                                    struct arena *arena, struct position newest) MUST_CHECK;

/* The newest entry: position 0 and a hash of zeroes before the first. */
struct ledger_head {
    struct position position;
    int64_t at;
    uint8_t hash[LEDGER_HASH_BYTES];
};
enum status ledger_head_get(const struct service *service, struct ledger_head *out) MUST_CHECK;

/* The newest note. STATUS_NOT_FOUND: none was made yet. */
enum status ledger_checkpoint_newest(const struct service *service, struct arena *arena,
                                     struct checkpoint_row *out) MUST_CHECK;

/* The public half of the key, for keys.json and exports. */
struct ledger_checkpoint_key {
    char id[CHECKPOINT_KEY_ID_BYTES];
    char public_key[CHECKPOINT_PUBLIC_BYTES * 2]; /* base64url */
    char verifier[CHECKPOINT_VERIFIER_BYTES];
};
void ledger_checkpoint_key(const struct service *service, struct ledger_checkpoint_key *out);

#endif
