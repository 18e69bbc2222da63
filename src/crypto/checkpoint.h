/*
 * crypto/checkpoint: a signed statement of how far the ledger had come: a note that anybody can
 * keep and check, and that no later history contradicts unnoticed.
 *
 * The form is C2SP's signed note (c2sp.org/signed-note), UTF-8, six lines:
 *
 *     assent-checkpoint-v1/1f2e3d4c                     what it is, and the key's id: the origin
 *     1207                                              position of the newest entry
 *     q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=      that entry's hash, base64
 *     2026-11-23T16:00:00Z                              when it was signed
 *                                                       (an empty line)
 *     — assent-checkpoint-v1/1f2e3d4c k1p…              base64 of 4 bytes that name the key, and 64
 *
 * The 64 bytes are an Ed25519 signature (RFC 8032) over the first four lines with their line feeds.
 * The key has this use alone: it is made from a subkey of the master key.
 */
#ifndef ASSENT_CRYPTO_CHECKPOINT_H
#define ASSENT_CRYPTO_CHECKPOINT_H

#include "base/ledger.h"
#include "crypto/crypto.h"

#define CHECKPOINT_DOMAIN         "assent-checkpoint-v1"
#define CHECKPOINT_FILE           "checkpoints.txt"
#define CHECKPOINT_PUBLIC_BYTES   32
#define CHECKPOINT_LINES          6
#define CHECKPOINT_NOTE_MAX       320 /* with its NUL */
#define CHECKPOINT_KEY_ID_BYTES   9   /* eight hex digits and a NUL */
#define CHECKPOINT_VERIFIER_BYTES 96

struct checkpoint {
    struct position position;
    int64_t at;
    uint8_t hash[LEDGER_HASH_BYTES]; /* of the entry at position */
};

void checkpoint_public_key(const struct secrets *secrets, uint8_t out[CHECKPOINT_PUBLIC_BYTES]);

/* Names the key: the first four bytes of its BLAKE2b-256, in hex. */
void checkpoint_key_id(const uint8_t public_key[CHECKPOINT_PUBLIC_BYTES],
                       char out[CHECKPOINT_KEY_ID_BYTES]);

/* The key as programs for signed notes want it: NAME+HASH+KEY. */
void checkpoint_verifier(const uint8_t public_key[CHECKPOINT_PUBLIC_BYTES],
                         char out[CHECKPOINT_VERIFIER_BYTES]);

void checkpoint_sign(const struct secrets *secrets, const struct checkpoint *checkpoint,
                     char out[CHECKPOINT_NOTE_MAX]);

enum checkpoint_fault {
    CHECKPOINT_FINE,
    CHECKPOINT_MALFORMED, /* it is no note of ours */
    CHECKPOINT_OTHER_KEY, /* another installation's: it says nothing of this ledger */
    CHECKPOINT_FORGED,    /* it names this key, which did not sign it */
};

/* Reads the note of len bytes and holds it against the key. *out is set unless it is malformed. */
enum checkpoint_fault checkpoint_read(const char *note, size_t len,
                                      const uint8_t public_key[CHECKPOINT_PUBLIC_BYTES],
                                      struct checkpoint *out);

/* The next note in text from *at on: where it begins, and its length. Lines between notes are
 * passed over. 0: there is none, or it lacks lines at its end; *at is then where that torn one
 * begins, or len. */
size_t checkpoint_find(const char *text, size_t len, size_t *at);

#endif
