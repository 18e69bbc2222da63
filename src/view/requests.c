/*
 * view/requests: see requests.h.
 */
#include "view/requests.h"

#include "base/catalogue.h"
#include "templates.h"
#include "view/sheet.h"

void view_asked(struct buf *out, struct arena *arena, const struct brand *brand,
                struct speech speech, enum asked asked, const char *email)
{
    struct asked_view view = {.lang = speech.lang, .asked = asked, .email = email};
    view.frame = sheet_frame(arena, brand, speech, TEXT(arena, speech.lang, TEXT_ASKED_TITLE));
    template_asked(out, &view);
}

static struct join_view join_view_of(struct arena *arena, const struct join_page *page,
                                     struct speech speech)
{
    struct join_view view = {
        .lang = speech.lang,
        .page = *page,
        .wording = {wording_pack(WORDING_JOIN, speech.lang, page->wording_set)},
        .is_email_wrong = page->typed.email_fault != EMAIL_FINE,
        .is_name_wrong = page->typed.name_is_too_long,
        .is_topic_wrong = page->typed.has_no_topic};
    view.frame =
        sheet_frame(arena, &page->brand, speech,
                    TEXT(arena, speech.lang, page->is_open ? TEXT_JOIN_TITLE : TEXT_JOIN_CLOSED));
    for (enum locale locale = 0; locale < LOCALE_COUNT; locale++)
        view.languages[view.languages_count++] =
            (struct language_option){.tag = locale_tag(locale),
                                     .name = locale_name(locale),
                                     .is_chosen = locale == page->typed.language};
    return view;
}

void view_join(struct buf *out, struct arena *arena, const struct join_page *page,
               struct speech speech)
{
    const struct join_view view = join_view_of(arena, page, speech);
    template_join(out, &view);
}

void view_join_snippet(struct buf *out, struct arena *arena, const struct join_page *page)
{
    const struct join_view view = join_view_of(arena, page, (struct speech){.lang = page->lang});
    template_join_snippet(out, &view);
}

static enum text title_of(const struct confirm_page *page)
{
    const bool is_join = page->kind == CONFIRMATION_JOIN;
    switch (page->state) {
    case CONFIRM_OPEN:
        return is_join ? TEXT_CONFIRM_JOIN : TEXT_CONFIRM_ADDRESS;
    case CONFIRM_DONE:
        return is_join ? TEXT_CONFIRM_DONE : TEXT_CONFIRM_MOVED;
    case CONFIRM_DECLINED:
        return TEXT_CONFIRM_DECLINED;
    case CONFIRM_CLOSED:
        return TEXT_CONFIRM_CLOSED;
    case CONFIRM_EXPIRED:
    case CONFIRM_REVOKED:
    case CONFIRM_BROKEN:
    case CONFIRM_STATE_COUNT:
        break;
    }
    return TEXT_LINK_TITLE;
}

/* What was just done, or is done and can be taken back. */
static void say(struct arena *arena, struct confirm_view *view)
{
    const struct confirm_page *page = &view->page;
    if (page->notice == CONFIRM_NOTICE_UNDONE) {
        view->notice = TEXT(arena, view->lang, TEXT_CONFIRM_UNDONE);
    } else if (page->notice == CONFIRM_NOTICE_UNDO_LATE) {
        view->notice = TEXT(arena, view->lang, TEXT_NOTICE_UNDO_LATE);
        view->is_warning = true;
    } else if (page->can_undo) {
        view->notice = TEXT(arena, view->lang, TEXT_CONFIRM_SAVED);
        view->has_undo = true;
    }
}

void view_confirm(struct buf *out, struct arena *arena, const struct confirm_page *page,
                  struct speech speech)
{
    const enum wording_page words =
        page->kind == CONFIRMATION_ADDRESS ? WORDING_ADDRESS : WORDING_CONFIRM;
    struct confirm_view view = {
        .lang = speech.lang,
        .wording = {wording_pack(words, speech.lang, page->wording_set)},
        .page = *page,
    };
    const bool may_be_join = page->state <= CONFIRM_EXPIRED || page->kind == CONFIRMATION_JOIN;
    view.frame = sheet_frame(arena, &page->brand, speech, TEXT(arena, speech.lang, title_of(page)));
    view.offers_join = page->can_join && may_be_join &&
                       (page->state <= CONFIRM_EXPIRED || page->state == CONFIRM_CLOSED);
    say(arena, &view);
    template_confirm(out, &view);
}
