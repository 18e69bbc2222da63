/*
 * view/api_calls: see api_calls.h.
 */
#include "view/api_calls.h"

#include "base/catalogue.h"
#include "templates.h"
#include "view/api_calls_model.h"

void view_api_calls(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                    const char *public_url)
{
    const struct api_calls_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_API_TITLE), 'c'),
        .url = public_url,
    };
    template_api_calls(out, &view);
}
