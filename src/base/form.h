/*
 * base/form: decodes form bodies and query strings into fields (URL standard's
 * application/x-www-form-urlencoded, and multipart/form-data of RFC 7578 with one file at most).
 *
 * Hostile input: a body that breaks a rule is refused whole, and the reply says which rule.
 */
#ifndef ASSENT_BASE_FORM_H
#define ASSENT_BASE_FORM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

#define FORM_MAX_FIELDS 256

struct form_field {
    const char *name;
    const char *value; /* valid UTF-8, no NUL; line ends as \n */
};

struct form_file {
    const char *name;     /* of the field */
    const char *filename; /* as the sender calls it: any text, of no authority */
    const char *data;     /* any bytes, in the body that was parsed */
    size_t len;           /* 0: none was chosen */
};

struct form {
    struct form_field *fields;
    size_t count;
    const struct form_file *file; /* NULL: none */
};

/* STATUS_INVALID: bad percent escape, bad UTF-8, a NUL, or more than FORM_MAX_FIELDS. */
enum status form_parse_urlencoded(struct arena *arena, const char *data, size_t len,
                                  struct form *out) MUST_CHECK;

/* content_type: the header's whole value, which holds the boundary. A file is refused. */
enum status form_parse_multipart(struct arena *arena, const char *content_type, const char *data,
                                 size_t len, struct form *out) MUST_CHECK;

/* The same with room for one file. */
enum status form_parse_multipart_file(struct arena *arena, const char *content_type,
                                      const char *data, size_t len, struct form *out) MUST_CHECK;

/* The first field of that name, or NULL. */
const char *form_get(const struct form *form, const char *name);

/* Whether a field of that name has exactly that value: checkboxes that share a name. */
bool form_has(const struct form *form, const char *name, const char *value);

/* A decimal integer in [min, max]; false if absent or anything else. */
bool form_get_int(const struct form *form, const char *name, int64_t min, int64_t max,
                  int64_t *out);

#endif
