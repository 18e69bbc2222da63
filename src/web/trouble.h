/*
 * web/trouble: what went wrong with the database lately, in any worker: for /readyz, which any of
 * them answers. In memory that all workers share.
 */
#ifndef ASSENT_WEB_TROUBLE_H
#define ASSENT_WEB_TROUBLE_H

#include <stdbool.h>

#include "base/status.h"

struct trouble;

/* In the parent, before it forks. NULL: no memory. */
struct trouble *trouble_new(void);

/* What a read or a write came to; damage is remembered for half a minute. */
void trouble_note(struct trouble *trouble, enum status status);

/* What a write came to: one that failed is remembered until trouble_writes is called. */
void trouble_note_write(struct trouble *trouble, enum status status);
bool trouble_has_failed(const struct trouble *trouble);
void trouble_writes(struct trouble *trouble);

/* Whether a page of the file was found damaged in the last half minute. */
bool trouble_is_damaged(const struct trouble *trouble);

#endif
