/*
 * store/day_counts: see day_counts.h.
 */
#include "store/day_counts.h"

#include "store/query.h"

/* A key is never 0, which says that a place is free. */
#define KEY_BIT    (UINT64_C(1) << 63)
#define HELD_LIMIT (DAY_COUNTS_HELD * 3 / 4)

static uint64_t key_of(const struct ledger_count *count)
{
    return KEY_BIT | (uint64_t)count->day << 16 | (uint64_t)count->what << 8 |
           (uint64_t)count->way << 4 | (uint64_t)count->type;
}

static struct ledger_count count_of(uint64_t key)
{
    return (struct ledger_count){.day = (int64_t)((key & ~KEY_BIT) >> 16),
                                 .what = (int)(key >> 8 & 255),
                                 .way = (enum count_way)(key >> 4 & 15),
                                 .type = (int)(key & 15)};
}

static enum status add(struct txn *txn, const struct ledger_count *count)
{
    struct day_counts *counts = &txn->days;
    const uint64_t key = key_of(count);
    size_t at = (key * UINT64_C(0x9e3779b97f4a7c15)) >> 32;
    if (counts->held == HELD_LIMIT) {
        enum status status = day_counts_flush(txn);
        if (status != STATUS_OK)
            return status;
    }
    while (counts->rows[at % DAY_COUNTS_HELD].key != 0 &&
           counts->rows[at % DAY_COUNTS_HELD].key != key)
        at++;
    if (counts->rows[at % DAY_COUNTS_HELD].key == 0)
        counts->held++;
    counts->rows[at % DAY_COUNTS_HELD].key = key;
    counts->rows[at % DAY_COUNTS_HELD].by += count->by;
    return STATUS_OK;
}

enum status day_counts_flush(struct txn *txn)
{
    struct day_counts *counts = &txn->days;
    enum status status = STATUS_OK;
    if (counts->held == 0)
        return STATUS_OK;
    for (int i = 0; i < DAY_COUNTS_HELD && status == STATUS_OK; i++) {
        const struct ledger_count count = count_of(counts->rows[i].key);
        if (counts->rows[i].by == 0)
            continue;
        struct query query = query_begin_write(txn, STATEMENT_DAY_COUNTS_ADD);
        query_int(&query, count.day);
        query_int(&query, count.what);
        query_int(&query, count.way);
        query_int(&query, count.type);
        query_int(&query, counts->rows[i].by);
        status = query_run(&query, NULL);
    }
    for (int i = 0; i < DAY_COUNTS_HELD; i++)
        counts->rows[i].key = 0, counts->rows[i].by = 0;
    counts->held = 0;
    return status;
}

void day_counts_person(struct txn *txn, struct contact_id person, int type_before, int type_after)
{
    txn->days.person = person;
    txn->days.type_before = type_before;
    txn->days.type_after = type_after;
}

/* Of somebody whose row was not written now: as it stands, if it does. */
static enum status get_type(struct store *store, struct contact_id person, int *out)
{
    struct query query = query_begin(store, STATEMENT_DAY_COUNTS_TYPE);
    query_int(&query, person.value);
    enum status status = query_row(&query);
    *out = status == STATUS_OK ? (int)query_get_int(&query) : TYPE_COUNT;
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool read_entry(struct query *query, struct entry *out)
{
    *out = (struct entry){0};
    out->position.value = query_get_int(query);
    out->at = query_get_int(query);
    out->kind = (enum entry_kind)query_get_int(query);
    out->contact.value = query_get_int(query);
    out->undoes.value = query_get_int(query);
    out->status_before = (enum contact_status)query_get_int(query);
    out->status_after = (enum contact_status)query_get_int(query);
    out->choices_before = (uint64_t)query_get_int(query);
    out->choices_after = (uint64_t)query_get_int(query);
    out->actor = (enum actor_kind)query_get_int(query);
    out->proof_kind = (enum proof_kind)query_get_int(query);
    const bool is_fine =
        query_get_blob_up_to(query, out->proof, sizeof out->proof, &out->proof_len);
    out->leave_reason = (enum leave_reason)query_get_int(query);
    return is_fine;
}

/* What an entry that takes another back took back; where that is not there, nothing. */
static enum status get_undone(struct store *store, const struct entry *entry, struct entry *out,
                              bool *is_there)
{
    *is_there = false;
    if (entry->kind != ENTRY_UNDONE || entry->undoes.value == 0)
        return STATUS_OK;
    struct query query = query_begin(store, STATEMENT_DAY_COUNTS_GET);
    query_int(&query, entry->undoes.value);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        *is_there = true;
        status = read_entry(&query, out) ? STATUS_OK : STATUS_CORRUPT;
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status count_entry(struct txn *txn, const struct entry *entry, int before, int after)
{
    struct ledger_count counts[LEDGER_COUNTS_MAX];
    struct entry undone;
    bool has_undone;
    enum status status = get_undone(txn->store, entry, &undone, &has_undone);
    if (status != STATUS_OK)
        return status;
    const size_t n = ledger_count(entry, has_undone ? &undone : NULL, before, after, counts);
    for (size_t i = 0; i < n && status == STATUS_OK; i++)
        status = add(txn, &counts[i]);
    return status;
}

enum status day_counts_note(struct txn *txn, const struct entry *entry)
{
    enum status status = STATUS_OK;
    int before = txn->days.type_before, after = txn->days.type_after;
    if (!ledger_count_is_due(entry))
        return STATUS_OK;
    if (txn->days.person.value != entry->contact.value) {
        status = get_type(txn->store, entry->contact, &after);
        before = after;
    }
    if (status == STATUS_OK)
        status = count_entry(txn, entry, before, after);
    if (status != STATUS_OK) /* the entry is in already: it must not stay without this */
        txn->fault = status;
    return status;
}

enum status day_counts_mark(struct store *store, struct position *out)
{
    struct query query = query_begin(store, STATEMENT_DAY_COUNTS_MARK);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        out->value = query_get_int(&query);
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static enum status set_mark(struct txn *txn, int64_t below)
{
    struct query query = query_begin_write(txn, STATEMENT_DAY_COUNTS_SET_MARK);
    query_int(&query, below);
    return query_run(&query, NULL);
}

static enum status fill_one(struct txn *txn, const struct entry *entry)
{
    int type;
    if (!ledger_count_is_due(entry))
        return STATUS_OK;
    enum status status = get_type(txn->store, entry->contact, &type);
    return status == STATUS_OK ? count_entry(txn, entry, type, type) : status;
}

enum status day_counts_fill(struct txn *txn, int limit, bool *is_done)
{
    struct position below;
    enum status status = day_counts_mark(txn->store, &below);
    if (status != STATUS_OK)
        return status;
    const int64_t from = below.value > limit ? below.value - limit : 1;
    *is_done = from >= below.value;
    if (*is_done)
        return STATUS_OK;
    struct query query = query_begin(txn->store, STATEMENT_DAY_COUNTS_WALK);
    query_int(&query, from);
    query_int(&query, below.value);
    while ((status = query_row(&query)) == STATUS_OK) {
        struct entry entry;
        status = read_entry(&query, &entry) ? fill_one(txn, &entry) : STATUS_CORRUPT;
        if (status != STATUS_OK)
            break;
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    *is_done = from == 1;
    return set_mark(txn, from);
}

enum status day_counts_each(struct store *store, int64_t first, int64_t last,
                            void (*each)(void *context, const struct day_count *count),
                            void *context)
{
    struct query query = query_begin(store, STATEMENT_DAY_COUNTS_LIST);
    enum status status;
    query_int(&query, first);
    query_int(&query, last);
    while ((status = query_row(&query)) == STATUS_OK) {
        struct day_count count = {.day = query_get_int(&query)};
        count.what = (int)query_get_int(&query);
        count.way = (enum count_way)query_get_int(&query);
        count.type = (int)query_get_int(&query);
        count.count = query_get_int(&query);
        each(context, &count);
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status day_counts_first(struct store *store, int64_t *out)
{
    struct query query = query_begin(store, STATEMENT_DAY_COUNTS_FIRST);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = query_get_int(&query);
    query_end(&query);
    return status;
}
