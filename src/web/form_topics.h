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

/* The form's fields often_KEY (all, daily, weekly), as masks; a bit of daily or weekly is in shown
 * too, and never in both. STATUS_INVALID: a key is no topic's, a value none of the three, or a
 * topic has two of them. */
enum status form_topics_read_often(const struct visit *visit, uint64_t *shown, uint64_t *daily,
                                   uint64_t *weekly) MUST_CHECK;

#endif
