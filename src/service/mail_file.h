/*
 * service/mail_file: a mail as a file of the data folder, outbox/ID.eml, for those who set no mail
 * server. It holds links that open people's preferences: only its owner may read it.
 */
#ifndef ASSENT_SERVICE_MAIL_FILE_H
#define ASSENT_SERVICE_MAIL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/status.h"

/* No mail of ours comes near this. */
#define MAIL_FILE_MAX_BYTES (512 * 1024)

/* Writes it whole or not at all, durably; again is as once. False: errno says why not. */
bool mail_file_put(const struct conf *conf, int64_t id, const void *data, size_t len);

/* Its bytes, from the arena. STATUS_NOT_FOUND: there is none, or none that can be one of ours: no
 * plain file, too large. STATUS_IO: it can't be read. */
enum status mail_file_get(struct arena *arena, const struct conf *conf, int64_t id,
                          const char **data, size_t *len) MUST_CHECK;

/* One that is not there is fine. */
void mail_file_remove(const struct conf *conf, int64_t id);

#endif
