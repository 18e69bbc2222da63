/*
 * view/hooks: the admins' pages of hooks. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_HOOKS_H
#define ASSENT_VIEW_HOOKS_H

#include "service/hook_admin.h"
#include "view/admin.h"

struct hooks_show {
    int64_t now_s;
    bool can_change;  /* else what is there is shown, and nothing that acts */
    bool asks_remove; /* view_hook: asks for the confirmation of its removal */
    int64_t removed;  /* view_hooks: the notice's Undo brings this one back; 0: none */
    /* After a refused act, or one that shows the secret; else NULL. */
    const struct hook_edit *edit;
    const struct hook_saved *saved;
};

/* /admin/hooks. */
void view_hooks(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                const struct hook_list *list, const struct hooks_show *show);

/* /admin/hooks/ID. */
void view_hook(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const struct hook_page *page, const struct hooks_show *show);

#endif
