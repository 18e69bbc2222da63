/*
 * crypto/chain: the ledger's canonical encoding and hash chain.
 *
 * hash(n) = BLAKE2b-256( "assent-ledger-v1" || 0x00 || hash(n-1) || encoding(n) ); hash(0) is all
 * zero. The encoding is every public field of struct entry in the order of chain.c's table,
 * integers big-endian at fixed width, the proof preceded by its length. daily before, daily after,
 * weekly before and weekly after come last, eight bytes each, and only where any of them is not 0:
 * so entries of people who never chose a frequency hash as they did before there was one. Private
 * fields come in only through private_hash, so that blanking them later leaves the chain whole. All
 * its hashes are BLAKE2b-256 keyed with secrets_ledger_key, || joins, and text(t) is t's length
 * (4 bytes, big-endian) and its bytes:
 *
 *   words   = hash( "assent-words-v1" || 0x00 || salt || text(note) || text(campaign) )
 *   client  = hash( "assent-client-v1" || 0x00 || client_salt || text(address) || text(agent) )
 *   private_hash = hash( "assent-private-v2" || 0x00 || words || client )
 *
 * words, and client, is all zero where both its texts are blank; so is private_hash where all four
 * are. The client goes first: client_hash then keeps its hash, client_salt goes with it, and the
 * words can still be checked. Without a row (a person was erased) nothing can be, and nothing needs
 * to.
 *
 * Entries of before there were two salts have neither client_salt nor client_hash:
 *
 *   private_hash = hash( salt || text(note) || text(address) || text(agent) [|| text(campaign)] )
 *
 * with the campaign only where there is one. When the client of such an entry goes, the chain
 * covers its words no longer. client_hash then holds a mark, made only where all four texts fitted:
 *
 *   mark    = hash( "assent-blanked-v1" || 0x00 || private_hash || words )
 *
 * by which nobody without the ledger key can alter them unseen.
 *
 * An ENTRY_WORDING has no private fields: its private_hash is the plain BLAKE2b-256 of the list of
 * texts that came to stand (service/wording), so that the chain covers them.
 */
#ifndef ASSENT_CRYPTO_CHAIN_H
#define ASSENT_CRYPTO_CHAIN_H

#include "base/ledger.h"

/* The hash of entry (all its public fields, position and private_hash set) after previous. */
void chain_hash(const struct entry *entry, const uint8_t previous[LEDGER_HASH_BYTES],
                uint8_t out[LEDGER_HASH_BYTES]);

/* The commitment to entry's private texts under the two salts of its seal and the 32 bytes of
 * secrets_ledger_key. NULL and "" are the same. All zero when all are blank. */
void chain_private_hash(const struct entry *entry, const uint8_t *ledger_key,
                        uint8_t out[LEDGER_HASH_BYTES]);

/* How an entry's private texts stand to its private_hash. */
enum chain_private {
    CHAIN_PRIVATE_NONE,           /* it never had any */
    CHAIN_PRIVATE_FITS,           /* all are as they were written */
    CHAIN_PRIVATE_CLIENT_BLANKED, /* address and agent went; the words are as they were written */
    CHAIN_PRIVATE_UNPROVEN, /* the same in the older form: the mark vouches for the words, not the
                               chain */
    CHAIN_PRIVATE_BLANKED,  /* all went: only that there was something can be said */
    CHAIN_PRIVATE_ALTERED,
    CHAIN_PRIVATE_COUNT
};

/* entry with its private texts and seal as they are kept. */
enum chain_private chain_private_check(const struct entry *entry, const uint8_t *ledger_key);

/* What client_hash must be once address and agent of entry, which has them still, are gone. Texts
 * that were altered before stay altered to chain_private_check. */
void chain_client_hash(const struct entry *entry, const uint8_t *ledger_key,
                       uint8_t out[LEDGER_HASH_BYTES]);

#endif
