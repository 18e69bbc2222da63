/*
 * service/outbox: mails that wait in the database until the courier has sent them.
 *
 * Asking for a mail is one row written in the caller's transaction, whoever it is for: whether the
 * address is known is looked at when it is sent, so that a page that asks takes the same time
 * either way. No link and no text but the subject is kept: all is made when it is sent
 * (service/letters, view/letter).
 *
 * The courier claims letters before it tries them: a claim counts the try and makes the letter due
 * again after the wait that follows a failed one. So whatever a courier was doing when it was
 * killed is tried again by the next, with the same Message-ID, and a letter whose sending ends the
 * courier can't do so over and over.
 */
#ifndef ASSENT_SERVICE_OUTBOX_H
#define ASSENT_SERVICE_OUTBOX_H

#include "service/service.h"
#include "store/letters.h"

/* A letter is given up when this many tries have failed: with the waits between them about five
 * days (RFC 5321 section 4.5.4.1). */
#define OUTBOX_TRIES 11

/* Ended letters are kept for this long, those that were dropped not at all. */
#define OUTBOX_KEEP_S (INT64_C(30) * 86400)

/* What a mail server said is kept up to here. */
#define OUTBOX_FAULT_BYTES 300

/* Counts on pages stop here. */
#define OUTBOX_COUNT_MAX 10000

/* Puts one into the outbox; of letter, kind, contact, confirmation, address and language count. */
enum status outbox_put(const struct service *service, struct txn *txn, const struct letter *letter,
                       int64_t now_s) MUST_CHECK;

/* Claims up to limit letters that are due, and gives them. */
enum status outbox_claim(struct txn *txn, struct arena *arena, int64_t now_s, int limit,
                         struct letter **out, size_t *count) MUST_CHECK;

/* Seconds from the tries-th failure (1 for the first) to the next try. */
int64_t outbox_wait_s(int tries);

enum outbox_result {
    OUTBOX_SENT,
    OUTBOX_LATER,   /* not now: the next try is due as outbox_wait_s says, or it is given up */
    OUTBOX_NEVER,   /* refused for good */
    OUTBOX_DROPPED, /* there is nobody to tell: nothing of it is kept */
    OUTBOX_UNTRIED, /* claimed, then left alone: due at once, and the try isn't counted */
    OUTBOX_RESULT_COUNT
};

/* Writes what came of a claimed letter, and letter->subject (NULL: ""). fault: the mail server's
 * words, or why; "" where there is nothing to say; only its beginning is kept. */
enum status outbox_settle(struct txn *txn, const struct letter *letter, enum outbox_result result,
                          const char *fault, int64_t now_s) MUST_CHECK;

/* Has a dead letter tried again from the start. STATUS_NOT_FOUND: it is not there, or not dead. */
enum status outbox_again(struct txn *txn, int64_t id, int64_t now_s) MUST_CHECK;

/* Deletes up to limit letters that ended more than OUTBOX_KEEP_S ago, and gives their ids, in an
 * array of limit: what else is kept of them is the caller's to remove. What a wrong clock put off
 * by more than a try ever waits is due now. */
enum status outbox_sweep(struct txn *txn, int64_t now_s, int limit, int64_t *ids,
                         size_t *count) MUST_CHECK;

#endif
