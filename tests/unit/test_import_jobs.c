/*
 * Unit test of service/import_jobs and import_work: what may follow what, one import at a time,
 * going on after a cut, files that nobody needs any more, and names of files.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "service/import_tidy.h"
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

/* What an act leads to in each state; 0: it is too late for it, and nothing changes. The job has
 * begun to write, and its file is there. */
static const enum import_state leads_to[IMPORT_STATE_END][IMPORT_ACT_COUNT] = {
    [IMPORT_IS_CHECKING] = {[IMPORT_STOP] = IMPORT_IS_CHECKING},
    [IMPORT_IS_CHECKED] =
        {[IMPORT_START] = IMPORT_IS_RUNNING, [IMPORT_DISCARD] = IMPORT_IS_DISCARDED},
    [IMPORT_IS_RUNNING] = {[IMPORT_STOP] = IMPORT_IS_RUNNING},
    [IMPORT_IS_DONE] = {[IMPORT_UNDO] = IMPORT_IS_UNDOING},
    [IMPORT_IS_STOPPED] = {[IMPORT_START] = IMPORT_IS_RUNNING, [IMPORT_UNDO] = IMPORT_IS_UNDOING},
    [IMPORT_IS_DISCARDED] = {0},
    [IMPORT_IS_UNREADABLE] = {0},
    [IMPORT_IS_FAILED] = {[IMPORT_START] = IMPORT_IS_RUNNING, [IMPORT_UNDO] = IMPORT_IS_UNDOING},
    [IMPORT_IS_UNDOING] = {0},
    [IMPORT_IS_UNDONE] = {0},
};

static void each_act_in_each_state_does_what_the_table_says(void **state)
{
    bool is_busy;
    const struct import_job asked = import_ask(&site, "email\na@example.org\n", "", &is_busy);
    for (int from = IMPORT_IS_CHECKING; from < IMPORT_STATE_END; from++)
        for (int act = 0; act < IMPORT_ACT_COUNT; act++) {
            struct import_job job = asked;
            job.state = (enum import_state)from;
            job.run = 7;
            job.added = 1;
            job.moved_at = clock_now_s();
            import_put(&site, &job);
            const int64_t head = site_head(&site).value;
            const enum import_state to = leads_to[from][act];
            if (import_act(&site, job.id, (enum import_act)act) != (to != 0))
                fail_msg("state %d, act %d", from, act);
            const struct import_job now = import_get(&site, job.id);
            assert_int_equal(now.state, to != 0 ? to : (enum import_state)from);
            assert_int_equal(now.is_stopping, to != 0 && act == IMPORT_STOP);
            assert_int_equal(site_head(&site).value, head + (to != 0 && act == IMPORT_UNDO));
            if (act == IMPORT_STOP && to != 0)
                assert_false(import_act(&site, job.id, IMPORT_STOP));
        }
}

static bool can(struct import_job job, enum import_act act)
{
    import_put(&site, &job);
    return import_act(&site, job.id, act);
}

static void what_has_no_file_or_wrote_nothing_or_is_old_can_not_go_on_or_back(void **state)
{
    bool is_busy;
    struct import_job job = import_ask(&site, "email\na@example.org\n", "", &is_busy);
    const int64_t now_s = clock_now_s();
    job.state = IMPORT_IS_STOPPED;
    job.run = 7;
    job.updated = 1;
    job.moved_at = now_s - IMPORT_UNDO_S + 60;
    assert_true(can(job, IMPORT_UNDO));
    struct import_job other = job;
    other.moved_at = now_s - IMPORT_UNDO_S - 60;
    assert_false(can(other, IMPORT_UNDO));
    other = job;
    other.updated = 0;
    assert_false(can(other, IMPORT_UNDO));
    other = job;
    other.file = "";
    assert_false(can(other, IMPORT_START));
    other = job;
    other.state = IMPORT_IS_FAILED;
    other.run = 0;
    assert_false(can(other, IMPORT_START)); /* its check failed */
    assert_false(can(other, IMPORT_UNDO));
    assert_true(can(job, IMPORT_START));
}

static void one_at_a_time_also_while_an_older_one_is_taken_back(void **state)
{
    const struct import_job older = import_whole(&site, "email\na@example.org\n", "");
    const struct import_job newer = import_whole(&site, "email\nb@example.org\n", "");
    bool is_busy;
    assert_true(import_act(&site, older.id, IMPORT_UNDO));
    const struct import_job busy = import_ask(&site, "email\nc@example.org\n", "", &is_busy);
    assert_true(is_busy);
    assert_int_equal(busy.id, older.id);
    assert_false(import_act(&site, newer.id, IMPORT_UNDO));
    struct import_recent recent;
    assert_int_equal(import_jobs_recent(&site.service, site.arena, &recent), STATUS_OK);
    assert_true(recent.is_busy);
    assert_int_equal(recent.busy.id, older.id);
    import_work(&site);
    assert_int_equal(import_get(&site, older.id).state, IMPORT_IS_UNDONE);
    assert_true(import_act(&site, newer.id, IMPORT_UNDO));
}

static void stopped_before_the_courier_came_nothing_is_read_or_written(void **state)
{
    bool is_busy;
    struct import_job job = import_ask(&site, "email\na@example.org\n", "", &is_busy);
    assert_true(import_act(&site, job.id, IMPORT_STOP));
    import_work(&site);
    assert_int_equal(import_get(&site, job.id).state, IMPORT_IS_DISCARDED);
    job = import_ask(&site, "email\na@example.org\n", "", &is_busy);
    import_work(&site);
    assert_true(import_act(&site, job.id, IMPORT_START));
    assert_true(import_act(&site, job.id, IMPORT_STOP));
    import_work(&site);
    job = import_get(&site, job.id);
    assert_int_equal(job.state, IMPORT_IS_STOPPED);
    assert_int_equal(job.added, 0);
    assert_true(import_act(&site, job.id, IMPORT_START));
    import_work(&site);
    assert_int_equal(import_get(&site, job.id).state, IMPORT_IS_DONE);
    assert_int_equal(import_get(&site, job.id).added, 1);
}

static const char *many(int rows)
{
    const size_t room = 64 * (size_t)rows;
    char *csv = arena_alloc(site.arena, room);
    size_t len = (size_t)snprintf(csv, room, "email,name,newsletter\n");
    for (int i = 0; i < rows; i++)
        len += (size_t)snprintf(csv + len, room - len, "p%d@example.org,P%d,%s\n", i, i,
                                i % 3 == 0 ? "maybe" : "yes");
    return csv;
}

/* The run is on disk, some of its rows as well, and the process is gone: the job's row knows
 * nothing of them. */
static void a_job_whose_row_was_left_behind_goes_on_and_counts_as_of_one_run(void **state)
{
    const struct import_job whole = import_whole(&site, many(3000), "");
    assert_int_equal(whole.added, 2000);
    assert_int_equal(whole.rejected, 1000);
    const int64_t head = site_head(&site).value;
    bool is_busy;
    struct import_job job = import_ask(&site, many(3000), "", &is_busy);
    job.state = IMPORT_IS_RUNNING;
    job.run = whole.run;
    job.first = whole.first;
    import_put(&site, &job);
    import_work(&site);
    job = import_get(&site, job.id);
    assert_int_equal(job.state, IMPORT_IS_DONE);
    assert_int_equal(job.added, 2000);
    assert_int_equal(job.updated + job.unchanged + job.kept_out, 0);
    assert_int_equal(job.rejected, 1000);
    assert_int_equal(site_head(&site).value, head + 1); /* its end, and nothing twice */
    site_check_ledger(&site);
}

static void a_no_that_comes_after_the_upload_stands_against_its_consent(void **state)
{
    const struct contact before = site_add_out(&site, "before@example.org");
    const struct contact since = site_add(&site, "since@example.org", NEWSLETTER);
    const struct contact topic = site_add(&site, "topic@example.org", NEWSLETTER);
    bool is_busy;
    const struct import_job job =
        import_ask(&site,
                   "email,status,newsletter,name\nbefore@example.org,Opted In,yes,B\n"
                   "since@example.org,Opted In,yes,S\ntopic@example.org,Opted In,yes,T\n",
                   "signed at the fair", &is_busy);
    import_work(&site);
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = since.id,
                            .intent = INTENT_OPT_OUT,
                            .origin = site_origin(ACTOR_ONE_CLICK, 0)};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    change = (struct change){.kind = ENTRY_CHOICES,
                             .contact = topic.id,
                             .turn_off = NEWSLETTER,
                             .origin = site_origin(ACTOR_ONE_CLICK, 0)};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    assert_true(import_act(&site, job.id, IMPORT_START));
    import_work(&site);
    assert_int_equal(import_get(&site, job.id).kept_out, 2);
    assert_int_equal(site_get(&site, before.id).status, CONTACT_OPTED_IN);
    assert_int_equal(site_get(&site, since.id).status, CONTACT_OPTED_OUT);
    assert_int_equal(site_get(&site, topic.id).choices, 0);
    assert_string_equal(site_get(&site, since.id).name, "S"); /* the rest of the row */
    assert_string_equal(site_get(&site, topic.id).name, "T");
}

static void files_go_when_nobody_needs_them(void **state)
{
    const struct import_job job = import_whole(&site, many(9), "");
    const char *file = import_jobs_path(&site.conf, site.arena, job.file, false);
    const char *rejected = import_jobs_path(&site.conf, site.arena, job.file, true);
    const int64_t now_s = clock_now_s();
    assert_int_equal(import_tidy(&site.service, site.arena, now_s), STATUS_OK);
    assert_int_not_equal(access(file, F_OK), 0);
    assert_int_equal(access(rejected, F_OK), 0);
    struct import_look look;
    assert_int_equal(import_jobs_look(&site.service, site.arena, job.id, now_s, &look), STATUS_OK);
    assert_true(look.has_rejected);
    assert_int_equal(import_tidy(&site.service, site.arena, now_s + IMPORT_KEEP_S + 60), STATUS_OK);
    assert_int_not_equal(access(rejected, F_OK), 0);
    assert_int_equal(import_jobs_look(&site.service, site.arena, job.id, now_s, &look), STATUS_OK);
    assert_false(look.has_rejected);
}

static void what_nobody_decides_on_is_thrown_away(void **state)
{
    bool is_busy;
    struct import_job job = import_ask(&site, "email\na@example.org\n", "", &is_busy);
    const char *file = import_jobs_path(&site.conf, site.arena, job.file, false);
    const int64_t now_s = clock_now_s();
    import_work(&site);
    assert_int_equal(import_tidy(&site.service, site.arena, now_s + IMPORT_KEEP_S - 60), STATUS_OK);
    assert_int_equal(import_get(&site, job.id).state, IMPORT_IS_CHECKED);
    assert_int_equal(import_tidy(&site.service, site.arena, now_s + IMPORT_KEEP_S + 60), STATUS_OK);
    assert_int_equal(import_get(&site, job.id).state, IMPORT_IS_DISCARDED);
    assert_int_equal(import_tidy(&site.service, site.arena, now_s + IMPORT_KEEP_S + 120),
                     STATUS_OK);
    assert_int_not_equal(access(file, F_OK), 0);
}

static void a_file_of_no_job_goes_after_a_while(void **state)
{
    char stray[IMPORT_FILE_ID_BYTES];
    const struct import_job job = import_whole(&site, many(9), "");
    const char *rejected = import_jobs_path(&site.conf, site.arena, job.file, true);
    const char *other = arena_printf(site.arena, "%s/imports/notes.csv", site.conf.data);
    const int64_t now_s = clock_now_s();
    assert_int_equal(import_jobs_keep(&site.conf, site.arena, "email\n", 6, stray), STATUS_OK);
    const char *file = import_jobs_path(&site.conf, site.arena, stray, false);
    FILE *own = fopen(other, "w");
    assert_non_null(own);
    fclose(own);
    assert_int_equal(import_tidy(&site.service, site.arena, now_s + IMPORT_KEEP_S - 60), STATUS_OK);
    assert_int_equal(access(file, F_OK), 0);
    assert_int_equal(import_tidy(&site.service, site.arena, now_s + IMPORT_KEEP_S + 60), STATUS_OK);
    assert_int_not_equal(access(file, F_OK), 0);
    assert_int_not_equal(access(rejected, F_OK), 0);
    assert_int_equal(access(other, F_OK), 0);
}

static void a_file_that_is_gone_is_told_and_writes_nothing(void **state)
{
    bool is_busy;
    struct import_job job = import_ask(&site, "email\na@example.org\n", "", &is_busy);
    import_jobs_drop(&site.conf, site.arena, job.file);
    import_work(&site);
    job = import_get(&site, job.id);
    assert_int_equal(job.state, IMPORT_IS_FAILED);
    assert_non_null(strstr(job.fault, "can't be opened"));
    assert_false(import_act(&site, job.id, IMPORT_START));
}

static void names_of_files_are_made_fit_to_be_shown(void **state)
{
    static const char *const cases[][2] = {
        {"people.csv", "people.csv"},
        {"C:\\Documents\\people.csv", "people.csv"},
        {"../../etc/passwd", "passwd"},
        {"..", ".."},
        {"a/", "file.csv"},
        {"", "file.csv"},
        {"\xff\xfe.csv", "file.csv"},
        {"Zoë \"quoted\" <b>.csv", "Zoë \"quoted\" <b>.csv"},
        {"line\r\nfeed\x7f.csv", "linefeed.csv"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct import_job job;
        bool is_busy;
        const struct import_ask ask = {.name = cases[i][0], .file = "none", .consent = ""};
        struct txn *txn = site_begin(&site);
        assert_int_equal(import_jobs_ask(&site.service, txn, site.arena, &ask, &job, &is_busy),
                         STATUS_OK);
        txn_rollback(txn);
        assert_false(is_busy);
        assert_string_equal(job.name, cases[i][1]);
    }
}

int main(void)
{
#define CASE(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)
    const struct CMUnitTest tests[] = {
        CASE(each_act_in_each_state_does_what_the_table_says),
        CASE(what_has_no_file_or_wrote_nothing_or_is_old_can_not_go_on_or_back),
        CASE(one_at_a_time_also_while_an_older_one_is_taken_back),
        CASE(stopped_before_the_courier_came_nothing_is_read_or_written),
        CASE(a_job_whose_row_was_left_behind_goes_on_and_counts_as_of_one_run),
        CASE(a_no_that_comes_after_the_upload_stands_against_its_consent),
        CASE(files_go_when_nobody_needs_them),
        CASE(what_nobody_decides_on_is_thrown_away),
        CASE(a_file_of_no_job_goes_after_a_while),
        CASE(a_file_that_is_gone_is_told_and_writes_nothing),
        CASE(names_of_files_are_made_fit_to_be_shown),
    };
    return cmocka_run_group_tests_name("import_jobs", tests, NULL, NULL);
}
