/*
 * web/admit_api: a program's request: its key, what the key may do, how often it may call; and the
 * errors that programs read (RFC 9457, REQUIREMENTS U13).
 *
 * A handler of /api/v1 begins with admit_api, as one of /admin does with admit_admin.
 */
#ifndef ASSENT_WEB_ADMIT_API_H
#define ASSENT_WEB_ADMIT_API_H

#include "service/api_keys.h"
#include "view/problem.h"
#include "web/visit.h"

#define API_CALLS_PER_MINUTE 600 /* of one key, over all workers */

/* The key of the request, which may do scope and has calls left. NULL: no, and it was answered:
 * 401, 403 or 429. Adds the RateLimit headers. The key lives in the visit's arena. */
const struct api_key *admit_api(struct visit *visit, enum api_scope scope);

/* Whether an Authorization header's value shows a key that is in use: for the guard, before a long
 * body is let in. */
bool admit_api_knows(const char *authorization);

/* Whether this request may be answered with a stream: HTTP/1.0 can't tell the end of one from its
 * breaking off. False: it was answered. */
bool admit_api_stream(struct visit *visit);

/* Answers with that problem. detail: what is wrong with this request and what to do; NULL: nothing
 * to add to what the problem says always. */
void admit_api_problem(struct visit *visit, enum problem problem, const char *detail);

/* The same for a read or write that failed; logs it, where says which (a fixed text). */
void admit_api_failure(struct visit *visit, enum status status, const char *where);

#endif
