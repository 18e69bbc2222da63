/*
 * tests/preview/states_wording: the texts that people saw when choosing, for themselves and for
 * admins.
 */
#include "base/catalogue.h"
#include "preview/states.h"
#include "preview/states_self.h"
#include "view/wording.h"

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static struct wording_shown shown(struct arena *arena, enum locale lang)
{
    static const enum text texts[] = {TEXT_MANAGE_TITLE, TEXT_MANAGE_LEAD, TEXT_MANAGE_TOPICS,
                                      TEXT_MANAGE_SAVE, TEXT_SHEET_EVERYTHING};
    enum { LINES = sizeof texts / sizeof *texts };
    struct wording_shown out = {.packed = wording_pack(WORDING_MANAGE, lang, 12),
                                .wording = {WORDING_MANAGE, lang, 12, 0},
                                .name = "manage-set12",
                                .is_kept = true,
                                .since = INT64_C(1795414704),
                                .position = {4321},
                                .hash = HASH,
                                .lines = arena_array(arena, LINES, sizeof *out.lines),
                                .lines_count = LINES,
                                .topics = arena_array(arena, 2, sizeof *out.topics),
                                .topics_count = 2,
                                .brand = arena_array(arena, 2, sizeof *out.brand),
                                .brand_count = 2};

    for (size_t i = 0; i < LINES; i++)
        out.lines[i] = (struct wording_line){"manage.text", text_rows[lang][texts[i]].text};
    out.topics[0] = (struct wording_topic){.key = "newsletter",
                                           .name = typed("Newsletter"),
                                           .description = typed("Stories and news"),
                                           .offers_frequency = true,
                                           .on_join = true};
    out.topics[1] = (struct wording_topic){
        .key = "marketing", .name = typed("Marketing"), .description = "", .on_join = true};
    out.brand[0] = (struct wording_line){"name", typed("Northwind")};
    out.brand[1] = (struct wording_line){"welcome_words", typed("Welcome.\n\nGood to have you.")};
    return out;
}

static void seen_in(struct buf *out, struct arena *arena, enum locale lang)
{
    const struct self_page self = states_self_page(arena, PURPOSE_MANAGE);
    const struct past_seen seen = {.lang = states_lang,
                                   .token = self.token,
                                   .brand = self.brand,
                                   .position = {4711},
                                   .at = INT64_C(1795414704),
                                   .shown = shown(arena, lang)};

    view_seen(out, arena, &seen);
}

static void seen(struct buf *out, struct arena *arena)
{
    seen_in(out, arena, states_lang);
}

static void seen_in_arabic(struct buf *out, struct arena *arena)
{
    seen_in(out, arena, LOCALE_AR);
}

static const struct state of_people[] = {
    {"seen", seen},
    {"seen-arabic", seen_in_arabic},
};
const struct state_set states_of_seen = {of_people, sizeof of_people / sizeof *of_people, false};

static struct admin_shell shell(void)
{
    return (struct admin_shell){
        .admin_name = typed("Ada Admin"), .admin_email = "ada@example.com", .csrf = "CSRF"};
}

static void show(struct buf *out, struct arena *arena, const struct wording_shown *what)
{
    const struct admin_shell frame = shell();

    view_wording(out, arena, &frame, what);
}

static void kept(struct buf *out, struct arena *arena)
{
    const struct wording_shown what = shown(arena, LOCALE_EN);

    show(out, arena, &what);
}

static void kept_in_arabic(struct buf *out, struct arena *arena)
{
    const struct wording_shown what = shown(arena, LOCALE_AR);

    show(out, arena, &what);
}

static void no_topics(struct buf *out, struct arena *arena)
{
    struct wording_shown what = shown(arena, LOCALE_EN);

    what.topics_count = 0;
    show(out, arena, &what);
}

static void by_hand(struct buf *out, struct arena *arena)
{
    const struct wording_shown what = {
        .packed = 10, .wording = {WORDING_MANAGE, LOCALE_EN, 0, 10}, .name = "manage-10"};

    show(out, arena, &what);
}

static void unknown(struct buf *out, struct arena *arena)
{
    const struct wording_shown what = {.packed = wording_pack(WORDING_JOIN, LOCALE_DE, 0),
                                       .wording = {WORDING_JOIN, LOCALE_DE, 0, 0},
                                       .name = "join"};

    show(out, arena, &what);
}

static void list(struct buf *out, struct arena *arena)
{
    const struct admin_shell frame = shell();
    static const struct wording_listed rows[] = {
        {.set = {.number = 12, .at = INT64_C(1795414704)}, .hash = HASH, .topics_moved = true},
        {.set = {.number = 11, .at = INT64_C(1795414600)},
         .hash = HASH,
         .pages_moved = true,
         .brand_moved = true},
        {.set = {.number = 10, .at = INT64_C(1795410000)}, .hash = HASH},
        {.set = {.number = 9, .at = INT64_C(1795400000)}, .hash = HASH, .is_first = true},
    };

    view_wording_list(out, arena, &frame, rows, sizeof rows / sizeof *rows, true);
}

static void nothing_yet(struct buf *out, struct arena *arena)
{
    const struct admin_shell frame = shell();

    view_wording_list(out, arena, &frame, NULL, 0, false);
}

static const struct state of_admins[] = {
    {"wording-list", list},
    {"wording-none", nothing_yet},
    {"wording", kept},
    {"wording-arabic", kept_in_arabic},
    {"wording-no-topics", no_topics},
    {"wording-by-hand", by_hand},
    {"wording-unknown", unknown},
};
const struct state_set states_of_wording = {of_admins, sizeof of_admins / sizeof *of_admins, true};
