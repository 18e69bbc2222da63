/*
 * tests/preview/states_admin: the admins’ other pages. See states.h.
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

static void admin_error(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = states_shell();
    view_admin_error(out, arena, &frame, 404, "Nobody by that address",
                     "The person may have been removed, or the address was cut.");
}

static const struct state states[] = {
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
    {"approvals", states_approvals},
    {"approvals-off", states_approvals_off},
    {"approvals-alone", states_approvals_alone},
    {"approvals-manager", states_approvals_manager},
    {"approvals-refused", states_approvals_refused},
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
    {"api-calls", states_api_calls},
    {"api-problems", states_api_problems},
    {"admin-error", admin_error},
};
const struct state_set states_of_admins = {states, sizeof states / sizeof *states, true};
