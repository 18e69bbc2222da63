/*
 * view/letter: see letter.h. Picks the words of each kind, then writes them twice.
 */
#include "view/letter.h"

#include <string.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/letter_model.h"

#define SAY(text)        TEXT(arena, page->lang, text)
#define SAY_BRAND(text)  TEXT(arena, page->lang, text, ARG("brand", page->brand.name))
#define SAY_MASKED(text) TEXT(arena, page->lang, text, ARG("masked", page->masked))
#define SAY_UNTIL(text)  TEXT(arena, page->lang, text, catalogue_arg_date("until", page->until))

static void word_link(struct arena *arena, const struct letter_page *page, struct letter_view *view)
{
    view->subject = SAY(TEXT_LETTER_LINK_SUBJECT);
    view->title = SAY(TEXT_LETTER_LINK_TITLE);
    view->lead = TEXT(arena, page->lang, TEXT_LETTER_LINK_LEAD, ARG("brand", page->brand.name),
                      catalogue_arg_date("until", page->until));
    view->button = SAY(TEXT_LETTER_MANAGE);
    view->why = SAY_MASKED(TEXT_LETTER_LINK_WHY);
}

static void word_join(struct arena *arena, const struct letter_page *page, struct letter_view *view)
{
    view->subject = SAY(TEXT_LETTER_JOIN_SUBJECT);
    view->title = SAY(TEXT_LETTER_JOIN_TITLE);
    view->lead = SAY_BRAND(TEXT_LETTER_JOIN_LEAD);
    view->button = SAY(TEXT_LETTER_JOIN_BUTTON);
    view->note = SAY_UNTIL(TEXT_LETTER_WAIT);
    view->why = SAY_MASKED(TEXT_LETTER_JOIN_WHY);
    view->topics = page->topics;
    view->topics_count = page->topics_count;
}

static void word_already_in(struct arena *arena, const struct letter_page *page,
                            struct letter_view *view)
{
    view->subject = view->title = SAY(TEXT_LETTER_IN_SUBJECT);
    view->lead = SAY_BRAND(TEXT_LETTER_IN_LEAD);
    view->button = SAY(TEXT_LETTER_MANAGE);
    view->why = SAY_MASKED(TEXT_LETTER_IN_WHY);
}

static void word_new_address(struct arena *arena, const struct letter_page *page,
                             struct letter_view *view)
{
    view->subject = SAY(TEXT_LETTER_NEW_SUBJECT);
    view->title = SAY(TEXT_LETTER_NEW_TITLE);
    view->lead = SAY_BRAND(TEXT_LETTER_NEW_LEAD);
    view->button = SAY(TEXT_LETTER_NEW_BUTTON);
    view->note = SAY_UNTIL(TEXT_LETTER_NEW_WAIT);
    view->why = SAY_MASKED(TEXT_LETTER_NEW_WHY);
}

static void word_taken(struct arena *arena, const struct letter_page *page,
                       struct letter_view *view)
{
    view->subject = SAY(TEXT_LETTER_TAKEN_SUBJECT);
    view->title = SAY(TEXT_LETTER_NEW_TITLE);
    view->lead = SAY_BRAND(TEXT_LETTER_TAKEN_LEAD);
    view->button = SAY(TEXT_LETTER_MANAGE);
    view->why = SAY_MASKED(TEXT_LETTER_NEW_WHY);
}

static void word_old_address(struct arena *arena, const struct letter_page *page,
                             struct letter_view *view)
{
    view->subject = view->title = SAY(TEXT_LETTER_OLD_SUBJECT);
    view->lead = TEXT(arena, page->lang, TEXT_LETTER_OLD_LEAD, ARG("brand", page->brand.name),
                      ARG("masked", page->masked));
    view->button = SAY(TEXT_LETTER_MANAGE);
    view->why = SAY(TEXT_LETTER_OLD_WHY);
}

static void word_test(struct arena *arena, const struct letter_page *page, struct letter_view *view)
{
    view->subject = SAY_BRAND(TEXT_LETTER_TEST_SUBJECT);
    view->title = SAY(TEXT_LETTER_TEST_TITLE);
    view->lead = SAY_BRAND(TEXT_LETTER_TEST_LEAD);
    view->why = SAY(TEXT_LETTER_TEST_WHY);
}

static void add_paragraph(struct buf *out, const char *text)
{
    buf_add(out, text, strlen(text));
    buf_adds(out, "\n\n");
}

static void add_link(struct buf *out, const char *words, const char *url)
{
    buf_add(out, words, strlen(words));
    buf_adds(out, ":\n");
    add_paragraph(out, url);
}

/* The same in the same order; a link's address stands on a line of its own, where mail programs
 * find it. */
static void write_text(struct buf *out, struct arena *arena, const struct letter_page *page,
                       const struct letter_view *view)
{
    add_paragraph(out, view->title);
    add_paragraph(out, view->lead);
    for (size_t i = 0; i < view->topics_count; i++) {
        buf_adds(out, "* ");
        buf_add(out, view->topics[i], strlen(view->topics[i]));
        buf_adds(out, i + 1 == view->topics_count ? "\n\n" : "\n");
    }
    if (view->button)
        add_link(out, view->button, page->action_url);
    if (view->note)
        add_paragraph(out, view->note);
    add_paragraph(out, view->why);
    if (view->has_manage)
        add_link(out, SAY(TEXT_LETTER_MANAGE), page->manage_url);
    if (page->links.unsubscribe)
        add_link(out, SAY(TEXT_LETTER_STOP), page->links.unsubscribe);
    if (*page->brand.postal_address)
        add_paragraph(out,
                      arena_printf(arena, "%s, %s", page->brand.name, page->brand.postal_address));
    if (view->has_privacy)
        add_link(out, SAY(TEXT_SHEET_PRIVACY), page->brand.privacy_url);
}

void view_letter(struct buf *html, struct buf *text, const char **subject, struct arena *arena,
                 const struct letter_page *page)
{
    struct letter_view view = {.lang = page->lang,
                               .tag = locale_tag(page->lang),
                               .is_rtl = locale_is_rtl(page->lang),
                               .page = *page};
    switch (page->kind) {
    case LETTER_LINK:
        word_link(arena, page, &view);
        break;
    case LETTER_JOIN:
        if (page->variant == LETTER_ALREADY_IN)
            word_already_in(arena, page, &view);
        else
            word_join(arena, page, &view);
        break;
    case LETTER_NEW_ADDRESS:
        if (page->variant == LETTER_TAKEN)
            word_taken(arena, page, &view);
        else
            word_new_address(arena, page, &view);
        break;
    case LETTER_OLD_ADDRESS:
        word_old_address(arena, page, &view);
        break;
    case LETTER_TEST:
    case LETTER_KIND_COUNT:
        word_test(arena, page, &view);
        break;
    }
    if (!page->action_url)
        view.button = NULL;
    view.has_manage =
        page->manage_url && (!page->action_url || strcmp(page->manage_url, page->action_url) != 0);
    view.has_privacy = strncmp(page->brand.privacy_url, "https://", 8) == 0;
    template_letter(html, &view);
    write_text(text, arena, page, &view);
    *subject = view.subject;
}
