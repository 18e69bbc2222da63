/*
 * view/error: see error.h.
 */
#include "view/error.h"

#include "templates.h"
#include "view/sheet.h"

void view_error_page(struct buf *out, struct arena *arena, struct speech speech, int code,
                     const char *title, const char *advice, const char *back_url,
                     const char *back_label)
{
    struct error_view view = {
        .lang = speech.lang,
        .frame = sheet_frame(arena, NULL, speech, title),
        .code = code,
        .advice = advice,
        .back_url = back_url,
        .back_label = back_label,
    };
    template_error(out, &view);
}

void view_problem(struct buf *out, int code, const char *title, const char *detail)
{
    buf_adds(out, "{\"type\":\"about:blank\",\"title\":");
    buf_json(out, title);
    buf_adds(out, ",\"status\":");
    buf_int(out, code);
    if (detail) {
        buf_adds(out, ",\"detail\":");
        buf_json(out, detail);
    }
    buf_adds(out, "}\n");
}
