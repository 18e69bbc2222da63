/*
 * web/api_write: a program's write: done once under its Idempotency-Key, in the writer, and
 * answered when it is on disk.
 *
 * What is refused before it comes here (no key, no JSON) is not kept: asked again it is refused
 * again.
 */
#ifndef ASSENT_WEB_API_WRITE_H
#define ASSENT_WEB_API_WRITE_H

#include "service/api_keys.h"
#include "service/idempotency.h"
#include "view/problem.h"
#include "web/visit.h"

/* In the writer thread: see service/writer.h; it may run more than once. *out is the answer as it
 * is given and kept: code, contact, tag (an ETag, quoted), location, and body, which is JSON, or a
 * problem where code is 400 or more. All that it points to lives in arena. A refusal is an answer,
 * too, and kept. */
typedef enum status api_write_run(const struct service *service, struct txn *txn,
                                  struct arena *arena, void *context, struct api_call *out);

/* Reads Idempotency-Key, and takes the hash of method, address, conditions and body as the request.
 * False: it is no key, and that was answered. */
bool api_write_once(struct visit *visit, const struct api_key *key, const void *body, size_t len,
                    struct idempotency *out);

/* Call it last: the visit sleeps, and is answered. context lives in the visit's arena. */
void api_write(struct visit *visit, const struct api_key *key, const void *body, size_t len,
               api_write_run *run, void *context);

/* A refusal as an answer. */
void api_write_refuse(const struct service *service, struct arena *arena, enum problem problem,
                      const char *detail, struct api_call *out);

/* What who asks again is told where there is no answer to give again; for OTHER and RUNS. */
void api_write_refuse_again(const struct service *service, struct arena *arena,
                            enum idempotency_state state, struct api_call *out);

/* Answers with it. is_again: it was kept. */
void api_write_answer(struct visit *visit, const struct api_call *answer, bool is_again);

#endif
