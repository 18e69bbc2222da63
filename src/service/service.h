/*
 * service/service: what every decision gets handed: where to read, the secrets, the settings.
 *
 * Services never see SQLite, Kore or a view. A function that changes anything takes a struct txn;
 * one that takes only a struct service can't. Outcomes are plain structs whose strings live in the
 * arena that was passed.
 */
#ifndef ASSENT_SERVICE_SERVICE_H
#define ASSENT_SERVICE_SERVICE_H

#include "base/conf.h"
#include "base/ledger.h"
#include "crypto/content_hash.h"
#include "crypto/crypto.h"
#include "crypto/link_token.h"
#include "store/store.h"

struct common_kept;
struct link_signer; /* the signing key of this installation: service/keys */

struct service {
    const struct conf *conf;
    struct secrets *secrets;
    struct link_signer *signer; /* ask keys_signer */
    struct store *store;        /* for reads; inside a write, txn_store(txn) */
    struct common_kept *kept;   /* between requests: service/common. NULL: nothing is */
    uint8_t public_id_key[PUBLIC_ID_KEY_BYTES];
    uint8_t wording_pages[CONTENT_HASH_BYTES]; /* of this program: service/wording */
};

/* Who asks, by which proof, from where: goes into the ledger as it is. */
struct origin {
    enum actor_kind actor;
    int64_t actor_id;
    enum proof_kind proof_kind;
    uint8_t proof[PROOF_MAX_BYTES];
    size_t proof_len;
    int32_t wording;
    const char *address;  /* NULL: none */
    const char *agent;    /* NULL: none */
    const char *campaign; /* the sender's reference on the link; NULL: none */
};

#endif
