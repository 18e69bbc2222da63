/*
 * Unit test of imports that are taken back as a whole: who stands how afterwards, and whoever said
 * no last stays out, whatever is imported, taken back and imported again.
 */
#include <sqlite3.h>
#include <string.h>

#include "store/contacts.h"
#include "unit/import_support.h"

static struct site site;

static int open_site(void **state)
{
    site_open(&site);
    import_folder(&site);
    return 0;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static struct contact find(const char *email)
{
    struct contact contact;
    assert_int_equal(contacts_find_email(site.service.store, site.arena, email, &contact),
                     STATUS_OK);
    return contact;
}

static struct change_result edit(const char *email, struct change change, enum actor_kind actor)
{
    change.kind = ENTRY_CHOICES;
    change.contact = find(email).id;
    change.origin = site_origin(actor, actor == ACTOR_ADMIN ? IMPORT_ADMIN : 0);
    return site_change(&site, &change);
}

static void expect_same(const struct contact *is, const struct contact *was)
{
    assert_int_equal(is->status, was->status);
    assert_int_equal(is->choices, was->choices);
    assert_int_equal(is->daily, was->daily);
    assert_int_equal(is->weekly, was->weekly);
    assert_int_equal(is->type, was->type);
    assert_string_equal(is->name, was->name);
    assert_string_equal(is->name_key, was->name_key);
    assert_string_equal(is->language, was->language);
    assert_string_equal(is->email, was->email);
    assert_int_equal(is->epoch, was->epoch);
    assert_int_equal(is->paused_until, was->paused_until);
}

static void who_was_on_the_list_stands_exactly_as_before(void **state)
{
    site_add(&site, "in@example.org", NEWSLETTER | ALERTS);
    site_add_out(&site, "out@example.org");
    edit("in@example.org",
         (struct change){.language = "fr", .sets_frequency = NEWSLETTER, .weekly = NEWSLETTER},
         ACTOR_RECIPIENT);
    const struct contact in = find("in@example.org"), out = find("out@example.org");
    const struct import_job job = import_whole(
        &site,
        "email,name,contact_type,language,status,newsletter,marketing,newsletter_frequency\n"
        "in@example.org,Imported,partner,de,,no,yes,daily\n"
        "out@example.org,Imported,partner,de,Opted In,yes,,\n"
        "in@example.org,Again,franchisee,it,Opted Out,,,\n",
        "signed at the fair");
    assert_string_equal(find("in@example.org").name, "Again");
    assert_int_equal(find("out@example.org").status, CONTACT_OPTED_IN);
    const struct import_job undone = import_take_back(&site, job.id);
    assert_int_equal(undone.restored, 2);
    assert_int_equal(undone.left_alone, 0);
    const struct contact in_now = find("in@example.org"), out_now = find("out@example.org");
    expect_same(&in_now, &in);
    expect_same(&out_now, &out);
    site_check_ledger(&site);
}

static void hostile_names_come_back_as_they_were(void **state)
{
    static const char *const names[] = {
        "",
        "(none)",
        "((none))",
        "(none",
        "A → B",
        "B",
        "→",
        " → ",
        "name: A → B",
        "C → (none)",
        "(none) → (none)",
        "type: x → y",
        "none",
        "language: de → en",
    };
    const size_t count = sizeof names / sizeof *names;
    site_add(&site, "x@example.org", NEWSLETTER);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < count; k++) {
            edit("x@example.org", (struct change){.name = names[i]}, ACTOR_ADMIN);
            const struct contact was = find("x@example.org");
            edit("x@example.org", (struct change){.name = names[k]}, ACTOR_ADMIN);
            const struct contact is = find("x@example.org");
            const struct position head = is.head;
            if (strcmp(was.name, is.name) == 0)
                continue;
            const struct change undo = {.kind = ENTRY_UNDONE,
                                        .contact = is.id,
                                        .undoes = head,
                                        .origin = site_origin(ACTOR_ADMIN, IMPORT_ADMIN)};
            assert_int_equal(site_change(&site, &undo).verdict, CHANGE_APPLIED);
            assert_string_equal(find("x@example.org").name, was.name);
        }
    site_check_ledger(&site);
}

static const char *csv_of(const char *name)
{
    return arena_printf(site.arena, "email,name,status\nx@example.org,\"%s\",Opted In\n", name);
}

static void a_name_that_others_moved_since_is_kept_whatever_it_looks_like(void **state)
{
    static const char *const cases[][3] = {
        /* before, imported, edited since */
        {"A", "B → C", "C"},     {"A", "B", "C"},     {"A", "B", "A"},
        {"A", "B → (none)", ""}, {"A → B", "C", "B"},
    };
    site_add(&site, "x@example.org", NEWSLETTER);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        edit("x@example.org", (struct change){.name = cases[i][0]}, ACTOR_ADMIN);
        const struct import_job job = import_whole(&site, csv_of(cases[i][1]), "");
        edit("x@example.org", (struct change){.name = cases[i][2], .language = "de"}, ACTOR_ADMIN);
        import_take_back(&site, job.id);
        assert_string_equal(find("x@example.org").name, cases[i][2]);
        assert_string_equal(find("x@example.org").language, "de");
    }
    /* There and back again: theirs all the same. */
    edit("x@example.org", (struct change){.name = "A"}, ACTOR_ADMIN);
    const struct import_job job = import_whole(&site, csv_of("B"), "");
    edit("x@example.org", (struct change){.name = "C"}, ACTOR_ADMIN);
    edit("x@example.org", (struct change){.name = "B"}, ACTOR_ADMIN);
    import_take_back(&site, job.id);
    assert_string_equal(find("x@example.org").name, "B");
}

/* What somebody wrote as their reason or as a consent must never be read as an edit. */
static void words_of_a_consent_are_no_edit(void **state)
{
    site_add(&site, "x@example.org", NEWSLETTER);
    edit("x@example.org", (struct change){.name = "Ada"}, ACTOR_ADMIN);
    edit("x@example.org", (struct change){.intent = INTENT_OPT_OUT}, ACTOR_RECIPIENT);
    const struct import_job job =
        import_whole(&site, "email,status\nx@example.org,Opted In\n", "name: Evil → Ada");
    assert_int_equal(find("x@example.org").status, CONTACT_OPTED_IN);
    import_take_back(&site, job.id);
    assert_string_equal(find("x@example.org").name, "Ada");
    assert_int_equal(find("x@example.org").status, CONTACT_OPTED_OUT);
}

static void who_was_added_is_out_and_can_be_imported_again_as_often_as_it_takes(void **state)
{
    static const char *const files[] = {"email,newsletter\nx@example.org,yes\n",
                                        "email\nx@example.org\n",
                                        "email,status,name\nx@example.org,Opted In,Ada\n"};
    for (int i = 0; i < 6; i++) {
        const struct import_job job = import_whole(&site, files[i % 3], "");
        assert_int_equal(job.added + job.updated, 1);
        assert_int_equal(find("x@example.org").status, CONTACT_OPTED_IN);
        const struct import_job undone = import_take_back(&site, job.id);
        assert_int_equal(undone.restored, 1);
        assert_int_equal(find("x@example.org").status, CONTACT_OPTED_OUT);
        assert_int_equal(find("x@example.org").choices, 0);
    }
    site_check_ledger(&site);
}

static void a_no_that_the_file_itself_said_stays_one(void **state)
{
    const struct import_job job = import_whole(&site,
                                               "email,status\nx@example.org,Opted Out\n"
                                               "y@example.org,Opted In\ny@example.org,Opted Out\n",
                                               "");
    import_take_back(&site, job.id);
    const struct import_job again =
        import_whole(&site, "email,status\nx@example.org,Opted In\ny@example.org,Opted In\n", "");
    assert_int_equal(again.kept_out, 2);
    assert_int_equal(find("x@example.org").status, CONTACT_OPTED_OUT);
    assert_int_equal(find("y@example.org").status, CONTACT_OPTED_OUT);
}

/* By one-click from all, by one topic's, by an admin, by a row that renames them as well. */
static void a_first_no_after_the_undo_stands(void **state)
{
    static const struct {
        struct change change;
        enum actor_kind actor;
    } cases[] = {
        {{.intent = INTENT_OPT_OUT}, ACTOR_ONE_CLICK},
        {{.turn_off = NEWSLETTER}, ACTOR_ONE_CLICK},
        {{.intent = INTENT_OPT_OUT}, ACTOR_MAILTO},
        {{.intent = INTENT_OPT_OUT}, ACTOR_ADMIN},
        {{.intent = INTENT_OPT_OUT, .name = "Renamed"}, ACTOR_ADMIN},
        {{.intent = INTENT_OPT_OUT, .name = "Renamed"}, ACTOR_API},
        {{.turn_off = NEWSLETTER, .language = "de"}, ACTOR_RECIPIENT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *email = arena_printf(site.arena, "x%zu@example.org", i);
        const char *csv = arena_printf(site.arena, "email,newsletter\n%s,yes\n", email);
        import_take_back(&site, import_whole(&site, csv, "").id);
        assert_int_equal(edit(email, cases[i].change, cases[i].actor).verdict, CHANGE_APPLIED);
        assert_int_equal(edit(email, cases[i].change, cases[i].actor).verdict, CHANGE_UNCHANGED);
        assert_int_equal(import_whole(&site, csv, "").kept_out, 1);
        assert_int_equal(find(email).status, CONTACT_OPTED_OUT);
    }
    site_check_ledger(&site);
}

static void who_chose_since_is_left_alone(void **state)
{
    site_add(&site, "on@example.org", NEWSLETTER);
    const struct import_job job = import_whole(&site,
                                               "email,newsletter,marketing\nnew@example.org,yes,\n"
                                               "on@example.org,,yes\nonce@example.org,yes,\n",
                                               "");
    edit("new@example.org", (struct change){.turn_on = ALERTS}, ACTOR_RECIPIENT);
    edit("on@example.org", (struct change){.intent = INTENT_OPT_OUT}, ACTOR_ONE_CLICK);
    edit("once@example.org", (struct change){.turn_off = NEWSLETTER}, ACTOR_ADMIN);
    const struct import_job undone = import_take_back(&site, job.id);
    assert_int_equal(undone.restored, 0);
    assert_int_equal(undone.left_alone, 3);
    assert_int_equal(find("new@example.org").choices, NEWSLETTER | ALERTS);
    assert_int_equal(find("on@example.org").status, CONTACT_OPTED_OUT);
    assert_int_equal(find("once@example.org").status, CONTACT_OPTED_IN);
}

static void a_topic_s_own_no_outlives_the_undo_of_its_return(void **state)
{
    site_add(&site, "x@example.org", NEWSLETTER | PRODUCT);
    edit("x@example.org", (struct change){.turn_off = NEWSLETTER}, ACTOR_ONE_CLICK);
    const char *csv = "email,newsletter\nx@example.org,yes\n";
    const struct import_job job = import_whole(&site, csv, "they wrote to us");
    assert_int_equal(find("x@example.org").choices, NEWSLETTER | PRODUCT);
    import_take_back(&site, job.id);
    assert_int_equal(find("x@example.org").choices, PRODUCT);
    assert_int_equal(import_whole(&site, csv, "").kept_out, 1);
    assert_int_equal(find("x@example.org").choices, PRODUCT);
}

static void who_was_erased_or_blocked_since_is_not_brought_back(void **state)
{
    site_add(&site, "x@example.org", NEWSLETTER);
    const struct import_job job =
        import_whole(&site, "email,status\nx@example.org,Opted Out\n", "");
    site_suppress(&site, "x@example.org");
    const struct import_job undone = import_take_back(&site, job.id);
    assert_int_equal(undone.restored, 0);
    assert_int_equal(undone.left_alone, 1);
    assert_int_equal(find("x@example.org").status, CONTACT_OPTED_OUT);
}

/* Its job never heard how far the run came. */
static void a_run_that_failed_unheard_is_taken_back_whole(void **state)
{
    struct import_job job = import_whole(&site, "email\nx@example.org\n", "");
    job.state = IMPORT_IS_FAILED;
    job.last.value = 0;
    import_put(&site, &job);
    assert_int_equal(import_take_back(&site, job.id).restored, 1);
    assert_int_equal(find("x@example.org").status, CONTACT_OPTED_OUT);
}

static void
an_undoing_that_failed_half_way_can_be_done_over_or_the_import_gone_on_with(void **state)
{
    bool is_busy;
    struct import_job job = import_ask(&site, "email\nx@example.org\n", "", &is_busy);
    import_work(&site);
    import_act(&site, job.id, IMPORT_START);
    import_work(&site);
    import_act(&site, job.id, IMPORT_UNDO);
    import_work(&site);
    job = import_get(&site, job.id);
    job.state = IMPORT_IS_FAILED;
    import_put(&site, &job);
    assert_int_equal(import_take_back(&site, job.id).restored, 1); /* and none twice */
    job.state = IMPORT_IS_FAILED;
    import_put(&site, &job);
    assert_true(import_act(&site, job.id, IMPORT_START));
    import_work(&site);
    assert_int_equal(find("x@example.org").status, CONTACT_OPTED_IN);
    import_take_back(&site, job.id);
    assert_int_equal(find("x@example.org").status, CONTACT_OPTED_OUT);
    site_check_ledger(&site);
}

static void imports_on_top_of_each_other_are_taken_back_from_the_top(void **state)
{
    site_add_out(&site, "x@example.org");
    const struct contact was = find("x@example.org");
    const struct import_job one = import_whole(
        &site, "email,status,name\nx@example.org,Opted In,One\ny@example.org,,Y\n", "signed");
    const struct import_job two = import_whole(
        &site, "email,newsletter,name\nx@example.org,yes,Two\ny@example.org,yes,Y2\n", "");
    import_take_back(&site, two.id);
    assert_string_equal(find("x@example.org").name, "One");
    assert_int_equal(find("y@example.org").status, CONTACT_OPTED_IN);
    const struct import_job undone = import_take_back(&site, one.id);
    assert_int_equal(undone.restored, 2);
    const struct contact is = find("x@example.org");
    expect_same(&is, &was);
    assert_int_equal(find("y@example.org").status, CONTACT_OPTED_OUT);
    assert_int_equal(
        import_whole(&site, "email,status\nx@example.org,Opted In\ny@example.org,\n", "").kept_out,
        1); /* and y is new again */
    assert_int_equal(find("y@example.org").status, CONTACT_OPTED_IN);
}

/* They were out already, by the file or by an admin; it is their word all the same. */
static void a_person_s_own_no_after_that_of_others_outlives_the_undo(void **state)
{
    static const enum actor_kind hands[] = {ACTOR_ONE_CLICK, ACTOR_MAILTO, ACTOR_RECIPIENT};
    for (size_t i = 0; i < sizeof hands / sizeof *hands; i++) {
        const char *email = arena_printf(site.arena, "x%zu@example.org", i);
        const struct change out = {.intent = INTENT_OPT_OUT};
        site_add(&site, email, NEWSLETTER);
        const struct import_job job = import_whole(
            &site, arena_printf(site.arena, "email,status\n%s,Opted Out\n", email), "");
        const struct change_result no = edit(email, out, hands[i]);
        assert_int_equal(no.verdict, CHANGE_APPLIED);
        assert_int_equal(edit(email, out, hands[i]).verdict, CHANGE_UNCHANGED);
        const struct change reason = {.kind = ENTRY_REASON,
                                      .contact = no.after.id,
                                      .undoes = no.position,
                                      .leave_reason = LEAVE_TOO_MANY,
                                      .origin = site_origin(hands[i], 0)};
        assert_int_equal(site_change(&site, &reason).verdict, CHANGE_APPLIED);
        assert_int_equal(import_take_back(&site, job.id).left_alone, 1);
        assert_int_equal(find(email).status, CONTACT_OPTED_OUT);
    }
    site_add(&site, "y@example.org", NEWSLETTER | PRODUCT);
    const struct change off = {.turn_off = NEWSLETTER};
    const struct position position = edit("y@example.org", off, ACTOR_ADMIN).position;
    assert_int_equal(edit("y@example.org", off, ACTOR_ONE_CLICK).verdict, CHANGE_APPLIED);
    const struct change undo = {.kind = ENTRY_UNDONE,
                                .contact = find("y@example.org").id,
                                .undoes = position,
                                .origin = site_origin(ACTOR_ADMIN, IMPORT_ADMIN)};
    assert_int_equal(site_change(&site, &undo).verdict, CHANGE_UNDO_TOO_LATE);
    assert_int_equal(find("y@example.org").choices, PRODUCT);
    site_check_ledger(&site);
}

static void the_undoing_of_weeks_ago_is_refused_by_the_change_itself(void **state)
{
    const struct import_job job = import_whole(&site, "email\nx@example.org\n", "");
    sqlite3 *db;
    assert_int_equal(sqlite3_open(site.conf.db_path, &db), SQLITE_OK);
    char *sql = sqlite3_mprintf("UPDATE entry SET at = at - %d", UNDO_IMPORT_WINDOW_S + 60);
    assert_int_equal(sqlite3_exec(db, "DROP TRIGGER entry_is_never_updated", NULL, NULL, NULL),
                     SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_free(sql);
    sqlite3_close(db);
    assert_int_equal(import_take_back(&site, job.id).left_alone, 1);
    assert_int_equal(find("x@example.org").status, CONTACT_OPTED_IN);
}

int main(void)
{
#define CASE(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)
    const struct CMUnitTest tests[] = {
        CASE(who_was_on_the_list_stands_exactly_as_before),
        CASE(hostile_names_come_back_as_they_were),
        CASE(a_name_that_others_moved_since_is_kept_whatever_it_looks_like),
        CASE(words_of_a_consent_are_no_edit),
        CASE(who_was_added_is_out_and_can_be_imported_again_as_often_as_it_takes),
        CASE(a_no_that_the_file_itself_said_stays_one),
        CASE(a_first_no_after_the_undo_stands),
        CASE(who_chose_since_is_left_alone),
        CASE(a_topic_s_own_no_outlives_the_undo_of_its_return),
        CASE(who_was_erased_or_blocked_since_is_not_brought_back),
        CASE(a_run_that_failed_unheard_is_taken_back_whole),
        CASE(an_undoing_that_failed_half_way_can_be_done_over_or_the_import_gone_on_with),
        CASE(imports_on_top_of_each_other_are_taken_back_from_the_top),
        CASE(a_person_s_own_no_after_that_of_others_outlives_the_undo),
        CASE(the_undoing_of_weeks_ago_is_refused_by_the_change_itself),
    };
    return cmocka_run_group_tests_name("import_undo", tests, NULL, NULL);
}
