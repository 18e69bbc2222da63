/*
 * Login, sessions, throttling and who the admins are. Passwords themselves are tested with
 * crypto/password; here what is compared is a text, and whether it was right is told.
 */
#include <string.h>

#include "base/clock.h"
#include "crypto/crypto.h"
#include "service/auth.h"
#include "service/throttle.h"
#include "store/entries.h"
#include "unit/site.h"

#define HOME      "192.0.2.10"
#define ELSEWHERE "198.51.100.4"

static struct site site;
static int64_t ada;

static int64_t now_s;

static struct origin operator_origin(void)
{
    return (struct origin){.actor = ACTOR_OPERATOR, .proof_kind = PROOF_COMMAND};
}

static enum status add_admin(const char *email, int64_t *id)
{
    const struct origin origin = operator_origin();
    struct txn *txn = site_begin(&site);
    enum status status = auth_admin_add(&site.service, txn, email, email, "Ada Admin", ROLE_OWNER,
                                        "hash one", &origin, id);
    if (status == STATUS_OK)
        site_commit(txn);
    else
        txn_rollback(txn);
    return status;
}

static int open_site(void **state)
{
    site_open(&site);
    now_s = clock_now_s();
    return add_admin("ada@example.org", &ada) == STATUS_OK ? 0 : -1;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static struct login_attempt prepare(const char *email, const char *address)
{
    struct login_attempt attempt;
    assert_int_equal(auth_prepare(&site.service, site.arena, email, address, now_s, &attempt),
                     STATUS_OK);
    return attempt;
}

static struct login_result finish(const struct login_attempt *attempt, bool is_right)
{
    struct login_result result;
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        auth_finish(&site.service, txn, attempt, is_right, HOME, "Browser", now_s, &result),
        STATUS_OK);
    site_commit(txn);
    return result;
}

static struct login_result login(const char *email, const char *address, bool is_right)
{
    struct login_attempt attempt = prepare(email, address);
    assert_int_equal(attempt.wait_s, 0);
    return finish(&attempt, is_right);
}

static enum status session_of(const char *cookie, struct auth_session *out)
{
    return auth_session_get(&site.service, site.arena, cookie, now_s, out);
}

static void a_right_password_opens_a_session(void **state)
{
    struct auth_session session;
    struct login_result result = login(" Ada@Example.org ", HOME, true);

    assert_true(result.is_in);
    assert_int_equal(strlen(result.cookie), SESSION_COOKIE_BYTES - 1);
    assert_int_equal(session_of(result.cookie, &session), STATUS_OK);
    assert_int_equal(session.admin.id, ada);
    assert_false(session.needs_touch);

    struct origin origin = auth_origin(&session, HOME, "Browser");
    assert_int_equal(origin.actor, ACTOR_ADMIN);
    assert_int_equal(origin.actor_id, ada);
    assert_memory_equal(origin.proof, session.hash, PROOF_MAX_BYTES);
}

static void a_session_is_stored_hashed(void **state)
{
    struct login_result result = login("ada@example.org", HOME, true);
    uint8_t token[32], hash[SESSION_HASH_BYTES];
    struct session stored;

    assert_true(crypto_base64url_decode(result.cookie, strlen(result.cookie), token, 32));
    assert_int_equal(sessions_get(site.service.store, site.arena, token, &stored),
                     STATUS_NOT_FOUND);
    crypto_session_hash(token, sizeof token, hash);
    assert_int_equal(sessions_get(site.service.store, site.arena, hash, &stored), STATUS_OK);
    assert_int_equal(stored.admin, ada);
}

static void a_login_rotates_the_session(void **state)
{
    struct login_result first = login("ada@example.org", HOME, true);
    struct login_attempt attempt = prepare("ada@example.org", HOME);
    struct auth_session session;

    attempt.replaces = first.cookie;
    struct login_result second = finish(&attempt, true);
    assert_true(second.is_in);
    assert_string_not_equal(first.cookie, second.cookie);
    assert_int_equal(session_of(first.cookie, &session), STATUS_NOT_FOUND);
    assert_int_equal(session_of(second.cookie, &session), STATUS_OK);
}

static void what_is_no_cookie_of_ours_is_no_session(void **state)
{
    static const char *const cookies[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!",
                                          "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"};
    struct auth_session session;

    for (size_t i = 0; i < sizeof cookies / sizeof *cookies; i++)
        assert_int_equal(session_of(cookies[i], &session), STATUS_NOT_FOUND);
}

static void a_session_ends_when_idle(void **state)
{
    struct login_result result = login("ada@example.org", HOME, true);
    struct auth_session session;

    now_s += SESSION_IDLE_S - 1;
    assert_int_equal(session_of(result.cookie, &session), STATUS_OK);
    assert_true(session.needs_touch);
    struct txn *txn = site_begin(&site);
    assert_int_equal(auth_touch(&site.service, txn, session.hash, now_s), STATUS_OK);
    site_commit(txn);
    now_s += SESSION_IDLE_S - 1;
    assert_int_equal(session_of(result.cookie, &session), STATUS_OK);
    now_s += 1;
    assert_int_equal(session_of(result.cookie, &session), STATUS_NOT_FOUND);
}

static void a_clock_that_went_back_leaves_no_session_for_years_and_nobody_waiting(void **state)
{
    struct login_result result = login("ada@example.org", HOME, true);
    struct auth_session session;

    now_s -= 3600; /* a little: nobody is sent away */
    assert_int_equal(session_of(result.cookie, &session), STATUS_OK);
    now_s += 3650 * INT64_C(86400);
    assert_int_equal(session_of(result.cookie, &session), STATUS_NOT_FOUND);
    result = login("ada@example.org", HOME, true);
    for (int i = 0; i < 8; i++) {
        struct login_attempt attempt = prepare("ada@example.org", HOME);
        now_s += attempt.wait_s;
        (void)login("ada@example.org", HOME, false);
    }
    assert_true(prepare("ada@example.org", HOME).wait_s > 0);
    now_s -= 3650 * INT64_C(86400);
    assert_int_equal(session_of(result.cookie, &session), STATUS_NOT_FOUND);
    result = login("ada@example.org", HOME, true);
    assert_int_equal(session_of(result.cookie, &session), STATUS_OK);
}

static void a_session_ends_for_good_after_its_days(void **state)
{
    struct login_result result = login("ada@example.org", HOME, true);
    struct auth_session session;

    for (int64_t at = 3600; at < SESSION_ABSOLUTE_S; at += 3600) {
        now_s += 3600;
        assert_int_equal(session_of(result.cookie, &session), STATUS_OK);
        struct txn *txn = site_begin(&site);
        assert_int_equal(auth_touch(&site.service, txn, session.hash, now_s), STATUS_OK);
        site_commit(txn);
    }
    now_s += 3600;
    assert_int_equal(session_of(result.cookie, &session), STATUS_NOT_FOUND);
}

static void logging_out_ends_one_session(void **state)
{
    struct login_result first = login("ada@example.org", HOME, true);
    struct login_result second = login("ada@example.org", HOME, true);
    struct auth_session session;

    assert_int_equal(session_of(first.cookie, &session), STATUS_OK);
    for (int twice = 0; twice < 2; twice++) {
        struct txn *txn = site_begin(&site);
        assert_int_equal(auth_logout(&site.service, txn, session.hash), STATUS_OK);
        site_commit(txn);
    }
    assert_int_equal(session_of(first.cookie, &session), STATUS_NOT_FOUND);
    assert_int_equal(session_of(second.cookie, &session), STATUS_OK);
}

static void the_csrf_token_is_the_sessions_own(void **state)
{
    struct login_result first = login("ada@example.org", HOME, true);
    struct login_result second = login("ada@example.org", HOME, true);
    struct auth_session one, two;

    assert_int_equal(session_of(first.cookie, &one), STATUS_OK);
    assert_int_equal(session_of(second.cookie, &two), STATUS_OK);
    assert_true(auth_csrf_is_right(&one, one.csrf));
    assert_false(auth_csrf_is_right(&one, two.csrf));
    assert_false(auth_csrf_is_right(&one, ""));
    assert_false(auth_csrf_is_right(&one, NULL));
}

static void failures_make_the_next_one_wait(void **state)
{
    int64_t waits[9];

    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_false(login("ada@example.org", HOME, false).is_in);
    for (int i = 0; i < 9; i++) {
        struct login_attempt attempt = prepare("ada@example.org", HOME);
        assert_int_equal(attempt.wait_s, 0);
        finish(&attempt, false);
        waits[i] = prepare("ada@example.org", HOME).wait_s;
        assert_true(i == 0 ? waits[i] == 2 : waits[i] >= waits[i - 1]);
        now_s += waits[i];
    }
    assert_int_equal(waits[1], 4);
    assert_int_equal(waits[8], THROTTLE_MAX_WAIT_S);
    /* After the wait the right password goes in, and everything is forgotten. */
    assert_true(login("ada@example.org", HOME, true).is_in);
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_false(login("ada@example.org", HOME, false).is_in);
    assert_int_equal(prepare("ada@example.org", HOME).wait_s, 0);
}

static void guessing_from_elsewhere_keeps_nobody_out(void **state)
{
    for (int i = 0; i < 30; i++) {
        struct login_attempt attempt = prepare("ada@example.org", ELSEWHERE);
        finish(&attempt, false);
    }
    assert_true(prepare("ada@example.org", ELSEWHERE).wait_s > 0);
    assert_int_equal(prepare("ada@example.org", HOME).wait_s, 0);
    assert_true(login("ada@example.org", HOME, true).is_in);
}

static void a_network_counts_as_one(void **state)
{
    static const struct {
        const char *a, *b;
        bool is_same;
    } cases[] = {
        {"192.0.2.1", "192.0.2.254", true},
        {"192.0.2.1", "192.0.3.1", false},
        {"::ffff:192.0.2.1", "192.0.2.9", true},
        {"2001:db8:0:1::1", "2001:db8:0:1:ffff::9", true},
        {"2001:db8:0:1::1", "2001:db8:0:2::1", false},
        {"not an address", "not an address", true},
    };
    uint8_t a[32], b[32];

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        throttle_bucket(&site.service, "ada@example.org", cases[i].a, a);
        throttle_bucket(&site.service, "ada@example.org", cases[i].b, b);
        assert_true((memcmp(a, b, 32) == 0) == cases[i].is_same);
        throttle_bucket(&site.service, "bob@example.org", cases[i].a, b);
        assert_memory_not_equal(a, b, 32);
    }
}

static void attempts_side_by_side_are_no_way_round(void **state)
{
    struct login_attempt attempts[20];

    for (int i = 0; i < 20; i++)
        attempts[i] = prepare("ada@example.org", HOME);
    for (int i = 0; i < 19; i++)
        assert_false(finish(&attempts[i], false).is_in);
    struct login_result result = finish(&attempts[19], true);
    assert_false(result.is_in);
    assert_true(result.wait_s > 0);
}

static void nobody_looks_like_somebody(void **state)
{
    static const char *const emails[] = {"ada@example.org", "nobody@example.org", "no address"};

    for (size_t i = 0; i < 3; i++) {
        for (int k = 0; k <= THROTTLE_FREE; k++) {
            struct login_attempt attempt = prepare(emails[i], HOME);
            assert_int_equal(attempt.wait_s, 0);
            assert_int_equal(attempt.admin != 0, i == 0);
            assert_int_equal(attempt.hash != NULL, i == 0);
            /* Even were the decoy "right", nobody gets in. */
            assert_false(finish(&attempt, i != 0).is_in);
        }
        assert_int_equal(prepare(emails[i], HOME).wait_s, 2);
    }
}

static void a_password_changed_meanwhile_is_wrong(void **state)
{
    const struct origin origin = operator_origin();
    struct login_result before = login("ada@example.org", HOME, true);
    struct login_attempt attempt = prepare("ada@example.org", HOME);
    struct auth_session session;

    struct txn *txn = site_begin(&site);
    assert_int_equal(auth_admin_passwd(&site.service, txn, "ada@example.org", "hash two", &origin),
                     STATUS_OK);
    site_commit(txn);
    assert_false(finish(&attempt, true).is_in);
    assert_int_equal(session_of(before.cookie, &session), STATUS_NOT_FOUND);
    assert_string_equal(prepare("ada@example.org", HOME).hash, "hash two");
    assert_int_equal(site_entry(&site, site_head(&site)).kind, ENTRY_ADMIN_PASSWORD);
}

static enum status remove_admin(const char *email)
{
    const struct origin origin = operator_origin();
    struct txn *txn = site_begin(&site);
    enum status status = auth_admin_remove(&site.service, txn, email, &origin);
    if (status == STATUS_OK)
        site_commit(txn);
    else
        txn_rollback(txn);
    return status;
}

static void the_last_owner_stays(void **state)
{
    struct auth_session session;
    int64_t bob = 0;

    assert_int_equal(remove_admin("ada@example.org"), STATUS_REFUSED);
    assert_int_equal(remove_admin("nobody@example.org"), STATUS_NOT_FOUND);
    assert_int_equal(add_admin("bob@example.org", &bob), STATUS_OK);
    assert_int_equal(add_admin("bob@example.org", &bob), STATUS_CONFLICT);
    struct login_result result = login("bob@example.org", HOME, true);
    assert_true(result.is_in);
    assert_int_equal(remove_admin("bob@example.org"), STATUS_OK);
    assert_int_equal(site_entry(&site, site_head(&site)).kind, ENTRY_ADMIN_REMOVED);
    assert_int_equal(session_of(result.cookie, &session), STATUS_NOT_FOUND);
    assert_int_equal(prepare("bob@example.org", HOME).admin, 0);
    assert_int_equal(remove_admin("bob@example.org"), STATUS_NOT_FOUND);
    assert_int_equal(remove_admin("ada@example.org"), STATUS_REFUSED);

    int64_t again = 0;
    assert_int_equal(add_admin("bob@example.org", &again), STATUS_OK);
    assert_int_equal(again, bob);
    assert_int_equal(prepare("bob@example.org", HOME).admin, bob);
}

static struct admin put_disabled(int64_t id, int64_t disabled_at)
{
    struct admin admin;
    assert_int_equal(admins_get(site.service.store, site.arena, id, &admin), STATUS_OK);
    admin.disabled_at = disabled_at;
    struct txn *txn = site_begin(&site);
    assert_int_equal(admins_put(txn, &admin, NULL), STATUS_OK);
    site_commit(txn);
    return admin;
}

static void the_disabled_are_nobody(void **state)
{
    struct auth_session session;
    struct login_result result = login("ada@example.org", HOME, true);
    struct login_attempt before = prepare("ada@example.org", HOME);

    put_disabled(ada, now_s);
    assert_int_equal(session_of(result.cookie, &session), STATUS_NOT_FOUND);
    assert_false(finish(&before, true).is_in);
    struct login_attempt nobody = prepare("nobody@example.org", ELSEWHERE);
    struct login_attempt disabled = prepare("ada@example.org", ELSEWHERE);
    assert_int_equal(disabled.admin, nobody.admin);
    assert_null(disabled.hash);
    put_disabled(ada, 0);
    assert_int_equal(session_of(result.cookie, &session), STATUS_OK);
    assert_int_equal(prepare("ada@example.org", ELSEWHERE).admin, ada);
}

static void the_ledger_says_who_signed_in(void **state)
{
    struct admin admin;
    struct auth_session session;
    struct login_result result = login("ada@example.org", HOME, true);
    struct entry entry = site_entry(&site, site_head(&site));

    assert_int_equal(session_of(result.cookie, &session), STATUS_OK);
    assert_int_equal(entry.kind, ENTRY_ADMIN_SIGNED_IN);
    assert_int_equal(entry.subject, ada);
    assert_int_equal(entry.actor_id, ada);
    assert_int_equal(entry.proof_kind, PROOF_SESSION);
    assert_memory_equal(entry.proof, session.hash, PROOF_MAX_BYTES);
    assert_string_equal(entry.private.note, "ada@example.org");
    assert_string_equal(entry.private.address, HOME);
    assert_int_equal(admins_get(site.service.store, site.arena, ada, &admin), STATUS_OK);
    assert_int_equal(admin.signed_in_at, now_s);
    site_check_ledger(&site);

    const int64_t head = site_head(&site).value;
    assert_false(login("ada@example.org", HOME, false).is_in);
    assert_int_equal(site_head(&site).value, head);
}

#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a right password opens a session", a_right_password_opens_a_session),
        TEST("S3: a session is stored hashed", a_session_is_stored_hashed),
        TEST("S3: a login rotates the session", a_login_rotates_the_session),
        TEST("S3: what is no cookie of ours is no session",
             what_is_no_cookie_of_ours_is_no_session),
        TEST("S3: a session ends when idle", a_session_ends_when_idle),
        TEST("a clock that went back leaves no session for years, and nobody waiting",
             a_clock_that_went_back_leaves_no_session_for_years_and_nobody_waiting),
        TEST("S3: a session ends for good after its days", a_session_ends_for_good_after_its_days),
        TEST("S3: sessions are ended one by one", logging_out_ends_one_session),
        TEST("S4: the CSRF token is the session's own", the_csrf_token_is_the_sessions_own),
        TEST("S8: failures make the next one wait", failures_make_the_next_one_wait),
        TEST("S8: guessing from elsewhere keeps nobody out",
             guessing_from_elsewhere_keeps_nobody_out),
        TEST("S8: a network counts as one", a_network_counts_as_one),
        TEST("S8: attempts side by side are no way round", attempts_side_by_side_are_no_way_round),
        TEST("S8: nobody looks like somebody", nobody_looks_like_somebody),
        TEST("a password changed meanwhile is wrong, and ends all sessions",
             a_password_changed_meanwhile_is_wrong),
        TEST("the last owner stays", the_last_owner_stays),
        TEST("S8: the disabled are nobody, and have no session", the_disabled_are_nobody),
        TEST("the ledger says who signed in, from where, with which session",
             the_ledger_says_who_signed_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
