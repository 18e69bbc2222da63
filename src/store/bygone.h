/*
 * store/bygone: what was at an earlier moment, where the ledger's entries alone can't say it: which
 * position a moment had, what a topic was, whose an address was, when it was suppressed. What
 * follows from it is service/as_of.
 */
#ifndef ASSENT_STORE_BYGONE_H
#define ASSENT_STORE_BYGONE_H

#include "base/ledger.h"
#include "store/store.h"

#define BYGONE_HASH_BYTES 32

/* The newest position whose entry's time is at_s or before; 0: there is none. Where the clock was
 * set back, a moment that it showed twice is the second one: everything up to that position had
 * happened, whatever time stands on it. Halves: about 24 reads at ten million entries. */
enum status bygone_position(struct store *store, int64_t at_s, struct position *out) MUST_CHECK;

/* An entry by what decides, without its texts. */
struct bygone_step {
    struct position position;
    int64_t at;
    enum entry_kind kind;
    struct contact_id contact;
    struct position previous;
    enum contact_status status_before, status_after;
    uint64_t choices_before, choices_after;
    uint64_t daily_after, weekly_after;
    int64_t paused_before, paused_after;
};

/* STATUS_NOT_FOUND: there is none at that position. */
enum status bygone_step(struct store *store, struct position position,
                        struct bygone_step *out) MUST_CHECK;

/* What a topic was from a position on, until the next row. 0: always was. */
struct bygone_topic {
    struct position position;
    bool is_retired, offers_frequency;
};

/* Oldest first. */
enum status bygone_topics(struct store *store, struct arena *arena, struct topic_id topic,
                          struct bygone_topic **out, size_t *count) MUST_CHECK;

/* Whose an address was, or that it was suppressed, from an entry up to another. */
struct bygone_address {
    struct position since;     /* 0: from the person's first entry */
    struct position until;     /* the entry with which it ended; 0: it is so */
    struct contact_id contact; /* 0: it was suppressed */
};

/* What is known of an address beside who has it now, oldest first. Those of people who were erased
 * are not among them. */
enum status bygone_addresses(struct store *store, struct arena *arena,
                             const uint8_t hash[BYGONE_HASH_BYTES], struct bygone_address **out,
                             size_t *count) MUST_CHECK;

/* The entry with which a person's address of today became theirs; 0: it always was. */
enum status bygone_address_since(struct store *store, struct contact_id contact,
                                 struct position *out) MUST_CHECK;

/* Whether anything is known of any address: where not, no hash need be made. */
enum status bygone_any(struct store *store, bool *out) MUST_CHECK;

/* Whether anybody who is on the list had another address once; the same, without suppressions. */
enum status bygone_any_moved(struct store *store, bool *out) MUST_CHECK;

/* The address, by its hash, ceased to be the person's with the entry at position. */
enum status bygone_moved(struct txn *txn, const uint8_t hash[BYGONE_HASH_BYTES],
                         struct contact_id contact, struct position position) MUST_CHECK;

/* The next person, behind after, whose earlier addresses may stand in notes alone, since they were
 * written before these rows were kept; 0: none are left, and those who read them need not ask
 * again. bygone_read: they were read up to there; 0: all. */
enum status bygone_unread(struct store *store, struct contact_id after,
                          struct contact_id *out) MUST_CHECK;
enum status bygone_is_read(struct store *store, bool *out) MUST_CHECK;
enum status bygone_read(struct txn *txn) MUST_CHECK;

/* For this room: with the rows that they belong to. Positions are those of the entry that is
 * appended next (a topic that becomes another, an address that is suppressed) or was appended last
 * (a suppression that is lifted). */
enum status bygone_put_topic(struct txn *txn, const struct topic *topic) MUST_CHECK;
enum status bygone_put_suppressed(struct txn *txn,
                                  const uint8_t hash[BYGONE_HASH_BYTES]) MUST_CHECK;
enum status bygone_put_lifted(struct txn *txn, const uint8_t hash[BYGONE_HASH_BYTES]) MUST_CHECK;
enum status bygone_forget(struct txn *txn, struct contact_id contact) MUST_CHECK;

/* The entry after which the clock was set back last, and its time. STATUS_NOT_FOUND: never was. */
enum status bygone_clock_last(struct store *store, struct position *out, int64_t *at_s) MUST_CHECK;

enum status bygone_clock_back(struct txn *txn, struct position position, int64_t at_s) MUST_CHECK;

#endif
