/*
 * What a recipient does beside choosing topics: pausing, and keeping a language.
 */
#include <string.h>

#include "base/clock.h"
#include "service/verdict.h"
#include "unit/self_support.h"

static struct self_page pause_for(const struct link_opened *link, const char *days,
                                  const char *until)
{
    return self_act(link, (struct self_request){.act = SELF_PAUSE, .days = days, .until = until});
}

static enum verdict ask(uint8_t topic)
{
    enum verdict verdict;
    assert_int_equal(verdict_for(&self_site.service, self_site.arena, "ada@example.org",
                                 (struct topic_id){topic}, clock_now_s(), &verdict, NULL),
                     STATUS_OK);
    return verdict;
}

static void pausing(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_manage_link(&person);
    const int64_t today = clock_now_s() - clock_now_s() % DAY_S;
    struct self_page page = pause_for(&link, "30", "");
    assert_int_equal(page.notice, SELF_NOTICE_PAUSED);
    assert_int_equal(page.paused_until, today + INT64_C(30) * DAY_S);
    struct entry entry = site_entry(&self_site, page.undoable);
    assert_int_equal(entry.kind, ENTRY_PAUSE);
    assert_int_equal(entry.paused_before, 0);
    assert_int_equal(entry.paused_after, page.paused_until);
    assert_int_equal(entry.actor, ACTOR_RECIPIENT);
    const struct position head = site_head(&self_site);
    assert_int_equal(pause_for(&link, "30", "").undoable.value, page.undoable.value);
    assert_int_equal(site_head(&self_site).value, head.value); /* pressed twice */
    assert_int_equal(ask(1), VERDICT_PAUSED);
    assert_true(self_choices_of(&person) == (NEWSLETTER | MARKETING));

    /* saving does not end it */
    page = self_save(&link, ALERTS, MARKETING | ALERTS);
    assert_int_equal(page.paused_until, today + INT64_C(30) * DAY_S);
    assert_int_equal(ask(4), VERDICT_PAUSED);

    /* the clock does */
    clock_shift_s(INT64_C(30) * DAY_S);
    assert_int_equal(selfservice_look(&self_site.service, self_site.arena, &link, "TOKEN", &page),
                     STATUS_OK);
    assert_int_equal(page.paused_until, 0);
    assert_int_equal(ask(4), VERDICT_ALLOW);
    assert_int_equal(ask(3), VERDICT_TOPIC_OFF);
    assert_int_equal(self_do_act(&link, SELF_RESUME).notice, SELF_NOTICE_NOT_PAUSED);
    clock_shift_s(INT64_C(-30) * DAY_S);

    /* or a button, which can be undone */
    page = self_do_act(&link, SELF_RESUME);
    assert_int_equal(page.notice, SELF_NOTICE_RESUMED);
    assert_int_equal(page.paused_until, 0);
    assert_int_equal(ask(1), VERDICT_ALLOW);
    page = self_undo(&link, page.undoable);
    assert_int_equal(page.notice, SELF_NOTICE_UNDONE);
    assert_true(page.pause_moved);
    assert_int_equal(ask(1), VERDICT_PAUSED);
    site_check_ledger(&self_site);
}

static void pause_ends_on_a_day(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_manage_link(&person);
    const int64_t now_s = clock_now_s(), today = now_s - now_s % DAY_S;
    char day[CLOCK_RFC3339_BYTES];
    static const char *const bad[] = {"",           "yesterday", "2020-01-01",       "2031-02-30",
                                      "9999-12-31", "2031-1-1",  "2031-01-01T00:00", "0000-00-00",
                                      "2031-00-10"};
    const struct position head = site_head(&self_site);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct self_page page = pause_for(&link, NULL, bad[i]);
        assert_int_equal(page.notice, SELF_NOTICE_PAUSE_REFUSED);
        assert_string_equal(page.pause_typed, bad[i]);
    }
    clock_rfc3339(now_s, day);
    day[10] = '\0'; /* today is past already */
    assert_int_equal(pause_for(&link, NULL, day).notice, SELF_NOTICE_PAUSE_REFUSED);
    assert_int_equal(pause_for(&link, "31", NULL).notice, SELF_NOTICE_PAUSE_REFUSED);
    assert_int_equal(pause_for(&link, NULL, NULL).notice, SELF_NOTICE_PAUSE_REFUSED);
    struct self_page look;
    assert_int_equal(selfservice_look(&self_site.service, self_site.arena, &link, "TOKEN", &look),
                     STATUS_OK);
    assert_int_equal(look.pause_first, today + DAY_S);
    clock_rfc3339(look.pause_last + DAY_S, day);
    day[10] = '\0';
    assert_int_equal(pause_for(&link, NULL, day).notice, SELF_NOTICE_PAUSE_REFUSED);
    assert_int_equal(site_head(&self_site).value, head.value);
    clock_rfc3339(look.pause_last, day);
    day[10] = '\0';
    assert_int_equal(pause_for(&link, "7", day).paused_until, look.pause_last);
    clock_rfc3339(look.pause_first, day);
    day[10] = '\0';
    assert_int_equal(pause_for(&link, NULL, day).paused_until, look.pause_first);

    /* someone who gets nothing has nothing to pause */
    self_do_act(&link, SELF_STOP_ALL);
    assert_int_equal(pause_for(&link, "7", NULL).notice, SELF_NOTICE_NOTHING_TO_PAUSE);
}

static void stopping_while_paused(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER | MARKETING);
    struct link_opened link = self_manage_link(&person), topic = self_stop_link(&person, 3);
    const int64_t until = pause_for(&link, "90", NULL).paused_until;
    struct self_page page = self_do_act(&link, SELF_STOP_ALL);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED_ALL);
    assert_int_equal(ask(1), VERDICT_OPTED_OUT);
    assert_int_equal(self_undo(&link, page.undoable).notice, SELF_NOTICE_UNDONE);
    assert_int_equal(site_get(&self_site, person.id).paused_until, until);
    assert_true(self_choices_of(&person) == (NEWSLETTER | MARKETING));
    /* an unsubscribe link stops as ever, and shows no pause */
    page = self_do_act(&topic, SELF_STOP_TOPIC);
    assert_int_equal(page.notice, SELF_NOTICE_STOPPED);
    assert_int_equal(page.paused_until, 0);
    assert_int_equal(site_get(&self_site, person.id).paused_until, until);
    /* what a limited link may undo is its own stop, not a pause */
    const struct position pause = pause_for(&link, "7", NULL).undoable;
    assert_int_equal(self_undo(&topic, pause).notice, SELF_NOTICE_UNDO_LATE);
    clock_shift_s(INT64_C(91) * DAY_S);
    assert_int_equal(ask(1), VERDICT_ALLOW);
    assert_int_equal(ask(3), VERDICT_TOPIC_OFF);
    clock_shift_s(INT64_C(-91) * DAY_S);
    site_check_ledger(&self_site);
}

static const char *language_of(const struct contact *contact)
{
    return site_get(&self_site, contact->id).language;
}

/* Of whoever reads the page: on file from then on, and back by Undo to exactly what was. */
static void keeping_a_language(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_manage_link(&person);
    struct self_page page;

    assert_int_equal(selfservice_look(&self_site.service, self_site.arena, &link, "TOKEN", &page),
                     STATUS_OK);
    assert_int_equal(page.usual, LOCALE_EN); /* the site's */
    assert_false(page.usual_is_own);
    link.lang = LOCALE_DE;
    page = self_do_act(&link, SELF_LANGUAGE);
    assert_int_equal(page.notice, SELF_NOTICE_LANGUAGE);
    assert_string_equal(language_of(&person), "de");
    assert_int_equal(page.usual, LOCALE_DE);
    assert_true(page.usual_is_own);
    struct entry entry = site_entry(&self_site, page.undoable);
    assert_int_equal(entry.kind, ENTRY_DETAILS);
    assert_int_equal(entry.wording, wording_pack(WORDING_MANAGE, LOCALE_DE, 1));
    assert_string_equal(entry.private.note, "language: (none) → de");
    assert_true(self_choices_of(&person) == NEWSLETTER);

    const struct position head = site_head(&self_site); /* pressed twice */
    assert_int_equal(self_do_act(&link, SELF_LANGUAGE).undoable.value, page.undoable.value);
    assert_int_equal(site_head(&self_site).value, head.value);
    self_save(&link, MARKETING, NEWSLETTER | MARKETING); /* choices since do not count */
    struct self_page back = self_undo(&link, page.undoable);
    assert_int_equal(back.notice, SELF_NOTICE_UNDONE);
    assert_string_equal(language_of(&person), "");
    assert_true(self_choices_of(&person) == MARKETING);
    assert_int_equal(self_undo(&link, page.undoable).notice, SELF_NOTICE_UNDONE); /* asked again */
    site_check_ledger(&self_site);
}

static void a_language_is_not_undone_late(void **state)
{
    (void)state;
    struct contact person = site_add(&self_site, "ada@example.org", NEWSLETTER);
    struct link_opened link = self_manage_link(&person);
    const struct change by_admin = {.kind = ENTRY_DETAILS,
                                    .contact = person.id,
                                    .language = "pt-BR",
                                    .note = "language: de → fr",
                                    .origin = site_origin(ACTOR_ADMIN, 1)};

    link.lang = LOCALE_DE;
    struct position kept = self_do_act(&link, SELF_LANGUAGE).undoable;
    struct position edited = site_change(&self_site, &by_admin).position;
    assert_int_equal(self_undo(&link, kept).notice, SELF_NOTICE_UNDO_LATE);
    assert_int_equal(self_undo(&link, edited).notice, SELF_NOTICE_UNDO_LATE); /* not theirs */
    assert_string_equal(language_of(&person), "pt-BR");

    link.lang = LOCALE_PT; /* the same language: what is on file says more */
    struct self_page page = self_do_act(&link, SELF_LANGUAGE);
    assert_string_equal(language_of(&person), "pt-BR");
    assert_int_equal(page.undoable.value, 0);

    link.lang = LOCALE_JA;
    kept = self_do_act(&link, SELF_LANGUAGE).undoable;
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(self_undo(&link, kept).notice, SELF_NOTICE_UNDO_LATE);
    assert_string_equal(language_of(&person), "ja");
    clock_shift_s(-UNDO_WINDOW_S - 1);
    site_check_ledger(&self_site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("a pause stands until its day, a button or Undo; choices stay (A3)", pausing),
        CASE("a pause ends on a day from tomorrow to five years on", pause_ends_on_a_day),
        CASE("L3: everything stops while paused, and the pause stays what it was",
             stopping_while_paused),
        CASE("a language that is kept is on file, and back by Undo", keeping_a_language),
        CASE("a language is not undone late, nor by who did not set it",
             a_language_is_not_undone_late),
    };
    return cmocka_run_group_tests_name("selfservice_rest", tests, NULL, NULL);
}
