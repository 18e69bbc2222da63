/*
 * service/batch: many people written by a program, each as a merge patch that adds who is not there
 * (service/contact_doc). Each row is an act of its own: it is done whole or refused, and says so.
 *
 * As with an import, an opt-out never falls: a row that would opt somebody back in, or turn on what
 * they turned off by their own hand, without saying how they agreed, is refused whole.
 */
#ifndef ASSENT_SERVICE_BATCH_H
#define ASSENT_SERVICE_BATCH_H

#include "service/contact_doc.h"
#include "service/service.h"

#define BATCH_ROWS_MAX 10000 /* of a call */
#define BATCH_ROWS_TXN 1024  /* of one transaction: whoever comes during its commit waits */

/* Kept with answers (store/api_calls): never renumbered, only added to. */
enum batch_result {
    BATCH_UNDONE,
    BATCH_CREATED,
    BATCH_UPDATED,
    BATCH_UNCHANGED,
    BATCH_BAD_MEMBER, /* these two, and those that follow, refused it: nothing was written */
    BATCH_UNKNOWN_TOPIC,
    BATCH_NEEDS_CONSENT,
    BATCH_SUPPRESSED,
    BATCH_TOPIC_RETIRED,
    BATCH_RESULT_COUNT
};

struct batch_row {
    size_t index; /* in the call */
    struct contact_doc doc;
    const char *name_key;    /* fold_key of its name, if it says one */
    uint32_t id_salt;        /* random, for the public id of a person who is new */
    struct contact_id guess; /* of batch_guess; 0: none */
};

/* Reads one object. UNDONE: it can be written. Else *detail is a sentence that names the member,
 * from arena. */
enum batch_result batch_read(struct arena *arena, const json_t *object, const struct topic *topics,
                             size_t topics_count, int64_t now_s, struct batch_row *out,
                             const char **detail);

/* Rows sorted by address, the same address in the order of the call: index pages are then met one
 * after the other. */
void batch_sort(struct batch_row *rows, size_t count);

/* Says of each row who has its address, as far as the list in memory knows: batch_write then reads
 * that person's row, and asks the index of addresses, whose pages lie all over the file, only of
 * those whose address is another by then. Where there is no such list, nobody is guessed. For a
 * thread that holds no lock, after batch_sort. */
void batch_guess(const struct service *service, struct batch_row *rows, size_t count);

/* Writes rows from *at on, until all are done or others have waited long enough; results[row.index]
 * says what became of each. May be run again from the same *at. is_wanted: whether others of this
 * process wait to write; those of other processes are seen by themselves. NULL: nobody. */
enum status batch_write(const struct service *service, struct txn *txn,
                        const struct batch_row *rows, size_t count, const struct origin *origin,
                        bool (*is_wanted)(void), size_t *at, uint8_t *results) MUST_CHECK;

#endif
