/*
 * view/settings: Setup → Settings: what admins change, in sections; the logo; a preview.
 */
#ifndef ASSENT_VIEW_SETTINGS_H
#define ASSENT_VIEW_SETTINGS_H

#include "service/join.h"
#include "service/settings.h"
#include "view/admin.h"

/* What the preview shows: the values of its form. */
struct settings_preview {
    const char *page, *as, *lang; /* as asked for, or "" */
    bool is_wide;
    const char *url; /* of the page to frame */
};

struct settings_show {
    const struct settings_page *settings;
    const struct brand *brand;
    const struct settings_edit *edit; /* typed values to keep; NULL: none */
    const struct settings_saved *saved;
    const char *logo_fault;       /* NULL: none */
    const struct join_page *join; /* what the sign-up form offers */
    struct settings_preview preview;
    const char *smtp; /* the mail server that is set; NULL: none */
    bool can_change, can_undo;
    bool is_owner; /* the settings of owners can be changed too */
    bool is_trial; /* typed values are looked at, not saved */
};

void view_settings(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                   const struct settings_show *show);

/* "Brand name, Days a link lives": labels of the settings whose bits are set. */
const char *view_settings_names(struct arena *arena, int64_t changed);

#endif
