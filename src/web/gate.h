/*
 * web/gate: where an act of an admin goes that a second one must approve first: for the handlers of
 * such acts. What needs it is service/approvals'.
 */
#ifndef ASSENT_WEB_GATE_H
#define ASSENT_WEB_GATE_H

#include "service/approvals.h"
#include "web/visit.h"

#define GATE_PATH "/admin/approvals"

/* Answers, if gate says that the act was asked for and not done: with the way to what waits. */
bool gate_answers(struct visit *visit, enum approval_gate gate);

#endif
