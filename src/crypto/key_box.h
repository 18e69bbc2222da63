/*
 * crypto/key_box: a small secret closed up under a passphrase, to be kept where others may come by.
 *
 * The form, numbers big-endian:
 *
 *   16 bytes   "assent-keys-v1", a line feed, a zero byte
 *    8         Argon2id (version 1.3): operations
 *    8         and bytes of memory
 *   16         its salt
 *   24         header of libsodium's secretstream (XChaCha20-Poly1305)
 *   the rest   one message of that stream, tagged final, whose additional data are all 72 bytes
 *              before it: 1 byte and 16 of its tag more than what was closed up
 *
 * The key is the 32 bytes that Argon2id makes of the passphrase, the salt and the two numbers. So
 * no byte of a box can be changed unseen, those of the numbers included.
 */
#ifndef ASSENT_CRYPTO_KEY_BOX_H
#define ASSENT_CRYPTO_KEY_BOX_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

#define KEY_BOX_HEAD_BYTES 72
#define KEY_BOX_MORE_BYTES (KEY_BOX_HEAD_BYTES + 17) /* than what is closed up */

/* What guessing one passphrase costs. */
struct key_box_cost {
    uint64_t operations, memory_bytes;
};

/* Half a second and 256 MB or so, of libsodium's three the middle one. */
extern const struct key_box_cost key_box_usual;

/* out: len + KEY_BOX_MORE_BYTES. STATUS_FULL: not so much memory to be had. */
enum status key_box_close(const char *passphrase, const struct key_box_cost *cost,
                          const uint8_t *data, size_t len, uint8_t *out) MUST_CHECK;

/* out: len - KEY_BOX_MORE_BYTES, best of guarded memory; wiped on failure. STATUS_INVALID: it is no
 * such box, or asks for more than any of ours. STATUS_REFUSED: another passphrase, or a byte was
 * changed: nobody can tell which. STATUS_FULL as above. */
enum status key_box_open(const char *passphrase, const uint8_t *box, size_t len,
                         uint8_t *out) MUST_CHECK;

#endif
