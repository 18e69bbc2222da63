/*
 * tests/preview/states_recipient: recipients' pages behind links that manage and unsubscribe.
 * See states.h.
 */
#include "preview/states_self.h"

#include "view/recipient.h"

#define DEC_23 INT64_C(1797984000) /* 2026 */

struct self_page states_self_page(struct arena *arena, enum link_purpose purpose)
{
    static const struct choice choices[] = {
        {"newsletter", "Newsletter", "Stories and news, about once a month", true, false,
         FREQUENCY_ALL},
        {"product_updates", "Product Updates", "What is new and what has changed", true, false,
         FREQUENCY_ALL},
        {"marketing", "Marketing", "Offers, events and invitations", false, false, FREQUENCY_ALL},
        {"system_alerts", "System Alerts", "Outages, security and account notices", true, false,
         FREQUENCY_ALL},
    };
    struct self_page page = {
        .lang = states_lang,
        .link = LINK_GOOD,
        .purpose = purpose,
        .token = "EXAMPLE",
        .masked_email = typed("a•••••@northwind.example"),
        .brand = {typed("Northwind"), typed("1 Harbour Street, Bergen"), "https://example.com/p"},
        .status = CONTACT_OPTED_IN,
        .usual = states_lang,
        .usual_is_own = true,
        .any_is_on = true,
        .pause_typed = "",
        .pause_first = INT64_C(1795478400),
        .pause_last = INT64_C(1953158400),
    };
    if (states_hostile)
        page.brand.privacy_url = "javascript:alert(1)";
    if (purpose == PURPOSE_UNSUBSCRIBE) {
        page.topic_name = typed("Newsletter");
        page.topic_is_on = true;
        return page;
    }
    page.choices = arena_array(arena, 4, sizeof *page.choices);
    page.choices_count = 4;
    for (size_t i = 0; i < 4; i++) {
        page.choices[i] = choices[i];
        page.choices[i].name = typed(choices[i].name);
        page.choices[i].description = typed(choices[i].description);
    }
    return page;
}

static void say(struct arena *arena, struct self_page *page, enum self_notice notice)
{
    page->notice = notice;
    page->undoable.value = page->receipt.value = 4711;
    page->turned_on = arena_array(arena, 2, sizeof *page->turned_on);
    page->turned_off = arena_array(arena, 2, sizeof *page->turned_off);
    page->turned_on[0] = typed("Marketing");
    page->turned_off[0] = typed("Newsletter");
    page->turned_off[1] = typed("Product Updates");
    page->turned_on_count = 1;
    page->turned_off_count = 2;
}

static void all_off(struct self_page *page)
{
    page->status = CONTACT_OPTED_OUT;
    page->any_is_on = false;
    page->topic_is_on = false;
    for (size_t i = 0; i < page->choices_count; i++)
        page->choices[i].is_on = false;
}

static void manage(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    view_self_page(out, arena, &page);
}

static void manage_out(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    all_off(&page);
    view_self_page(out, arena, &page);
}

static void manage_saved(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    say(arena, &page, SELF_NOTICE_SAVED);
    view_self_page(out, arena, &page);
}

static void manage_often(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    static const enum frequency wanted[] = {FREQUENCY_WEEKLY, FREQUENCY_DAILY, FREQUENCY_ALL};
    page.notice = SELF_NOTICE_SAVED;
    page.undoable.value = 4711;
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        page.choices[i].offers_frequency = wanted[i] != FREQUENCY_ALL; /* not any more */
        page.choices[i].frequency = wanted[i];
        page.often[wanted[i]].names = arena_array(arena, 1, sizeof(const char *));
        page.often[wanted[i]].names[0] = page.choices[i].name;
        page.often[wanted[i]].names_count = 1;
    }
    view_self_page(out, arena, &page);
}

static void manage_keep(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.usual = states_lang == LOCALE_EN ? LOCALE_DE : LOCALE_EN;
    page.lang_is_asked = true;
    view_self_page(out, arena, &page);
}

static void manage_kept(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.notice = SELF_NOTICE_LANGUAGE;
    page.undoable.value = 4711;
    view_self_page(out, arena, &page);
}

static void manage_same(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.notice = SELF_NOTICE_SAME;
    view_self_page(out, arena, &page);
}

static void manage_undone(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    say(arena, &page, SELF_NOTICE_UNDONE);
    page.undoable.value = 0;
    page.turned_off_count = 0;
    view_self_page(out, arena, &page);
}

static void manage_undo_late(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.notice = SELF_NOTICE_UNDO_LATE;
    view_self_page(out, arena, &page);
}

static void manage_no_topics(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.choices_count = 0;
    view_self_page(out, arena, &page);
}

static void manage_stopped_all(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    all_off(&page);
    say(arena, &page, SELF_NOTICE_STOPPED_ALL);
    page.asks_reason = true;
    view_self_page(out, arena, &page);
}

static struct self_page paused_page(struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.paused_until = DEC_23;
    return page;
}

static void manage_paused(struct buf *out, struct arena *arena)
{
    struct self_page page = paused_page(arena);
    page.notice = SELF_NOTICE_PAUSED;
    page.undoable.value = 4711;
    view_self_page(out, arena, &page);
}

static void manage_paused_saved(struct buf *out, struct arena *arena)
{
    struct self_page page = paused_page(arena);
    say(arena, &page, SELF_NOTICE_SAVED);
    view_self_page(out, arena, &page);
}

static void manage_paused_out(struct buf *out, struct arena *arena)
{
    struct self_page page = paused_page(arena);
    all_off(&page);
    page.notice = SELF_NOTICE_NOTHING_TO_PAUSE;
    view_self_page(out, arena, &page);
}

static void manage_pause_refused(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.notice = SELF_NOTICE_PAUSE_REFUSED;
    page.pause_typed = typed("2020-01-01");
    view_self_page(out, arena, &page);
}

static void manage_resumed(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.notice = SELF_NOTICE_RESUMED;
    page.undoable.value = 4711;
    view_self_page(out, arena, &page);
}

static void manage_pause_undone(struct buf *out, struct arena *arena)
{
    struct self_page page = paused_page(arena);
    page.notice = SELF_NOTICE_UNDONE;
    page.pause_moved = true;
    view_self_page(out, arena, &page);
}

static void done_links_void(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.link = LINK_VOID;
    page.choices_count = 0;
    page.notice = SELF_NOTICE_LINKS_VOID;
    view_self_page(out, arena, &page);
}

static void unsubscribe(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_UNSUBSCRIBE);
    view_self_page(out, arena, &page);
}

static void unsubscribe_all(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_UNSUBSCRIBE);
    page.topic_name = "";
    view_self_page(out, arena, &page);
}

static void unsubscribe_off(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_UNSUBSCRIBE);
    page.topic_is_on = false;
    view_self_page(out, arena, &page);
}

static void unsubscribe_undone(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_UNSUBSCRIBE);
    say(arena, &page, SELF_NOTICE_UNDONE);
    page.turned_on_count = page.turned_off_count = 0;
    page.undoable.value = 0;
    view_self_page(out, arena, &page);
}

static void done(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_UNSUBSCRIBE);
    page.topic_is_on = false;
    say(arena, &page, SELF_NOTICE_STOPPED);
    page.asks_reason = true;
    view_self_page(out, arena, &page);
}

static void done_was_stopped(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_UNSUBSCRIBE);
    all_off(&page);
    page.notice = SELF_NOTICE_WAS_STOPPED;
    view_self_page(out, arena, &page);
}

static void done_thanks(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_UNSUBSCRIBE);
    page.topic_is_on = false;
    say(arena, &page, SELF_NOTICE_THANKS);
    view_self_page(out, arena, &page);
}

static void link_page(struct buf *out, struct arena *arena, enum link_state state)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.link = state;
    page.choices_count = 0;
    if (state != LINK_EXPIRED && state != LINK_VOID)
        page.masked_email = "";
    view_self_page(out, arena, &page);
}

static void link_broken(struct buf *out, struct arena *arena)
{
    link_page(out, arena, LINK_BROKEN);
}

static void link_revoked(struct buf *out, struct arena *arena)
{
    link_page(out, arena, LINK_REVOKED);
}

static void link_expired(struct buf *out, struct arena *arena)
{
    link_page(out, arena, LINK_EXPIRED);
}

static void link_void(struct buf *out, struct arena *arena)
{
    link_page(out, arena, LINK_VOID);
}

static void link_nobody(struct buf *out, struct arena *arena)
{
    link_page(out, arena, LINK_NOBODY);
}

static void manage_address_wrong(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.notice = SELF_NOTICE_ADDRESS_REFUSED;
    page.typed_email = typed("ada at example");
    view_self_page(out, arena, &page);
}

static void manage_until(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.part = SELF_PART_UNTIL;
    view_self_page(out, arena, &page);
}

static void manage_address(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    page.part = SELF_PART_ADDRESS;
    view_self_page(out, arena, &page);
}

static void manage_all_off(struct buf *out, struct arena *arena)
{
    struct self_page page = states_self_page(arena, PURPOSE_MANAGE);
    say(arena, &page, SELF_NOTICE_SAVED);
    all_off(&page);
    page.status = CONTACT_OPTED_IN;
    page.asks_reason = true;
    view_self_page(out, arena, &page);
}

static const struct state states[] = {
    {"manage-all-off", manage_all_off},
    {"manage", manage},
    {"manage-opted-out", manage_out},
    {"manage-saved", manage_saved},
    {"manage-often", manage_often},
    {"manage-keep-language", manage_keep},
    {"manage-kept-language", manage_kept},
    {"manage-same", manage_same},
    {"manage-undone", manage_undone},
    {"manage-undo-late", manage_undo_late},
    {"manage-no-topics", manage_no_topics},
    {"manage-stopped-all", manage_stopped_all},
    {"manage-paused", manage_paused},
    {"manage-paused-saved", manage_paused_saved},
    {"manage-paused-out", manage_paused_out},
    {"manage-pause-refused", manage_pause_refused},
    {"manage-pause-undone", manage_pause_undone},
    {"manage-resumed", manage_resumed},
    {"done-links-void", done_links_void},
    {"unsubscribe", unsubscribe},
    {"unsubscribe-all", unsubscribe_all},
    {"unsubscribe-off", unsubscribe_off},
    {"unsubscribe-undone", unsubscribe_undone},
    {"done", done},
    {"done-was-stopped", done_was_stopped},
    {"done-thanks", done_thanks},
    {"link-broken", link_broken},
    {"link-revoked", link_revoked},
    {"link-expired", link_expired},
    {"link-void", link_void},
    {"link-nobody", link_nobody},
    {"manage-until", manage_until},
    {"manage-address", manage_address},
    {"manage-address-wrong", manage_address_wrong},
};
const struct state_set states_of_links = {states, sizeof states / sizeof *states, false};
