/*
 * store/ledger_rows: see ledger_rows.h.
 */
#include "store/ledger_rows.h"

#include <string.h>

#include "store/query.h"

#define GUARDS 9 /* triggers of entry, checkpoint, wording_text and wording_set */

static struct query begin(struct store *store, enum statement id, int64_t after, int64_t last)
{
    struct query query = query_begin(store, id);
    query_int(&query, after);
    query_int(&query, last);
    return query;
}

static enum status end(struct query *query, enum status status)
{
    query_end(query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* A number that an unsigned field of bits can hold; what it can't is noted. */
static unsigned small(int64_t value, int64_t max, bool *is_sound)
{
    if (value < 0 || value > max)
        *is_sound = false;
    return (unsigned)value;
}

/* As query_get_int, within this file: it is called for each of 25 columns of each entry. */
static inline int64_t next_int(struct query *query)
{
    return sqlite3_column_int64(query->statement, query->column++);
}

static bool read_entry(struct query *query, struct entry *out)
{
    bool is_sound = true;
    out->position.value = next_int(query);
    out->at = next_int(query);
    out->kind = (enum entry_kind)small(next_int(query), UINT16_MAX, &is_sound);
    out->contact.value = next_int(query);
    out->subject = next_int(query);
    out->previous.value = next_int(query);
    out->undoes.value = next_int(query);
    out->status_before = (enum contact_status)small(next_int(query), UINT8_MAX, &is_sound);
    out->status_after = (enum contact_status)small(next_int(query), UINT8_MAX, &is_sound);
    out->choices_before = (uint64_t)next_int(query);
    out->choices_after = (uint64_t)next_int(query);
    out->paused_before = next_int(query);
    out->paused_after = next_int(query);
    out->actor = (enum actor_kind)small(next_int(query), UINT8_MAX, &is_sound);
    out->actor_id = next_int(query);
    out->proof_kind = (enum proof_kind)small(next_int(query), UINT8_MAX, &is_sound);
    is_sound =
        query_get_blob_up_to(query, out->proof, sizeof out->proof, &out->proof_len) && is_sound;
    const int64_t wording = next_int(query);
    out->wording = (int32_t)wording;
    is_sound = out->wording == wording && is_sound;
    out->leave_reason = (enum leave_reason)small(next_int(query), UINT8_MAX, &is_sound);
    is_sound = query_get_blob(query, out->private_hash, sizeof out->private_hash) && is_sound;
    is_sound = query_get_blob(query, out->hash, sizeof out->hash) && is_sound;
    out->daily_before = (uint64_t)next_int(query);
    out->daily_after = (uint64_t)next_int(query);
    out->weekly_before = (uint64_t)next_int(query);
    out->weekly_after = (uint64_t)next_int(query);
    return is_sound;
}

enum status ledger_rows_walk(struct store *store, struct position after, struct position last,
                             bool (*take)(void *context, const struct entry *entry, bool is_sound),
                             void *context)
{
    struct query query = begin(store, STATEMENT_LEDGER_ROWS_WALK, after.value, last.value);
    struct entry entry = {0};
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        const bool is_sound = read_entry(&query, &entry);
        if (!is_sound && entry.proof_len > PROOF_MAX_BYTES)
            entry.proof_len = 0;
        if (!take(context, &entry, is_sound))
            break;
    }
    return end(&query, status);
}

enum status ledger_rows_hashes(struct store *store, struct position after, struct position last,
                               bool (*take)(void *context, struct position position,
                                            const uint8_t hash[LEDGER_HASH_BYTES]),
                               void *context)
{
    struct query query = begin(store, STATEMENT_LEDGER_ROWS_HASHES, after.value, last.value);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        uint8_t hash[LEDGER_HASH_BYTES];
        const struct position position = {query_get_int(&query)};
        if (!query_get_blob(&query, hash, sizeof hash))
            memset(hash, 0, sizeof hash);
        if (!take(context, position, hash))
            break;
    }
    return end(&query, status);
}

enum status ledger_rows_hash(struct store *store, struct position position,
                             uint8_t out[LEDGER_HASH_BYTES])
{
    struct query query =
        begin(store, STATEMENT_LEDGER_ROWS_HASHES, position.value - 1, position.value);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        query_get_int(&query);
        if (!query_get_blob(&query, out, LEDGER_HASH_BYTES))
            memset(out, 0, LEDGER_HASH_BYTES);
    }
    query_end(&query);
    return status;
}

static void read_state(struct query *query, struct ledger_state *out)
{
    out->status = (enum contact_status)query_get_int(query);
    out->choices = (uint64_t)query_get_int(query);
    out->paused_until = query_get_int(query);
    out->daily = (uint64_t)query_get_int(query);
    out->weekly = (uint64_t)query_get_int(query);
}

enum status ledger_rows_state(struct store *store, struct position position,
                              struct ledger_state *out)
{
    struct query query = query_begin(store, STATEMENT_LEDGER_ROWS_STATE);
    query_int(&query, position.value);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        out->contact.value = query_get_int(&query);
        out->kind = (enum entry_kind)query_get_int(&query);
        read_state(&query, out);
    }
    query_end(&query);
    return status;
}

static bool read_part(struct query *query, void *out, size_t size, bool *is_there)
{
    size_t len = 0;
    memset(out, 0, size);
    const bool is_sound = query_get_blob_up_to(query, out, size, &len);
    *is_there = len != 0;
    return is_sound;
}

static void read_private(struct query *query, struct arena *arena, struct entry *out)
{
    struct entry_seal *seal = &out->seal;
    out->position.value = query_get_int(query);
    bool is_sound = read_part(query, seal->salt, sizeof seal->salt, &seal->is_kept);
    out->private.note = query_get_text(query, arena);
    out->private.address = query_get_text(query, arena);
    out->private.agent = query_get_text(query, arena);
    out->private.campaign = query_get_text(query, arena);
    is_sound =
        read_part(query, seal->client_salt, sizeof seal->client_salt, &seal->has_client_salt) &&
        is_sound;
    is_sound =
        read_part(query, seal->client_hash, sizeof seal->client_hash, &seal->has_client_hash) &&
        is_sound;
    seal->is_kept = true;
    if (!is_sound) /* of a length that none of ours has: it fits nothing */
        memset(seal->salt, 0, sizeof seal->salt);
}

enum status ledger_rows_private(
    struct store *store, struct arena *arena, struct position after, struct position last,
    bool (*take)(void *context, const struct entry *entry, bool has_entry), void *context)
{
    struct query query = begin(store, STATEMENT_LEDGER_ROWS_PRIVATE, after.value, last.value);
    struct entry entry = {0};
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        read_private(&query, arena, &entry);
        const bool has_entry = query_get_int(&query) != 0;
        if (!query_get_blob(&query, entry.private_hash, sizeof entry.private_hash))
            memset(entry.private_hash, 0, sizeof entry.private_hash);
        if (!take(context, &entry, has_entry))
            break;
    }
    return end(&query, status);
}

enum status ledger_rows_bare(struct store *store, struct position after, struct position last,
                             struct position *out)
{
    struct query query = begin(store, STATEMENT_LEDGER_ROWS_BARE, after.value, last.value);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        out->value = query_get_int(&query);
    query_end(&query);
    return status;
}

enum status ledger_rows_people(struct store *store, struct contact_id after, struct contact_id last,
                               bool (*take)(void *context, const struct ledger_person *person),
                               void *context)
{
    struct query query = begin(store, STATEMENT_LEDGER_ROWS_PEOPLE, after.value, last.value);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        struct ledger_person person = {0};
        person.row.contact.value = query_get_int(&query);
        person.public_id.value = (uint64_t)query_get_int(&query);
        person.head.value = query_get_int(&query);
        read_state(&query, &person.row);
        person.has_entry = query_get_int(&query) != 0;
        person.entry.contact.value = query_get_int(&query);
        person.entry.kind = (enum entry_kind)query_get_int(&query);
        read_state(&query, &person.entry);
        if (!take(context, &person))
            break;
    }
    return end(&query, status);
}

enum status ledger_rows_guarded(struct store *store, bool *out)
{
    struct query query = query_begin(store, STATEMENT_LEDGER_ROWS_GUARDS);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_int(&query) == GUARDS;
    query_end(&query);
    return status;
}
