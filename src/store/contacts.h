/*
 * store/contacts: the people, one row each. What a change means is service/change; here a row is
 * read or written as told. Strings of a result live in the arena.
 */
#ifndef ASSENT_STORE_CONTACTS_H
#define ASSENT_STORE_CONTACTS_H

#include "store/store.h"

/* STATUS_NOT_FOUND: no such row. */
enum status contacts_get(struct store *store, struct arena *arena, struct contact_id id,
                         struct contact *out) MUST_CHECK;

/* By base/email's key. STATUS_NOT_FOUND: not on the list. */
enum status contacts_find_email(struct store *store, struct arena *arena, const char *email_key,
                                struct contact *out) MUST_CHECK;

/* The same, but only what a verdict needs: id, status, choices, the pause, frequencies. Every text
 * is NULL, the rest zero. */
enum status contacts_find_choices(struct store *store, const char *email_key,
                                  struct contact *out) MUST_CHECK;

/* The row number that the next contacts_insert of this transaction must use. Never given twice. */
enum status contacts_next_id(struct txn *txn, struct contact_id *out) MUST_CHECK;

/* Adds a row; every field of contact is set, id from contacts_next_id. in_use: mask of topics not
 * retired, which decides the facet. Counters follow in the same transaction. STATUS_CONFLICT: the
 * address is taken, and nothing was written. */
enum status contacts_insert(struct txn *txn, const struct contact *contact,
                            uint64_t in_use) MUST_CHECK;

/* Writes every field but id, public_id and created_at; before is what contacts_get gave in this
 * transaction, for the counters. STATUS_CONFLICT: the new address is taken. */
enum status contacts_update(struct txn *txn, const struct contact *before,
                            const struct contact *after, uint64_t in_use) MUST_CHECK;

/* Deletes a row, and whose the addresses were that it had; before is what contacts_get gave in this
 * transaction, for the counters. */
enum status contacts_delete(struct txn *txn, const struct contact *before) MUST_CHECK;

/* Walks rows with id > after in id order, at most limit of them, and recomputes their facets for
 * in_use: after a topic was retired or brought back. *last: the last id seen, 0 at the end. */
enum status contacts_refacet(struct txn *txn, struct contact_id after, int limit, uint64_t in_use,
                             struct contact_id *last) MUST_CHECK;

/* The next limit rows with id > after, in id order: for exports and link lists. */
enum status contacts_walk(struct store *store, struct arena *arena, struct contact_id after,
                          int limit, struct contact **out, size_t *count) MUST_CHECK;

/* The people with after < id <= until who are opted in, have the choice topic on and whose pause,
 * if any, has ended at now_s, in id order: each is given to take, which returns false to end early.
 * Only id, email_key, email, daily and weekly are set; texts live in arena. */
struct contact_window {
    struct contact_id after, until;
    struct topic_id topic;
    int64_t now_s;
};
enum status contacts_audience(struct store *store, struct arena *arena,
                              const struct contact_window *window,
                              bool (*take)(void *context, const struct contact *row),
                              void *context) MUST_CHECK;

/* Rows with after < id <= last that say another thing than their newest entry, or stand in a facet
 * of people who are otherwise, in id order: each is given to take, which returns false to end. */
enum status contacts_odd(struct store *store, struct contact_id after, struct contact_id last,
                         bool (*take)(void *context, struct public_id who),
                         void *context) MUST_CHECK;

/* The highest id of a row; 0: there are none. */
enum status contacts_last_id(struct store *store, struct contact_id *out) MUST_CHECK;

/* Before a commit, when contacts_next_id gave numbers: keeps the highest. For store/txn. */
enum status contacts_keep_next_id(struct txn *txn) MUST_CHECK;

/* The value kept under key in meta: len must match. contacts' public-id key lives there. */
enum status meta_get(struct store *store, const char *key, void *out, size_t len) MUST_CHECK;
enum status meta_put(struct txn *txn, const char *key, const void *value, size_t len) MUST_CHECK;

#endif
