/*
 * service/check: the verdicts of many addresses, all at one position of the ledger.
 *
 * A check holds one snapshot from begin to end: it is for a thread that does nothing else
 * meanwhile, and that hands out nothing to a client before its end. Addresses are put in, a batch
 * at a time, and looked up in the directory in memory; or, where that is not to be had or knows
 * only what came later, in the file, in the order of their keys, since neighbours lie on one page.
 * The answers are in the order in which they were put in.
 */
#ifndef ASSENT_SERVICE_CHECK_H
#define ASSENT_SERVICE_CHECK_H

#include "base/buf.h"
#include "service/as_of.h"

#define CHECK_ADDRESSES_MAX 100000 /* of one call */
#define CHECK_BATCH         100000 /* addresses put in before check_decide is due */
#define CHECK_BATCH_BYTES                                                                          \
    (4 << 20) /* of their keys; a batch may be that much longer by one key                         \
               */

/* One address's answer, in eight bytes, so that those of a whole call stay small. */
struct check_answer {
    int64_t last_sent_at : 40; /* as in struct verdict_advice; 0 where the topic offers none */
    uint64_t verdict : 8;      /* enum verdict */
    uint64_t frequency : 8;    /* enum frequency */
    uint64_t why : 6;          /* of an earlier moment: enum as_of_why */
    uint64_t is_past : 1;
    uint64_t is_address : 1; /* 0: it is none, and never allowed */
};

struct check_item;

struct check {
    const struct service *service;
    struct topic topic;
    struct position position; /* that the verdicts are decided at */
    struct verdict_frame frame;
    bool offers_frequency;           /* the answers hold advice */
    struct directory_map *directory; /* stands at position, or beyond; NULL: the file answers */
    uint64_t fills;                  /* as it was when the check began */
    bool is_past;                    /* begun by check_begin_past: */
    struct as_of as_of;

    /* The batch, for check.c. */
    struct arena *scratch;
    struct buf keys;
    struct check_item *items;
    size_t count, room;
};

/* topic: its key. STATUS_NOT_FOUND: there is none of that key; nothing is held then, nor with any
 * other failure. A retired one is found: every verdict is then topic_retired, or another no. */
enum status check_begin(const struct service *service, struct arena *arena, const char *topic,
                        int64_t now_s, struct check *out) MUST_CHECK;

/* As check_begin, of an earlier moment, which must not lie in the future: what could be mailed
 * then, at the position that the moment had. Not for check_one. */
enum status check_begin_past(const struct service *service, struct arena *arena, const char *topic,
                             int64_t at_s, struct check *out) MUST_CHECK;

/* One address as it came. STATUS_INVALID: it is none. With any other status than OK *verdict is
 * UNKNOWN (S9). */
enum status check_one(struct check *check, const char *text, size_t len, enum verdict *verdict,
                      struct verdict_advice *advice) MUST_CHECK;

/* Puts an address, as it came, into the batch. Not when check_is_full. */
void check_put(struct check *check, const char *text, size_t len);
bool check_is_full(const struct check *check);

/* Decides the batch: one answer for each address put in, in that order, and the batch is empty
 * again. Failure: none of answers may be used. */
enum status check_decide(struct check *check, struct check_answer *answers) MUST_CHECK;

/* The same of an earlier moment, with the entry beside each answer that decided it; 0: none did. */
enum status check_decide_past(struct check *check, struct check_answer *answers,
                              struct position *decided) MUST_CHECK;

void check_end(struct check *check);

/* "allow", "opted_out"… and "invalid" for what is no address; of an earlier moment as_of_key's.
 * Static. */
const char *check_key(struct check_answer answer);

#endif
