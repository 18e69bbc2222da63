/*
 * crypto/key_file: secrets on disk, and the guarded memory they are read into.
 *
 * A key file holds raw bytes of one fixed length, belongs to us or root, and nobody else may read
 * it. It is written whole or not at all, and never over another. Not for certificates.
 */
#ifndef ASSENT_CRYPTO_KEY_FILE_H
#define ASSENT_CRYPTO_KEY_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

/* len bytes of guarded memory (sodium_malloc), zeroed; ends the process when there is none. The
 * caller frees, which wipes. key_memory_free(NULL) is allowed. */
void *key_memory_new(size_t len);
void key_memory_free(void *memory);

/* Overwrites what a compiler might otherwise leave. */
void key_memory_wipe(void *data, size_t len);

/* Reads exactly len bytes. STATUS_NOT_FOUND: no such file. STATUS_REFUSED: not a plain file of
 * ours, or others may read it. STATUS_CORRUPT: another length. out is wiped on failure. */
enum status key_file_read(const char *path, uint8_t *out, size_t len) MUST_CHECK;

/* Makes folder if missing (0700) and folder/name (0600) in it, durable on return.
 * STATUS_CONFLICT: folder/name is there already and was left as it was. */
enum status key_file_create(const char *folder, const char *name, const uint8_t *data,
                            size_t len) MUST_CHECK;

#endif
