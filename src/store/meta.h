/*
 * store/meta: numbers among the small values of the database itself. For this room; the values
 * that others keep are in contacts.h.
 */
#ifndef ASSENT_STORE_META_H
#define ASSENT_STORE_META_H

#include "store/contacts.h"

/* Kept as 8 bytes, big-endian; 0 when never put. */
enum status meta_get_int(struct store *store, const char *key, int64_t *out) MUST_CHECK;
enum status meta_put_int(struct txn *txn, const char *key, int64_t value) MUST_CHECK;

#endif
