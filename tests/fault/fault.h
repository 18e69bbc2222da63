/*
 * tests/fault/fault: makes the Nth call of a kind fail, in SQLite's file system and allocator, once
 * or from then on, or ends the process there. Says whether it did, so that a test can prove it.
 */
#ifndef ASSENT_TESTS_FAULT_FAULT_H
#define ASSENT_TESTS_FAULT_FAULT_H

#include <stdbool.h>

enum fault_kind {
    FAULT_READ,
    FAULT_WRITE, /* half of the data is written first */
    FAULT_SYNC,
    FAULT_OPEN,
    FAULT_TRUNCATE,
    FAULT_MAP, /* of the WAL's index */
    FAULT_LOCK,
    FAULT_MALLOC,
    FAULT_KIND_COUNT
};

enum fault_mode { FAULT_ONCE, FAULT_FOR_GOOD, FAULT_DIE, FAULT_MODE_COUNT };

extern const char *const fault_kind_names[FAULT_KIND_COUNT];

/* Before anything else of SQLite is used. */
void fault_install(void);

/* The nth call of kind from now on (1: the next) fails. */
void fault_arm(enum fault_kind kind, int nth, enum fault_mode mode);
void fault_disarm(void);

/* How many calls failed since fault_arm. */
int fault_injected(void);

/* Whether something was written to a WAL that is not on the disk. */
bool fault_has_unsynced_wal(void);

#endif
