/*
 * view/feedback: see feedback.h.
 */
#include "view/feedback.h"

void view_feedback(struct buf *out, const char *id, const struct feedback_result *result,
                   const char *detail)
{
    buf_adds(out, "{\"id\":");
    buf_json(out, id);
    buf_adds(out, ",\"result\":");
    buf_json(out, detail ? "refused" : feedback_outcome_key(result->outcome));
    if (detail) {
        buf_adds(out, ",\"detail\":");
        buf_json(out, detail);
    } else if (result->position.value != 0) {
        buf_adds(out, ",\"position\":");
        buf_int(out, result->position.value);
    }
    buf_addc(out, '}');
}
