/*
 * web/gate: see gate.h.
 */
#include "web/gate.h"

#include "web/reply.h"

bool gate_answers(struct visit *visit, enum approval_gate gate)
{
    if (gate == APPROVAL_NOT_NEEDED)
        return false;
    reply_redirect(visit,
                   gate == APPROVAL_ASKED ? GATE_PATH "?did=asked" : GATE_PATH "?did=before");
    return true;
}
