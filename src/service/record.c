/*
 * service/record: one ledger entry made ready and appended. See the header.
 */
#include "service/record.h"

#include <string.h>

#include "service/ledger_checkpoint.h"
#include "store/entries.h"

static const char *text_or_null(const char *text)
{
    return text && *text ? text : NULL;
}

/* Cuts between characters, so that valid UTF-8 stays valid. */
static const char *cut_agent(const char *agent, char out[AGENT_MAX_BYTES + 1])
{
    if (!text_or_null(agent))
        return NULL;
    size_t len = strnlen(agent, AGENT_MAX_BYTES + 1);
    if (len > AGENT_MAX_BYTES) {
        len = AGENT_MAX_BYTES;
        while (len > 0 && ((unsigned char)agent[len] & 0xc0) == 0x80)
            len--;
    }
    memcpy(out, agent, len);
    out[len] = '\0';
    return out;
}

static void sign(const struct service *service, struct record *record)
{
    struct checkpoint checkpoint = {.position = record->entry.position, .at = record->entry.at};
    memcpy(checkpoint.hash, record->entry.hash, sizeof checkpoint.hash);
    checkpoint_sign(service->secrets, &checkpoint, record->checkpoint);
}

/* Words and client, under new salts. */
static void close_private(const struct service *service, const struct origin *origin,
                          struct record *record)
{
    struct entry *entry = &record->entry;
    entry->private.note = text_or_null(entry->private.note);
    entry->private.address = text_or_null(origin->address);
    entry->private.agent = cut_agent(origin->agent, record->agent);
    entry->private.campaign = text_or_null(origin->campaign);

    entry->seal = (struct entry_seal){.is_kept = entry->private.note || entry->private.address ||
                                                 entry->private.agent || entry->private.campaign};
    if (entry->seal.is_kept) {
        entry->seal.has_client_salt = true;
        crypto_random(entry->seal.salt, sizeof(entry->seal.salt));
        crypto_random(entry->seal.client_salt, sizeof(entry->seal.client_salt));
    }
    chain_private_hash(entry, secrets_ledger_key(service->secrets), entry->private_hash);
}

enum status record_prepare(const struct service *service, struct txn *txn,
                           const struct origin *origin, int64_t now_s, struct record *record)
{
    struct position head;
    uint8_t previous[LEDGER_HASH_BYTES];
    enum status status = entries_head(txn, &head, previous);
    if (status != STATUS_OK)
        return status;

    struct entry *entry = &record->entry;
    entry->position.value = head.value + 1;
    entry->at = now_s;
    entry->actor = origin->actor;
    entry->actor_id = origin->actor_id;
    entry->proof_kind = origin->proof_kind;
    memset(entry->proof, 0, sizeof(entry->proof));
    memcpy(entry->proof, origin->proof, origin->proof_len);
    entry->proof_len = origin->proof_len;
    entry->wording = origin->wording;
    if (entry->kind == ENTRY_WORDING) { /* its private_hash covers texts that are public */
        entry->private = (struct entry_private){0};
        entry->seal = (struct entry_seal){0};
    } else {
        close_private(service, origin, record);
    }
    chain_hash(entry, previous, entry->hash);
    record->checkpoint[0] = '\0';
    if (entry->position.value % LEDGER_CHECKPOINT_EVERY == 0)
        sign(service, record);
    return STATUS_OK;
}

/* One that is there already is of a history that was cut off: it stays, to tell of it. */
static enum status append_checkpoint(struct txn *txn, const struct record *record)
{
    const struct checkpoint_row row = {record->entry.position, record->entry.at,
                                       record->checkpoint};
    enum status status = checkpoints_put(txn, &row);
    return status == STATUS_CONFLICT ? STATUS_OK : status;
}

enum status record_append(struct txn *txn, const struct record *record)
{
    enum status status = entries_append(txn, &record->entry);
    if (status == STATUS_OK && *record->checkpoint)
        status = append_checkpoint(txn, record);
    return status;
}
