/*
 * service/ledger_trace: see ledger_trace.h.
 */
#include "service/ledger_trace.h"

#include <string.h>

#include "crypto/chain.h"
#include "store/ledger_rows.h"

#define AROUND     66    /* entries from the break on that are tried in other places */
#define SPLICE_MAX 20000 /* and that are looked at for people of another history */

struct trace {
    struct store *store;
    struct position head;
    struct ledger_finding *broken;
    uint8_t before[LEDGER_HASH_BYTES]; /* of the entry before the break */
    struct entry around[AROUND];       /* from the break on */
    size_t count;
    /* Searching for where the entry at the break belongs. */
    uint8_t last[LEDGER_HASH_BYTES];
    bool is_found;
};

static bool fits(const struct entry *entry, int64_t position, const uint8_t *previous)
{
    struct entry moved = *entry;
    uint8_t hash[LEDGER_HASH_BYTES];
    moved.position.value = position;
    chain_hash(&moved, previous, hash);
    return memcmp(hash, entry->hash, sizeof hash) == 0;
}

static bool take_around(void *context, const struct entry *entry, bool is_sound)
{
    struct trace *trace = context;
    if (!is_sound)
        return false;
    trace->around[trace->count++] = *entry;
    return trace->count < AROUND;
}

static bool explain(struct trace *trace, enum ledger_damage damage, int64_t other)
{
    trace->broken->damage = damage;
    trace->broken->other.value = other;
    return true;
}

/* Whether this entry, or all from here on, had another number once. */
static bool is_renumbered(struct trace *trace)
{
    const struct entry *around = trace->around;
    const int64_t at = trace->broken->position.value;
    uint8_t hash[LEDGER_HASH_BYTES];
    if (trace->count > 1 && fits(&around[0], at + 1, around[1].hash))
        return explain(trace, LEDGER_REORDERED, at + 1); /* neighbours changed places */
    for (size_t k = 1; k + 1 < trace->count; k++)
        if (fits(&around[k], at, trace->before) && fits(&around[k + 1], at + 1, around[k].hash))
            return explain(trace, LEDGER_INSERTED, at + (int64_t)k - 1);
    for (int64_t k = 1; k < AROUND && trace->count > 1; k++)
        if (fits(&around[1], at + 1 + k, around[0].hash))
            return explain(trace, LEDGER_MISSING, at + k - 1);
    /* What was put in may have been hashed as it should: the break is then behind it. */
    for (int64_t k = 1; k < AROUND && k < at; k++) {
        memset(hash, 0, sizeof hash);
        if ((k == at - 1 ||
             ledger_rows_hash(trace->store, (struct position){at - 1 - k}, hash) == STATUS_OK) &&
            fits(&around[0], at - k, hash)) {
            trace->broken->position.value = at - k;
            return explain(trace, LEDGER_INSERTED, at - 1);
        }
    }
    return false;
}

/* Put in before the last entry, so that nothing behind that one can bear it out. */
static bool is_before_last(struct trace *trace)
{
    const size_t last = trace->count - 1;
    return trace->count > 1 && trace->count < AROUND &&
           fits(&trace->around[last], trace->broken->position.value, trace->before) &&
           explain(trace, LEDGER_INSERTED, trace->broken->position.value + (int64_t)last - 1);
}

static bool take_hash(void *context, struct position position,
                      const uint8_t hash[LEDGER_HASH_BYTES])
{
    struct trace *trace = context;
    const struct entry *entry = &trace->around[0];
    trace->is_found =
        position.value != trace->broken->position.value && fits(entry, position.value, trace->last);
    if (trace->is_found)
        explain(trace, LEDGER_REORDERED, position.value);
    memcpy(trace->last, hash, LEDGER_HASH_BYTES);
    return !trace->is_found;
}

struct splice {
    struct store *store;
    struct position at;
    enum status status;
    bool is_found;
};

/* An entry whose person did another thing before the break, or is another person there. */
static bool take_later(void *context, const struct entry *entry, bool is_sound)
{
    struct splice *splice = context;
    struct ledger_state before;
    if (!is_sound || entry->contact.value == 0 || entry->previous.value <= 0 ||
        entry->previous.value >= splice->at.value - 1)
        return true;
    splice->status = ledger_rows_state(splice->store, entry->previous, &before);
    splice->is_found =
        splice->status == STATUS_OK &&
        (before.contact.value != entry->contact.value || before.status != entry->status_before ||
         before.choices != entry->choices_before);
    return splice->status == STATUS_OK && !splice->is_found;
}

static enum status find_splice(struct trace *trace)
{
    const struct position at = trace->broken->position, last = {at.value + SPLICE_MAX};
    struct splice splice = {.store = trace->store, .at = at};
    enum status status = ledger_rows_walk(trace->store, at, last, take_later, &splice);
    if (splice.is_found)
        explain(trace, LEDGER_SPLICED, 0);
    return status != STATUS_OK ? status : splice.status;
}

enum status ledger_trace(struct store *store, struct position head, struct ledger_finding *broken)
{
    struct trace trace = {.store = store, .head = head, .broken = broken};
    const struct position before = {broken->position.value - 1};
    enum status status = STATUS_OK;
    if (before.value > 0)
        status = ledger_rows_hash(store, before, trace.before);
    if (status == STATUS_OK)
        status = ledger_rows_walk(store, before, head, take_around, &trace);
    if (status != STATUS_OK || trace.count == 0 || is_renumbered(&trace))
        return status;
    status = ledger_rows_hashes(store, (struct position){0}, head, take_hash, &trace);
    if (status == STATUS_OK && !trace.is_found && !is_before_last(&trace))
        status = find_splice(&trace);
    return status;
}
