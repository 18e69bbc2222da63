/*
 * tests/unit/test_view: what every page keeps, whatever it is filled with; and the words, links
 * and sizes that single pages promise. The pages come from tests/preview/states.
 */
#include "unit/support.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "assets.h"
#include "preview/states.h"
#include "view/error.h"
#include "view/people.h"
#include "view/recipient.h"

static char *render(const struct state *state, const char *hostile)
{
    struct arena *arena = arena_new();
    struct buf page = {0};
    states_hostile = hostile;
    state->render(&page, arena);
    states_hostile = NULL;
    arena_free(arena);
    return page.data;
}

/* Calls look with each state, recipients' first. */
static void each_state(void (*look)(const struct state *state, bool is_admin))
{
    for (size_t set = 0; set < state_sets_count; set++)
        for (size_t i = 0; i < state_sets[set]->count; i++)
            look(&state_sets[set]->states[i], state_sets[set]->is_admin);
}

static char *render_named(const char *name)
{
    for (size_t set = 0; set < state_sets_count; set++)
        for (size_t i = 0; i < state_sets[set]->count; i++)
            if (strcmp(state_sets[set]->states[i].name, name) == 0)
                return render(&state_sets[set]->states[i], NULL);
    fail_msg("no state called %s", name);
    return NULL;
}

/* For each page: its name and text, recipients' first. */
static void each(void (*look)(const char *name, const char *page, bool is_admin))
{
    for (size_t set = 0; set < state_sets_count; set++) {
        for (size_t i = 0; i < state_sets[set]->count; i++) {
            char *page = render(&state_sets[set]->states[i], NULL);
            look(state_sets[set]->states[i].name, page, state_sets[set]->is_admin);
            free(page);
        }
    }
}

static size_t count(const char *text, const char *part)
{
    size_t found = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        found++;
    return found;
}

static void stays_tame(const struct state *state, bool is_admin)
{
    static const char *const marks[] = {"<", ">", "\"", "'"};
    static const char *const hostile[] = {
        "\"><script>alert(1)</script><a href='x",
        "' onmouseover='alert(1)",
        "</title></textarea></select><img src=x onerror=alert(1)>",
        "&lt;b&gt; \xff\xfe <!-- ",
    };
    char *tame = render(state, "x");
    (void)is_admin;
    for (size_t h = 0; h < sizeof hostile / sizeof *hostile; h++) {
        char *page = render(state, hostile[h]);
        for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
            if (count(tame, marks[i]) != count(page, marks[i]))
                fail_msg("%s: %s from what a person typed reaches the page", state->name, marks[i]);
        free(page);
    }
    free(tame);
}

static void what_people_type_never_becomes_markup(void **unused)
{
    (void)unused;
    each_state(stays_tame);
}

/* An attribute such as onclick="…" or style="…" inside a tag. */
static bool has_inline_code(const char *page)
{
    for (const char *at = page; (at = strchr(at, '<')); at++) {
        const char *end = strchr(at, '>');
        for (const char *in = at; end && in < end; in++) {
            if (!isspace((unsigned char)in[0]))
                continue;
            if (strncmp(in + 1, "style=", 6) == 0)
                return true;
            const char *name = in + 1;
            if (name[0] == 'o' && name[1] == 'n' &&
                name[strspn(name, "abcdefghijklmnopqrstuvwxyz")] == '=')
                return true;
        }
    }
    return false;
}

static bool is_settings(const char *name)
{
    return strncmp(name, "settings", 8) == 0;
}

static void strict(const char *name, const char *page, bool is_admin)
{
    static const char *const never[] = {"<style", "<script>", "javascript:", "http:", "@import"};
    assert_false(has_inline_code(page));
    for (size_t i = 0; i < sizeof never / sizeof *never; i++)
        if (strstr(page, never[i]))
            fail_msg("%s holds %s", name, never[i]);
    /* The preview of Settings, and a mail, in which nothing runs: both ours. */
    const size_t mails = count(page, " src=\"/admin/outbox/");
    assert_int_equal(count(page, "<iframe"), is_settings(name) + mails);
    assert_int_equal(count(page, " sandbox></iframe>"), mails);
    assert_true(mails == 0 || is_admin);
    const bool has_script = is_admin && !strstr(name, "login") && strcmp(name, "api-problems") != 0;
    assert_int_equal(count(page, "<script"), has_script ? 1 : 0);
    assert_int_equal(strncmp(page, "<!doctype html>\n<html lang=\"en\">", 31), 0);
    assert_int_equal(count(page, "<h1"), 1);
    assert_int_equal(count(page, "<main"), 1);
    assert_non_null(strstr(page, "</html>\n"));
}

static void pages_keep_a_strict_policy_and_one_heading(void **unused)
{
    (void)unused;
    assert_true(has_inline_code("<p style=\"x\">"));
    assert_true(has_inline_code("<p\nonclick=\"x\">"));
    assert_false(has_inline_code("<p class=\"on\">one=1"));
    each(strict);
}

static void forms_have_csrf(const char *name, const char *page, bool is_admin)
{
    for (const char *at = page; (at = strstr(at, "<form")); at++) {
        const char *end = strstr(at, "</form>");
        const char *token = strstr(at, "name=\"csrf\"");
        bool is_post = strstr(at, "method=\"post\"") && strstr(at, "method=\"post\"") < end;
        bool has_token = token && token < end;
        assert_non_null(end);
        if (has_token != (is_post && is_admin && !strstr(name, "login")))
            fail_msg("%s: %.60s", name, at);
    }
}

static void admin_forms_carry_a_token(void **unused)
{
    (void)unused;
    each(forms_have_csrf);
}

static void has_switches(const char *name, const char *page, bool is_admin)
{
    size_t boxes = count(page, "type=\"checkbox\" role=\"switch\"");
    size_t all = count(page, "type=\"checkbox\"");
    /* What a form sets beside who receives what: a plain box, inside its label and before the
     * words. */
    size_t ticks =
        count(page, "<p class=\"tick\"") == 0 ? 0 : count(page, "<label><input type=\"checkbox\"");
    (void)is_admin;
    /* The list's density, and the preview's width. */
    const size_t others = strncmp(name, "people", 6) == 0 || is_settings(name);
    if (all != boxes + ticks + others)
        fail_msg("%s: a box that is no switch", name);
    /* The sign-up form has nothing to say of what it does not tick. */
    assert_int_equal(strncmp(name, "join", 4) == 0 ? 0 : boxes, count(page, "name=\"shown\""));
    assert_true(count(page, "<fieldset") == count(page, "<legend"));
    assert_true(boxes == 0 || count(page, "<fieldset") > 0);
}

static void switches_are_boxes_in_a_named_group(void **unused)
{
    (void)unused;
    each(has_switches);
}

static void everything_can_be_stopped(void **unused)
{
    static const char *const pages[] = {"manage",
                                        "manage-opted-out",
                                        "manage-saved",
                                        "manage-same",
                                        "manage-undone",
                                        "manage-undo-late",
                                        "manage-no-topics",
                                        "unsubscribe",
                                        "unsubscribe-all",
                                        "unsubscribe-off",
                                        "done",
                                        "done-thanks",
                                        "link-expired",
                                        "unsubscribe-undone",
                                        "link-void",
                                        "manage-paused",
                                        "manage-paused-out",
                                        "manage-pause-refused",
                                        "done-links-void"};
    static const char *const unsigned_links[] = {"link-broken", "link-revoked", "link-nobody"};
    (void)unused;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *page = render_named(pages[i]);
        assert_int_equal(count(page, "value=\"stop_all\">Unsubscribe from everything</button>"), 1);
        assert_true(count(page, "btn--primary") <= 1);
        free(page);
    }
    for (size_t i = 0; i < sizeof unsigned_links / sizeof *unsigned_links; i++) {
        char *page = render_named(unsigned_links[i]);
        /* the one form there is asks for a fresh link, where one could help */
        assert_int_equal(count(page, "<form"), count(page, "value=\"send_link\""));
        assert_int_equal(count(page, "<form"), i < 2);
        assert_null(strstr(page, "•"));
        free(page);
    }
}

static size_t asset_size(const char *name)
{
    for (size_t i = 0; i < assets_count; i++)
        if (strcmp(assets[i].name, name) == 0)
            return assets[i].size;
    fail_msg("no asset called %s", name);
    return 0;
}

static void stays_small(const char *name, const char *page, bool is_admin)
{
    /* Three answers, each with less than 700 bytes of headers. */
    const size_t rest = asset_size("recipient.css") + asset_size("icon.svg") + 3 * 700;
    if (!is_admin && strlen(page) + rest > 15000)
        fail_msg("%s: %zu bytes in all", name, strlen(page) + rest);
}

static void recipient_pages_stay_small(void **unused)
{
    (void)unused;
    each(stays_small);
}

static void holds(const char *name, const char *text)
{
    char *page = render_named(name);
    if (!strstr(page, text))
        fail_msg("%s does not say: %s", name, text);
    free(page);
}

static void a_reply_says_what_changed(void **unused)
{
    (void)unused;
    holds("manage-saved", "<p role=\"status\">Saved. You now receive Marketing, and no longer "
                          "Newsletter and Product Updates.</p>");
    holds("manage-often", "<p role=\"status\">Saved. Every message: Marketing. Daily at most: "
                          "Product Updates. Weekly at most: Newsletter.</p>");
    holds("past", "/p/EXAMPLE/receipt?entry=4711\">Receipt</a>");
    holds("manage-saved", "<a class=\"btn\" href=\"/p/EXAMPLE/receipt?entry=4711\">Receipt</a>");
    holds("receipt", "<dd>Newsletter: given · Weekly at most</dd>");
    holds("receipt-unsubscribe", "href=\"/u/EXAMPLE\">Back</a>");
    holds("receipt", "?lang=de&amp;entry=4711\"");
    holds("past", "?lang=de&amp;show=history\"");
    holds("past",
          "href=\"/p/EXAMPLE?show=history&amp;before=4711\" rel=\"next\">Older changes</a>");
    holds("past", "<h2 class=\"year\" id=\"y-4717\">2026</h2>");
    holds("past", "<h2 class=\"year\" id=\"y-4711\">2025</h2>");
    holds("past-older", "?lang=de&amp;show=history&amp;before=4800\"");
    holds("past-older", "href=\"/p/EXAMPLE?show=history\">Newest changes</a>");
    holds("receipt-admin", "href=\"/admin/people/0123456789abcdef\">Back</a>");
    holds("receipt-admin",
          "href=\"/admin/people/0123456789abcdef/receipt?entry=4711&amp;format=json\"");
    holds("receipt-check-valid", "<b>Taken back</b>");
    holds("receipt-check-valid", "<dd>Everything: withdrawn</dd>");
    holds("receipt-check-altered", "&quot;signature&quot;");
    holds("manage-all-off", "<button class=\"btn\" name=\"do\" value=\"reason\">");
    holds("manage-often", "<option value=weekly selected>Weekly at most");
    holds("manage-saved", "name=\"undoes\" value=\"4711\"><button class=\"btn\" name=\"do\" "
                          "value=\"undo\">Undo</button>");
    holds("manage-same", "Saved. Nothing was different.");
    holds("done", "<p role=\"status\">You are unsubscribed from Newsletter.</p>");
    holds("done", "<select id=\"why\"");
    holds("unsubscribe-undone", "Undone. You receive Newsletter again.");
    holds("manage-undone", "Undone. You now receive Marketing.");
    holds("manage-undo-late", "notice--warn");
    holds("manage-paused", "<b>Paused until 23 December 2026</b>");
    holds("manage-paused", "value=\"resume\">End the pause now</button>");
    holds("manage-paused", "value=\"undo\">Undo</button>");
    holds("manage-paused-saved", "Everything stays paused until 23 December 2026.");
    holds("manage-paused-out", "once your pause is over, on 23 December 2026.");
    holds("manage-pause-refused", "Choose a day from 24 November 2026 to 23 November 2031");
    holds("manage-pause-refused", "value=\"2020-01-01\" min=\"2026-11-24\" max=\"2031-11-23\"");
    holds("manage-pause-undone", "Undone. Everything is paused until 23 December 2026.");
    holds("person-paused", "<option value=\"end\">End it now</option>");
    holds("people", "<span class=\"badge badge--rest\">Paused</span>");
    holds("person-saved", "<p role=\"status\">Saved. Marketing off.</p>");
    holds("person-saved", "action=\"/admin/people/1a2b3c4d5e6f7081\" data-undo>");
    holds("person-meanwhile", "<li>Newsletter off, by the recipient, 3 Nov 2026, 09:41 UTC</li>");
    holds("person-meanwhile", "name=\"version\" value=\"4711\"");
    holds("topics-retire", "<p>4,310 people have it on");
    holds("person-email-bad", "id=\"email\" name=\"email\" type=\"text\" inputmode=\"email\" "
                              "value=\"amara.okafor@\"");
    holds("person-email-bad", "aria-invalid=\"true\" aria-describedby=\"email-fault\"");
    holds("people-nobody", "No one of 12,408 people fits all of this.");
}

/* Chromium lays a page out once more, without its style sheet, for the text fields that stand in
 * it. */
static void the_first_visit_has_no_text_field(void **unused)
{
    static const char *const fields[] = {"type=\"date\"", "type=\"email\"", "<textarea"};
    static const char *const pages[] = {"manage",         "manage-paused",
                                        "manage-until",   "manage-pause-refused",
                                        "manage-address", "manage-address-wrong"};
    (void)unused;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *page = render_named(pages[i]);
        assert_int_equal(count(page, fields[0]), i == 2 || i == 3);
        assert_int_equal(count(page, fields[1]), i >= 4);
        assert_int_equal(count(page, fields[2]), 0);
        free(page);
    }
    holds("manage", "<a class=\"next\" href=\"?show=until#until\">Or until a date</a>");
    holds("manage", "<a class=\"next\" href=\"?show=address#address\">Change my address</a>");
    holds("manage-address", "<a href=\"?lang=de&amp;show=address\"");
}

/* A forwarded mail's reader is told to leave; only a manage link may void the others. */
static void every_page_says_what_to_do_if_it_is_not_you(void **unused)
{
    static const char *const pages[] = {"manage",       "manage-saved",     "manage-opted-out",
                                        "unsubscribe",  "unsubscribe-all",  "unsubscribe-off",
                                        "done",         "done-was-stopped", "done-thanks",
                                        "link-expired", "link-void",        "done-links-void"};
    (void)unused;
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char *page = render_named(pages[i]);
        assert_int_equal(count(page, "<summary>Not you?</summary>"), 1);
        assert_int_equal(count(page, "value=\"void_links\""), i < 3);
        free(page);
    }
    holds("done", "press Undo, then close this page");
    holds("unsubscribe", "simply close this page");
}

static void a_reason_is_asked_only_after_the_way_out(void **unused)
{
    static const char *const before[] = {"manage",       "unsubscribe", "unsubscribe-all",
                                         "link-expired", "done-thanks", "done-was-stopped"};
    (void)unused;
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        char *page = render_named(before[i]);
        assert_null(strstr(page, "name=\"reason\""));
        free(page);
    }
}

static void an_unsubscribe_page_shows_no_other_choice(void **unused)
{
    char *page = render_named("unsubscribe");
    (void)unused;
    assert_null(strstr(page, "checkbox"));
    assert_null(strstr(page, "Marketing"));
    assert_null(strstr(page, "/p/"));
    free(page);
}

static void a_privacy_address_that_is_code_is_no_link(void **unused)
{
    char *page = render(&states_of_links.states[0], "x");
    (void)unused;
    assert_null(strstr(page, "Privacy"));
    free(page);
    holds("manage", "<a href=\"https://example.com/p\">Privacy</a>");
}

static void filters_live_in_the_address(void **unused)
{
    struct arena *arena = arena_new();
    struct people_query query = {.search = "", .status = -1, .subscribed = -1, .type = -1};
    (void)unused;
    assert_string_equal(people_url(arena, "/admin/people", &query), "/admin/people");
    query.search = "a&b=ü";
    query.status = CONTACT_OPTED_OUT;
    query.subscribed = 0;
    query.type = TYPE_FRANCHISEE;
    query.sort = DIRECTORY_BY_UPDATED;
    query.is_descending = true;
    assert_string_equal(people_url(arena, "/admin/people", &query),
                        "/admin/people?q=a%26b%3D%C3%BC&status=out&sub=no&type=franchisee"
                        "&sort=updated&dir=desc");
    arena_free(arena);

    const char *filters = "q=a%20%26%20b&amp;status=in&amp;type=client";
    char expected[200];
    snprintf(expected, sizeof expected, "aria-sort=\"descending\"><a href=\"/admin/people?%s%s\"",
             filters, "&amp;sort=updated\">Updated</a>");
    expected[strlen(expected) - 1] = '\0';
    holds("people-filtered", expected);
    snprintf(expected, sizeof expected, "/admin/people?%s%s\" rel=\"prev\"", filters,
             "&amp;sort=updated&amp;dir=desc&amp;before=before&amp;n=1");
    holds("people-filtered", expected);
    snprintf(expected, sizeof expected, "/admin/people?%s%s\" rel=\"next\"", filters,
             "&amp;sort=updated&amp;dir=desc&amp;after=bmFtZQ.42&amp;n=101");
    holds("people-filtered", expected);
    holds("people-nobody", "href=\"/admin/people?status=out&amp;sub=yes&amp;type=partner\"");
    holds("people", "<b>1–50</b> of <b>12,408</b>");
}

static void login_lets_password_managers_work(void **unused)
{
    (void)unused;
    holds("login", "name=\"email\" type=\"text\" inputmode=\"email\" value=\"\" "
                   "autocomplete=\"username\"");
    holds("login", "name=\"password\" type=\"password\" autocomplete=\"current-password\"");
    holds("login-wrong", "name=\"next\" value=\"/admin/topics\"");
    holds("login-throttled", "Try again in 30 seconds.");
}

#define NAMED(name, test)                                                                          \
    {                                                                                              \
        name, test, NULL, NULL, NULL                                                               \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        NAMED("what people type never becomes markup, on any page",
              what_people_type_never_becomes_markup),
        NAMED("S5: no inline script or style, no foreign address; one heading a page",
              pages_keep_a_strict_policy_and_one_heading),
        NAMED("S4: every admin form carries its token, and no other form does",
              admin_forms_carry_a_token),
        NAMED("A5: switches are native boxes in fieldset and legend, each said to be shown",
              switches_are_boxes_in_a_named_group),
        NAMED("L3: everything can be stopped on every page that knows the person",
              everything_can_be_stopped),
        NAMED("a recipient's page with style, icon and headers is under 15 kB",
              recipient_pages_stay_small),
        NAMED("A2, A3: a reply says what changed, and offers Undo", a_reply_says_what_changed),
        NAMED("every recipient page says what to do if it is not you",
              every_page_says_what_to_do_if_it_is_not_you),
        NAMED("first paint: a first visit has no text field", the_first_visit_has_no_text_field),
        NAMED("L2: a reason is asked after the opt-out only",
              a_reason_is_asked_only_after_the_way_out),
        NAMED("U5: an unsubscribe page shows no other choice",
              an_unsubscribe_page_shows_no_other_choice),
        NAMED("a privacy address that is code is no link",
              a_privacy_address_that_is_code_is_no_link),
        NAMED("filters, order and place live in the address", filters_live_in_the_address),
        NAMED("A7: login lets password managers work", login_lets_password_managers_work),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
