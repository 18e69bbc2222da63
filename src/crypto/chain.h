/*
 * crypto/chain: the ledger's canonical encoding and hash chain.
 *
 * hash(n) = BLAKE2b-256( "assent-ledger-v1" || 0x00 || hash(n-1) || encoding(n) ); hash(0) is all
 * zero. The encoding is every public field of struct entry in the order of chain.c's table,
 * integers big-endian at fixed width, the proof preceded by its length. daily before, daily after,
 * weekly before and weekly after come last, eight bytes each, and only where any of them is not 0:
 * so entries of people who never chose a frequency hash as they did before there was one. Private
 * fields come in only through private_hash: keyed BLAKE2b-256 of a random salt and, for each text
 * in the order of struct entry_private, its length (4 bytes) and its bytes; the campaign only where
 * there is one, so that entries without hash as they did before there was any. Blanking them later
 * leaves the chain whole.
 */
#ifndef ASSENT_CRYPTO_CHAIN_H
#define ASSENT_CRYPTO_CHAIN_H

#include "base/ledger.h"

#define CHAIN_SALT_BYTES 16

/* The hash of entry (all its public fields, position and private_hash set) after previous. */
void chain_hash(const struct entry *entry, const uint8_t previous[LEDGER_HASH_BYTES],
                uint8_t out[LEDGER_HASH_BYTES]);

/* The commitment to entry's private fields, under the 32 bytes of secrets_ledger_key. NULL and ""
 * are the same. All zero when all are blank. */
void chain_private_hash(const struct entry_private *fields, const uint8_t salt[CHAIN_SALT_BYTES],
                        const uint8_t *ledger_key, uint8_t out[LEDGER_HASH_BYTES]);

#endif
