/*
 * store/entries: see entries.h.
 */
#include "store/entries.h"

#include <assert.h>
#include <string.h>

#include "store/bygone.h"
#include "store/query.h"

static bool is_zero(const uint8_t hash[LEDGER_HASH_BYTES])
{
    static const uint8_t zero[LEDGER_HASH_BYTES];
    return memcmp(hash, zero, sizeof zero) == 0;
}

enum status entries_head(struct txn *txn, struct position *position,
                         uint8_t hash[LEDGER_HASH_BYTES])
{
    if (!txn->has_head) {
        struct query query = query_begin(txn->store, STATEMENT_ENTRIES_HEAD);
        enum status status = query_row(&query);
        txn->head.value = 0;
        memset(txn->head_hash, 0, sizeof txn->head_hash);
        if (status == STATUS_OK) {
            txn->head.value = query_get_int(&query);
            if (!query_get_blob(&query, txn->head_hash, sizeof txn->head_hash))
                status = STATUS_CORRUPT;
            txn->head_at = query_get_int(&query);
        }
        query_end(&query);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        txn->has_head = true;
    }
    *position = txn->head;
    memcpy(hash, txn->head_hash, LEDGER_HASH_BYTES);
    return STATUS_OK;
}

static enum status append_private(struct txn *txn, const struct entry *entry)
{
    const struct entry_private *private = &entry->private;
    if (private->note == NULL && private->address == NULL && private->agent == NULL &&
        private->campaign == NULL)
        return STATUS_OK;
    assert(entry->seal.is_kept && !entry->seal.has_client_hash);
    struct query query = query_begin_write(txn, STATEMENT_ENTRIES_APPEND_PRIVATE);
    query_int(&query, entry->position.value);
    query_blob(&query, entry->seal.salt, LEDGER_SALT_BYTES);
    query_text(&query, private->note);
    query_text(&query, private->address);
    query_text(&query, private->agent);
    query_text(&query, private->campaign);
    if (entry->seal.has_client_salt)
        query_blob(&query, entry->seal.client_salt, LEDGER_SALT_BYTES);
    else
        query_null(&query);
    enum status status = query_run(&query, NULL);
    /* The entry is in already: it must not stay without these. */
    if (status == STATUS_CONFLICT)
        status = txn->fault = STATUS_CORRUPT;
    return status;
}

static void bind(struct query *query, const struct entry *entry)
{
    query_int(query, entry->position.value);
    query_int(query, entry->at);
    query_int(query, entry->kind);
    query_int(query, entry->contact.value);
    query_int(query, entry->subject);
    query_int(query, entry->previous.value);
    query_int(query, entry->undoes.value);
    query_int(query, entry->status_before);
    query_int(query, entry->status_after);
    query_int(query, (int64_t)entry->choices_before);
    query_int(query, (int64_t)entry->choices_after);
    query_int(query, entry->paused_before);
    query_int(query, entry->paused_after);
    query_int(query, entry->actor);
    query_int(query, entry->actor_id);
    query_int(query, entry->proof_kind);
    query_blob(query, entry->proof, entry->proof_len);
    query_int(query, entry->wording);
    query_int(query, entry->leave_reason);
    if (is_zero(entry->private_hash))
        query_null(query);
    else
        query_blob(query, entry->private_hash, LEDGER_HASH_BYTES);
    query_blob(query, entry->hash, LEDGER_HASH_BYTES);
    query_int(query, (int64_t)entry->daily_before);
    query_int(query, (int64_t)entry->daily_after);
    query_int(query, (int64_t)entry->weekly_before);
    query_int(query, (int64_t)entry->weekly_after);
}

enum status entries_append(struct txn *txn, const struct entry *entry)
{
    assert(entry->proof_len <= PROOF_MAX_BYTES);
    struct query query = query_begin_write(txn, STATEMENT_ENTRIES_APPEND);
    bind(&query, entry);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK)
        status = append_private(txn, entry);
    if (status == STATUS_OK && txn->has_head && txn->head.value != 0 && entry->at < txn->head_at)
        status = bygone_clock_back(txn, entry->position, entry->at);
    if (status == STATUS_OK)
        status = activity_note(txn, entry);
    if (status == STATUS_OK)
        status = day_counts_note(txn, entry);
    if (status == STATUS_OK) {
        txn->has_head = true;
        txn->head_at = entry->at;
        txn->head = entry->position;
        memcpy(txn->head_hash, entry->hash, sizeof txn->head_hash);
    }
    return status;
}

enum status entries_blank(struct txn *txn, struct position position)
{
    struct query query = query_begin_write(txn, STATEMENT_ENTRIES_BLANK);
    query_int(&query, position.value);
    return query_run(&query, NULL);
}

enum status entries_blank_client(struct txn *txn, struct position position,
                                 const uint8_t client_hash[LEDGER_HASH_BYTES])
{
    struct query query = query_begin_write(txn, STATEMENT_ENTRIES_BLANK_CLIENT);
    query_int(&query, position.value);
    query_blob(&query, client_hash, LEDGER_HASH_BYTES);
    return query_run(&query, NULL);
}

/* A blob of len bytes or, where has is left false, NULL. False: neither. */
static bool read_blob(struct query *query, uint8_t *out, size_t len, bool *has)
{
    size_t got = 0;
    if (!query_get_blob_up_to(query, out, len, &got) || (got != 0 && got != len))
        return false;
    *has = got == len;
    return true;
}

static bool read_seal(struct query *query, struct entry_seal *seal)
{
    bool is_fine = read_blob(query, seal->salt, sizeof seal->salt, &seal->is_kept);
    is_fine =
        read_blob(query, seal->client_salt, sizeof seal->client_salt, &seal->has_client_salt) &&
        is_fine;
    return read_blob(query, seal->client_hash, sizeof seal->client_hash, &seal->has_client_hash) &&
           is_fine;
}

static enum status read_row(struct query *query, struct arena *arena, struct entry *out)
{
    memset(out, 0, sizeof *out);
    out->position.value = query_get_int(query);
    out->at = query_get_int(query);
    out->kind = (enum entry_kind)query_get_int(query);
    out->contact.value = query_get_int(query);
    out->subject = query_get_int(query);
    out->previous.value = query_get_int(query);
    out->undoes.value = query_get_int(query);
    out->status_before = (enum contact_status)query_get_int(query);
    out->status_after = (enum contact_status)query_get_int(query);
    out->choices_before = (uint64_t)query_get_int(query);
    out->choices_after = (uint64_t)query_get_int(query);
    out->paused_before = query_get_int(query);
    out->paused_after = query_get_int(query);
    out->actor = (enum actor_kind)query_get_int(query);
    out->actor_id = query_get_int(query);
    out->proof_kind = (enum proof_kind)query_get_int(query);
    bool is_fine = query_get_blob_up_to(query, out->proof, sizeof out->proof, &out->proof_len);
    out->wording = (int32_t)query_get_int(query);
    out->leave_reason = (enum leave_reason)query_get_int(query);
    is_fine = query_get_blob(query, out->private_hash, sizeof out->private_hash) && is_fine;
    is_fine = query_get_blob(query, out->hash, sizeof out->hash) && is_fine;
    out->daily_before = (uint64_t)query_get_int(query);
    out->daily_after = (uint64_t)query_get_int(query);
    out->weekly_before = (uint64_t)query_get_int(query);
    out->weekly_after = (uint64_t)query_get_int(query);
    out->private.note = query_get_text(query, arena);
    out->private.address = query_get_text(query, arena);
    out->private.agent = query_get_text(query, arena);
    out->private.campaign = query_get_text(query, arena);
    is_fine = read_seal(query, &out->seal) && is_fine;
    return is_fine ? STATUS_OK : STATUS_CORRUPT;
}

enum status entries_get(struct store *store, struct arena *arena, struct position position,
                        struct entry *out)
{
    struct entry entry;
    struct query query = query_begin(store, STATEMENT_ENTRIES_GET);
    query_int(&query, position.value);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        status = read_row(&query, arena, &entry);
    query_end(&query);
    if (status == STATUS_OK)
        *out = entry;
    return status;
}

enum status entries_history(struct store *store, struct arena *arena, struct position head,
                            int limit, struct entry **out, size_t *count)
{
    assert(limit > 0);
    struct entry *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    size_t n = 0;
    while (head.value != 0 && n < (size_t)limit) {
        enum status status = entries_get(store, arena, head, &rows[n]);
        /* A link that leads nowhere, or not back, is no history. */
        if (status == STATUS_NOT_FOUND ||
            (status == STATUS_OK && rows[n].previous.value >= head.value))
            status = STATUS_CORRUPT;
        if (status != STATUS_OK)
            return status;
        head = rows[n++].previous;
    }
    *out = rows;
    *count = n;
    return STATUS_OK;
}

enum status entries_walk(struct store *store, struct arena *arena, struct position after, int limit,
                         struct entry **out, size_t *count)
{
    assert(limit > 0);
    struct entry *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_ENTRIES_WALK);
    query_int(&query, after.value);
    query_int(&query, limit);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK)
        if ((status = read_row(&query, arena, &rows[n++])) != STATUS_OK)
            break;
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}

enum status entries_times(struct store *store, struct arena *arena, struct position after,
                          int limit, struct entry_time **out, size_t *count)
{
    assert(limit > 0);
    struct entry_time *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_ENTRIES_TIMES);
    query_int(&query, after.value);
    query_int(&query, limit);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        rows[n].position.value = query_get_int(&query);
        rows[n++].at = query_get_int(&query);
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}

static bool read_client(struct query *query, struct arena *arena, struct entry *out)
{
    memset(out, 0, sizeof *out);
    out->position.value = query_get_int(query);
    bool is_fine = query_get_blob(query, out->private_hash, sizeof out->private_hash);
    out->private.note = query_get_text(query, arena);
    out->private.address = query_get_text(query, arena);
    out->private.agent = query_get_text(query, arena);
    out->private.campaign = query_get_text(query, arena);
    return read_seal(query, &out->seal) && is_fine;
}

enum status entries_clients(struct store *store, struct arena *arena, struct position after,
                            struct position last, int limit, struct entry **out, size_t *count)
{
    assert(limit > 0);
    struct entry *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_ENTRIES_CLIENTS);
    query_int(&query, after.value);
    query_int(&query, last.value);
    query_int(&query, limit);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK)
        if (!read_client(&query, arena, &rows[n++])) {
            status = STATUS_CORRUPT;
            break;
        }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}

static void read_told(struct query *query, struct arena *arena, struct entry_told *out)
{
    struct entry *entry = &out->entry;
    entry->position.value = query_get_int(query);
    entry->at = query_get_int(query);
    entry->kind = (enum entry_kind)query_get_int(query);
    entry->contact.value = query_get_int(query);
    entry->subject = query_get_int(query);
    entry->undoes.value = query_get_int(query);
    entry->status_before = (enum contact_status)query_get_int(query);
    entry->status_after = (enum contact_status)query_get_int(query);
    entry->choices_before = (uint64_t)query_get_int(query);
    entry->choices_after = (uint64_t)query_get_int(query);
    entry->paused_before = query_get_int(query);
    entry->paused_after = query_get_int(query);
    entry->actor = (enum actor_kind)query_get_int(query);
    entry->leave_reason = (enum leave_reason)query_get_int(query);
    entry->daily_before = (uint64_t)query_get_int(query);
    entry->daily_after = (uint64_t)query_get_int(query);
    entry->weekly_before = (uint64_t)query_get_int(query);
    entry->weekly_after = (uint64_t)query_get_int(query);
    entry->private.note = query_get_text(query, arena);
    entry->private.campaign = query_get_text(query, arena);
    out->person.value = (uint64_t)query_get_int(query);
    out->head.value = query_get_int(query);
    out->email = query_get_text(query, arena);
    out->has_person = out->email != NULL;
    out->has_moved = query_get_int(query) != 0;
}

static struct query begin_told(struct store *store, enum statement id, struct position after,
                               struct position last, uint64_t kinds)
{
    struct query query = query_begin(store, id);
    query_int(&query, after.value);
    query_int(&query, last.value);
    query_int(&query, (int64_t)kinds);
    return query;
}

enum status entries_told(struct store *store, struct arena *arena, struct position after,
                         struct position last, uint64_t kinds, int limit, struct entry_told **out,
                         size_t *count)
{
    assert(limit > 0);
    struct entry_told *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    size_t n = 0;
    struct query query = begin_told(store, STATEMENT_ENTRIES_TOLD, after, last, kinds);
    query_int(&query, limit);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK)
        read_told(&query, arena, &rows[n++]);
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}

enum status entries_next(struct store *store, struct position after, struct position last,
                         uint64_t kinds, struct position *out)
{
    struct query query = begin_told(store, STATEMENT_ENTRIES_NEXT, after, last, kinds);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        out->value = query_get_int(&query);
    query_end(&query);
    return status;
}
