/*
 * Unit test of service/approvals: what waits for a second admin, who may decide it, that it is done
 * once and as it was asked, and what ends a request otherwise.
 */
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "service/api_keys.h"
#include "service/approvals.h"
#include "service/key_ring.h"
#include "service/rights.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "unit/import_support.h"

static struct site site;
static int64_t ada, bob, mia, max, vic; /* two owners, two managers, a viewer */

static enum approvals_turn turn(int64_t admin, bool on)
{
    const struct origin origin =
        admin ? site_origin(ACTOR_ADMIN, admin) : site_origin(ACTOR_OPERATOR, 0);
    enum approvals_turn out;
    struct txn *txn = site_begin(&site);
    assert_int_equal(on ? approvals_turn_on(&site.service, txn, site.arena, &origin, &out)
                        : approvals_turn_off(&site.service, txn, site.arena, &origin, &out),
                     STATUS_OK);
    site_commit(txn);
    return out;
}

static bool is_on(void)
{
    bool on = false;
    assert_int_equal(approvals_is_on(site.service.store, site.arena, &on), STATUS_OK);
    return on;
}

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    import_folder(&site);
    ada = site_add_admin(&site, "ada@example.org", ROLE_OWNER);
    bob = site_add_admin(&site, "bob@example.org", ROLE_OWNER);
    mia = site_add_admin(&site, "mia@example.org", ROLE_MANAGER);
    max = site_add_admin(&site, "max@example.org", ROLE_MANAGER);
    vic = site_add_admin(&site, "vic@example.org", ROLE_VIEWER);
    assert_int_equal(turn(ada, true), APPROVALS_TURNED);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_check_ledger(&site);
    site_close(&site);
    return 0;
}

/* Asks, as a page does: the gate, then nothing. */
static enum approval_gate ask_as(const struct origin *origin, struct approval_ask what, int64_t *id)
{
    enum approval_gate gate;
    struct txn *txn = site_begin(&site);
    assert_int_equal(approvals_gate(&site.service, txn, site.arena, &what, origin, &gate, id),
                     STATUS_OK);
    site_commit(txn);
    return gate;
}

static int64_t ask(int64_t admin, struct approval_ask what)
{
    const struct origin origin = site_origin(ACTOR_ADMIN, admin);
    int64_t id = 0;
    assert_int_equal(ask_as(&origin, what, &id), APPROVAL_ASKED);
    assert_true(id > 0);
    return id;
}

static struct approvals_page list_for(int64_t admin)
{
    struct approvals_page page;
    struct admin reader;
    assert_int_equal(admins_get(site.service.store, site.arena, admin, &reader), STATUS_OK);
    assert_int_equal(approvals_list(&site.service, site.arena, &reader, clock_now_s(), &page),
                     STATUS_OK);
    return page;
}

static const char *mark_of(int64_t id)
{
    const struct approvals_page page = list_for(ada);
    for (size_t i = 0; i < page.waiting_count; i++)
        if (page.waiting[i].approval.id == id)
            return page.waiting[i].seen;
    return "none";
}

static enum approval_outcome decide_seen(int64_t admin, int64_t id, const char *seen, bool approves)
{
    const struct origin origin = site_origin(ACTOR_ADMIN, admin);
    enum approval_outcome out;
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        approvals_decide(&site.service, txn, site.arena, id, seen, approves, &origin, &out),
        STATUS_OK);
    site_commit(txn);
    return out;
}

static enum approval_outcome decide(int64_t admin, int64_t id, bool approves)
{
    return decide_seen(admin, id, mark_of(id), approves);
}

static enum approval_outcome withdraw(int64_t admin, int64_t id)
{
    const struct origin origin = site_origin(ACTOR_ADMIN, admin);
    enum approval_outcome out;
    struct txn *txn = site_begin(&site);
    assert_int_equal(approvals_withdraw(&site.service, txn, site.arena, id, &origin, &out),
                     STATUS_OK);
    site_commit(txn);
    return out;
}

static enum approval_state state_of(int64_t id)
{
    struct approval approval;
    assert_int_equal(approvals_get(site.service.store, site.arena, id, &approval), STATUS_OK);
    return approval.state;
}

static struct contact someone(const char *email)
{
    return site_add(&site, email, NEWSLETTER);
}

static struct approval_ask erase_of(const struct contact *person)
{
    return (struct approval_ask){
        .kind = APPROVAL_ERASE, .person = person->public_id, .reason = "by letter"};
}

static bool is_there(const struct contact *person)
{
    struct contact found;
    return contacts_get(site.service.store, site.arena, person->id, &found) == STATUS_OK;
}

static void off_nothing_is_asked(void **state)
{
    (void)state;
    int64_t id = 0;
    const struct contact person = someone("a@example.org");
    const struct origin command = site_origin(ACTOR_OPERATOR, 0);
    const struct origin admin = site_origin(ACTOR_ADMIN, mia);
    assert_int_equal(turn(0, false), APPROVALS_TURNED);
    assert_int_equal(ask_as(&admin, erase_of(&person), &id), APPROVAL_NOT_NEEDED);
    assert_int_equal(turn(0, true), APPROVALS_TURNED);
    assert_int_equal(ask_as(&command, erase_of(&person), &id), APPROVAL_NOT_NEEDED);
    assert_int_equal(list_for(ada).waiting_count, 0);
}

static void a_second_owner_is_needed_to_turn_it_on(void **state)
{
    (void)state;
    assert_int_equal(turn(0, false), APPROVALS_TURNED);
    site_change_admin(&site, bob, ROLE_OWNER, true);
    assert_int_equal(turn(ada, true), APPROVALS_FEW);
    assert_int_equal(turn(0, true), APPROVALS_FEW);
    assert_false(is_on());
    site_change_admin(&site, bob, ROLE_OWNER, false);
    assert_int_equal(turn(ada, true), APPROVALS_TURNED);
    assert_int_equal(turn(bob, true), APPROVALS_WERE);
    assert_true(is_on());
}

static void an_erasure_waits_and_is_done_once_by_another(void **state)
{
    (void)state;
    const struct contact person = someone("a@example.org");
    const struct origin origin = site_origin(ACTOR_ADMIN, mia);
    int64_t again = 0;
    const int64_t id = ask(mia, erase_of(&person));
    assert_int_equal(ask_as(&origin, erase_of(&person), &again), APPROVAL_ASKED_BEFORE);
    assert_int_equal(again, id);
    assert_true(is_there(&person));
    assert_int_equal(decide(mia, id, true), APPROVAL_OWN);
    assert_int_equal(decide(vic, id, true), APPROVAL_ROLE);
    assert_true(is_there(&person));
    const char *mark = mark_of(id);
    assert_int_equal(decide(max, id, true), APPROVAL_DONE);
    assert_false(is_there(&person));
    const int64_t head = site_head(&site).value;
    assert_int_equal(decide_seen(ada, id, mark, true), APPROVAL_OVER);
    assert_int_equal(decide_seen(ada, id, mark, false), APPROVAL_OVER);
    assert_int_equal(withdraw(mia, id), APPROVAL_OVER);
    assert_int_equal(site_head(&site).value, head);
    assert_int_equal(state_of(id), APPROVAL_APPROVED);
}

static void the_ledger_has_both_names_and_what_exactly(void **state)
{
    (void)state;
    const struct contact person = someone("erased@example.org");
    char text[PUBLIC_ID_TEXT_BYTES];
    public_id_text(person.public_id, text);
    const int64_t id = ask(mia, erase_of(&person));
    const struct entry asked = site_entry(&site, site_head(&site));
    assert_int_equal(asked.kind, ENTRY_APPROVAL_ASKED);
    assert_int_equal(asked.subject, id);
    assert_int_equal(asked.actor_id, mia);
    assert_string_equal(asked.private.note,
                        arena_printf(site.arena, "erase person %s: by letter", text));
    assert_int_equal(decide(max, id, true), APPROVAL_DONE);
    const struct entry decided = site_entry(&site, site_head(&site));
    assert_int_equal(decided.kind, ENTRY_APPROVAL_DECIDED);
    assert_int_equal(decided.subject, id);
    assert_int_equal(decided.actor_id, max);
    assert_non_null(strstr(decided.private.note, "asked by: mia@example.org"));
    assert_non_null(strstr(decided.private.note, "approved by: max@example.org"));
    assert_null(strstr(decided.private.note, "erased@"));
}

static void declined_and_withdrawn_nothing_is_done_and_it_can_be_asked_anew(void **state)
{
    (void)state;
    const struct contact person = someone("a@example.org");
    int64_t id = ask(mia, erase_of(&person));
    assert_int_equal(decide(max, id, false), APPROVAL_DONE);
    assert_int_equal(state_of(id), APPROVAL_DECLINED);
    assert_int_equal(decide_seen(ada, id, "x", true), APPROVAL_OVER);
    id = ask(mia, erase_of(&person));
    assert_int_equal(withdraw(max, id), APPROVAL_NOT_OWN);
    assert_int_equal(withdraw(mia, id), APPROVAL_DONE);
    assert_int_equal(state_of(id), APPROVAL_WITHDRAWN);
    assert_int_equal(decide_seen(max, id, "x", true), APPROVAL_OVER);
    assert_true(is_there(&person));
    assert_int_equal(decide(max, 999, true), APPROVAL_NOT_THERE);
    assert_int_equal(withdraw(mia, 999), APPROVAL_NOT_THERE);
}

static void after_seven_days_nobody_approves_it(void **state)
{
    (void)state;
    const struct contact person = someone("a@example.org");
    const int64_t id = ask(mia, erase_of(&person));
    const char *mark = mark_of(id);
    clock_shift_s(APPROVAL_LIFE_S - 60); /* a busy machine takes its time */
    assert_int_equal(list_for(max).waiting_count, 1);
    clock_shift_s(60);
    assert_int_equal(decide_seen(max, id, mark, true), APPROVAL_OVER);
    assert_true(is_there(&person));
    struct approvals_page page = list_for(max);
    assert_int_equal(page.waiting_count, 0);
    assert_int_equal(page.past[0].approval.state, APPROVAL_EXPIRED);
    struct txn *txn = site_begin(&site);
    assert_int_equal(approvals_sweep(txn, clock_now_s()), STATUS_OK);
    site_commit(txn);
    assert_int_equal(state_of(id), APPROVAL_EXPIRED);
    assert_true(ask(mia, erase_of(&person)) > id);
    clock_shift_s(-APPROVAL_LIFE_S);
}

static void what_was_asked_can_not_become_something_else(void **state)
{
    (void)state;
    const struct contact person = someone("a@example.org"), other = someone("b@example.org");
    char text[PUBLIC_ID_TEXT_BYTES];
    const int64_t id = ask(mia, erase_of(&person));
    const char *mark = mark_of(id);
    assert_int_equal(decide_seen(max, id, "0123456789ab", true), APPROVAL_ALTERED);
    assert_int_equal(decide_seen(max, id, NULL, true), APPROVAL_ALTERED);
    public_id_text(other.public_id, text);
    const char *alter =
        arena_printf(site.arena, "UPDATE approval SET target = '%s' WHERE id = %d", text, (int)id);
    assert_int_not_equal(site_sql(&site, alter), 0);
    assert_int_not_equal(site_sql(&site, "DELETE FROM approval"), 0);
    /* Whoever has the file can take the trigger away; the ledger still knows what was asked. */
    assert_int_equal(site_sql(&site, "DROP TRIGGER approval_is_frozen"), 0);
    assert_int_equal(site_sql(&site, alter), 0);
    assert_int_equal(decide_seen(max, id, mark, true), APPROVAL_ALTERED);
    assert_int_equal(decide(max, id, true), APPROVAL_ALTERED);
    assert_true(is_there(&person) && is_there(&other));
    assert_int_equal(state_of(id), APPROVAL_WAITS);
}

static void keys_want_another_owner(void **state)
{
    (void)state;
    struct link_key *keys;
    size_t count;
    struct link_key_id key;
    struct api_key_made made;
    const struct origin origin = site_origin(ACTOR_ADMIN, ada);
    assert_int_equal(link_keys_list(site.service.store, site.arena, &keys, &count), STATUS_OK);
    memcpy(key.value, keys[0].id, sizeof key.value);
    struct txn *txn = site_begin(&site);
    assert_int_equal(api_keys_make(&site.service, txn, site.arena, "Mailer", 1, 0, &origin, &made),
                     STATUS_OK);
    site_commit(txn);

    const int64_t link = ask(ada, (struct approval_ask){.kind = APPROVAL_LINK_KEY, .key = key});
    const int64_t api =
        ask(ada, (struct approval_ask){.kind = APPROVAL_API_KEY, .id = made.key.id});
    const int64_t ids[] = {link, api};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(decide(mia, ids[i], true), APPROVAL_ROLE);
        assert_int_equal(decide(ada, ids[i], true), APPROVAL_OWN);
        assert_int_equal(decide(bob, ids[i], true), APPROVAL_DONE);
    }
    struct link_key now;
    struct api_key api_now;
    assert_int_equal(link_keys_get(site.service.store, site.arena, key.value, &now), STATUS_OK);
    assert_int_equal(now.state, KEY_REVOKED);
    assert_int_equal(api_keys_get(site.service.store, site.arena, made.key.id, &api_now),
                     STATUS_OK);
    assert_true(api_now.revoked_at > 0);
    /* What is revoked needs no approval: the act itself says that it is late. */
    int64_t id;
    assert_int_equal(
        ask_as(&origin, (struct approval_ask){.kind = APPROVAL_LINK_KEY, .key = key}, &id),
        APPROVAL_NOT_NEEDED);
}

static void turning_it_off_is_asked_for_too(void **state)
{
    (void)state;
    assert_int_equal(turn(ada, false), APPROVALS_WAITS);
    assert_int_equal(turn(ada, false), APPROVALS_WAITS);
    assert_true(is_on());
    struct approvals_page page = list_for(bob);
    assert_int_equal(page.waiting_count, 1);
    assert_true(page.waiting[0].can_decide);
    const int64_t id = page.waiting[0].approval.id;
    assert_int_equal(decide(max, id, true), APPROVAL_ROLE);
    assert_int_equal(decide(ada, id, true), APPROVAL_OWN);
    assert_int_equal(decide(bob, id, true), APPROVAL_DONE);
    assert_false(is_on());
}

static const char *file_of(int people, const char *topic)
{
    struct buf buf = {0};
    buf_printf(&buf, "email,newsletter\n");
    for (int i = 0; i < people; i++)
        buf_printf(&buf, "p%d@example.org,%s\n", i, topic);
    const char *text = arena_strdup(site.arena, buf.data);
    buf_free(&buf);
    return text;
}

static struct import_job checked(const char *csv)
{
    bool is_busy;
    const struct import_job job = import_ask(&site, csv, "ticked a box", &is_busy);
    assert_false(is_busy);
    import_work(&site);
    const struct import_job now = import_get(&site, job.id);
    assert_int_equal(now.state, IMPORT_IS_CHECKED);
    return now;
}

static struct approval_ask start_of(const struct import_job *job)
{
    return (struct approval_ask){.kind = APPROVAL_IMPORT, .id = job->id};
}

static void an_import_that_opts_in_more_than_a_hundred_waits_a_smaller_one_does_not(void **state)
{
    (void)state;
    int64_t id = 0;
    const struct origin origin = site_origin(ACTOR_ADMIN, mia);
    struct import_job job = checked(file_of(100, "yes"));
    assert_int_equal(job.opts_in, 100);
    assert_int_equal(ask_as(&origin, start_of(&job), &id), APPROVAL_NOT_NEEDED);
    assert_true(import_act(&site, job.id, IMPORT_DISCARD));
    job = checked(file_of(101, "yes"));
    assert_int_equal(job.opts_in, 101);
    id = ask(mia, start_of(&job));
    assert_int_equal(import_get(&site, job.id).state, IMPORT_IS_CHECKED);
    assert_int_equal(list_for(max).waiting[0].people, 101);
    assert_int_equal(decide(max, id, true), APPROVAL_DONE);
    assert_int_equal(import_get(&site, job.id).state, IMPORT_IS_RUNNING);
    import_work(&site);
    assert_int_equal(import_get(&site, job.id).added, 101);

    /* The same people again are no opt-in, nor are they as opt-outs. */
    job = checked(file_of(101, "yes"));
    assert_int_equal(job.opts_in, 0);
    assert_true(import_act(&site, job.id, IMPORT_DISCARD));
    job = checked(file_of(101, "no"));
    assert_int_equal(job.opts_in, 0);
    assert_int_equal(ask_as(&origin, start_of(&job), &id), APPROVAL_NOT_NEEDED);
}

static void what_can_not_be_done_any_more_is_void_and_nothing_is_done(void **state)
{
    (void)state;
    /* The file was thrown away. */
    struct import_job job = checked(file_of(101, "yes"));
    int64_t id = ask(mia, start_of(&job));
    assert_true(import_act(&site, job.id, IMPORT_DISCARD));
    assert_int_equal(decide(max, id, true), APPROVAL_IMPOSSIBLE);
    assert_int_equal(state_of(id), APPROVAL_VOID);
    assert_int_equal(import_get(&site, job.id).state, IMPORT_IS_DISCARDED);
    /* The person has gone. */
    const struct contact person = someone("a@example.org");
    id = ask(mia, erase_of(&person));
    struct contact gone;
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct txn *txn = site_begin(&site);
    assert_int_equal(rights_for(&site.service, txn, site.arena, person.public_id, RIGHTS_ERASE,
                                &origin, "by themselves", &gone),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(decide(max, id, true), APPROVAL_IMPOSSIBLE);
    assert_int_equal(state_of(id), APPROVAL_VOID);
    /* Who asked may not do it any more. */
    const struct contact other = someone("b@example.org");
    id = ask(mia, erase_of(&other));
    site_change_admin(&site, mia, ROLE_VIEWER, false);
    assert_int_equal(decide(max, id, true), APPROVAL_IMPOSSIBLE);
    id = ask(ada, erase_of(&other));
    site_change_admin(&site, ada, ROLE_OWNER, true);
    assert_int_equal(decide(max, id, true), APPROVAL_IMPOSSIBLE);
    assert_true(is_there(&other));
}

static void an_admin_who_is_disabled_decides_nothing(void **state)
{
    (void)state;
    const struct contact person = someone("a@example.org");
    const int64_t id = ask(mia, erase_of(&person));
    site_change_admin(&site, max, ROLE_MANAGER, true);
    assert_int_equal(decide(max, id, true), APPROVAL_ROLE);
    assert_true(is_there(&person));
}

static void each_is_shown_how_many_wait_for_them(void **state)
{
    (void)state;
    const struct contact person = someone("a@example.org");
    const int64_t admins[] = {ada, bob, mia, max, vic}, want[] = {1, 2, 0, 1, 0};
    ask(mia, erase_of(&person));
    assert_int_equal(turn(ada, false), APPROVALS_WAITS);
    for (size_t i = 0; i < 5; i++) {
        struct admin reader;
        int64_t count = -1;
        assert_int_equal(admins_get(site.service.store, site.arena, admins[i], &reader), STATUS_OK);
        assert_int_equal(approvals_count_for(&site.service, &reader, clock_now_s(), &count),
                         STATUS_OK);
        assert_int_equal(count, want[i]);
    }
}

#define CASE(function) cmocka_unit_test_setup_teardown(function, open_site, close_site)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(off_nothing_is_asked),
        CASE(a_second_owner_is_needed_to_turn_it_on),
        CASE(an_erasure_waits_and_is_done_once_by_another),
        CASE(the_ledger_has_both_names_and_what_exactly),
        CASE(declined_and_withdrawn_nothing_is_done_and_it_can_be_asked_anew),
        CASE(after_seven_days_nobody_approves_it),
        CASE(what_was_asked_can_not_become_something_else),
        CASE(keys_want_another_owner),
        CASE(turning_it_off_is_asked_for_too),
        CASE(an_import_that_opts_in_more_than_a_hundred_waits_a_smaller_one_does_not),
        CASE(what_can_not_be_done_any_more_is_void_and_nothing_is_done),
        CASE(an_admin_who_is_disabled_decides_nothing),
        CASE(each_is_shown_how_many_wait_for_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
