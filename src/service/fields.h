/*
 * service/fields: what may be written into a person's fields, for forms and files alike.
 *
 * Each function reads one text as typed and gives the value to store, cleaned. It knows nothing of
 * who writes or why; addresses are base/email's.
 */
#ifndef ASSENT_SERVICE_FIELDS_H
#define ASSENT_SERVICE_FIELDS_H

#include "base/arena.h"
#include "base/contact.h"
#include "base/status.h"

/* A name: UTF-8 of at most NAME_MAX_BYTES once cleaned; may be "". STATUS_INVALID otherwise. */
enum status fields_name(struct arena *arena, const char *text, const char **out) MUST_CHECK;

/* A BCP 47 tag (RFC 5646: a language of 2 to 8 letters, then subtags of 1 to 8 letters or digits),
 * in its usual case (en, pt-BR, zh-Hant); may be "". STATUS_INVALID otherwise. */
enum status fields_language(struct arena *arena, const char *text, const char **out) MUST_CHECK;

/* Free text on one line, at most max_bytes once cleaned; may be "". STATUS_INVALID otherwise. */
enum status fields_text(struct arena *arena, const char *text, size_t max_bytes,
                        const char **out) MUST_CHECK;

#endif
