/*
 * web/form_topics: the ticked boxes of a form, topic keys, read into a mask.
 */
#ifndef ASSENT_WEB_FORM_TOPICS_H
#define ASSENT_WEB_FORM_TOPICS_H

#include "web/visit.h"

/* The values of every form field of that name, as a mask. is_there, unless NULL: whether there is
 * such a field at all. STATUS_INVALID: a value is no topic's key; anything else but OK is a failed
 * read. */
enum status form_topics_read(const struct visit *visit, const char *name, uint64_t *out,
                             bool *is_there) MUST_CHECK;

#endif
