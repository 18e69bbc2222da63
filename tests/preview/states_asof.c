/*
 * tests/preview/states_asof: could we have mailed them then, in every state. See states.h.
 */
#include "preview/states.h"
#include "view/asof.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

static struct as_of_page page_of(struct arena *arena)
{
    struct as_of_page page = {.topics = arena_array(arena, 2, sizeof *page.topics),
                              .topics_count = 2};

    page.topics[0] = (struct topic){.id = {1}, .key = "newsletter", .name = typed("Newsletter")};
    page.topics[1] = (struct topic){
        .id = {3}, .key = "marketing", .name = typed("Marketing"), .retired_at = NOV_3};
    return page;
}

static void show(struct buf *out, struct arena *arena, const struct as_of_typed *typed_in,
                 const struct as_of_page *page)
{
    const struct admin_shell frame = {
        .admin_name = typed("Ada Admin"),
        .admin_email = typed("ada@northwind.example"),
        .csrf = "csrf-of-this-session",
    };

    view_asof(out, arena, &frame, typed_in, page);
}

static void form(struct buf *out, struct arena *arena)
{
    const struct as_of_page page = page_of(arena);

    show(out, arena, &(struct as_of_typed){0}, &page);
}

static void answered(struct buf *out, struct arena *arena, enum as_of_why why, const char *words)
{
    struct as_of_page page = page_of(arena);
    const struct as_of_typed typed_in = {.person = "00c0ffee00c0ffee",
                                         .topic = "newsletter",
                                         .at = "2026-11-03T09:41:00",
                                         .is_sent = true};

    page.is_asked = true;
    page.email = typed("jane.smith@example.com");
    page.told = (struct as_of_told){
        .at_s = NOV_3,
        .position = {107},
        .topic = page.topics[0],
        .email = page.email,
        .has_person = true,
        .person = {0x00c0ffee00c0ffee},
        .why = why,
        .words = typed(words),
        .has_decided = true,
        .decided = {104},
        .decided_at = NOV_3 - 86400,
        .decided_what = typed("Newsletter on"),
        .decided_by = typed("the recipient"),
        .since = {true, NOV_3 - 86400, {104}},
        .until = {why == AS_OF_ALLOWED, NOV_3 + 86400, {0}},
        .offers_frequency = true,
        .frequency = FREQUENCY_WEEKLY,
    };
    show(out, arena, &typed_in, &page);
}

static void yes(struct buf *out, struct arena *arena)
{
    answered(out, arena, AS_OF_ALLOWED, "They were opted in, and Newsletter was on.");
}

static void no(struct buf *out, struct arena *arena)
{
    answered(out, arena, AS_OF_OPTED_OUT, "They had opted out of everything.");
}

static void lost(struct buf *out, struct arena *arena)
{
    answered(out, arena, AS_OF_ERASED, "It can’t be said: the record was erased.");
}

static void refused(struct buf *out, struct arena *arena, enum as_of_fault fault)
{
    struct as_of_page page = page_of(arena);
    const struct as_of_typed typed_in = {
        .email = typed("jane"), .topic = "nothing", .at = "noon", .is_sent = true};

    page.is_asked = true;
    page.fault = fault;
    show(out, arena, &typed_in, &page);
}

static void bad_address(struct buf *out, struct arena *arena)
{
    refused(out, arena, AS_OF_BAD_ADDRESS);
}

static void bad_topic(struct buf *out, struct arena *arena)
{
    refused(out, arena, AS_OF_UNKNOWN_TOPIC);
}

static void bad_time(struct buf *out, struct arena *arena)
{
    refused(out, arena, AS_OF_BAD_TIME);
}

static void future(struct buf *out, struct arena *arena)
{
    refused(out, arena, AS_OF_FUTURE);
}

static void nobody(struct buf *out, struct arena *arena)
{
    refused(out, arena, AS_OF_NOBODY);
}

static const struct state states[] = {
    {"asof", form},
    {"asof-yes", yes},
    {"asof-no", no},
    {"asof-lost", lost},
    {"asof-bad-address", bad_address},
    {"asof-bad-topic", bad_topic},
    {"asof-bad-time", bad_time},
    {"asof-future", future},
    {"asof-nobody", nobody},
};
const struct state_set states_of_asof = {states, sizeof states / sizeof *states, true};
