/*
 * view/wording: the texts that somebody saw when choosing: for themselves, and for admins.
 */
#ifndef ASSENT_VIEW_WORDING_H
#define ASSENT_VIEW_WORDING_H

#include "service/past_seen.h"
#include "view/admin.h"

/* /p/TOKEN/wording?entry=N and /u/…: the words around in the page's language, the texts in theirs.
 */
void view_seen(struct buf *out, struct arena *arena, const struct past_seen *seen);

/* /admin/wording/NUMBER */
void view_wording(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                  const struct wording_shown *shown);

/* /admin/wording: has_more: older ones follow. */
void view_wording_list(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                       const struct wording_listed *rows, size_t count, bool has_more);

/* Where the texts of an entry's wording are shown to admins; NULL where the entry has none. */
const char *view_wording_url(struct arena *arena, int32_t packed);

/* Where they are shown to the person themselves; NULL where they are not kept. campaign: of the
 * link that opened the page; NULL: none. */
const char *view_seen_url(struct arena *arena, enum link_purpose link, const char *token,
                          struct position position, int32_t packed, struct speech speech,
                          const char *campaign);

#endif
