/*
 * tests/unit/tamper_support: a ledger with people and history, an attacker with a shell on its
 * database, and what verification says of it afterwards.
 */
#ifndef ASSENT_TESTS_UNIT_TAMPER_SUPPORT_H
#define ASSENT_TESTS_UNIT_TAMPER_SUPPORT_H

#include "service/ledger_verify.h"
#include "unit/site.h"

#define TAMPER_PEOPLE 8

extern struct site tamper_site;
extern struct contact tamper_people[TAMPER_PEOPLE];

/* Two lives for each person, private texts with all; a copy of all rows to put back. */
int tamper_open(void **state);
int tamper_close(void **state);
int tamper_end(void **state); /* of a test: all is put back */

/* The same kind of history, of other people, in a site of the test's own. */
void tamper_fill(struct site *site, struct contact *people, unsigned seed);

/* Runs SQL with the triggers out of the way, which stand again afterwards. */
void tamper(const char *sql);

/* entry, entry_private, contact, checkpoint and the texts of wordings as they were. */
void tamper_undo(void);

/* Signs the head now; the note lives as long as the site. */
const char *tamper_checkpoint(struct site *site);

/* With notes (NULL: none) as evidence, by one and two threads, in small stretches: all the same. */
struct ledger_report tamper_verify(struct site *site, const char *notes);

/* That the first of what is found is this, at that position (0: of no entry). */
void tamper_expect_with(const char *notes, enum ledger_damage damage, int64_t position);
void tamper_expect(enum ledger_damage damage, int64_t position);
void tamper_expect_whole(const char *notes);

/* An entry in the middle, of a person with entries before and after it. */
long long tamper_middle(void);

/* Hashes the entries from position on anew, as one who knows the format can. */
void tamper_rehash(int64_t from, int64_t last);

/* SQL with values, in the site's arena. */
#define tamper_sql(...) arena_printf(tamper_site.arena, __VA_ARGS__)

/* SQL with two positions: a new one, and that of the entry as saved that is put there. */
#define TAMPER_COPY_AS                                                                             \
    "INSERT INTO entry SELECT %lld, at, kind, contact, subject, previous, undoes, status_before,"  \
    " status_after, choices_before, choices_after, paused_before, paused_after, actor, actor_id,"  \
    " proof_kind, proof, wording, leave_reason, private_hash, hash, daily_before, daily_after,"    \
    " weekly_before, weekly_after FROM saved_entry WHERE position = %lld"

#endif
