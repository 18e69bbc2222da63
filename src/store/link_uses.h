/*
 * store/link_uses: how often links of each key came back, by the day (UTC). Counts alone: no
 * addresses, no links, no people.
 */
#ifndef ASSENT_STORE_LINK_USES_H
#define ASSENT_STORE_LINK_USES_H

#include "store/link_keys.h"

struct link_use {
    uint8_t key[LINK_KEY_STORE_ID_BYTES];
    int32_t day; /* days since 1970 */
    int64_t opened, acted, machine, refused;
};

/* Adds to what is counted; what is added may be below zero, where a count moves to another. */
enum status link_uses_add(struct txn *txn, const struct link_use *use) MUST_CHECK;

/* Of one key, from day on, oldest first; at most max. */
enum status link_uses_list(struct store *store, const uint8_t key[LINK_KEY_STORE_ID_BYTES],
                           int32_t day, struct link_use *out, size_t max, size_t *count) MUST_CHECK;

/* Lets go what is older than day. */
enum status link_uses_trim(struct txn *txn, const uint8_t key[LINK_KEY_STORE_ID_BYTES],
                           int32_t day) MUST_CHECK;

#endif
