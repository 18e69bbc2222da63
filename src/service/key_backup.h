/*
 * service/key_backup: the secrets of the keys folder as one file, closed up under a passphrase
 * (crypto/key_box), and back. The database is service/backup's.
 *
 * What is closed up is one record for each file, one behind the other: 1 byte, the length of its
 * name; the name; 4 bytes, big-endian, the length of what is in it; that.
 */
#ifndef ASSENT_SERVICE_KEY_BACKUP_H
#define ASSENT_SERVICE_KEY_BACKUP_H

#include "base/conf.h"
#include "crypto/key_box.h"

#define KEY_BACKUP_MAX_BYTES    ((size_t)1 << 16) /* some 800 keys */
#define KEY_BACKUP_PASS_LETTERS 12                /* a passphrase has so many bytes at least */

/* Writes path (base/whole_file), and reads it back. STATUS_CONFLICT: it is there. *count: keys in
 * it. On failure *fault says why, in words from arena. */
enum status key_backup_make(struct arena *arena, const struct conf *conf, const char *path,
                            bool replaces, const char *passphrase, const struct key_box_cost *cost,
                            size_t *count, const char **fault) MUST_CHECK;

struct key_backup_done {
    size_t count;     /* keys in the file */
    size_t unchanged; /* of them, that were there already */
    size_t aside;     /* that were there and said something else: kept under dated names */
};

/* Puts the keys into the keys folder, which it makes, with the data folder, if need be. A key that
 * is there and differs is left, and nothing written (STATUS_CONFLICT), unless replaces. */
enum status key_backup_restore(struct arena *arena, const struct conf *conf, const char *path,
                               bool replaces, const char *passphrase, struct key_backup_done *out,
                               const char **fault) MUST_CHECK;

#endif
