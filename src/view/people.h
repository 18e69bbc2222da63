/*
 * view/people: Communications → Opt In / Out: the cards, the list, and the list as CSV.
 */
#ifndef ASSENT_VIEW_PEOPLE_H
#define ASSENT_VIEW_PEOPLE_H

#include "view/admin.h"

void view_people(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct people_list *list);

/* The view's address: "/admin/people" or another path, with what differs from the defaults, the
 * cursor left out. From the arena. */
const char *people_url(struct arena *arena, const char *path, const struct people_query *query);

/* CSV (RFC 4180, UTF-8 with a byte order mark, CRLF): the header row, then the rows of one page:
 * email, name, contact_type, status, language, updated_at, and one column a topic. */
void view_export_head(struct buf *out, const struct export_page *page);
void view_export_rows(struct buf *out, const struct export_page *page);

#endif
