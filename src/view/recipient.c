/*
 * view/recipient: see recipient.h. Picks the template and words the notice.
 */
#include "view/recipient.h"

#include <string.h>

#include "base/clock.h"
#include "templates.h"

/* Names as "A", "A and B", "A, B and C". */
static const char *joined(struct arena *arena, const char *const *names, size_t count)
{
    const char *text = "";
    for (size_t i = 0; i < count; i++) {
        const char *between = i == 0 ? "" : i + 1 == count ? " and " : ", ";
        text = arena_printf(arena, "%s%s%s", text, between, names[i]);
    }
    return text;
}

static const char *changes(struct arena *arena, const struct self_page *page, const char *before)
{
    const char *on = joined(arena, (const char *const *)page->turned_on, page->turned_on_count);
    const char *off = joined(arena, (const char *const *)page->turned_off, page->turned_off_count);
    const char *receive = page->paused_until ? "will receive" : "now receive";
    if (*on && *off)
        return arena_printf(arena, "%s You %s %s, and no longer %s.", before, receive, on, off);
    if (*on)
        return arena_printf(arena, "%s You %s %s.", before, receive, on);
    if (*off)
        return arena_printf(arena, "%s You no longer receive %s.", before, off);
    return before;
}

static const char *long_day(struct arena *arena, int64_t at_s)
{
    char text[CLOCK_HUMAN_BYTES];
    clock_long_day(at_s, text);
    return arena_strdup(arena, text);
}

/* After words about choices: what they wait for. */
static const char *still_paused(struct arena *arena, const struct self_page *page, const char *text)
{
    if (page->paused_until == 0)
        return text;
    return arena_printf(arena, "%s Everything stays paused until %s.", text,
                        long_day(arena, page->paused_until));
}

static const char *pause_undone(struct arena *arena, const struct self_page *page)
{
    if (page->paused_until == 0)
        return "Undone. Nothing is paused.";
    return arena_printf(arena, "Undone. Everything is paused until %s.",
                        long_day(arena, page->paused_until));
}

static const char *pause_refused(struct arena *arena, const struct self_page *page)
{
    return arena_printf(arena, "Nothing was changed. Choose a day from %s to %s to pause until.",
                        long_day(arena, page->pause_first), long_day(arena, page->pause_last));
}

/* An unsubscribe link may name its own topic, and no other. */
static const char *undone(struct arena *arena, const struct self_page *page)
{
    if (page->turned_on_count + page->turned_off_count > 0)
        return still_paused(arena, page, changes(arena, page, "Undone."));
    if (page->pause_moved)
        return pause_undone(arena, page);
    if (page->topic_name && *page->topic_name && page->topic_is_on)
        return arena_printf(arena, "Undone. You receive %s again.", page->topic_name);
    return "Undone. All is as it was before.";
}

static struct sheet_notice notice_of(struct arena *arena, const struct self_page *page)
{
    struct sheet_notice notice = {.undoes = page->undoable};
    switch (page->notice) {
    case SELF_NOTICE_SAVED:
        notice.text = still_paused(arena, page, changes(arena, page, "Saved."));
        break;
    case SELF_NOTICE_SAME:
        notice.text = still_paused(arena, page, "Saved. Nothing was different.");
        break;
    case SELF_NOTICE_STOPPED:
        notice.text = arena_printf(arena, "You are unsubscribed from %s.", page->topic_name);
        break;
    case SELF_NOTICE_STOPPED_ALL:
        notice.text = "You are unsubscribed from everything.";
        break;
    case SELF_NOTICE_WAS_STOPPED:
        notice.text = "You are unsubscribed.";
        break;
    case SELF_NOTICE_UNDONE:
        notice.text = undone(arena, page);
        break;
    case SELF_NOTICE_UNDO_LATE:
        notice.text = "It is too late to undo that. Nothing was changed.";
        notice.is_warning = true;
        break;
    case SELF_NOTICE_THANKS:
        notice.text = "Thank you for telling us.";
        break;
    case SELF_NOTICE_PAUSED:
        notice.text = "Paused. It took effect at once.";
        break;
    case SELF_NOTICE_PAUSE_REFUSED:
        notice.text = pause_refused(arena, page);
        notice.is_warning = true;
        break;
    case SELF_NOTICE_NOTHING_TO_PAUSE:
        notice.text = "You are unsubscribed from everything, so there is nothing to pause.";
        notice.is_warning = true;
        break;
    case SELF_NOTICE_RESUMED:
        notice.text = "The pause is over. You receive what you chose.";
        break;
    case SELF_NOTICE_NOT_PAUSED:
        notice.text = "No pause was running.";
        break;
    case SELF_NOTICE_LINKS_VOID:
        notice.text = "The old links to your preferences no longer work.";
        break;
    case SELF_NOTICE_NONE:
    case SELF_NOTICE_COUNT:
        break;
    }
    return notice;
}

/* A setting of an admin's: only what leads to a page may become a link. */
static bool is_page_url(const char *url)
{
    return url && (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0);
}

static struct sheet_frame frame_of(const struct brand *brand, const char *title)
{
    return (struct sheet_frame){
        .title = title,
        .brand = *brand,
        .has_privacy = is_page_url(brand->privacy_url),
    };
}

static bool is_done(enum self_notice notice)
{
    return notice == SELF_NOTICE_STOPPED || notice == SELF_NOTICE_STOPPED_ALL ||
           notice == SELF_NOTICE_WAS_STOPPED || notice == SELF_NOTICE_THANKS ||
           notice == SELF_NOTICE_LINKS_VOID;
}

static const char *title_of(struct arena *arena, const struct self_page *page,
                            const struct sheet_notice *notice)
{
    if (notice->text)
        return notice->text;
    if (page->link != LINK_GOOD)
        return "About this link";
    if (page->purpose != PURPOSE_UNSUBSCRIBE)
        return "Your email preferences";
    if (!page->topic_name || !*page->topic_name)
        return "Unsubscribe from everything";
    return arena_printf(arena, "Unsubscribe from %s", page->topic_name);
}

void view_self_page(struct buf *out, struct arena *arena, const struct self_page *page)
{
    struct recipient_view view = {
        .self = *page,
        .notice = notice_of(arena, page),
        .can_manage = page->link == LINK_GOOD && page->purpose == PURPOSE_MANAGE,
        .is_paused = page->paused_until != 0 && page->status == CONTACT_OPTED_IN,
        .can_pause = page->status == CONTACT_OPTED_IN && page->choices_count > 0,
        .is_pause_refused = page->notice == SELF_NOTICE_PAUSE_REFUSED,
        .can_stop = page->link == LINK_EXPIRED || page->link == LINK_VOID,
    };
    view.frame = frame_of(&page->brand, title_of(arena, page, &view.notice));
    for (enum leave_reason reason = LEAVE_NONE + 1; reason < LEAVE_REASON_COUNT; reason++)
        view.reasons[view.reasons_count++] =
            (struct reason_option){leave_reason_key(reason), leave_reason_words(reason)};

    if (is_done(page->notice))
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

void view_home(struct buf *out, struct arena *arena, const struct brand *brand)
{
    struct recipient_view view = {.frame = frame_of(brand, "Email preferences")};
    view.frame.is_home = true;
    template_home(out, &view);
}
