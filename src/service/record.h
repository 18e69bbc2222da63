/*
 * service/record: one ledger entry made ready and appended. For service/change and
 * service/erase, which decide what is written; no other part of the program appends.
 */
#ifndef ASSENT_SERVICE_RECORD_H
#define ASSENT_SERVICE_RECORD_H

#include "crypto/chain.h"
#include "crypto/checkpoint.h"
#include "service/service.h"

struct record {
    struct entry entry;
    char agent[AGENT_MAX_BYTES + 1];
    char checkpoint[CHECKPOINT_NOTE_MAX]; /* "": none is due at this position */
};

/* Completes record->entry, in which what happened is set already: position, time, actor, proof,
 * wording, client, hashes. Empty private texts become none; an ENTRY_WORDING has none, and its
 * private_hash is set already. Writes nothing. The record must not be
 * copied afterwards, since the entry points into it. */
enum status record_prepare(const struct service *service, struct txn *txn,
                           const struct origin *origin, int64_t now_s,
                           struct record *record) MUST_CHECK;

/* Appends what record_prepare made, and the checkpoint where one is due;
 * nothing else may have been appended in between. */
enum status record_append(struct txn *txn, const struct record *record) MUST_CHECK;

#endif
