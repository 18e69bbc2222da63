/*
 * service/confirm_act: what the parts of service/confirm have in common. For confirm.c,
 * confirm_act.c and letters_confirm.c alone.
 */
#ifndef ASSENT_SERVICE_CONFIRM_ACT_H
#define ASSENT_SERVICE_CONFIRM_ACT_H

#include "service/confirm.h"

/* What a request has come to: OPEN, DONE, DECLINED or EXPIRED. */
enum status confirm_judge(struct store *store, struct arena *arena, const struct confirmation *row,
                          int64_t now_s, enum confirm_state *out) MUST_CHECK;

/* Who acts by that link; request says in which language and from where. */
struct origin confirm_origin(const struct confirm_opened *link,
                             const struct confirm_request *request);

/* Whether entry is what that link did to contact, no more than an hour ago. */
bool confirm_is_own(const struct entry *entry, const struct contact *contact,
                    const struct origin *origin, int64_t now_s);

#endif
