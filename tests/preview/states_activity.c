/*
 * tests/preview/states_activity: Communications → Activity in every state. See states.h.
 */
#include "preview/states.h"

#include <string.h>

#include "view/activity.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

static struct admin_shell shell(void)
{
    return (struct admin_shell){
        .admin_name = typed("Ada Admin"),
        .admin_email = typed("ada@northwind.example"),
        .csrf = "csrf-of-this-session",
    };
}

static struct activity_names canned_names(void)
{
    static struct topic topics[] = {
        {.id = {1}, .key = "newsletter"},
        {.id = {3}, .key = "marketing"},
    };
    static struct activity_actor admins[2], keys[1];

    topics[0].name = typed("Newsletter");
    topics[1].name = typed("Marketing");
    admins[0] = (struct activity_actor){"admin:1", typed("Ada Admin"), false};
    admins[1] = (struct activity_actor){"admin:2", typed("Bo Before"), true};
    keys[0] = (struct activity_actor){"api:1", typed("Newsletter mailer"), false};
    return (struct activity_names){.admins = admins,
                                   .admins_count = 2,
                                   .keys = keys,
                                   .keys_count = 1,
                                   .topics = topics,
                                   .topics_count = 2};
}

static struct activity_person jane(void)
{
    return (struct activity_person){.public_id = "00c0ffee00c0ffee",
                                    .name = typed("Jane Smith"),
                                    .email = typed("jane.smith@example.com")};
}

static struct activity_line line_of(int64_t position, const char *what, const char *who,
                                    const char *proof)
{
    return (struct activity_line){
        .entry = {.position = {position},
                  .at = NOV_3 + position * 60,
                  .kind = ENTRY_CHOICES,
                  .contact = {4},
                  .status_before = CONTACT_OPTED_IN,
                  .choices_before = 2,
                  .actor = ACTOR_ONE_CLICK,
                  .proof_kind = PROOF_LINK,
                  .proof = {0x1a, 0x2b, 0x3c, 0x4d, 0x6a, 0xe7, 0x1b, 0x00},
                  .proof_len = 8},
        .words = {.position = {position},
                  .at = NOV_3 + position * 60,
                  .what = what,
                  .who = who,
                  .proof = proof,
                  .note = "",
                  .campaign = ""},
        .person = jane(),
    };
}

static void page(struct buf *out, struct arena *arena, const struct activity_typed *typed_in,
                 const struct activity_list *list)
{
    const struct admin_shell frame = shell();
    const struct activity_names names = canned_names();

    view_activity(out, arena, &frame, typed_in, &names, list);
}

static void list(struct buf *out, struct arena *arena)
{
    struct activity_line lines[] = {
        line_of(104, "Opted out; Newsletter off", "a mail program (one-click)",
                "link key 1a2b3c4d, issued 3 Nov 2026"),
        line_of(103, typed("Name: Jane → Jane Smith"), typed("Ada Admin"), "session"),
        line_of(102, typed("Topic Newsletter edited: name: News → Newsletter"), "the operator",
                "command on the server"),
        line_of(101, "Erased from the list", typed("Ada Admin"), "session"),
    };
    const struct activity_typed none = {0};

    lines[0].words.note = typed("Too many mails.\nReally.");
    lines[0].words.campaign = typed("spring-sale");
    lines[2].person = (struct activity_person){.name = "", .email = ""};
    lines[3].person = (struct activity_person){
        .public_id = "00c0ffee00c0ffef", .name = "", .email = "", .is_gone = true};
    page(out, arena, &none,
         &(struct activity_list){.lines = lines, .lines_count = 4, .older = {100}, .newer = {105}});
}

static void nothing_yet(struct buf *out, struct arena *arena)
{
    const struct activity_typed none = {0};

    page(out, arena, &none, &(struct activity_list){.is_new = true});
}

static struct activity_typed filtered(void)
{
    return (struct activity_typed){.actor = "admin:1",
                                   .kind = "opted_out",
                                   .topic = "marketing",
                                   .from = "2026-11-01",
                                   .to = "2026-11-30"};
}

static void nothing_matches(struct buf *out, struct arena *arena)
{
    const struct activity_typed asked = filtered();

    page(out, arena, &asked, &(struct activity_list){0});
}

static void looked_so_far(struct buf *out, struct arena *arena)
{
    const struct activity_typed asked = filtered();

    page(out, arena, &asked,
         &(struct activity_list){.is_cut = true, .older = {4711}, .looked_at_s = NOV_3});
}

static void bad_filters(struct buf *out, struct arena *arena)
{
    const struct activity_typed asked = {.actor = typed("nobody"),
                                         .kind = typed("gossip"),
                                         .topic = typed("no_such_topic"),
                                         .from = typed("yesterday"),
                                         .to = typed("2026-02-30"),
                                         .search = typed("nemo"),
                                         .older = typed("x")};

    page(out, arena, &asked,
         &(struct activity_list){.faults = ACTIVITY_ACTOR_BAD | ACTIVITY_KIND_BAD |
                                           ACTIVITY_TOPIC_BAD | ACTIVITY_FROM_BAD |
                                           ACTIVITY_TO_BAD | ACTIVITY_NOBODY_FOUND |
                                           ACTIVITY_PLACE_BAD});
}

static void times_crossed(struct buf *out, struct arena *arena)
{
    const struct activity_typed asked = {.from = "2026-11-30", .to = "2026-11-01"};

    page(out, arena, &asked, &(struct activity_list){.faults = ACTIVITY_TIMES_CROSSED});
}

static void several(struct buf *out, struct arena *arena)
{
    struct activity_person found[] = {jane(), jane()};
    const struct activity_typed asked = {.search = typed("smith")};

    found[1].name = "";
    page(out, arena, &asked,
         &(struct activity_list){.found = found, .found_count = 2, .found_is_cut = true});
}

static void of_person(struct buf *out, struct arena *arena)
{
    struct activity_line lines[] = {line_of(104, "Opted out; Newsletter off",
                                            "a mail program (one-click)",
                                            "link key 1a2b3c4d, issued 3 Nov 2026")};
    const struct activity_typed asked = {.person = "00c0ffee00c0ffee"};

    page(out, arena, &asked,
         &(struct activity_list){.query = {.person = jane()}, .lines = lines, .lines_count = 1});
}

static void of_erased(struct buf *out, struct arena *arena)
{
    struct activity_line lines[] = {
        line_of(104, "Erased from the list", typed("Ada Admin"), "session")};
    const struct activity_typed asked = {.person = "00c0ffee00c0ffee"};
    const struct activity_person gone = {
        .public_id = "00c0ffee00c0ffee", .name = "", .email = "", .is_gone = true};

    lines[0].person = gone;
    page(out, arena, &asked,
         &(struct activity_list){.query = {.person = gone}, .lines = lines, .lines_count = 1});
}

static void show_entry(struct buf *out, struct arena *arena, const struct activity_entry *entry)
{
    const struct admin_shell frame = shell();
    const struct activity_names names = canned_names();

    view_activity_entry(out, arena, &frame, entry, &names);
}

static void entry(struct buf *out, struct arena *arena)
{
    struct activity_entry shown = {
        .line = line_of(104, "Opted out; Newsletter off", "a mail program (one-click)",
                        "link key 1a2b3c4d, issued 3 Nov 2026"),
        .person_older = {12},
        .person_newer = {130},
        .undone_by = {130},
        .reason_at = {131},
    };
    struct entry *it = &shown.line.entry;

    memset(it->hash, 0x5a, sizeof it->hash);
    memset(it->private_hash, 0xc3, sizeof it->private_hash);
    memset(shown.hash_before, 0x17, sizeof shown.hash_before);
    it->seal.is_kept = true;
    it->wording = 3;
    it->daily_before = 8;
    it->weekly_after = 8;
    it->paused_before = NOV_3 + 86400;
    it->private.address = typed("192.0.2.7");
    it->private.agent = typed("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101");
    shown.line.words.note = typed("Too many mails.");
    shown.line.words.campaign = typed("spring-sale");
    show_entry(out, arena, &shown);
}

static void entry_of_site(struct buf *out, struct arena *arena)
{
    struct activity_entry shown = {
        .line = line_of(1, typed("Setting “Who writes to people”: A → B"), typed("Ada Admin"),
                        "session"),
        .is_newest = true,
    };
    struct entry *it = &shown.line.entry;

    it->contact.value = 0;
    it->kind = ENTRY_SETTING;
    it->actor = ACTOR_ADMIN;
    it->actor_id = 1;
    it->proof_kind = PROOF_SESSION;
    shown.line.person = (struct activity_person){.name = "", .email = ""};
    show_entry(out, arena, &shown);
}

static void blanked(struct buf *out, struct arena *arena, bool is_client_alone)
{
    struct activity_entry shown = {
        .line = line_of(7, "Pause ended", "import people.csv", "line 17"), .person_older = {3}};
    struct entry *it = &shown.line.entry;

    it->kind = ENTRY_PAUSE;
    it->actor = ACTOR_IMPORT;
    it->actor_id = 2;
    it->proof_kind = PROOF_IMPORT;
    it->proof_len = 4;
    memset(it->private_hash, 0xc3, sizeof it->private_hash);
    it->seal.is_kept = it->seal.has_client_hash = is_client_alone;
    if (!is_client_alone)
        shown.line.person = (struct activity_person){
            .public_id = "00c0ffee00c0ffee", .name = "", .email = "", .is_gone = true};
    show_entry(out, arena, &shown);
}

static void entry_blanked(struct buf *out, struct arena *arena)
{
    blanked(out, arena, true);
}

static void entry_erased(struct buf *out, struct arena *arena)
{
    blanked(out, arena, false);
}

static void help(struct buf *out, struct arena *arena)
{
    const struct admin_shell frame = shell();

    view_help(out, arena, &frame, "activity");
}

static const struct state states[] = {
    {"activity", list},
    {"activity-new", nothing_yet},
    {"activity-none", nothing_matches},
    {"activity-so-far", looked_so_far},
    {"activity-bad", bad_filters},
    {"activity-crossed", times_crossed},
    {"activity-several", several},
    {"activity-person", of_person},
    {"activity-erased", of_erased},
    {"activity-entry", entry},
    {"activity-entry-site", entry_of_site},
    {"activity-entry-blanked", entry_blanked},
    {"activity-entry-erased", entry_erased},
    {"help-activity", help},
};
const struct state_set states_of_activity = {states, sizeof states / sizeof *states, true};
