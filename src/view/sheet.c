/*
 * view/sheet: see sheet.h.
 */
#include "view/sheet.h"

#include <string.h>

#include "base/catalogue.h"

/* A setting of an admin's: only what leads to a page may become a link. */
static bool is_page_url(const char *url)
{
    return url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
}

struct sheet_frame sheet_frame(struct arena *arena, const struct brand *brand, struct speech speech,
                               const char *title)
{
    struct sheet_frame frame = {
        .lang = speech.lang,
        .tag = locale_tag(speech.lang),
        .query = "",
        .title = title,
        .is_rtl = locale_is_rtl(speech.lang),
    };
    if (speech.is_asked)
        frame.query = arena_printf(arena, "?lang=%s", frame.tag);
    if (brand != NULL) {
        frame.brand = *brand;
        frame.has_privacy = is_page_url(brand->privacy_url);
    }
    return frame;
}

const char *sheet_sentences(struct arena *arena, enum locale lang, const char *first,
                            const char *second)
{
    return lang == LOCALE_JA ? arena_printf(arena, "%s%s", first, second)
                             : arena_printf(arena, "%s %s", first, second);
}
