/*
 * view/recipient: see recipient.h. Picks the template and words the notice.
 */
#include "view/recipient.h"

#include <string.h>

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
    if (*on && *off)
        return arena_printf(arena, "%s You now receive %s, and no longer %s.", before, on, off);
    if (*on)
        return arena_printf(arena, "%s You now receive %s.", before, on);
    if (*off)
        return arena_printf(arena, "%s You no longer receive %s.", before, off);
    return before;
}

/* An unsubscribe link may name its own topic, and no other. */
static const char *undone(struct arena *arena, const struct self_page *page)
{
    if (page->turned_on_count + page->turned_off_count > 0)
        return changes(arena, page, "Undone.");
    if (page->topic_name && *page->topic_name && page->topic_is_on)
        return arena_printf(arena, "Undone. You receive %s again.", page->topic_name);
    return "Undone. All is as it was before.";
}

static struct sheet_notice notice_of(struct arena *arena, const struct self_page *page)
{
    struct sheet_notice notice = {.undoes = page->undoable};
    switch (page->notice) {
    case SELF_NOTICE_SAVED:
        notice.text = changes(arena, page, "Saved.");
        break;
    case SELF_NOTICE_SAME:
        notice.text = "Saved. Nothing was different.";
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
           notice == SELF_NOTICE_WAS_STOPPED || notice == SELF_NOTICE_THANKS;
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
