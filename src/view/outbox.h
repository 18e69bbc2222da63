/*
 * view/outbox: the admins' pages of our own mails. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_OUTBOX_H
#define ASSENT_VIEW_OUTBOX_H

#include "service/outbox_admin.h"
#include "view/admin.h"

/* /admin/outbox. can_act: the reader may change something. */
void view_outbox(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct outbox_list *list, bool can_act);

/* /admin/outbox?…: the list as query asks for it, place and notice left out. From the arena. */
const char *outbox_url(struct arena *arena, const struct outbox_query *query);

/* "waiting", "sent", "dead"; "" for any. */
const char *outbox_state_key(int outcome);

/* /admin/outbox/ID. */
void view_outbox_mail(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                      const struct outbox_mail *mail, bool can_act);

/* /admin/outbox/ID/html: the mail's page alone, to be framed; false: it has none. */
bool view_outbox_html(struct buf *out, struct arena *arena, const struct outbox_mail *mail);

/* /admin/outbox/ID/eml: the whole message; false: there is none, or not for this reader. */
bool view_outbox_eml(struct buf *out, struct arena *arena, const struct outbox_mail *mail);

#endif
