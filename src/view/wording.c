/*
 * view/wording: see wording.h.
 */
#include "view/wording.h"

#include <assert.h>
#include <string.h>

#include "base/campaign.h"
#include "base/catalogue.h"
#include "templates.h"
#include "view/past.h"
#include "view/sheet.h"
#include "view/wording_model.h"

static const enum text pages[] = {
    [WORDING_NONE] = TEXT_ADMIN_WORDING_UNKNOWN,
    [WORDING_MANAGE] = TEXT_ADMIN_WORDING_PAGE_MANAGE,
    [WORDING_UNSUBSCRIBE] = TEXT_ADMIN_WORDING_PAGE_UNSUBSCRIBE,
    [WORDING_JOIN] = TEXT_ADMIN_WORDING_PAGE_JOIN,
    [WORDING_CONFIRM] = TEXT_ADMIN_WORDING_PAGE_CONFIRM,
    [WORDING_ADDRESS] = TEXT_ADMIN_WORDING_PAGE_ADDRESS,
    [WORDING_LINK] = TEXT_ADMIN_WORDING_PAGE_LINK,
    [WORDING_MANAGE_DONE] = TEXT_ADMIN_WORDING_PAGE_MANAGE_DONE,
    [WORDING_UNSUBSCRIBE_DONE] = TEXT_ADMIN_WORDING_PAGE_UNSUBSCRIBE_DONE,
};
static_assert(sizeof pages / sizeof *pages == WORDING_PAGE_COUNT, "words for every page");

/* A text of the catalogues as it is read: its <b> and <a> are no words. */
static const char *without_tags(struct arena *arena, const char *text)
{
    char *out = arena_strdup(arena, text);
    size_t len = 0;

    while (*text != '\0') {
        const size_t words = strcspn(text, "<");
        memmove(out + len, text, words);
        len += words;
        text += words;
        text += strcspn(text, ">");
        text += *text == '>';
    }
    out[len] = '\0';
    return out;
}

static const char **words_of(struct arena *arena, const struct wording_line *lines, size_t count,
                             bool has_tags)
{
    const char **out = arena_array(arena, count + 1, sizeof *out);

    for (size_t i = 0; i < count; i++)
        out[i] = has_tags ? without_tags(arena, lines[i].text) : lines[i].text;
    return out;
}

static struct wording_texts texts_of(struct arena *arena, const struct wording_shown *shown)
{
    struct wording_texts texts = {
        .tag = locale_tag(shown->wording.lang),
        .is_rtl = locale_is_rtl(shown->wording.lang),
        .lines = words_of(arena, shown->lines, shown->lines_count, true),
        .lines_count = shown->lines_count,
        .topics = arena_array(arena, shown->topics_count + 1, sizeof *texts.topics),
        .topics_count = shown->topics_count,
        .own = words_of(arena, shown->brand, shown->brand_count, false),
        .own_count = shown->brand_count,
    };
    for (size_t i = 0; i < shown->topics_count; i++) {
        const struct wording_topic *topic = &shown->topics[i];
        texts.topics[i] = (struct wording_topic_row){
            .name = topic->name,
            .description = topic->description,
            .offers =
                topic->offers_frequency ? ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_FREQUENCY) : NULL};
    }
    return texts;
}

const char *view_wording_url(struct arena *arena, int32_t packed)
{
    struct wording wording;

    if (!wording_unpack(packed, &wording) || wording.page == WORDING_NONE)
        return NULL;
    return arena_printf(arena, "/admin/wording/%d", (int)packed);
}

const char *view_seen_url(struct arena *arena, enum link_purpose link, const char *token,
                          struct position position, int32_t packed, struct speech speech,
                          const char *campaign)
{
    struct wording wording;

    if (!wording_unpack(packed, &wording) || wording.set == 0)
        return NULL;
    return arena_printf(arena, "/%c/%s/wording?entry=%lld%s%s%s%s",
                        link == PURPOSE_UNSUBSCRIBE ? 'u' : 'p', token, (long long)position.value,
                        speech.is_asked ? "&lang=" : "",
                        speech.is_asked ? locale_tag(speech.lang) : "", campaign ? "&" : "",
                        campaign ? campaign_query(arena, campaign) + 1 : "");
}

void view_seen(struct buf *out, struct arena *arena, const struct past_seen *seen)
{
    const struct speech speech = {seen->lang, seen->lang_is_asked};
    struct seen_view view = {
        .lang = seen->lang,
        .frame = sheet_frame(arena, &seen->brand, speech, TEXT(arena, seen->lang, TEXT_SEEN_TITLE)),
        .seen = *seen,
        .language = locale_name(seen->shown.wording.lang),
        .texts = texts_of(arena, &seen->shown),
    };
    sheet_keep_campaign(arena, &view.frame, seen->campaign);
    sheet_keep_question(arena, &view.frame,
                        arena_printf(arena, "entry=%lld", (long long)seen->position.value));
    view.back_url = seen->is_of_history ? arena_printf(arena, "/p/%s?show=history%s", seen->token,
                                                       view.frame.and_query)
                                        : view_receipt_url(arena, seen->link, seen->token,
                                                           seen->position, speech, seen->campaign);
    template_seen(out, &view);
}

static struct wording_link link_to(struct arena *arena, const struct wording_shown *shown,
                                   enum wording_page page, enum locale lang)
{
    return (struct wording_link){
        .url = arena_printf(arena, "/admin/wording/%d",
                            (int)wording_pack(page, lang, shown->wording.set)),
        .is_here = page == shown->wording.page && lang == shown->wording.lang};
}

static void fill_links(struct wording_view *view, struct arena *arena)
{
    const struct wording *here = &view->shown.wording;

    for (unsigned page = WORDING_NONE + 1; page < WORDING_PAGE_COUNT; page++) {
        struct wording_link *link = &view->pages[view->pages_count++];
        *link = link_to(arena, &view->shown, (enum wording_page)page, here->lang);
        link->label = ADMIN_TEXT(arena, pages[page]);
    }
    for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
        struct wording_link *link = &view->languages[view->languages_count++];
        *link = link_to(arena, &view->shown, here->page, (enum locale)lang);
        link->label = locale_name((enum locale)lang);
        link->tag = locale_tag((enum locale)lang);
    }
}

void view_wording(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                  const struct wording_shown *shown)
{
    const enum wording_page page = shown->wording.page;
    struct wording_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_SAW), 'y'),
        .shown = *shown,
        .page = ADMIN_TEXT(arena, pages[page]),
        .language = locale_name(shown->wording.lang),
        .has_topics = page == WORDING_MANAGE || page == WORDING_UNSUBSCRIBE ||
                      page == WORDING_JOIN || page == WORDING_CONFIRM,
        .is_by_hand = shown->wording.number != 0,
        .texts = texts_of(arena, shown),
    };
    if (shown->is_kept) {
        view.set = ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_SET,
                              ARG("number", arena_printf(arena, "%d", (int)shown->wording.set)));
        view.set_url = arena_printf(arena, "/admin/wording?before=%d", shown->wording.set + 1);
        view.entry = arena_printf(arena, "%lld", (long long)shown->position.value);
        view.entry_url = arena_printf(arena, "/admin/activity/%s", view.entry);
        fill_links(&view, arena);
    }
    template_wording_shown(out, &view);
}

/* "New: topics and your own words". */
static const char *moved_words(struct arena *arena, const struct wording_listed *row)
{
    const char *names[3];
    size_t count = 0;

    if (row->is_first)
        return ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_FIRST);
    if (row->pages_moved)
        names[count++] = ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_PAGES_MOVED);
    if (row->topics_moved)
        names[count++] = ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_TOPICS_MOVED);
    if (row->brand_moved)
        names[count++] = ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_BRAND_MOVED);
    return count > 0 ? ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_MOVED,
                                  ARG("what", catalogue_list(arena, LOCALE_EN, names, count)))
                     : ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_NOTHING_MOVED);
}

void view_wording_list(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                       const struct wording_listed *rows, size_t count, bool has_more)
{
    struct wording_list_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_TITLE), 'y'),
        .rows = arena_array(arena, count + 1, sizeof *view.rows),
        .rows_count = count,
    };
    for (size_t i = 0; i < count; i++) {
        const int32_t number = (int32_t)rows[i].set.number;
        view.rows[i] = (struct wording_row){
            .set = ADMIN_TEXT(arena, TEXT_ADMIN_WORDING_SET,
                              ARG("number", arena_printf(arena, "%d", (int)number))),
            .url = view_wording_url(arena, wording_pack(WORDING_MANAGE, LOCALE_EN, number)),
            .hash = rows[i].hash,
            .at = rows[i].set.at,
            .moved = moved_words(arena, &rows[i]),
        };
    }
    if (has_more && count > 0)
        view.older_url = arena_printf(arena, "/admin/wording?before=%lld",
                                      (long long)rows[count - 1].set.number);
    template_wording_list(out, &view);
}
