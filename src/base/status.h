/*
 * base/status: the one result code of the program.
 *
 * Kore, SQLite and libsodium each say success with another number; every room translates at its
 * edge into this. A function that returns it writes its outputs only on STATUS_OK, unless its
 * comment says otherwise. It is not for reasons that a person reads: those are outcomes, plain
 * enums beside the service that decides.
 */
#ifndef ASSENT_BASE_STATUS_H
#define ASSENT_BASE_STATUS_H

#define MUST_CHECK __attribute__((warn_unused_result))

enum status {
    STATUS_OK,
    STATUS_NOT_FOUND, /* nothing by that name, and nothing wrong with asking */
    STATUS_INVALID,   /* the input can't be what it claims to be */
    STATUS_REFUSED,   /* understood, and not allowed */
    STATUS_CONFLICT,  /* taken already, or changed meanwhile */
    STATUS_BUSY,      /* try again: a queue is full, or a lock did not come in time */
    STATUS_FULL,      /* no room: the disk, or an output of fixed size */
    STATUS_IO,        /* the system or the database failed; trying again may not help */
    STATUS_CORRUPT,   /* stored data contradicts itself */
    STATUS_COUNT
};

/* The name of a status for logs and tests, e.g. "not found". Static; never NULL. */
const char *status_name(enum status status);

#endif
