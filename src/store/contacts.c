/*
 * store/contacts: see contacts.h.
 */
#include "store/contacts.h"

#include <assert.h>
#include <string.h>

#include "store/bygone.h"
#include "store/meta.h"
#include "store/query.h"

#define LAST_ID_KEY "last_contact_id" /* the highest ever given: erased rows count too */

/* The columns of every statement that reads people. STATUS_CORRUPT: no row of ours is like it, and
 * nobody would expect it: a file whose bits fell over still gives rows. */
static enum status read_row(struct query *query, struct arena *arena, struct contact *out)
{
    out->id.value = query_get_int(query);
    out->public_id.value = (uint64_t)query_get_int(query);
    out->email_key = query_get_text(query, arena);
    out->email = query_get_text(query, arena);
    if (out->email == NULL)
        out->email = out->email_key;
    out->name = query_get_text(query, arena);
    out->name_key = query_get_text(query, arena);
    out->language = query_get_text(query, arena);
    out->type = (enum contact_type)query_get_int(query);
    out->status = (enum contact_status)query_get_int(query);
    out->choices = (uint64_t)query_get_int(query);
    out->paused_until = query_get_int(query);
    out->epoch = (uint16_t)query_get_int(query);
    out->created_at = query_get_int(query);
    out->updated_at = query_get_int(query);
    out->head.value = query_get_int(query);
    out->daily = (uint64_t)query_get_int(query);
    out->weekly = (uint64_t)query_get_int(query);
    return out->email_key != NULL && out->name != NULL && out->name_key != NULL &&
                   out->language != NULL && (unsigned)out->type < TYPE_COUNT &&
                   (unsigned)out->status < CONTACT_STATUS_COUNT
               ? STATUS_OK
               : STATUS_CORRUPT;
}

static enum status read_one(struct query *query, struct arena *arena, struct contact *out)
{
    enum status status = query_row(query);
    if (status == STATUS_OK) {
        struct contact row;
        status = read_row(query, arena, &row);
        if (status == STATUS_OK)
            *out = row;
    }
    query_end(query);
    return status;
}

enum status contacts_get(struct store *store, struct arena *arena, struct contact_id id,
                         struct contact *out)
{
    struct query query = query_begin(store, STATEMENT_CONTACTS_GET);
    query_int(&query, id.value);
    return read_one(&query, arena, out);
}

enum status contacts_find_email(struct store *store, struct arena *arena, const char *email_key,
                                struct contact *out)
{
    struct query query = query_begin(store, STATEMENT_CONTACTS_FIND_EMAIL);
    query_text(&query, email_key);
    return read_one(&query, arena, out);
}

enum status contacts_find_choices(struct store *store, const char *email_key, struct contact *out)
{
    struct query query = query_begin(store, STATEMENT_CONTACTS_FIND_CHOICES);
    query_text(&query, email_key);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        struct contact found = {.id.value = query_get_int(&query)};
        found.status = (enum contact_status)query_get_int(&query);
        found.choices = (uint64_t)query_get_int(&query);
        found.paused_until = query_get_int(&query);
        found.daily = (uint64_t)query_get_int(&query);
        found.weekly = (uint64_t)query_get_int(&query);
        *out = found;
    }
    query_end(&query);
    return status;
}

enum status contacts_walk(struct store *store, struct arena *arena, struct contact_id after,
                          int limit, struct contact **out, size_t *count)
{
    assert(limit > 0);
    struct contact *rows = arena_array(arena, (size_t)limit, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_CONTACTS_WALK);
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

enum status contacts_audience(struct store *store, struct arena *arena,
                              const struct contact_window *window,
                              bool (*take)(void *context, const struct contact *row), void *context)
{
    struct query query = query_begin(store, STATEMENT_CONTACTS_AUDIENCE);
    query_int(&query, window->after.value);
    query_int(&query, window->until.value);
    query_int(&query, (int64_t)TOPIC_BIT(window->topic));
    query_int(&query, window->now_s);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        struct contact row = {.id.value = query_get_int(&query)};
        row.email_key = query_get_text(&query, arena);
        row.email = query_get_text(&query, arena);
        if (row.email == NULL)
            row.email = row.email_key;
        row.daily = (uint64_t)query_get_int(&query);
        row.weekly = (uint64_t)query_get_int(&query);
        if (row.email_key == NULL) {
            status = STATUS_CORRUPT;
            break;
        }
        if (!take(context, &row))
            break;
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status contacts_odd(struct store *store, struct contact_id after, struct contact_id last,
                         bool (*take)(void *context, struct public_id who), void *context)
{
    struct query query = query_begin(store, STATEMENT_CONTACTS_ODD);
    query_int(&query, after.value);
    query_int(&query, last.value);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK)
        if (!take(context, (struct public_id){(uint64_t)query_get_int(&query)}))
            break;
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status contacts_last_id(struct store *store, struct contact_id *out)
{
    struct query query = query_begin(store, STATEMENT_CONTACTS_LAST_ID);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        out->value = query_get_int(&query);
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static enum status load_next_id(struct txn *txn)
{
    int64_t last = 0, last_row = 0;
    enum status status = meta_get_int(txn->store, LAST_ID_KEY, &last);
    if (status != STATUS_OK)
        return status;
    struct query query = query_begin(txn->store, STATEMENT_CONTACTS_LAST_ID);
    status = query_row(&query);
    if (status == STATUS_OK)
        last_row = query_get_int(&query);
    query_end(&query);
    if (status == STATUS_OK)
        txn->next_contact = (last > last_row ? last : last_row) + 1;
    return status;
}

enum status contacts_next_id(struct txn *txn, struct contact_id *out)
{
    if (txn->next_contact == 0) {
        enum status status = load_next_id(txn);
        if (status != STATUS_OK)
            return status;
    }
    txn->gave_contact = true;
    out->value = txn->next_contact++;
    return STATUS_OK;
}

enum status contacts_keep_next_id(struct txn *txn)
{
    return meta_put_int(txn, LAST_ID_KEY, txn->next_contact - 1);
}

/* An address that is written as it is compared, as most are, is stored once. */
static void bind_email(struct query *query, const struct contact *contact)
{
    query_text(query, strcmp(contact->email, contact->email_key) == 0 ? NULL : contact->email);
}

enum status contacts_insert(struct txn *txn, const struct contact *contact, uint64_t in_use)
{
    assert(contact->id.value > 0 && contact->id.value < txn->next_contact);
    int facet =
        facet_of(contact->type, contact->status, contact->choices, contact->paused_until, in_use);
    struct query query = query_begin_write(txn, STATEMENT_CONTACTS_INSERT);
    query_int(&query, contact->id.value);
    query_int(&query, (int64_t)contact->public_id.value);
    query_text(&query, contact->email_key);
    bind_email(&query, contact);
    query_text(&query, contact->name);
    query_text(&query, contact->name_key);
    query_text(&query, contact->language);
    query_int(&query, contact->type);
    query_int(&query, contact->status);
    query_int(&query, (int64_t)contact->choices);
    query_int(&query, contact->paused_until);
    query_int(&query, contact->epoch);
    query_int(&query, contact->created_at);
    query_int(&query, contact->updated_at);
    query_int(&query, contact->head.value);
    query_int(&query, (int64_t)contact->daily);
    query_int(&query, (int64_t)contact->weekly);
    query_int(&query, facet);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK) {
        counters_move(&txn->counters, -1, facet);
        counters_move_choices(&txn->counters, 0, contact->choices);
        day_counts_person(txn, contact->id, contact->type, contact->type);
    }
    return status;
}

/* The row's facet as stored: after a topic was retired it may lag behind in_use. */
static enum status get_facet(struct store *store, struct contact_id id, int *out)
{
    struct query query = query_begin(store, STATEMENT_CONTACTS_GET_FACET);
    query_int(&query, id.value);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = (int)query_get_int(&query);
    query_end(&query);
    return status;
}

static bool has_same_address(const struct contact *a, const struct contact *b)
{
    return strcmp(a->email_key, b->email_key) == 0 && strcmp(a->email, b->email) == 0;
}

static bool has_same_details(const struct contact *a, const struct contact *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->name_key, b->name_key) == 0 &&
           strcmp(a->language, b->language) == 0 && a->type == b->type;
}

/* What the cheapest way to write a row leaves out. */
static bool has_same_rest(const struct contact *a, const struct contact *b)
{
    return a->paused_until == b->paused_until && a->daily == b->daily && a->weekly == b->weekly;
}

static enum status write_row(struct txn *txn, enum statement id, const struct contact *contact,
                             int facet)
{
    struct query query = query_begin_write(txn, id);
    query_int(&query, contact->id.value);
    query_int(&query, contact->status);
    query_int(&query, (int64_t)contact->choices);
    query_int(&query, contact->epoch);
    query_int(&query, contact->updated_at);
    query_int(&query, contact->head.value);
    if (id != STATEMENT_CONTACTS_UPDATE_SAME_FACET) {
        query_int(&query, contact->paused_until);
        query_int(&query, (int64_t)contact->daily);
        query_int(&query, (int64_t)contact->weekly);
        query_int(&query, facet);
    }
    if (id == STATEMENT_CONTACTS_UPDATE_DETAILS || id == STATEMENT_CONTACTS_UPDATE_ADDRESS) {
        query_text(&query, contact->name);
        query_text(&query, contact->name_key);
        query_text(&query, contact->language);
        query_int(&query, contact->type);
    }
    if (id == STATEMENT_CONTACTS_UPDATE_ADDRESS) {
        query_text(&query, contact->email_key);
        bind_email(&query, contact);
    }
    return query_run(&query, NULL);
}

enum status contacts_update(struct txn *txn, const struct contact *before,
                            const struct contact *after, uint64_t in_use)
{
    assert(before->id.value == after->id.value);
    int from = 0;
    int to = facet_of(after->type, after->status, after->choices, after->paused_until, in_use);
    enum status status = get_facet(txn->store, after->id, &from);
    if (status != STATUS_OK)
        return status;
    enum statement id = !has_same_address(before, after)   ? STATEMENT_CONTACTS_UPDATE_ADDRESS
                        : !has_same_details(before, after) ? STATEMENT_CONTACTS_UPDATE_DETAILS
                        : from != to || !has_same_rest(before, after)
                            ? STATEMENT_CONTACTS_UPDATE_CHOICES
                            : STATEMENT_CONTACTS_UPDATE_SAME_FACET;
    status = write_row(txn, id, after, to);
    if (status == STATUS_OK) {
        counters_move(&txn->counters, from, to);
        counters_move_choices(&txn->counters, before->choices, after->choices);
        day_counts_person(txn, after->id, before->type, after->type);
    }
    return status;
}

enum status contacts_delete(struct txn *txn, const struct contact *before)
{
    int facet = 0;
    enum status status = get_facet(txn->store, before->id, &facet);
    if (status != STATUS_OK)
        return status;
    struct query query = query_begin_write(txn, STATEMENT_CONTACTS_DELETE);
    query_int(&query, before->id.value);
    status = query_run(&query, NULL);
    if (status == STATUS_OK)
        status = bygone_forget(txn, before->id);
    if (status == STATUS_OK) {
        counters_move(&txn->counters, facet, -1);
        counters_move_choices(&txn->counters, before->choices, 0);
    }
    return status;
}

static enum status set_facet(struct txn *txn, int64_t id, int from, int to)
{
    struct query query = query_begin_write(txn, STATEMENT_CONTACTS_SET_FACET);
    query_int(&query, id);
    query_int(&query, to);
    enum status status = query_run(&query, NULL);
    if (status == STATUS_OK)
        counters_move(&txn->counters, from, to);
    return status;
}

enum status contacts_refacet(struct txn *txn, struct contact_id after, int limit, uint64_t in_use,
                             struct contact_id *last)
{
    int64_t seen = 0;
    int count = 0;
    struct query query = query_begin(txn->store, STATEMENT_CONTACTS_FACETS);
    query_int(&query, after.value);
    query_int(&query, limit);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        seen = query_get_int(&query);
        enum contact_type type = (enum contact_type)query_get_int(&query);
        enum contact_status now = (enum contact_status)query_get_int(&query);
        uint64_t choices = (uint64_t)query_get_int(&query);
        int64_t paused_until = query_get_int(&query);
        int from = (int)query_get_int(&query);
        int to = facet_of(type, now, choices, paused_until, in_use);
        count++;
        if (from != to && (status = set_facet(txn, seen, from, to)) != STATUS_OK)
            break;
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    last->value = count == limit ? seen : 0;
    return STATUS_OK;
}
