/*
 * view/api_contact: people as programs read them. Errors are view/problem's.
 */
#ifndef ASSENT_VIEW_API_CONTACT_H
#define ASSENT_VIEW_API_CONTACT_H

#include "base/buf.h"
#include "service/batch.h"
#include "service/contact_list.h"

/* Members of a person, for those who want only some. */
#define API_FIELDS_COUNT 12
#define API_FIELDS_ALL   ((1U << API_FIELDS_COUNT) - 1)

/* Reads keys with commas between. False: one is none of a person's members. */
bool view_api_fields_parse(const char *text, unsigned *out);

/* "id, email, …": what fields may be. From the arena. */
const char *view_api_fields_text(struct arena *arena);

/* One person, and no line end. Of the topics those in use, and those that are on still. */
void view_api_contact(struct buf *out, const struct contact_state *state, unsigned fields);

/* A page of them. */
void view_api_contacts(struct buf *out, const struct contact_list *list, unsigned fields);

/* What became of each row of a batch: results, an enum batch_result each, and where one is refused
 * a sentence in details, or NULL. */
void view_api_batch(struct buf *out, const uint8_t *results, const char *const *details,
                    size_t count, struct position position);

#endif
