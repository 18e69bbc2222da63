/*
 * web/export_log: an export stands in the ledger before its first byte leaves: who took what out.
 * For the handlers of files that hold many people, and of a person's link, which take POST alone
 * for it.
 */
#ifndef ASSENT_WEB_EXPORT_LOG_H
#define ASSENT_WEB_EXPORT_LOG_H

#include "base/buf.h"
#include "service/auth.h"
#include "web/visit.h"

/* Call it last: the handler returns, and resume streams the file where status is STATUS_OK. what is
 * service/exported's; context lives in the visit's arena. */
void export_log_and_sleep(struct visit *visit, const struct auth_session *session, const char *what,
                          void *context,
                          void (*resume)(struct visit *visit, void *context, enum status status));

/* For reply_stream's goes_on: whether whoever takes the file out is signed in still, and is shown
 * addresses. A long one is cut off where they are disabled meanwhile. */
bool export_log_goes_on(struct visit *visit, void *context, struct buf *words);

#endif
