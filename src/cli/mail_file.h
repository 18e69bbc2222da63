/*
 * cli/mail_file: a mail as a file of the data folder, outbox/ID.eml, for those who set no mail
 * server. It holds links that open people's preferences: only its owner may read it.
 */
#ifndef ASSENT_CLI_MAIL_FILE_H
#define ASSENT_CLI_MAIL_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/conf.h"

/* Writes it whole or not at all, durably; again is as once. False: errno says why not. */
bool mail_file_put(const struct conf *conf, int64_t id, const void *data, size_t len);

/* One that is not there is fine. */
void mail_file_remove(const struct conf *conf, int64_t id);

#endif
