/*
 * tests/preview/states_admin: the admins' pages. See states.h.
 */
#include "preview/states_account.h"
#include "preview/states_api_keys.h"
#include "preview/states_approvals.h"
#include "preview/states_data_requests.h"
#include "preview/states_link_keys.h"
#include "preview/states_team.h"

#include <string.h>

#include "base/email.h"
#include "view/admin.h"
#include "view/people.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

struct admin_shell states_shell(void)
{
    return (struct admin_shell){
        .admin_name = typed("Ada Admin"),
        .admin_email = typed("ada@northwind.example"),
        .can_change = true,
        .sees_addresses = true,
        .csrf = "csrf-of-this-session",
    };
}

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
    list.query.search = typed("zzz");
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

static struct topic_page topic_page(struct arena *arena)
{
    static const struct {
        const char *key, *name, *description;
        int64_t retired_at, people;
    } topics[] = {
        {"newsletter", "Newsletter", "Stories and news, about once a month", 0, 8102},
        {"product_updates", "Product Updates", "What is new and what has changed", 0, 7311},
        {"marketing", "Marketing", "Offers, events and invitations", 0, 4310},
        {"system_alerts", "System Alerts", "Outages, security and account notices", 0, 9120},
        {"spring_fair", "Spring Fair", "Invitations to the fair of 2025", NOV_3, 311},
    };
    struct topic_page page = {
        .topics = arena_array(arena, 5, sizeof *page.topics), .count = 5, .in_use_count = 4};
    for (size_t i = 0; i < 5; i++) {
        page.topics[i] = (struct topic_line){
            .id = (uint8_t)(i + 1),
            .key = topics[i].key,
            .name = typed(topics[i].name),
            .description = typed(topics[i].description),
            .rank = (int)i + 1,
            .retired_at = topics[i].retired_at,
            .people = topics[i].people,
            .double_opt_in = i != 3,
            .on_join = i < 2,
            .offers_frequency = i == 0,
        };
    }
    page.topics[0].words[LOCALE_DE] =
        (struct topic_words){typed("Rundbrief"), typed("Neues, etwa einmal im Monat")};
    page.topics[0].words[LOCALE_HE] = (struct topic_words){typed("ידיעון"), ""};
    return page;
}

static void person_new(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct topic_page topics = topic_page(arena);
    view_person_new(out, arena, &frame, &topics, NULL, NULL);
}

static void person_new_taken(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    struct topic_page topics = topic_page(arena);
    struct person_edit edit = {.email = typed("b.lefevre@lumiere.example"),
                               .name = typed("Benoît Lefèvre"),
                               .type = "partner",
                               .consent = typed("By phone")};
    struct person_saved saved = {.fault = EDIT_EMAIL_TAKEN};
    view_person_new(out, arena, &frame, &topics, &edit, &saved);
}

static void topics_as(struct buf *out, struct arena *arena, const char *retire,
                      const struct topic_edit *edit, const struct topic_saved *saved)
{
    struct admin_shell frame = states_shell();
    struct topic_page page = topic_page(arena);
    view_topics(out, arena, &frame, &page, retire, edit, saved);
}

static void topics(struct buf *out, struct arena *arena)
{
    topics_as(out, arena, NULL, NULL, NULL);
}

static void topics_retire(struct buf *out, struct arena *arena)
{
    topics_as(out, arena, "marketing", NULL, NULL);
}

static void topics_bad_name(struct buf *out, struct arena *arena)
{
    struct topic_edit edit = {
        .act = TOPIC_EDIT, .key = "marketing", .name = typed(""), .description = typed("Offers")};
    struct topic_saved saved = {.fault = TOPIC_NAME_BAD};
    topics_as(out, arena, NULL, &edit, &saved);
}

static void topics_taken(struct buf *out, struct arena *arena)
{
    struct topic_edit edit = {
        .act = TOPIC_ADD, .name = typed("Marketing"), .description = typed("Again")};
    struct topic_saved saved = {.fault = TOPIC_KEY_TAKEN};
    topics_as(out, arena, NULL, &edit, &saved);
}

static void login(struct buf *out, struct arena *arena)
{
    view_login(out, NULL, NULL, LOGIN_FINE, 0);
}

static void login_wrong(struct buf *out, struct arena *arena)
{
    view_login(out, typed("ada@northwind.example"), typed("/admin/topics"), LOGIN_WRONG, 0);
}

static void login_throttled(struct buf *out, struct arena *arena)
{
    view_login(out, typed("ada@northwind.example"), NULL, LOGIN_THROTTLED, 30);
}

static void login_left(struct buf *out, struct arena *arena)
{
    view_login(out, NULL, NULL, LOGIN_LEFT, 0);
}

static void help_task(struct buf *out, struct arena *arena, const char *task)
{
    struct admin_shell frame = states_shell();
    view_help(out, arena, &frame, task);
}

static void help(struct buf *out, struct arena *arena)
{
    help_task(out, arena, NULL);
}

static void help_see(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "see");
}

static void help_find(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "find");
}

static void help_manage(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "manage");
}

static void help_overview(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "overview");
}

static void help_add(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "add");
}

static void help_topics(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "topics");
}

static void help_import(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "import");
}

static void help_team(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "team");
}

static void help_api_keys(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "api-keys");
}

static void help_requests(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "requests");
}

static void help_approvals(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "approvals");
}

static void help_keys(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "keys");
}

static void help_backup(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "backup");
}

static void help_account(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "account");
}

static void help_outbox(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "outbox");
}

static void help_why(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "why");
}

static void help_links(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "links");
}

static void admin_error(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    view_admin_error(out, arena, &frame, 404, "Nobody by that address",
                     "The person may have been removed, or the address was cut.");
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
    {"person-new", person_new},
    {"person-new-taken", person_new_taken},
    {"topics", topics},
    {"topics-retire", topics_retire},
    {"topics-bad-name", topics_bad_name},
    {"topics-taken", topics_taken},
    {"login", login},
    {"login-wrong", login_wrong},
    {"login-throttled", login_throttled},
    {"login-left", login_left},
    {"help", help},
    {"help-see", help_see},
    {"help-find", help_find},
    {"help-manage", help_manage},
    {"help-overview", help_overview},
    {"help-add", help_add},
    {"help-topics", help_topics},
    {"help-import", help_import},
    {"help-links", help_links},
    {"help-api-keys", help_api_keys},
    {"help-team", help_team},
    {"team", states_team},
    {"team-viewer", states_team_viewer},
    {"team-edit", states_team_edit},
    {"team-remove", states_team_remove},
    {"team-made", states_team_made},
    {"team-bad-email", states_team_bad_email},
    {"team-last-owner", states_team_last_owner},
    {"team-did", states_team_did},
    {"login-invited", states_invite},
    {"login-invited-short", states_invite_short},
    {"help-why", help_why},
    {"help-requests", help_requests},
    {"help-approvals", help_approvals},
    {"approvals", states_approvals},
    {"approvals-off", states_approvals_off},
    {"approvals-alone", states_approvals_alone},
    {"approvals-manager", states_approvals_manager},
    {"approvals-refused", states_approvals_refused},
    {"help-keys", help_keys},
    {"keys", states_link_keys},
    {"keys-none", states_link_keys_none},
    {"keys-viewer", states_link_keys_viewer},
    {"keys-revoke", states_link_keys_revoke},
    {"keys-revoke-idle", states_link_keys_revoke_idle},
    {"keys-rotated", states_link_keys_rotated},
    {"keys-refused", states_link_keys_refused},
    {"keys-ownerless", states_link_keys_ownerless},
    {"keys-no-file", states_link_keys_no_file},
    {"api-keys", states_api_keys},
    {"api-keys-none", states_api_keys_none},
    {"api-keys-viewer", states_api_keys_viewer},
    {"api-keys-made", states_api_keys_made},
    {"api-keys-revoke", states_api_keys_revoke},
    {"api-keys-revoked", states_api_keys_revoked},
    {"api-keys-gone", states_api_keys_gone},
    {"api-keys-bad-name", states_api_keys_bad_name},
    {"api-keys-no-scope", states_api_keys_no_scope},
    {"api-keys-bad-day", states_api_keys_bad_day},
    {"api-keys-meanwhile", states_api_keys_meanwhile},
    {"requests", states_requests},
    {"requests-calm", states_requests_calm},
    {"requests-closed", states_requests_closed},
    {"requests-viewer", states_requests_viewer},
    {"requests-none", states_requests_none},
    {"requests-all-done", states_requests_all_done},
    {"requests-none-closed", states_requests_none_closed},
    {"requests-bad-day", states_requests_bad_day},
    {"requests-bad-who", states_requests_bad_who},
    {"requests-bad-email", states_requests_bad_email},
    {"requests-bad-kind", states_requests_bad_kind},
    {"requests-bad-way", states_requests_bad_way},
    {"requests-bad-note", states_requests_bad_note},
    {"request", states_request},
    {"request-extended", states_request_extended},
    {"request-viewer", states_request_viewer},
    {"request-refused", states_request_refused},
    {"request-forgotten", states_request_forgotten},
    {"request-no-words", states_request_no_words},
    {"request-no-reason", states_request_no_reason},
    {"request-late", states_request_late},
    {"request-stale", states_request_stale},
    {"account", states_account},
    {"account-on", states_account_on},
    {"account-low", states_account_low},
    {"account-refused", states_account_refused},
    {"factor-none", states_factor_none},
    {"factor-due", states_factor_due},
    {"factor-scan", states_factor_scan},
    {"factor-drift", states_factor_drift},
    {"factor-codes", states_factor_codes},
    {"factor-on", states_factor_on},
    {"factor-clock", states_factor_clock},
    {"login-code", states_login_code},
    {"login-code-wrong", states_login_code_wrong},
    {"login-recovery", states_login_recovery},
    {"help-account", help_account},
    {"api-calls", states_api_calls},
    {"api-problems", states_api_problems},
    {"help-backup", help_backup},
    {"help-outbox", help_outbox},
    {"admin-error", admin_error},
};
const struct state_set states_of_admins = {states, sizeof states / sizeof *states, true};
