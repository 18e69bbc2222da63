/*
 * store/topics: what one can subscribe to.
 */
#ifndef ASSENT_STORE_TOPICS_H
#define ASSENT_STORE_TOPICS_H

#include "store/store.h"

/* All topics by rank, retired ones last. */
enum status topics_list(struct store *store, struct arena *arena, struct topic **out,
                        size_t *count) MUST_CHECK;

/* The mask of topics that are in use. */
enum status topics_in_use(struct store *store, uint64_t *out) MUST_CHECK;

/* The mask of topics in use of which people may ask for daily or weekly at most. */
enum status topics_offering(struct store *store, uint64_t *out) MUST_CHECK;

/* Writes a topic whole, before the entry that says so: adds it when its id is new. STATUS_CONFLICT:
 * the key is taken. */
enum status topics_put(struct txn *txn, const struct topic *topic) MUST_CHECK;

#endif
