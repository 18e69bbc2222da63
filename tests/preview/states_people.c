/*
 * tests/preview/states_people: Opt In / Out, and the pages of one person. See states.h.
 */
#include "preview/states_account.h"

#include <string.h>

#include "base/email.h"
#include "view/people.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

static struct people_list canned_list(struct arena *arena)
{
    static const struct {
        const char *name, *initials, *email;
        enum contact_type type;
        enum contact_status status;
        int on;
    } rows[] = {
        {"Amara Okafor", "AO", "amara.okafor@northwind.example", TYPE_CLIENT, 1, 4},
        {"Benoît Lefèvre", "BL", "b.lefevre@lumiere.example", TYPE_PARTNER, 1, 2},
        {"Chen Wei", "CW", "chen.wei@harbour.example", TYPE_FRANCHISEE, 0, 0},
        {"Dagny Ólafsdóttir", "DÓ", "dagny@fjord.example", TYPE_CLIENT, 1, 3},
        {"Elif Yıldız", "EY", "elif.yildiz@anatolia.example", TYPE_FRANCHISEE, 1, 0},
        {"فرح حداد", "فح", "farah@cedar.example", TYPE_PARTNER, 0, 0},
        {"Grace Mwangi", "GM", "grace.mwangi@savanna.example", TYPE_CLIENT, 1, 4},
        {"Hiro Tanaka 田中 浩", "HT", "hiro.tanaka@kumo.example", TYPE_CLIENT, 1, 1},
        {"Αλεξάνδρα Παπαδοπούλου", "ΑΠ", "alexandra.papadopoulou@thalassa.example", TYPE_FRANCHISEE,
         1, 4},
        {"Maximiliana-Theodora von Hohenzollern-Sigmaringen", "MH",
         "maximiliana.theodora.von.hohenzollern-sigmaringen@a-very-long-domain-name.example",
         TYPE_PARTNER, 1, 2},
    };
    size_t count = sizeof rows / sizeof rows[0];
    struct people_list list = {
        .query = {.search = "", .status = -1, .subscribed = -1, .type = -1},
        .cards = {12408, 9731, 10260},
        .rows = arena_array(arena, count, sizeof *list.rows),
        .rows_count = count,
        .topics_in_use = 4,
        .matches = 12408,
        .first = 1,
        .last = 50,
        .next_cursor = "bmFtZQ.42",
    };
    for (size_t i = 0; i < count; i++) {
        struct person_row *row = &list.rows[i];
        public_id_text((struct public_id){0x1a2b3c4d00000000u + i}, row->public_id);
        row->name = typed(rows[i].name);
        row->has_name = true;
        row->initials = typed(rows[i].initials);
        row->email = typed(rows[i].email);
        row->type = rows[i].type;
        row->status = rows[i].status;
        row->choices_on = rows[i].on;
        row->is_paused = i == 0;
        row->updated_at = NOV_3 - (int64_t)i * 90000;
    }
    return list;
}

static void people(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct people_list list = canned_list(arena);
    view_people(out, arena, &frame, &list);
}

static void people_masked(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct people_list list = canned_list(arena);
    frame.can_change = frame.sees_addresses = false;
    list.is_cut = true;
    for (size_t i = 0; i < list.rows_count; i++)
        list.rows[i].email = email_mask(arena, list.rows[i].email);
    view_people(out, arena, &frame, &list);
}

static void people_filtered(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct people_list list = canned_list(arena);
    list.query.search = typed("a & b");
    list.query.status = CONTACT_OPTED_IN;
    list.query.type = TYPE_CLIENT;
    list.query.sort = DIRECTORY_BY_UPDATED;
    list.query.is_descending = true;
    list.previous_cursor = "before";
    list.first = 51;
    list.last = 100;
    view_people(out, arena, &frame, &list);
}

static void people_nobody(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct people_list list = canned_list(arena);
    list.query.search =
        typed("wolfeschlegelsteinhausenbergerdorff.wolfeschlegelsteinhausenbergerdorff");
    list.query.status = CONTACT_OPTED_OUT;
    list.query.subscribed = 1;
    list.query.type = TYPE_PARTNER;
    list.rows_count = 0;
    list.matches = list.first = list.last = 0;
    list.next_cursor = NULL;
    view_people(out, arena, &frame, &list);
}

static void people_asked(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct people_list list = canned_list(arena);
    list.query.search = list.asked_email = typed("new@northwind.example");
    list.asked_at = INT64_C(1795414860);
    list.ask_ends = INT64_C(1796019660);
    list.rows_count = 0;
    list.matches = list.first = list.last = 0;
    list.next_cursor = NULL;
    view_people(out, arena, &frame, &list);
}

static void people_empty(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct people_list list = {.query = {.search = "", .status = -1, .subscribed = -1, .type = -1}};
    view_people(out, arena, &frame, &list);
}

static struct person_page person_page(struct arena *arena, bool is_in)
{
    static const struct person_choice choices[] = {
        {1, "newsletter", "Newsletter", "Stories and news, about once a month", true, false, true,
         FREQUENCY_WEEKLY},
        {2, "product_updates", "Product Updates", "What is new and what has changed", true, false,
         false, FREQUENCY_ALL},
        {3, "marketing", "Marketing", "Offers, events and invitations", false, false, false,
         FREQUENCY_ALL},
        {4, "system_alerts", "System Alerts", "Outages, security and account notices", true, false,
         false, FREQUENCY_ALL},
    };
    static const struct history_line history[] = {
        {{4711},
         NOV_3,
         ENTRY_CHOICES,
         "Marketing off",
         "the recipient",
         "link of key 1a2b3c4d, issued 3 Nov 2026",
         "",
         "autumn-letter-2",
         INT32_C(1) << 30 | 1 << 26 | 12,
         true},
        {{4100},
         NOV_3 - 86400 * 40,
         ENTRY_CHOICES,
         "Opted in; Newsletter on, Marketing on",
         "Ada Admin",
         "session",
         "Signed form at the spring fair, folder 12",
         "",
         0,
         false},
        {{17},
         NOV_3 - 86400 * 300,
         ENTRY_CONTACT_ADDED,
         "Added, opted in",
         "the import people.csv",
         "line 17",
         "",
         "",
         0,
         true},
    };
    struct person_page page = {
        .public_id = "1a2b3c4d5e6f7081",
        .email = typed("amara.okafor@northwind.example"),
        .name = typed("Amara Okafor"),
        .language = typed("en"),
        .initials = typed("AO"),
        .type = TYPE_CLIENT,
        .status = is_in ? CONTACT_OPTED_IN : CONTACT_OPTED_OUT,
        .choices = arena_array(arena, 4, sizeof *page.choices),
        .choices_count = 4,
        .version = {4711},
        .history = arena_array(arena, 3, sizeof *page.history),
        .history_count = 3,
        .can_copy_link = true,
    };
    for (size_t i = 0; i < 4; i++) {
        page.choices[i] = choices[i];
        page.choices[i].name = typed(choices[i].name);
        page.choices[i].description = typed(choices[i].description);
        page.choices[i].is_on = is_in && choices[i].is_on;
    }
    for (size_t i = 0; i < 3; i++) {
        page.history[i] = history[i];
        page.history[i].what = typed(history[i].what);
        page.history[i].who = typed(history[i].who);
        page.history[i].note = typed(history[i].note);
    }
    return page;
}

static void person(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct person_page page = person_page(arena, true);
    view_person(out, arena, &frame, &page, NULL, NULL);
}

static void person_paused(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct person_page page = person_page(arena, true);
    page.paused_until = NOV_3 + 86400 * 30;
    view_person(out, arena, &frame, &page, NULL, NULL);
}

static void person_saved(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct person_page page = person_page(arena, true);
    frame.notice = typed("Saved. Marketing off.");
    page.undoable = page.version;
    view_person(out, arena, &frame, &page, NULL, NULL);
}

static void person_out(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct person_page page = person_page(arena, false);
    view_person(out, arena, &frame, &page, NULL, NULL);
}

static void rights(struct buf *out, struct arena *arena, enum rights_act act, bool is_refused,
                   bool is_done)
{
    struct admin_shell frame = states_shell();
    const struct person_rights rights = {.id = "7f3a9c2e51d04b86",
                                         .email = typed("amara@example.com"),
                                         .name = typed("Amara Okafor"),
                                         .act = act,
                                         .is_done = is_done,
                                         .reason = is_refused ? typed("by letter") : NULL,
                                         .lacks_word = is_refused};
    view_person_rights(out, arena, &frame, &rights);
}

static void person_data(struct buf *out, struct arena *arena)
{
    rights(out, arena, RIGHTS_GIVE, false, false);
}

static void person_erase(struct buf *out, struct arena *arena)
{
    rights(out, arena, RIGHTS_ERASE, true, false);
}

static void person_erased(struct buf *out, struct arena *arena)
{
    rights(out, arena, RIGHTS_ERASE, false, true);
}

static void refused(struct buf *out, struct arena *arena, enum edit_fault fault, bool was_in)
{
    struct admin_shell frame = states_shell();
    struct person_page page = person_page(arena, was_in);
    struct person_edit edit = {
        .email = typed("amara.okafor@"),
        .name = typed("Amara O."),
        .language = typed("english"),
        .type = "partner",
        .has_status = true,
        .status = CONTACT_OPTED_IN,
        .has_choices = true,
        .choices_on = 2,
        .choices_shown = 30,
        .consent = typed(""),
    };
    const char *changed[] = {
        typed("Newsletter off, by the recipient, 3 Nov 2026, 09:41 UTC"),
        typed("Name: Amara O. → Amara Okafor, by Grace Admin, 2 Nov 2026, 16:20 UTC"),
    };
    struct person_saved saved = {
        .fault = fault, .email_fault = 4, .changed = changed, .changed_count = 2};
    view_person(out, arena, &frame, &page, &edit, &saved);
}

static void person_email_bad(struct buf *out, struct arena *arena)
{
    refused(out, arena, EDIT_EMAIL_BAD, true);
}

static void person_language_bad(struct buf *out, struct arena *arena)
{
    refused(out, arena, EDIT_LANGUAGE_BAD, true);
}

static void person_needs_consent(struct buf *out, struct arena *arena)
{
    refused(out, arena, EDIT_NEEDS_CONSENT, false);
}

static void person_meanwhile(struct buf *out, struct arena *arena)
{
    refused(out, arena, EDIT_CHANGED_MEANWHILE, true);
}

static void person_undo_late(struct buf *out, struct arena *arena)
{
    refused(out, arena, EDIT_UNDO_LATE, true);
}

static const struct state states[] = {
    {"people", people},
    {"people-masked", people_masked},
    {"people-filtered", people_filtered},
    {"people-nobody", people_nobody},
    {"people-asked", people_asked},
    {"people-empty", people_empty},
    {"person", person},
    {"person-data", person_data},
    {"person-erase", person_erase},
    {"person-erased", person_erased},
    {"person-paused", person_paused},
    {"person-saved", person_saved},
    {"person-opted-out", person_out},
    {"person-email-bad", person_email_bad},
    {"person-language-bad", person_language_bad},
    {"person-needs-consent", person_needs_consent},
    {"person-meanwhile", person_meanwhile},
    {"person-undo-late", person_undo_late},
};
const struct state_set states_of_people = {states, sizeof states / sizeof *states, true};
