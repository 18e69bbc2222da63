/*
 * tests/unit/people_support: a database of made-up people for the store's tests.
 */
#ifndef ASSENT_TESTS_UNIT_PEOPLE_SUPPORT_H
#define ASSENT_TESTS_UNIT_PEOPLE_SUPPORT_H

#include "base/arena.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "unit/support.h"

#define IN_USE UINT64_C(0x1e) /* the four topics that a new database has */

struct place {
    const char *folder, *path, *lock;
    struct store *writer, *reader;
    struct arena *arena;
    struct sqlite3 *watch; /* of place_watch, else NULL */
};

/* A new migrated database with a writer and a reader. */
struct place *place_open(void);
void place_close(struct place *place);

/* Closes and opens both stores again. */
void place_reopen(struct place *place);

struct txn *place_begin(struct place *place);

/* A person with an address, opted in to newsletter and marketing; not yet in the database. */
struct contact place_person(struct txn *txn, const char *email_key);

/* Inserts and appends the entry that belongs to it. */
enum status place_add(struct txn *txn, const struct contact *contact);

/* One number that a statement of the test gives, by a connection of its own, or of place_watch. */
int64_t place_ask(const struct place *place, const char *sql);

/* Opens one connection for many place_ask until place_unwatch: each new one reads the whole schema.
 */
void place_watch(struct place *place);
void place_unwatch(struct place *place);

#endif
