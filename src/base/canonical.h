/*
 * base/canonical: JSON in the one form that RFC 8785 (JCS) gives it: members sorted, no blanks, the
 * fewest escapes. So what was signed is found again in a file that another program wrote anew.
 *
 * Only what has an exact form there: texts, whole numbers up to 2^53-1, true, false, null, lists
 * and objects. A fraction or a larger number is refused: programs disagree about those.
 */
#ifndef ASSENT_BASE_CANONICAL_H
#define ASSENT_BASE_CANONICAL_H

#include <jansson.h>

#include "base/buf.h"
#include "base/status.h"

#define CANONICAL_NUMBER_MAX INT64_C(9007199254740991)

/* Adds value's form to out. STATUS_INVALID: it holds a number without one; out may then have a
 * part. How deep value goes is bounded by whoever read it (base/json). */
enum status canonical_write(struct buf *out, json_t *value) MUST_CHECK;

#endif
