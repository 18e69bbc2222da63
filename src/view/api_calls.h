/*
 * view/api_calls: Setup → API: the calls, with examples that work as they stand. The conventions
 * are view/admin.h's.
 */
#ifndef ASSENT_VIEW_API_CALLS_H
#define ASSENT_VIEW_API_CALLS_H

#include "view/admin.h"

/* /admin/api. */
void view_api_calls(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                    const char *public_url);

#endif
