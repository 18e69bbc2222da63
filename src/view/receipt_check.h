/*
 * view/receipt_check: /receipt, where anybody has a receipt checked.
 */
#ifndef ASSENT_VIEW_RECEIPT_CHECK_H
#define ASSENT_VIEW_RECEIPT_CHECK_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/locale.h"
#include "service/brand.h"
#include "service/receipt_check.h"

/* check NULL: nothing was handed in yet. typed: what was pasted; "" for a file. What a receipt says
 * is shown when it is valid, and else nothing of it but typed. */
void view_receipt_check(struct buf *out, struct arena *arena, const struct brand *brand,
                        struct speech speech, const struct receipt_check *check, const char *typed);

#endif
