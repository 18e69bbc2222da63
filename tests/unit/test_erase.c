/*
 * Unit test of service/erase, service/forget and store/scrub: what is left of somebody who was
 * erased, byte by byte, in all files of the data folder; and that what is not cleaned up yet is
 * cleaned up later, by whoever comes first. REQUIREMENTS L6.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "service/checkpointer.h"
#include "service/confirm.h"
#include "service/erase.h"
#include "service/forget.h"
#include "service/import_tidy.h"
#include "service/setup.h"
#include "store/contacts.h"
#include "store/scrub.h"
#include "store/settings.h"
#include "unit/import_support.h"

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

static const char *sought;
static int found;

static int look(const char *path, const struct stat *about, int kind, struct FTW *place)
{
    if (kind != FTW_F)
        return 0;
    FILE *file = fopen(path, "rb");
    char *data = malloc((size_t)about->st_size + 1);
    assert_non_null(file);
    size_t len = fread(data, 1, (size_t)about->st_size, file);
    fclose(file);
    for (char *at = data; (at = memmem(at, len - (size_t)(at - data), sought, strlen(sought)));
         at++)
        found++;
    free(data);
    return 0;
}

/* How often text stands in the files of the data folder. */
static int count(const char *text)
{
    sought = text;
    found = 0;
    assert_int_equal(nftw(site.conf.data, look, 8, FTW_PHYS), 0);
    return found;
}

static struct contact add(const char *email, const char *name)
{
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .turn_on = NEWSLETTER,
                            .email = email,
                            .email_key = email,
                            .name = name,
                            .note = "spoke to Walpurga at the fair",
                            .origin = site_origin(ACTOR_OPERATOR, 0)};
    struct change_result result = site_change(&site, &change);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    return result.after;
}

static void move_to(struct contact_id id, const char *email, const char *name)
{
    struct change change = {.kind = ENTRY_DETAILS,
                            .contact = id,
                            .email = email,
                            .email_key = email,
                            .name = name,
                            .origin = site_origin(ACTOR_ADMIN, 1)};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
}

static enum status erase_with(const struct service *service, struct arena *arena,
                              struct contact_id id, const char *reason)
{
    const struct origin origin = {.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
    struct contact person;
    struct position position;
    struct txn *txn = NULL;
    enum status status = txn_begin(service->store, 10000, &txn);
    if (status == STATUS_OK)
        status = contacts_get(txn_store(txn), arena, id, &person);
    if (status == STATUS_OK)
        status = erase_person(service, txn, arena, &person, &origin, reason, &position);
    return status == STATUS_OK ? txn_commit(txn) : status;
}

static void erase(struct contact_id id)
{
    assert_int_equal(erase_with(&site.service, site.arena, id, NULL), STATUS_OK);
}

static bool is_suppressed(const char *key)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    bool out = false;
    secrets_suppression_hash(site.service.secrets, key, hash);
    assert_int_equal(suppressions_has(site.service.store, hash, &out), STATUS_OK);
    return out;
}

static bool is_due(enum scrub_part part)
{
    bool out = false;
    struct position upto;
    assert_int_equal(scrub_is_due(site.service.store, part, &out, &upto), STATUS_OK);
    return out;
}

/* A life: put on the list, renamed, moved, asked to move again, wrote letters, was sent some. */
static struct contact live(void)
{
    struct contact person = add("walpurga.old@example.org", "Walpurga Quastenflosser");
    const struct confirm_address asked = {
        .typed = "walpurga.next@example.net", .language = "en", .agent = "Walpurgium/1.0"};
    bool is_address = false;
    move_to(person.id, "walpurga@example.com", "Walpurga Zwetschgendatschi");
    person = site_get(&site, person.id);
    struct txn *txn = site_begin(&site);
    assert_int_equal(confirm_ask_address(&site.service, txn, site.arena, &person, &asked,
                                         clock_now_s(), &is_address),
                     STATUS_OK);
    const struct letter letter = {.kind = LETTER_OLD_ADDRESS,
                                  .contact = person.id,
                                  .address = "walpurga.old@example.org",
                                  .language = ""};
    assert_int_equal(outbox_put(&site.service, txn, &letter, clock_now_s()), STATUS_OK);
    site_commit(txn);
    return person;
}

static const char *const traces[] = {
    "walpurga",       "Walpurga",          "WALPURGA",          "Quastenflosser",
    "quastenflosser", "zwetschgendatschi", "Zwetschgendatschi",
};

static void nothing_of_who_was_erased_is_in_any_file(void **state)
{
    for (int i = 0; i < 200; i++)
        site_add(&site, arena_printf(site.arena, "w%03d@example.com", i * 37 % 200), NEWSLETTER);
    struct contact person = live();
    for (int i = 0; i < 200; i++)
        site_add(&site, arena_printf(site.arena, "walp%03d@example.org", i * 73 % 200), NEWSLETTER);
    assert_true(count("walpurga@example.com") > 0);
    erase(person.id);
    assert_true(is_due(SCRUB_LOG));
    assert_true(count("walpurga@example.com") > 0); /* in the log */
    assert_int_equal(scrub_log(site.service.store), STATUS_OK);
    assert_false(is_due(SCRUB_LOG));
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++)
        if (count(traces[i]) != 0)
            fail_msg("%s: %d times", traces[i], found);
    /* What is written later brings nothing back. */
    for (int i = 0; i < 200; i++)
        site_add(&site, arena_printf(site.arena, "walx%03d@example.org", i * 73 % 200), NEWSLETTER);
    for (size_t i = 0; i < sizeof traces / sizeof *traces; i++)
        assert_int_equal(count(traces[i]), 0);
    assert_true(is_suppressed("walpurga@example.com"));
    assert_true(is_suppressed("walpurga.old@example.org"));
    assert_false(is_suppressed("walpurga.next@example.net")); /* was never theirs */
    site_check_ledger(&site);
}

/* L6 */
static void an_address_that_somebody_else_has_now_stays_theirs(void **state)
{
    struct contact first = add("shared@example.com", "First");
    move_to(first.id, "first@example.com", NULL);
    struct contact second = add("shared@example.com", "Second");
    erase(first.id);
    assert_true(is_suppressed("first@example.com"));
    assert_false(is_suppressed("shared@example.com"));
    assert_string_equal(site_get(&site, second.id).email, "shared@example.com");
}

static void the_log_is_emptied_once_nobody_reads_an_older_state(void **state)
{
    struct contact person = add("reader@example.com", "Rea Der");
    struct service other = site_service(&site, false);
    assert_int_equal(store_snapshot_begin(other.store), STATUS_OK);
    struct contact seen;
    assert_int_equal(contacts_get(other.store, site.arena, person.id, &seen), STATUS_OK);
    erase(person.id);
    assert_int_equal(scrub_log(site.service.store), STATUS_BUSY);
    assert_true(is_due(SCRUB_LOG));
    store_snapshot_end(other.store);
    assert_int_equal(scrub_log(site.service.store), STATUS_OK);
    assert_int_equal(count("reader@example.com"), 0);
    setup_close(&other);
}

static void what_a_killed_process_erased_is_cleaned_up_by_the_next(void **state)
{
    struct contact person = add("killed@example.com", "Kill Ed");
    pid_t child = fork();
    if (child == 0) {
        struct service own;
        struct arena *arena = arena_new();
        const char *fault = "";
        bool is_done = setup_open(arena, &site.conf, true, &own, &fault) == STATUS_OK &&
                       erase_with(&own, arena, person.id, NULL) == STATUS_OK;
        _exit(is_done ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_true(is_due(SCRUB_LOG));
    assert_true(count("killed@example.com") > 0);
    struct checkpointer *checkpointer = NULL;
    assert_int_equal(checkpointer_start(&site.conf, &checkpointer), STATUS_OK);
    while (is_due(SCRUB_LOG))
        usleep(1000);
    checkpointer_stop(checkpointer);
    assert_int_equal(count("killed@example.com"), 0);
}

static void mails_kept_as_files_go_with_their_letters(void **state)
{
    struct contact person = add("filed@example.com", "Fi Led");
    const struct letter letter = {
        .kind = LETTER_LINK, .address = "filed@example.com", .language = ""};
    const char *folder = support_path(site.conf.data, "outbox");
    struct txn *txn = site_begin(&site);
    assert_int_equal(outbox_put(&site.service, txn, &letter, clock_now_s()), STATUS_OK);
    const struct letter others = {
        .kind = LETTER_LINK, .address = "other@example.com", .language = ""};
    assert_int_equal(outbox_put(&site.service, txn, &others, clock_now_s()), STATUS_OK);
    site_commit(txn);
    assert_int_equal(mkdir(folder, 0700), 0);
    support_write(folder, "1.eml", 0600, "To: filed@example.com\r\n", 23);
    support_write(folder, "1.eml.new", 0600, "To: filed@", 10);
    support_write(folder, "2.eml", 0600, "To: other@example.com\r\n", 23);
    assert_int_equal(forget_mails(&site.service, site.arena), STATUS_OK);
    assert_int_equal(access(support_path(folder, "1.eml"), F_OK), 0); /* nobody was erased yet */
    erase(person.id);
    assert_int_equal(forget_mails(&site.service, site.arena), STATUS_OK);
    assert_int_equal(scrub_log(site.service.store), STATUS_OK);
    assert_int_equal(count("filed@"), 0);
    assert_int_equal(access(support_path(folder, "2.eml"), F_OK), 0);
    assert_false(is_due(SCRUB_MAILS));
}

static void rows_in_a_file_that_waits_go_and_others_stay_where_they_are(void **state)
{
    struct contact person = add("upload@example.com", "Up Load");
    bool is_busy = false;
    import_folder(&site);
    struct import_job job = import_ask(&site,
                                       "email,name,newsletter\n"
                                       "UpLoad@Example.com,\"Load, \n Up\",yes\n"
                                       "other@example.com,Other,yes\n"
                                       "bad,Bad,perhaps\n"
                                       " upload@example.com ,Up Load,perhaps\n",
                                       "", &is_busy);
    import_work(&site);
    assert_int_equal(import_get(&site, job.id).state, IMPORT_IS_CHECKED);
    assert_true(count("UpLoad@Example.com") > 0);
    erase(person.id);
    assert_int_equal(forget_imports(&site.service, site.arena), STATUS_OK);
    assert_false(is_due(SCRUB_IMPORTS));
    assert_int_equal(scrub_log(site.service.store), STATUS_OK);
    static const char *const theirs[] = {"UpLoad@", "upload@", "Up Load", "\"Load", "Up\""};
    for (size_t i = 0; i < sizeof theirs / sizeof *theirs; i++)
        if (count(theirs[i]) != 0)
            fail_msg("%s: %d times", theirs[i], found);
    assert_true(count("other@example.com,Other,yes\n") > 0);
    assert_true(import_act(&site, job.id, IMPORT_START));
    import_work(&site);
    job = import_get(&site, job.id);
    assert_int_equal(job.state, IMPORT_IS_DONE);
    assert_int_equal(job.added, 1);
    assert_int_equal(job.rejected, 3);
}

/* L6: a file that comes later is refused, and what is kept of the refusal does not name them. */
static void who_is_imported_again_is_refused_and_not_kept_by_that(void **state)
{
    struct contact person = add("again@example.com", "Ag Ain");
    erase(person.id);
    import_folder(&site);
    struct import_job job = import_whole(&site,
                                         "email,name\n"
                                         "AGAIN@example.com,Ag Ain\n"
                                         "other@example.com,Other\n",
                                         "");
    assert_int_equal(job.added, 1);
    assert_int_equal(job.rejected, 1);
    assert_int_equal(scrub_log(site.service.store), STATUS_OK);
    assert_int_equal(import_tidy(&site.service, site.arena, clock_now_s()), STATUS_OK);
    assert_int_equal(count("AGAIN@example.com"), 0);
    assert_int_equal(count("Ag Ain"), 0);
    assert_true(count("this address was erased or blocked") > 0);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(nothing_of_who_was_erased_is_in_any_file),
        CASE(an_address_that_somebody_else_has_now_stays_theirs),
        CASE(the_log_is_emptied_once_nobody_reads_an_older_state),
        CASE(what_a_killed_process_erased_is_cleaned_up_by_the_next),
        CASE(mails_kept_as_files_go_with_their_letters),
        CASE(rows_in_a_file_that_waits_go_and_others_stay_where_they_are),
        CASE(who_is_imported_again_is_refused_and_not_kept_by_that),
    };
    return cmocka_run_group_tests_name("L6: erase", tests, NULL, NULL);
}
