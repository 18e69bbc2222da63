/*
 * view/feedback: what became of mailers' reports, as JSON.
 */
#ifndef ASSENT_VIEW_FEEDBACK_H
#define ASSENT_VIEW_FEEDBACK_H

#include "base/buf.h"
#include "service/feedback.h"

/* {"id":…,"result":…}. No address: answers may be kept. detail: why it was refused; NULL: it was
 * not. */
void view_feedback(struct buf *out, const char *id, const struct feedback_result *result,
                   const char *detail);

#endif
