/*
 * store/bygone: see bygone.h.
 */
#include "store/bygone.h"

#include "store/entries.h"
#include "store/meta.h"
#include "store/query.h"

#define UNREAD_KEY "bygone_unread" /* 1: notes of earlier entries are still to be read */

static enum status ask(struct query *query, int64_t *out)
{
    enum status status = query_row(query);
    if (status == STATUS_OK)
        *out = query_get_int(query);
    query_end(query);
    return status;
}

/* The stretch of positions, first to last, in which the clock never goes back and that the moment
 * lies in: the newest that begins by then. first 0: none does. */
static enum status find_stretch(struct store *store, int64_t at_s, int64_t *first, int64_t *last)
{
    struct position head;
    struct bygone_step step = {0};
    int64_t next = 0;
    enum status status = store_position(store, &head);
    if (status != STATUS_OK)
        return status;
    struct query query = query_begin(store, STATEMENT_BYGONE_STRETCH);
    query_int(&query, at_s);
    status = ask(&query, first);
    if (status == STATUS_NOT_FOUND) {
        *first = 1;
        status = head.value > 0 ? bygone_step(store, (struct position){1}, &step) : STATUS_OK;
        if (status == STATUS_OK && (head.value == 0 || step.at > at_s))
            *first = 0;
    }
    if (status != STATUS_OK)
        return status;
    query = query_begin(store, STATEMENT_BYGONE_STRETCH_AFTER);
    query_int(&query, *first);
    status = ask(&query, &next); /* NULL, read as 0: there is none */
    *last = next != 0 ? next - 1 : head.value;
    return status;
}

enum status bygone_position(struct store *store, int64_t at_s, struct position *out)
{
    int64_t first = 0, last = 0;
    enum status status = find_stretch(store, at_s, &first, &last);
    while (status == STATUS_OK && first != 0 && first < last) {
        const int64_t middle = last - (last - first) / 2;
        struct bygone_step step;
        status = bygone_step(store, (struct position){middle}, &step);
        if (status == STATUS_OK && step.at <= at_s)
            first = middle;
        else
            last = middle - 1;
    }
    if (status == STATUS_NOT_FOUND)
        return STATUS_CORRUPT;
    if (status == STATUS_OK)
        out->value = first;
    return status;
}

enum status bygone_step(struct store *store, struct position position, struct bygone_step *out)
{
    struct query query = query_begin(store, STATEMENT_BYGONE_STEP);
    query_int(&query, position.value);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        struct bygone_step step = {.position = position};
        step.at = query_get_int(&query);
        step.kind = (enum entry_kind)query_get_int(&query);
        step.contact.value = query_get_int(&query);
        step.previous.value = query_get_int(&query);
        step.status_before = (enum contact_status)query_get_int(&query);
        step.status_after = (enum contact_status)query_get_int(&query);
        step.choices_before = (uint64_t)query_get_int(&query);
        step.choices_after = (uint64_t)query_get_int(&query);
        step.daily_after = (uint64_t)query_get_int(&query);
        step.weekly_after = (uint64_t)query_get_int(&query);
        step.paused_before = query_get_int(&query);
        step.paused_after = query_get_int(&query);
        *out = step;
    }
    query_end(&query);
    return status;
}

static enum status read_topic(struct query *query, struct arena *, void *row)
{
    struct bygone_topic *out = row;
    out->position.value = query_get_int(query);
    out->is_retired = query_get_int(query) != 0;
    out->offers_frequency = query_get_int(query) != 0;
    return STATUS_OK;
}

enum status bygone_topics(struct store *store, struct arena *arena, struct topic_id topic,
                          struct bygone_topic **out, size_t *count)
{
    static const struct query_shape shape = {sizeof(struct bygone_topic), read_topic};
    struct query query = query_begin(store, STATEMENT_BYGONE_TOPICS);
    query_int(&query, topic.value);
    return query_all(&query, arena, &shape, 0, out, count);
}

static enum status read_address(struct query *query, struct arena *, void *row)
{
    struct bygone_address *out = row;
    out->since.value = query_get_int(query);
    out->until.value = query_get_int(query);
    out->contact.value = query_get_int(query);
    return STATUS_OK;
}

enum status bygone_addresses(struct store *store, struct arena *arena,
                             const uint8_t hash[BYGONE_HASH_BYTES], struct bygone_address **out,
                             size_t *count)
{
    static const struct query_shape shape = {sizeof(struct bygone_address), read_address};
    struct query query = query_begin(store, STATEMENT_BYGONE_ADDRESSES);
    query_blob(&query, hash, BYGONE_HASH_BYTES);
    return query_all(&query, arena, &shape, 0, out, count);
}

enum status bygone_address_since(struct store *store, struct contact_id contact,
                                 struct position *out)
{
    struct query query = query_begin(store, STATEMENT_BYGONE_ADDRESS_SINCE);
    query_int(&query, contact.value);
    return ask(&query, &out->value);
}

enum status bygone_any(struct store *store, bool *out)
{
    int64_t any = 1;
    struct query query = query_begin(store, STATEMENT_BYGONE_ANY);
    enum status status = ask(&query, &any);
    *out = any != 0;
    return status;
}

enum status bygone_any_moved(struct store *store, bool *out)
{
    struct txn *txn = store->txn.is_open ? &store->txn : NULL;
    int64_t any = 1;
    *out = true;
    if (txn != NULL && txn->knows_moved) {
        *out = txn->has_moved;
        return STATUS_OK;
    }
    struct query query = query_begin(store, STATEMENT_BYGONE_ANY_MOVED);
    enum status status = ask(&query, &any);
    if (status != STATUS_OK)
        return status;
    if (txn != NULL) {
        txn->knows_moved = true;
        txn->has_moved = any != 0;
    }
    *out = any != 0;
    return STATUS_OK;
}

enum status bygone_moved(struct txn *txn, const uint8_t hash[BYGONE_HASH_BYTES],
                         struct contact_id contact, struct position position)
{
    txn->knows_moved = false;
    struct query query = query_begin_write(txn, STATEMENT_BYGONE_MOVED);
    query_blob(&query, hash, BYGONE_HASH_BYTES);
    query_int(&query, position.value);
    query_int(&query, contact.value);
    return query_run(&query, NULL);
}

enum status bygone_unread(struct store *store, struct contact_id after, struct contact_id *out)
{
    struct query query = query_begin(store, STATEMENT_BYGONE_UNREAD);
    query_int(&query, after.value);
    out->value = 0;
    enum status status = ask(&query, &out->value);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status bygone_is_read(struct store *store, bool *out)
{
    int64_t unread = 1;
    enum status status = meta_get_int(store, UNREAD_KEY, &unread);
    *out = unread == 0;
    return status;
}

enum status bygone_read(struct txn *txn)
{
    return meta_put_int(txn, UNREAD_KEY, 0);
}

/* Where the entry that is appended next will stand. */
static enum status next_position(struct txn *txn, int64_t *out)
{
    uint8_t hash[LEDGER_HASH_BYTES];
    struct position head;
    enum status status = entries_head(txn, &head, hash);
    if (status == STATUS_OK)
        *out = head.value + 1;
    return status;
}

enum status bygone_put_topic(struct txn *txn, const struct topic *topic)
{
    int64_t next = 0;
    enum status status = next_position(txn, &next);
    if (status != STATUS_OK)
        return status;
    struct query query = query_begin_write(txn, STATEMENT_BYGONE_TOPIC_PUT);
    query_int(&query, topic->id.value);
    query_int(&query, next);
    query_int(&query, topic->retired_at != 0);
    query_int(&query, topic->offers_frequency);
    return query_run(&query, NULL);
}

enum status bygone_put_suppressed(struct txn *txn, const uint8_t hash[BYGONE_HASH_BYTES])
{
    int64_t next = 0;
    enum status status = next_position(txn, &next);
    if (status != STATUS_OK)
        return status;
    struct query query = query_begin_write(txn, STATEMENT_BYGONE_SUPPRESSED);
    query_blob(&query, hash, BYGONE_HASH_BYTES);
    query_int(&query, next);
    return query_run(&query, NULL);
}

enum status bygone_put_lifted(struct txn *txn, const uint8_t hash[BYGONE_HASH_BYTES])
{
    int64_t next = 0;
    enum status status = next_position(txn, &next);
    if (status != STATUS_OK)
        return status;
    struct query query = query_begin_write(txn, STATEMENT_BYGONE_LIFTED);
    query_blob(&query, hash, BYGONE_HASH_BYTES);
    query_int(&query, next - 1);
    return query_run(&query, NULL);
}

enum status bygone_forget(struct txn *txn, struct contact_id contact)
{
    struct query query = query_begin_write(txn, STATEMENT_BYGONE_FORGET);
    query_int(&query, contact.value);
    return query_run(&query, NULL);
}

enum status bygone_clock_last(struct store *store, struct position *out, int64_t *at_s)
{
    struct query query = query_begin(store, STATEMENT_BYGONE_CLOCK_LAST);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        out->value = query_get_int(&query);
        *at_s = query_get_int(&query);
    }
    query_end(&query);
    return status;
}

enum status bygone_clock_back(struct txn *txn, struct position position, int64_t at_s)
{
    struct query query = query_begin_write(txn, STATEMENT_BYGONE_CLOCK_BACK);
    query_int(&query, position.value);
    query_int(&query, at_s);
    return query_run(&query, NULL);
}
