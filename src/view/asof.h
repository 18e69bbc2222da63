/*
 * view/asof: Communications → Activity → could we have mailed them then. The conventions are
 * view/admin.h's.
 */
#ifndef ASSENT_VIEW_ASOF_H
#define ASSENT_VIEW_ASOF_H

#include "service/as_of_page.h"
#include "view/admin.h"

/* /admin/activity/asof. */
void view_asof(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const struct as_of_typed *typed, const struct as_of_page *page);

/* Where the answer stands that names its person by id: an address of this site. */
const char *view_asof_url(struct arena *arena, const struct as_of_told *told);

#endif
