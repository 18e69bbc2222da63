/*
 * view/sheet: see sheet.h.
 */
#include "view/sheet.h"

#include <string.h>

#include "base/campaign.h"
#include "base/catalogue.h"

/* A setting of an admin's: only what leads to a page may become a link. */
static bool is_page_url(const char *url)
{
    return url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
}

#define LOGO_WIDTH_MAX  240
#define LOGO_HEIGHT_MAX 56

/* As large as it is, or as fits. */
static void fit_logo(struct sheet_frame *frame)
{
    double width = frame->brand.logo_width, height = frame->brand.logo_height;
    double scale = 1;

    if (width * scale > LOGO_WIDTH_MAX)
        scale = LOGO_WIDTH_MAX / width;
    if (height * scale > LOGO_HEIGHT_MAX)
        scale = LOGO_HEIGHT_MAX / height;
    frame->logo_width = (int)(width * scale + 0.5);
    frame->logo_height = (int)(height * scale + 0.5);
}

struct sheet_frame sheet_frame(struct arena *arena, const struct brand *brand, struct speech speech,
                               const char *title)
{
    struct sheet_frame frame = {
        .lang = speech.lang,
        .tag = locale_tag(speech.lang),
        .lang_name = locale_name(speech.lang),
        .query = "",
        .and_query = "",
        .and_campaign = "",
        .title = title,
        .is_rtl = locale_is_rtl(speech.lang),
    };
    for (enum locale lang = 0; lang < LOCALE_COUNT; lang++)
        frame.langs[frame.langs_count++] =
            (struct sheet_lang){locale_tag(lang), locale_name(lang), "", lang == speech.lang};
    if (speech.is_asked) {
        frame.query = arena_printf(arena, "?lang=%s", frame.tag);
        frame.and_query = arena_printf(arena, "&lang=%s", frame.tag);
    }
    if (brand != NULL) {
        frame.brand = *brand;
        frame.has_privacy = is_page_url(brand->privacy_url);
        fit_logo(&frame);
    }
    return frame;
}

void sheet_keep_campaign(struct arena *arena, struct sheet_frame *frame, const char *campaign)
{
    if (campaign == NULL)
        return;
    const char *query = campaign_query(arena, campaign);
    frame->and_campaign = arena_printf(arena, "&%s", query + 1);
    frame->query = *frame->query != '\0'
                       ? arena_printf(arena, "%s%s", frame->query, frame->and_campaign)
                       : query;
    for (size_t i = 0; i < frame->langs_count; i++)
        frame->langs[i].and_rest = frame->and_campaign;
    frame->and_query = arena_printf(arena, "%s%s", frame->and_query, frame->and_campaign);
}

void sheet_keep_question(struct arena *arena, struct sheet_frame *frame, const char *question)
{
    for (size_t i = 0; i < frame->langs_count; i++)
        frame->langs[i].and_rest = arena_printf(arena, "&%s%s", question, frame->langs[i].and_rest);
}

const char *sheet_sentences(struct arena *arena, enum locale lang, const char *first,
                            const char *second)
{
    return lang == LOCALE_JA ? arena_printf(arena, "%s%s", first, second)
                             : arena_printf(arena, "%s %s", first, second);
}
