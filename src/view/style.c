/*
 * view/style: see style.h.
 */
#include "view/style.h"

static void add_root(struct buf *out, const struct contrast_scheme *scheme)
{
    char accent[COLOUR_TEXT_BYTES], text[COLOUR_TEXT_BYTES], link[COLOUR_TEXT_BYTES];

    colour_text(scheme->accent, accent);
    colour_text(scheme->text, text);
    colour_text(scheme->link, link);
    buf_printf(out, ":root{--accent:%s;--accent-text:%s;--knob:%s;--link:%s}", accent, text, text,
               link);
}

void view_style(struct buf *out, const struct contrast_scheme *light,
                const struct contrast_scheme *dark)
{
    add_root(out, light);
    buf_adds(out, "\n@media (prefers-color-scheme:dark){");
    add_root(out, dark);
    buf_adds(out, "}\n");
}
