/*
 * Unit test of service/data_requests: deadlines, what may follow what, what the ledger says, and
 * that the words go when the person is erased.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/chain.h"
#include "service/data_requests.h"
#include "service/erase.h"
#include "store/entries.h"
#include "unit/site.h"

static struct site site;

static int open_site(void **state)
{
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static int64_t day(const char *text)
{
    int64_t at_s;
    assert_true(clock_read_day(text, &at_s));
    return at_s;
}

static void a_deadline_is_the_same_day_a_month_on_or_that_months_last(void **state)
{
    static const struct {
        const char *received, *due, *extended;
    } cases[] = {
        {"2026-11-23", "2026-12-23", "2027-02-23"}, {"2026-12-01", "2027-01-01", "2027-03-01"},
        {"2027-01-31", "2027-02-28", "2027-04-30"}, {"2028-01-31", "2028-02-29", "2028-04-30"},
        {"2028-01-30", "2028-02-29", "2028-04-30"}, {"2028-02-29", "2028-03-29", "2028-05-29"},
        {"2027-01-28", "2027-02-28", "2027-04-28"}, {"2027-03-31", "2027-04-30", "2027-06-30"},
        {"2026-11-30", "2026-12-30", "2027-02-28"}, {"2027-11-30", "2027-12-30", "2028-02-29"},
        {"2100-01-31", "2100-02-28", "2100-04-30"}, {"2000-01-31", "2000-02-29", "2000-04-30"},
        {"2027-03-27", "2027-04-27", "2027-06-27"}, /* over the change to summer time */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t received = day(cases[i].received);
        if (data_request_due(received, false) != day(cases[i].due) ||
            data_request_due(received, true) != day(cases[i].extended))
            fail_msg("%s", cases[i].received);
        assert_int_equal(data_request_due(received + 86399, false), day(cases[i].due));
    }
}

static struct data_request_saved save(const struct data_request_edit *edit)
{
    struct data_request_saved saved;
    struct data_request_edit whole = *edit;
    struct txn *txn = site_begin(&site);
    if (whole.origin.actor == ACTOR_SYSTEM)
        whole.origin = site_origin(ACTOR_ADMIN, 1);
    assert_int_equal(data_requests_save(&site.service, txn, site.arena, &whole, &saved), STATUS_OK);
    site_commit(txn);
    return saved;
}

static const struct data_request_edit sample = {
    .act = DATA_REQUEST_ADD,
    .kind = "access",
    .way = "letter",
    .received = "2026-10-31",
    .who = "Jane Roe, 1 Street",
    .email = "Jane@Example.org",
    .note = "Wants a copy on paper",
};

static struct data_request add(void)
{
    const struct data_request_saved saved = save(&sample);
    assert_int_equal(saved.fault, DATA_REQUEST_FINE);
    return saved.request;
}

static struct data_request_saved act_on(int64_t id, enum data_request_act act, const char *words)
{
    return save(&(struct data_request_edit){.act = act, .id = id, .words = words});
}

static void what_is_noted_is_kept_and_stands_in_the_ledger(void **state)
{
    const struct data_request request = add();
    struct data_request_line line;
    assert_int_equal(
        data_requests_look(&site.service, site.arena, request.id, day("2026-12-01"), &line),
        STATUS_OK);
    assert_string_equal(line.request.who, "Jane Roe, 1 Street");
    assert_string_equal(line.request.email, "Jane@Example.org");
    assert_string_equal(line.request.email_key, "jane@example.org");
    assert_int_equal(line.request.due_at, day("2026-11-30"));
    assert_true(line.is_overdue);
    assert_int_equal(line.days_left, -1);
    assert_false(line.is_listed);
    const struct entry entry = site_entry(&site, site_head(&site));
    assert_int_equal(entry.kind, ENTRY_REQUEST_ADDED);
    assert_int_equal(entry.subject, request.id);
    assert_string_equal(entry.private.note,
                        "kind: access\nby: letter\nreceived: 2026-10-31\ndue: 2026-11-30\n"
                        "from: Jane Roe, 1 Street\naddress: Jane@Example.org\n"
                        "note: Wants a copy on paper");
    const struct contact jane = site_add(&site, "jane@example.org", NEWSLETTER);
    assert_int_equal(
        data_requests_look(&site.service, site.arena, request.id, day("2026-11-30"), &line),
        STATUS_OK);
    assert_true(line.is_listed);
    assert_int_equal(line.person.value, jane.public_id.value);
    assert_false(line.is_overdue);
    assert_int_equal(line.days_left, 0);
}

static void what_can_not_be_right_is_refused_and_nothing_is_written(void **state)
{
    char late[16], longer[DATA_REQUEST_NOTE_MAX_BYTES + 2];
    struct data_request_edit edit;
    memset(longer, 'x', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(clock_now_s() + 2 * 86400, text);
    snprintf(late, sizeof late, "%.10s", text);
    const int64_t head = site_head(&site).value;
#define REFUSED(field, value, expected)                                                            \
    edit = sample;                                                                                 \
    edit.field = value;                                                                            \
    assert_int_equal(save(&edit).fault, expected)
    REFUSED(kind, "wish", DATA_REQUEST_BAD_KIND);
    REFUSED(kind, NULL, DATA_REQUEST_BAD_KIND);
    REFUSED(way, "pigeon", DATA_REQUEST_BAD_WAY);
    REFUSED(received, "2026-02-30", DATA_REQUEST_BAD_DAY);
    REFUSED(received, "", DATA_REQUEST_BAD_DAY);
    REFUSED(received, NULL, DATA_REQUEST_BAD_DAY);
    REFUSED(received, late, DATA_REQUEST_BAD_DAY);
    REFUSED(email, "jane", DATA_REQUEST_BAD_EMAIL);
    REFUSED(note, longer, DATA_REQUEST_BAD_NOTE);
    REFUSED(who, longer, DATA_REQUEST_BAD_WHO);
    edit = sample;
    edit.who = edit.email = " ";
    assert_int_equal(save(&edit).fault, DATA_REQUEST_BAD_WHO);
    assert_int_equal(act_on(7, DATA_REQUEST_FINISH, "").fault, DATA_REQUEST_GONE);
    assert_int_equal(site_head(&site).value, head);
}

static void it_is_extended_once_with_a_reason_and_that_can_be_taken_back(void **state)
{
    const struct data_request request = add();
    assert_int_equal(act_on(request.id, DATA_REQUEST_EXTEND, " ").fault, DATA_REQUEST_BAD_WORDS);
    struct data_request_saved saved = act_on(request.id, DATA_REQUEST_EXTEND, "Many files");
    assert_int_equal(saved.fault, DATA_REQUEST_FINE);
    assert_int_equal(saved.request.due_at, day("2027-01-31"));
    assert_string_equal(site_entry(&site, site_head(&site)).private.note,
                        "extended until 2027-01-31: Many files");
    assert_int_equal(act_on(request.id, DATA_REQUEST_EXTEND, "More").fault, DATA_REQUEST_LATE);
    saved = act_on(request.id, DATA_REQUEST_SHORTEN, NULL);
    assert_int_equal(saved.request.due_at, day("2026-11-30"));
    assert_string_equal(saved.request.extension, "");
    assert_int_equal(act_on(request.id, DATA_REQUEST_SHORTEN, NULL).fault, DATA_REQUEST_LATE);
}

static void it_ends_done_or_refused_with_a_reason_and_can_be_reopened(void **state)
{
    const struct data_request request = add();
    assert_int_equal(act_on(request.id, DATA_REQUEST_REOPEN, NULL).fault, DATA_REQUEST_LATE);
    assert_int_equal(act_on(request.id, DATA_REQUEST_REFUSE, "").fault, DATA_REQUEST_BAD_WORDS);
    struct data_request_saved saved = act_on(request.id, DATA_REQUEST_FINISH, NULL);
    assert_int_equal(saved.request.state, DATA_REQUEST_DONE);
    assert_int_not_equal(saved.request.closed_at, 0);
    assert_int_equal(act_on(request.id, DATA_REQUEST_REFUSE, "no").fault, DATA_REQUEST_LATE);
    assert_int_equal(act_on(request.id, DATA_REQUEST_EXTEND, "no").fault, DATA_REQUEST_LATE);
    saved = act_on(request.id, DATA_REQUEST_REOPEN, NULL);
    assert_int_equal(saved.request.state, DATA_REQUEST_OPEN);
    saved = act_on(request.id, DATA_REQUEST_REFUSE, "Not who they say");
    assert_int_equal(saved.request.state, DATA_REQUEST_REFUSED);
    assert_string_equal(saved.request.answer, "Not who they say");
    assert_string_equal(site_entry(&site, site_head(&site)).private.note,
                        "refused: Not who they say");
}

static void an_edit_moves_the_deadline_and_says_what_changed(void **state)
{
    const struct data_request request = add();
    struct data_request_edit edit = {.act = DATA_REQUEST_EDIT,
                                     .id = request.id,
                                     .head = request.head.value,
                                     .received = "2026-10-15",
                                     .kind = "erasure"};
    struct data_request_saved saved = save(&edit);
    assert_int_equal(saved.fault, DATA_REQUEST_FINE);
    assert_int_equal(saved.request.due_at, day("2026-11-15"));
    assert_string_equal(saved.request.who, "Jane Roe, 1 Street");
    assert_string_equal(site_entry(&site, site_head(&site)).private.note,
                        "kind: access → erasure\nreceived: 2026-10-31 → 2026-10-15\n"
                        "due: 2026-11-30 → 2026-11-15");
    assert_int_equal(save(&edit).fault, DATA_REQUEST_STALE);
    edit.head = 0;
    assert_true(save(&edit).is_unchanged);
}

static void the_list_is_by_deadline_in_pages_and_counts(void **state)
{
    enum { MANY = DATA_REQUEST_PAGE + 7 };
    struct data_request_list list;
    const int64_t now_s = day("2026-12-02");
    assert_int_equal(data_requests_list(&site.service, site.arena, false, NULL, now_s, &list),
                     STATUS_OK);
    assert_true(list.is_empty);
    for (int i = 0; i < MANY; i++) {
        struct data_request_edit edit = sample;
        edit.received = i % 2 == 0 ? "2026-10-31" : "2026-11-20";
        assert_int_equal(save(&edit).fault, DATA_REQUEST_FINE);
    }
    assert_int_equal(data_requests_list(&site.service, site.arena, false, NULL, now_s, &list),
                     STATUS_OK);
    assert_int_equal(list.open, MANY);
    assert_int_equal(list.overdue, (MANY + 1) / 2);
    assert_int_equal(list.count, DATA_REQUEST_PAGE);
    assert_true(list.lines[0].is_overdue);
    assert_false(list.lines[list.count - 1].is_overdue);
    assert_int_equal(data_requests_list(&site.service, site.arena, false, list.next, now_s, &list),
                     STATUS_OK);
    assert_int_equal(list.count, 7);
    assert_null(list.next);
    act_on(list.lines[0].request.id, DATA_REQUEST_FINISH, NULL);
    assert_int_equal(data_requests_list(&site.service, site.arena, true, "junk", now_s, &list),
                     STATUS_OK);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.open, MANY - 1);
}

static int64_t holds(const char *word)
{
    struct data_request_list list;
    int64_t found = 0;
    for (int64_t at = site_head(&site).value; at > 0; at--) {
        const struct entry entry = site_entry(&site, (struct position){at});
        found += entry.private.note && strstr(entry.private.note, word);
    }
    assert_int_equal(
        data_requests_list(&site.service, site.arena, false, NULL, clock_now_s(), &list),
        STATUS_OK);
    for (size_t i = 0; i < list.count; i++)
        found +=
            strstr(list.lines[i].request.who, word) || strstr(list.lines[i].request.note, word);
    return found;
}

static void the_words_go_when_the_person_is_erased_and_the_rest_stays(void **state)
{
    const struct data_request request = add();
    struct data_request_edit other = sample;
    struct position position;
    const struct contact jane = site_add(&site, "jane@example.org", NEWSLETTER);
    const struct origin origin = site_origin(ACTOR_ADMIN, 1);
    other.email = "";
    other.who = "Kim Poe";
    save(&other);
    act_on(request.id, DATA_REQUEST_EXTEND, "Jane has many files");
    assert_int_not_equal(holds("Jane"), 0);
    struct txn *txn = site_begin(&site);
    assert_int_equal(erase_person(&site.service, txn, site.arena, &jane, &origin, NULL, &position),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(holds("Jane"), 0);
    assert_int_equal(holds("Kim"), 2);
    struct data_request_line line;
    assert_int_equal(
        data_requests_look(&site.service, site.arena, request.id, clock_now_s(), &line), STATUS_OK);
    assert_true(line.request.is_forgotten);
    assert_int_equal(line.request.due_at, day("2027-01-31"));
    assert_string_equal(line.request.extension, "");
    assert_int_equal(act_on(request.id, DATA_REQUEST_FINISH, "Erased").fault, DATA_REQUEST_FINE);
}

static void closed_ones_go_after_their_time(void **state)
{
    const struct data_request request = add(), open = add();
    struct data_request_line line;
    bool is_done;
    act_on(request.id, DATA_REQUEST_FINISH, "Jane has it");
    for (int i = 0; i < 2; i++) {
        const int64_t now_s = clock_now_s() + DATA_REQUEST_KEEP_S + (i == 0 ? -60 : 60);
        struct txn *txn = site_begin(&site);
        assert_int_equal(data_requests_sweep(txn, site.arena, now_s, &is_done), STATUS_OK);
        site_commit(txn);
        assert_true(is_done);
        assert_int_equal(data_requests_look(&site.service, site.arena, request.id, now_s, &line),
                         i == 0 ? STATUS_OK : STATUS_NOT_FOUND);
        assert_int_equal(data_requests_look(&site.service, site.arena, open.id, now_s, &line),
                         STATUS_OK);
    }
    assert_int_equal(holds("Jane has it"), 0);
    assert_int_equal(add().id, open.id + 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_is_the_same_day_a_month_on_or_that_months_last),
        TEST(what_is_noted_is_kept_and_stands_in_the_ledger),
        TEST(what_can_not_be_right_is_refused_and_nothing_is_written),
        TEST(it_is_extended_once_with_a_reason_and_that_can_be_taken_back),
        TEST(it_ends_done_or_refused_with_a_reason_and_can_be_reopened),
        TEST(an_edit_moves_the_deadline_and_says_what_changed),
        TEST(the_list_is_by_deadline_in_pages_and_counts),
        TEST(the_words_go_when_the_person_is_erased_and_the_rest_stays),
        TEST(closed_ones_go_after_their_time),
    };
    return cmocka_run_group_tests_name("data_requests", tests, NULL, NULL);
}
