/*
 * store/counters: how many people stand in each facet, and how many have each topic on. Changes
 * are added up in the transaction and written once, at its commit.
 *
 * A facet is what lists filter by, in one small number: type * 8 + status * 4 + 2 when a choice
 * among the topics in use is on + 1 when a pause is set, ended or not.
 */
#ifndef ASSENT_STORE_COUNTERS_H
#define ASSENT_STORE_COUNTERS_H

#include "store/store.h"

#define FACET_COUNT         (TYPE_COUNT * 8)
#define FACET_TYPE(facet)   ((facet) / 8)
#define FACET_STATUS(facet) ((facet) / 4 % 2)
#define FACET_HAS_ON(facet) ((facet) / 2 % 2)
#define FACET_PAUSED(facet) ((facet) % 2)

struct counters {
    bool is_changed;
    int64_t facets[FACET_COUNT];
    int64_t topics[TOPIC_MAX + 1];
};

/* in_use: the mask of topics not retired. */
static inline int facet_of(enum contact_type type, enum contact_status status, uint64_t choices,
                           int64_t paused_until, uint64_t in_use)
{
    return (int)type * 8 + (int)status * 4 + ((choices & in_use) != 0) * 2 + (paused_until != 0);
}

/* A row left one facet (-1: it is new) for another (-1: it goes). */
void counters_move(struct counters *counters, int from, int to);

/* Choices went from one mask to another. */
void counters_move_choices(struct counters *counters, uint64_t from, uint64_t to);

/* Writes what changed. STATUS_CORRUPT: a count would fall below zero. */
enum status counters_flush(struct txn *txn) MUST_CHECK;

enum status counters_facets(struct store *store, int64_t out[FACET_COUNT]) MUST_CHECK;
enum status counters_topics(struct store *store, int64_t out[TOPIC_MAX + 1]) MUST_CHECK;

/* How many of a facet are paused at now_s. */
enum status counters_paused(struct store *store, int facet, int64_t now_s, int64_t *out) MUST_CHECK;

#endif
