/*
 * view/outbox_row: what the list of mails and a mail's own page say alike.
 */
#ifndef ASSENT_VIEW_OUTBOX_ROW_H
#define ASSENT_VIEW_OUTBOX_ROW_H

#include "view/outbox_model.h"

/* All but the form's fields. */
struct mail_row outbox_row_of(struct arena *arena, const struct letter *letter, bool can_act);

/* What a mail server said, or why it was not asked, in plain words; "" for "". From the arena. */
const char *outbox_fault_words(struct arena *arena, const char *fault);

#endif
