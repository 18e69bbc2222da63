/*
 * view/recipient: see recipient.h. Picks the template and words the notice.
 */
#include "view/recipient.h"

#include "base/catalogue.h"
#include "templates.h"
#include "view/past.h"
#include "view/requests.h"
#include "view/sheet.h"

static const char *joined(struct arena *arena, enum locale lang, const char **names, size_t count)
{
    return catalogue_list(arena, lang, (const char *const *)names, count);
}

static const char *on_and_off(struct arena *arena, const struct self_page *page, enum text before)
{
    enum locale lang = page->lang;
    const char *said = TEXT(arena, lang, before), *what = NULL;
    const char *on = joined(arena, lang, page->turned_on, page->turned_on_count);
    const char *off = joined(arena, lang, page->turned_off, page->turned_off_count);
    bool is_later = page->paused_until != 0;
    if (*on && *off)
        what = TEXT(arena, lang, is_later ? TEXT_NOTICE_WILL_OFF : TEXT_NOTICE_ON_OFF,
                    ARG("on", on), ARG("off", off));
    else if (*on)
        what = TEXT(arena, lang, is_later ? TEXT_NOTICE_WILL : TEXT_NOTICE_ON, ARG("on", on));
    else if (*off)
        what = TEXT(arena, lang, TEXT_NOTICE_OFF, ARG("off", off));
    return what ? sheet_sentences(arena, lang, said, what) : said;
}

/* What went on and off, and what is wanted how often from now on. */
static const char *changes(struct arena *arena, const struct self_page *page, enum text before)
{
    static const enum text words[FREQUENCY_COUNT] = {
        [FREQUENCY_ALL] = TEXT_OFTEN_ALL,
        [FREQUENCY_DAILY] = TEXT_OFTEN_DAILY,
        [FREQUENCY_WEEKLY] = TEXT_OFTEN_WEEKLY,
    };
    enum locale lang = page->lang;
    const char *said = on_and_off(arena, page, before);
    for (size_t i = 0; i < FREQUENCY_COUNT; i++) {
        const struct self_often *often = &page->often[i];
        const char *topics = joined(arena, lang, often->names, often->names_count);
        if (*topics)
            said = sheet_sentences(arena, lang, said,
                                   TEXT(arena, lang, TEXT_OFTEN_SAID,
                                        ARG("often", TEXT(arena, lang, words[i])),
                                        ARG("topics", topics)));
    }
    return said;
}

static bool has_moved_often(const struct self_page *page)
{
    size_t count = 0;
    for (size_t i = 0; i < FREQUENCY_COUNT; i++)
        count += page->often[i].names_count;
    return count > 0;
}

/* After words about choices: what they wait for. */
static const char *still_paused(struct arena *arena, const struct self_page *page, const char *text)
{
    if (page->paused_until == 0)
        return text;
    return sheet_sentences(arena, page->lang, text,
                           TEXT(arena, page->lang, TEXT_NOTICE_STILL_PAUSED,
                                catalogue_arg_date("until", page->paused_until)));
}

/* An unsubscribe link may name its own topic, and no other. */
static const char *undone(struct arena *arena, const struct self_page *page)
{
    enum locale lang = page->lang;
    if (page->turned_on_count + page->turned_off_count > 0 || has_moved_often(page))
        return still_paused(arena, page, changes(arena, page, TEXT_NOTICE_UNDONE));
    if (page->pause_moved && page->paused_until == 0)
        return TEXT(arena, lang, TEXT_NOTICE_UNDONE_NO_PAUSE);
    if (page->pause_moved)
        return TEXT(arena, lang, TEXT_NOTICE_UNDONE_PAUSE,
                    catalogue_arg_date("until", page->paused_until));
    if (page->topic_name && *page->topic_name && page->topic_is_on)
        return TEXT(arena, lang, TEXT_NOTICE_UNDONE_TOPIC, ARG("topic", page->topic_name));
    return TEXT(arena, lang, TEXT_NOTICE_UNDONE_ALL);
}

static const char *notice_text(struct arena *arena, const struct self_page *page)
{
    enum locale lang = page->lang;
    switch (page->notice) {
    case SELF_NOTICE_SAVED:
        return still_paused(arena, page, changes(arena, page, TEXT_NOTICE_SAVED));
    case SELF_NOTICE_SAME:
        return still_paused(arena, page, TEXT(arena, lang, TEXT_NOTICE_SAME));
    case SELF_NOTICE_STOPPED:
        return TEXT(arena, lang, TEXT_NOTICE_STOPPED, ARG("topic", page->topic_name));
    case SELF_NOTICE_STOPPED_ALL:
        return TEXT(arena, lang, TEXT_NOTICE_STOPPED_ALL);
    case SELF_NOTICE_WAS_STOPPED:
        return TEXT(arena, lang, TEXT_NOTICE_WAS_STOPPED);
    case SELF_NOTICE_UNDONE:
        return undone(arena, page);
    case SELF_NOTICE_UNDO_LATE:
        return TEXT(arena, lang, TEXT_NOTICE_UNDO_LATE);
    case SELF_NOTICE_THANKS:
        return TEXT(arena, lang, TEXT_NOTICE_THANKS);
    case SELF_NOTICE_PAUSED:
        return TEXT(arena, lang, TEXT_NOTICE_PAUSED);
    case SELF_NOTICE_PAUSE_REFUSED:
        return TEXT(arena, lang, TEXT_NOTICE_PAUSE_REFUSED,
                    catalogue_arg_date("first", page->pause_first),
                    catalogue_arg_date("last", page->pause_last));
    case SELF_NOTICE_NOTHING_TO_PAUSE:
        return TEXT(arena, lang, TEXT_NOTICE_NOTHING_TO_PAUSE);
    case SELF_NOTICE_RESUMED:
        return TEXT(arena, lang, TEXT_NOTICE_RESUMED);
    case SELF_NOTICE_NOT_PAUSED:
        return TEXT(arena, lang, TEXT_NOTICE_NOT_PAUSED);
    case SELF_NOTICE_LINKS_VOID:
        return TEXT(arena, lang, TEXT_NOTICE_LINKS_VOID);
    case SELF_NOTICE_ADDRESS_ASKED:
        return TEXT(arena, lang, TEXT_ADDRESS_ASKED, ARG("email", page->typed_email));
    case SELF_NOTICE_ADDRESS_REFUSED:
        return TEXT(arena, lang, TEXT_FRESH_WRONG);
    case SELF_NOTICE_LANGUAGE:
        return TEXT(arena, lang, TEXT_NOTICE_LANGUAGE);
    case SELF_NOTICE_LINK_SENT: /* a page of its own */
    case SELF_NOTICE_NONE:
    case SELF_NOTICE_COUNT:
        break;
    }
    return NULL;
}

static const char *receipt_of(struct arena *arena, const struct self_page *page)
{
    if (page->receipt.value == 0)
        return NULL;
    return view_receipt_url(arena, page->purpose, page->token, page->receipt,
                            (struct speech){page->lang, page->lang_is_asked}, page->campaign);
}

static struct sheet_notice notice_of(struct arena *arena, const struct self_page *page)
{
    return (struct sheet_notice){
        .lang = page->lang,
        .text = notice_text(arena, page),
        .undoes = page->undoable,
        .receipt_url = receipt_of(arena, page),
        .is_warning = page->notice == SELF_NOTICE_UNDO_LATE ||
                      page->notice == SELF_NOTICE_ADDRESS_REFUSED ||
                      page->notice == SELF_NOTICE_PAUSE_REFUSED ||
                      page->notice == SELF_NOTICE_NOTHING_TO_PAUSE,
    };
}

static bool is_done(enum self_notice notice)
{
    return notice == SELF_NOTICE_STOPPED || notice == SELF_NOTICE_STOPPED_ALL ||
           notice == SELF_NOTICE_WAS_STOPPED || notice == SELF_NOTICE_THANKS ||
           notice == SELF_NOTICE_LINKS_VOID;
}

/* The page that view_self_page shows, of those on which something can be chosen. */
static enum wording_page wording_of(const struct self_page *page)
{
    const bool is_manage = page->purpose == PURPOSE_MANAGE;
    if (is_done(page->notice))
        return is_manage ? WORDING_MANAGE_DONE : WORDING_UNSUBSCRIBE_DONE;
    if (!is_manage)
        return WORDING_UNSUBSCRIBE;
    return page->link == LINK_GOOD ? WORDING_MANAGE : WORDING_LINK;
}

static const char *title_of(struct arena *arena, const struct self_page *page,
                            const struct sheet_notice *notice)
{
    enum locale lang = page->lang;
    if (notice->text)
        return notice->text;
    if (page->link != LINK_GOOD)
        return TEXT(arena, lang, TEXT_LINK_TITLE);
    if (page->purpose != PURPOSE_UNSUBSCRIBE)
        return TEXT(arena, lang, TEXT_MANAGE_TITLE);
    if (!page->topic_name || !*page->topic_name)
        return TEXT(arena, lang, TEXT_SHEET_EVERYTHING);
    return TEXT(arena, lang, TEXT_UNSUBSCRIBE_TITLE, ARG("topic", page->topic_name));
}

static void offer_reasons(struct arena *arena, struct recipient_view *view)
{
    static const enum text words[LEAVE_OFFERED_COUNT] = {
        [LEAVE_TOO_MANY] = TEXT_REASON_TOO_MANY,
        [LEAVE_NOT_RELEVANT] = TEXT_REASON_NOT_RELEVANT,
        [LEAVE_NEVER_ASKED] = TEXT_REASON_NEVER_ASKED,
        [LEAVE_NOT_ME] = TEXT_REASON_NOT_ME,
        [LEAVE_OTHER] = TEXT_REASON_OTHER,
    };
    for (enum leave_reason reason = LEAVE_NONE + 1; reason < LEAVE_OFFERED_COUNT; reason++)
        view->reasons[view->reasons_count++] = (struct reason_option){
            leave_reason_key(reason), TEXT(arena, view->lang, words[reason])};
}

void view_self_page(struct buf *out, struct arena *arena, const struct self_page *page)
{
    struct recipient_view view = {
        .lang = page->lang,
        .self = *page,
        .notice = notice_of(arena, page),
        .wording = {wording_pack(wording_of(page), page->lang, page->wording_set)},
        .can_manage = page->link == LINK_GOOD && page->purpose == PURPOSE_MANAGE,
        .is_paused = page->paused_until != 0 && page->status == CONTACT_OPTED_IN,
        .can_pause = page->status == CONTACT_OPTED_IN && page->choices_count > 0 &&
                     !page->asks_reason, /* nothing is left to pause */
        .is_pause_refused = page->notice == SELF_NOTICE_PAUSE_REFUSED,
        .is_address_refused = page->notice == SELF_NOTICE_ADDRESS_REFUSED,
        .opens_until = page->part == SELF_PART_UNTIL || page->notice == SELF_NOTICE_PAUSE_REFUSED,
        .opens_address =
            page->part == SELF_PART_ADDRESS || page->notice == SELF_NOTICE_ADDRESS_REFUSED,
        .can_keep = page->lang != page->usual || (page->lang_is_asked && !page->usual_is_own),
        .can_stop = page->link == LINK_EXPIRED || page->link == LINK_VOID,
    };
    view.notice.wording = view.wording;
    view.frame = sheet_frame(arena, &page->brand, (struct speech){page->lang, page->lang_is_asked},
                             title_of(arena, page, &view.notice));
    sheet_keep_campaign(arena, &view.frame, page->campaign);
    if (page->part != SELF_PART_NONE)
        sheet_keep_question(arena, &view.frame,
                            page->part == SELF_PART_UNTIL ? "show=until" : "show=address");
    view.fresh = (struct fresh_form){.lang = page->lang, .query = view.frame.query, .typed = ""};
    offer_reasons(arena, &view);

    if (page->notice == SELF_NOTICE_LINK_SENT)
        view_asked(out, arena, &page->brand, (struct speech){page->lang, page->lang_is_asked},
                   ASKED_LINK_KNOWN, page->masked_email);
    else if (is_done(page->notice))
        template_done(out, &view);
    else if (page->link != LINK_GOOD)
        template_link(out, &view);
    else if (page->purpose == PURPOSE_UNSUBSCRIBE)
        template_unsubscribe(out, &view);
    else
        template_manage(out, &view);
}

void view_self_plain(struct buf *out, const struct self_page *page)
{
    switch (page->link) {
    case LINK_GOOD:
    case LINK_EXPIRED:
    case LINK_VOID:
        buf_adds(out, "Unsubscribed.\n");
        break;
    case LINK_NOBODY:
        buf_adds(out, "Nobody is subscribed by this link.\n");
        break;
    case LINK_BROKEN:
    case LINK_REVOKED:
    case LINK_STATE_COUNT:
        buf_adds(out, "This link is not valid. Nothing was changed.\n");
        break;
    }
}

void view_home(struct buf *out, struct arena *arena, const struct brand *brand,
               struct speech speech, const char *refused)
{
    struct recipient_view view = {.lang = speech.lang};
    view.frame = sheet_frame(arena, brand, speech, TEXT(arena, speech.lang, TEXT_HOME_TITLE));
    view.frame.is_home = true;
    view.fresh = (struct fresh_form){.lang = speech.lang,
                                     .query = view.frame.query,
                                     .typed = refused ? refused : "",
                                     .is_wrong = refused != NULL};
    template_home(out, &view);
}

void view_how(struct buf *out, struct arena *arena, const struct brand *brand, struct speech speech)
{
    struct recipient_view view = {.lang = speech.lang};
    view.frame = sheet_frame(arena, brand, speech, TEXT(arena, speech.lang, TEXT_HOW_TITLE));
    view.frame.is_how = true;
    view.check_url = arena_printf(arena, "/receipt%s", view.frame.query);
    template_how(out, &view);
}

static enum text rights_title(const struct rights_page *page)
{
    if (page->step == RIGHTS_ERASED)
        return TEXT_DATA_DONE;
    return page->step == RIGHTS_ASK && page->is_fresh ? TEXT_DATA_ASK : TEXT_DATA_TITLE;
}

void view_rights(struct buf *out, struct arena *arena, const struct rights_page *page)
{
    const struct speech speech = {page->lang, page->lang_is_asked};
    const struct rights_view view = {
        .lang = page->lang,
        .frame =
            sheet_frame(arena, &page->brand, speech, TEXT(arena, page->lang, rights_title(page))),
        .page = *page};
    template_data(out, &view);
}
