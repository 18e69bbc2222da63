/*
 * store/activity_block: the rows that sum up full blocks of the ledger. See activity.h.
 */
#include "store/activity.h"

#include <string.h>

#include "store/activity_scan.h"

static void begin(struct activity_block *sum, int64_t block)
{
    memset(sum, 0, sizeof *sum);
    sum->is_whole = true;
    sum->block = block;
    sum->first_at = INT64_MAX;
    sum->last_at = INT64_MIN;
}

static void add(struct activity_block *sum, const struct entry *entry)
{
    sum->first_at = entry->at < sum->first_at ? entry->at : sum->first_at;
    sum->last_at = entry->at > sum->last_at ? entry->at : sum->last_at;
    sum->topics |= ledger_topics(entry);
    sum->who |= ledger_who(entry->actor, entry->actor_id);
    sum->traits[entry->actor] |= ledger_traits(entry);
}

static enum status put(struct txn *txn, const struct activity_block *sum)
{
    struct query query = query_begin_write(txn, STATEMENT_ACTIVITY_PUT_BLOCK);
    query_int(&query, sum->block);
    query_int(&query, sum->first_at);
    query_int(&query, sum->last_at);
    query_int(&query, (int64_t)sum->topics);
    query_int(&query, (int64_t)sum->who);
    for (int actor = 0; actor < ACTOR_COUNT; actor++)
        query_int(&query, (int64_t)sum->traits[actor]);
    return query_run(&query, NULL);
}

/* Of entries that stand already. */
static enum status sum_up(struct store *store, int64_t block, struct activity_block *sum)
{
    struct query query = query_begin(store, STATEMENT_ACTIVITY_SCAN_UP);
    enum status status;
    begin(sum, block);
    query_int(&query, block * ACTIVITY_BLOCK);
    query_int(&query, block * ACTIVITY_BLOCK + ACTIVITY_BLOCK - 1);
    query_int(&query, -1);
    while ((status = query_row(&query)) == STATUS_OK) {
        struct entry entry = activity_scan_row(&query);
        add(sum, &entry);
    }
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status activity_note(struct txn *txn, const struct entry *entry)
{
    struct activity_block *sum = &txn->block;
    const int64_t position = entry->position.value, block = position / ACTIVITY_BLOCK;
    const bool is_first = position % ACTIVITY_BLOCK == 0 || position == 1;
    enum status status = STATUS_OK;

    if (is_first)
        begin(sum, block);
    else if (sum->next != position) /* others appended since */
        sum->is_whole = false;
    if (sum->is_whole)
        add(sum, entry);
    sum->next = position + 1;
    if (position % ACTIVITY_BLOCK != ACTIVITY_BLOCK - 1)
        return STATUS_OK;
    if (!sum->is_whole)
        status = sum_up(txn->store, block, sum);
    if (status == STATUS_OK)
        status = put(txn, sum);
    if (status != STATUS_OK) /* the entry is in already: it must not stay without this */
        txn->fault = status;
    return status;
}

int64_t activity_unfilled(int64_t first_block, struct position head)
{
    return first_block >= 0 ? first_block : (head.value + 1) / ACTIVITY_BLOCK;
}

enum status activity_fill(struct txn *txn, int limit, bool *is_done)
{
    int64_t first = -1;
    struct position head;
    enum status status = activity_ask(txn->store, STATEMENT_ACTIVITY_FIRST_BLOCK, &first);
    if (status == STATUS_OK)
        status = store_position(txn->store, &head);
    if (status != STATUS_OK)
        return status;
    int64_t block = activity_unfilled(first, head);
    for (; status == STATUS_OK && block > 0 && limit > 0; limit--) {
        struct activity_block sum;
        status = sum_up(txn->store, --block, &sum);
        if (status == STATUS_OK)
            status = put(txn, &sum);
    }
    *is_done = block == 0;
    return status;
}
