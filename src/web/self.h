/*
 * web/self: what /p/TOKEN and /u/TOKEN have in common: opening the link, reading the form, acting
 * through the writer, answering. Which acts a page offers is the page's own.
 */
#ifndef ASSENT_WEB_SELF_H
#define ASSENT_WEB_SELF_H

#include "service/selfservice.h"
#include "web/visit.h"

/* Opens the token of the path for purpose. NULL: it failed, and was answered. */
const struct link_opened *self_admit(struct visit *visit, enum link_purpose purpose);

/* The same where the token is not the path's end. */
const struct link_opened *self_admit_token(struct visit *visit, const char *token,
                                           enum link_purpose purpose);

/* Whether the link can do anything at all; if not, whatever was posted is answered by self_show. */
bool self_can_act(const struct link_opened *link);

/* The act that the form's "do" names, or SELF_LOOK where it names none. */
enum self_act self_act_of(const struct visit *visit);

/* Reads the form into *out, whose act is set by the caller. False: a field makes no sense, and it
 * was answered with 400. */
bool self_read(struct visit *visit, enum self_act act, struct self_request *out);

/* Answers with the page as it stands; as_text: one line of text/plain for a mail program. */
void self_show(struct visit *visit, const struct link_opened *link, bool as_text);

/* Acts and answers with what happened. link can act. */
void self_do(struct visit *visit, const struct link_opened *link,
             const struct self_request *request, bool as_text);

#endif
