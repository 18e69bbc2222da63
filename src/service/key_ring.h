/*
 * service/key_ring: the key ring as people look after it: what came back by each key, rotating,
 * adding a sender's key as it was pasted, revoking. What a key is and where its secret lies is
 * service/keys'.
 */
#ifndef ASSENT_SERVICE_KEY_RING_H
#define ASSENT_SERVICE_KEY_RING_H

#include "crypto/public_key.h"
#include "service/keys.h"
#include "store/link_uses.h"

#define KEY_RING_DAYS      30  /* that are counted together and charted, today among them */
#define KEY_RING_KEPT_DAYS 400 /* after them, counts go */
#define KEY_RING_MAX       500 /* keys that may be added by page or command */

#define KEY_OWNER_MAX_BYTES 80
#define KEY_OWNER_OURSELVES "this server"

/* None is below zero. */
struct key_counts {
    int64_t opened, acted, machine, refused;
};

/* What came of links: everything but what machines opened. */
int64_t key_counts_used(const struct key_counts *counts);

struct key_row {
    struct link_key key;
    bool signs_here;        /* this server's links are signed with it now */
    struct key_counts uses; /* of the last KEY_RING_DAYS */
    int64_t used_day_s;     /* the last day with any use, as its first second; 0: none is kept */
};

struct key_ring {
    struct key_row *rows; /* newest first */
    size_t count;
    struct key_counts days[KEY_RING_DAYS]; /* of all keys, oldest first */
    int64_t first_day_s;
};
enum status key_ring_load(const struct service *service, struct arena *arena, int64_t now_s,
                          struct key_ring *out) MUST_CHECK;

/* What came back by one key in the last KEY_RING_DAYS. */
enum status key_ring_uses(const struct service *service, struct link_key_id id, int64_t now_s,
                          struct key_counts *out) MUST_CHECK;

/* Adds counted rows to what is kept, and lets go of their keys' what is older than
 * KEY_RING_KEPT_DAYS. */
enum status key_ring_count(struct txn *txn, const struct link_use *rows, size_t count,
                           int64_t now_s) MUST_CHECK;

/* Lets go what is older, of every key. */
enum status key_ring_sweep(struct txn *txn, struct arena *arena, int64_t now_s) MUST_CHECK;

enum key_fault {
    KEY_FINE,
    KEY_OWNER_BAD, /* empty, or longer than KEY_OWNER_MAX_BYTES */
    KEY_UNREADABLE,
    KEY_PRIVATE,
    KEY_OTHER_KIND,
    KEY_NO_POINT,
    KEY_SMALL_ORDER,
    KEY_THERE,     /* that key, or another with its id */
    KEY_MEANWHILE, /* a key was added since the form was shown */
    KEY_FULL,      /* KEY_RING_MAX are there */
    KEY_GONE,      /* there is none of that id */
    KEY_ENDED,     /* it was revoked before */
    KEY_FAULT_COUNT
};

/* What reading a public key found, as one of these. */
enum key_fault key_fault_of(enum public_key_fault fault);

struct key_done {
    enum key_fault fault;
    struct link_key_id id; /* with FINE */
    const char *owner;     /* with FINE */
};

/* In all three a refusal is STATUS_OK with a fault, and nothing was written. newest: the id of the
 * newest key as the form was shown with, "" where there was none; NULL: not asked. */

/* A new signing key of our own; those of ours that signed until now verify from then on, so that
 * links that were sent stay good. STATUS_IO and STATUS_FULL also where the secret's file can't be
 * written. */
enum status key_ring_rotate(const struct service *service, struct txn *txn, struct arena *arena,
                            const char *newest, const struct origin *origin,
                            struct key_done *out) MUST_CHECK;

/* Believes links by the key in text (crypto/public_key has the forms) from now on. */
enum status key_ring_add(const struct service *service, struct txn *txn, struct arena *arena,
                         const char *text, const char *owner, const struct origin *origin,
                         struct key_done *out) MUST_CHECK;

/* For ever. */
enum status key_ring_revoke(const struct service *service, struct txn *txn, struct arena *arena,
                            struct link_key_id id, const struct origin *origin,
                            struct key_done *out) MUST_CHECK;

#endif
