/*
 * service/ledger_links: how a person's entries hang together: each goes on from the one before it,
 * and their row goes by the last. For service/ledger_verify, whose threads share it.
 */
#ifndef ASSENT_SERVICE_LEDGER_LINKS_H
#define ASSENT_SERVICE_LEDGER_LINKS_H

#include <stdatomic.h>

#include "service/ledger_report.h"
#include "store/ledger_rows.h"

/* Two bits an entry: somebody's, and gone on from. */
struct ledger_links {
    struct position head;
    _Atomic uint64_t *owned, *followed;
};

/* For entries up to head. False: no memory. */
bool ledger_links_begin(struct ledger_links *links, struct position head);
void ledger_links_end(struct ledger_links *links);

/* Whether entry goes on from where the person's entry before it left off. */
enum status ledger_links_entry(struct ledger_links *links, struct store *store,
                               const struct entry *entry, struct ledger_tally *tally) MUST_CHECK;

/* Whether a row says what its newest entry says; once all entries were looked at. */
void ledger_links_person(struct ledger_links *links, const struct ledger_person *person,
                         struct ledger_tally *tally);

/* Once all people were looked at: entries that lead to nobody. */
void ledger_links_rest(const struct ledger_links *links, struct ledger_tally *tally);

#endif
