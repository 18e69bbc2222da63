/*
 * view/imports: the admins' pages of imports by upload. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_IMPORTS_H
#define ASSENT_VIEW_IMPORTS_H

#include "service/import_jobs.h"
#include "view/admin.h"

/* After a refused upload; else all NULL. */
struct imports_fault {
    const char *file, *consent; /* what is wrong with it */
    const char *typed;          /* the consent as it was typed */
};

/* /admin/import. can_change: else what is there is shown, and nothing that acts. */
void view_imports(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                  const struct import_recent *recent, const struct imports_fault *fault,
                  bool can_change);

/* /admin/import/ID. While the job is worked on the page asks for itself again. */
void view_import(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct import_look *look, bool can_change);

#endif
