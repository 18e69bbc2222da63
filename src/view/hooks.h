/*
 * view/hooks: the admins' pages of hooks. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_HOOKS_H
#define ASSENT_VIEW_HOOKS_H

#include "service/hook_admin.h"
#include "view/admin.h"

/* /admin/hooks. After a refused adding edit and saved are set. */
void view_hooks(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                const struct hook_list *list, int64_t now_s, const struct hook_edit *edit,
                const struct hook_saved *saved);

/* /admin/hooks/ID. asks_remove: asks for the confirmation of its removal. After a refused act, or
 * one that shows the secret, edit and saved are set. */
void view_hook(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const struct hook_page *page, int64_t now_s, bool asks_remove,
               const struct hook_edit *edit, const struct hook_saved *saved);

#endif
