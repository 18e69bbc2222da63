/*
 * service/account: sessions are listed and ended, a password is changed by who knows the old one.
 */
#include <string.h>

#include "service/account.h"
#include "unit/session_support.h"

static void sessions_are_listed_and_ended(void **state)
{
    struct account_session *rows;
    size_t count;
    int64_t ended = -1;
    const struct origin origin = auth_origin(&session_hers, SESSION_HOME, "Browser");
    struct auth_session gone;

    session_now_s += 60;
    struct login_result other = session_log_in(SESSION_ELSEWHERE, true),
                        third = session_log_in("2001:db8:1:2:3::4", true);
    assert_int_equal(account_sessions(&session_site.service, session_site.arena, &session_hers,
                                      session_now_s, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 3);
    assert_true(rows[0].is_this);
    assert_string_equal(rows[0].network, "192.0.2.0/24");
    const bool is_v6_first = strchr(rows[1].address, ':') != NULL;
    const struct account_session *row = &rows[is_v6_first ? 2 : 1];
    assert_string_equal(row->address, SESSION_ELSEWHERE);
    assert_string_equal(rows[is_v6_first ? 1 : 2].network, "2001:db8:1:2::/64");

    struct txn *txn = site_begin(&session_site);
    assert_int_equal(account_end(&session_site.service, txn, session_site.arena, &session_hers,
                                 rows[0].id, &origin, session_now_s, &ended),
                     STATUS_OK);
    assert_int_equal(ended, 0);
    assert_int_equal(account_end(&session_site.service, txn, session_site.arena, &session_hers,
                                 row->id, &origin, session_now_s, &ended),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(ended, 1);
    assert_string_equal(session_newest_note(), "ada@example.org\nended: " SESSION_ELSEWHERE);
    assert_int_equal(session_of(other.cookie, &gone), STATUS_NOT_FOUND);
    assert_int_equal(session_of(third.cookie, &gone), STATUS_OK);

    txn = site_begin(&session_site);
    assert_int_equal(account_end(&session_site.service, txn, session_site.arena, &session_hers,
                                 NULL, &origin, session_now_s, &ended),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(ended, 1);
    assert_int_equal(session_of(third.cookie, &gone), STATUS_NOT_FOUND);
    assert_int_equal(account_sessions(&session_site.service, session_site.arena, &session_hers,
                                      session_now_s, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
}

static struct account_change change_of(bool is_right)
{
    return (struct account_change){.session = &session_hers,
                                   .attempt = session_prepare(SESSION_HOME),
                                   .old = "old",
                                   .is_right = is_right,
                                   .hash = "hash two"};
}

static void a_new_password_ends_every_other_session_and_renews_this_one(void **state)
{
    const struct origin origin = auth_origin(&session_hers, SESSION_HOME, "Browser");
    struct auth_session found;
    struct login_result other = session_log_in(SESSION_ELSEWHERE, true);

    struct account_change wrong = change_of(false), right = change_of(true);
    struct txn *txn = site_begin(&session_site);
    assert_int_equal(account_password(&session_site.service, txn, session_site.arena, &wrong,
                                      &origin, session_now_s),
                     STATUS_OK);
    assert_int_equal(wrong.fault, ACCOUNT_OLD_WRONG);
    assert_int_equal(account_password(&session_site.service, txn, session_site.arena, &right,
                                      &origin, session_now_s),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(right.fault, ACCOUNT_FINE);
    assert_int_equal(right.ended, 1);
    assert_int_equal(session_of(other.cookie, &found), STATUS_NOT_FOUND);
    assert_int_equal(session_of(right.cookie, &found), STATUS_OK);
    assert_string_equal(found.admin.password, "hash two");
    assert_memory_not_equal(found.hash, session_hers.hash, sizeof found.hash);
    assert_int_equal(found.created_at, session_hers.created_at);
    assert_string_equal(session_newest_note(), "ada@example.org");
}

static void s1_a_new_password_is_checked_before_anything_is_hashed(void **state)
{
    struct account_change change = {.old = "correct horse battery 9"};

    change.new = change.again = "short";
    account_check_new(&change);
    assert_int_equal(change.fault, ACCOUNT_NEW_BAD);
    change = (struct account_change){.old = "correct horse battery 9",
                                     .new = "another horse battery",
                                     .again = "another horse batteri"};
    account_check_new(&change);
    assert_int_equal(change.fault, ACCOUNT_NEW_DIFFERS);
    change.fault = ACCOUNT_FINE;
    change.new = change.again = change.old;
    account_check_new(&change);
    assert_int_equal(change.fault, ACCOUNT_NEW_SAME);
    change.fault = ACCOUNT_FINE;
    change.new = change.again = "another horse battery";
    account_check_new(&change);
    assert_int_equal(change.fault, ACCOUNT_FINE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST("sessions are listed and ended", sessions_are_listed_and_ended),
        SESSION_TEST("a new password ends every other session and renews this one",
                     a_new_password_ends_every_other_session_and_renews_this_one),
        SESSION_TEST("S1: a new password is checked before anything is hashed",
                     s1_a_new_password_is_checked_before_anything_is_hashed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
