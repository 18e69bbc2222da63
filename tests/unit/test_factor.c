/*
 * The second factor: setting up, codes and their replay, drift and clocks, recovery codes, the
 * login's second step, throttling, sessions and the change of password. The pages are tested over
 * HTTP.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/totp.h"
#include "service/account.h"
#include "service/factor_login.h"
#include "service/throttle.h"
#include "unit/site.h"

#define HOME      "192.0.2.10"
#define ELSEWHERE "198.51.100.4"

static struct site site;
static int64_t now_s;
static int64_t ada;
static struct auth_session session; /* hers */
static char codes[FACTOR_RECOVERY_CODES][RECOVERY_CODE_TEXT_BYTES];

static struct login_attempt prepare(const char *address)
{
    struct login_attempt attempt;
    assert_int_equal(
        auth_prepare(&site.service, site.arena, "ada@example.org", address, now_s, &attempt),
        STATUS_OK);
    return attempt;
}

static struct login_result log_in(const char *address, bool is_right)
{
    struct login_attempt attempt = prepare(address);
    struct login_result result;
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        auth_finish(&site.service, txn, &attempt, is_right, address, "Browser", now_s, &result),
        STATUS_OK);
    site_commit(txn);
    return result;
}

static enum status session_of(const char *cookie, struct auth_session *out)
{
    return auth_session_get(&site.service, site.arena, cookie, now_s, out);
}

static int open_site(void **state)
{
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    site_open(&site);
    now_s = clock_now_s();
    struct txn *txn = site_begin(&site);
    assert_int_equal(auth_admin_add(&site.service, txn, "ada@example.org", "ada@example.org", "Ada",
                                    ROLE_OWNER, "hash one", &origin, &ada),
                     STATUS_OK);
    site_commit(txn);
    struct login_result login = log_in(HOME, true);
    assert_true(login.is_in);
    return session_of(login.cookie, &session) == STATUS_OK ? 0 : -1;
}

static int close_site(void **state)
{
    site_close(&site);
    return 0;
}

static struct factor_act act_of(const char *code, bool is_right)
{
    return (struct factor_act){
        .session = &session,
        .attempt = prepare(HOME),
        .is_right = is_right,
        .code = code,
        .origin = auth_origin(&session, HOME, "Browser"),
        .now_s = now_s,
    };
}

typedef enum status act_run(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct factor_act *act, struct factor_done *out);

static struct factor_done act(act_run *run, const char *code, bool is_right)
{
    const struct factor_act what = act_of(code, is_right);
    struct factor_done done;
    struct txn *txn = site_begin(&site);
    assert_int_equal(run(&site.service, txn, site.arena, &what, &done), STATUS_OK);
    site_commit(txn);
    return done;
}

/* The app's code at a moment, as the stored secret has it. */
static const char *code_at(int64_t at_s)
{
    struct factor factor;
    uint8_t secret[TOTP_SECRET_BYTES];
    char code[TOTP_CODE_BYTES];
    assert_int_equal(factors_get(site.service.store, ada, &factor), STATUS_OK);
    assert_int_equal(totp_open(site.service.secrets, ada, factor.secret, secret), STATUS_OK);
    assert_int_equal(totp_code(secret, totp_step(at_s), code), STATUS_OK);
    return arena_strdup(site.arena, code);
}

/* A code that is right at no step near now. */
static const char *wrong_code(void)
{
    for (int n = 0;; n++) {
        const char *code = arena_printf(site.arena, "%06d", n);
        bool is_near = false;
        for (int i = -4; i <= 4; i++)
            is_near |= strcmp(code, code_at(now_s + (int64_t)i * TOTP_STEP_S)) == 0;
        if (!is_near)
            return code;
    }
}

static void set_up(void)
{
    assert_int_equal(act(factor_begin, NULL, true).checked.fault, FACTOR_FINE);
    struct factor_done done = act(factor_turn_on, code_at(now_s), true);
    assert_int_equal(done.checked.fault, FACTOR_FINE);
    assert_true(done.has_codes);
    memcpy(codes, done.codes, sizeof codes);
    now_s += 2 * TOTP_STEP_S;
}

static struct factor_facts facts(void)
{
    struct factor_facts facts;
    assert_int_equal(factor_facts(&site.service, ada, &facts), STATUS_OK);
    return facts;
}

static struct factor_login second(const char *cookie, const char *typed, const char *address)
{
    struct factor_login out;
    struct txn *txn = site_begin(&site);
    assert_int_equal(factor_login(&site.service, txn, site.arena, cookie, typed, NULL, address,
                                  "Browser", now_s, &out),
                     STATUS_OK);
    site_commit(txn);
    return out;
}

static const char *newest_note(void)
{
    return site_entry(&site, site_head(&site)).private.note;
}

static void it_is_on_only_after_a_right_code(void **state)
{
    struct factor_offer offer;

    assert_int_equal(factor_offer(&site.service, site.arena, &session.admin, &offer),
                     STATUS_NOT_FOUND);
    assert_int_equal(act(factor_turn_on, "123456", true).checked.fault, FACTOR_OUT_OF_TURN);
    assert_int_equal(act(factor_begin, NULL, false).checked.fault, FACTOR_PASSWORD);
    assert_false(facts().is_begun);
    assert_int_equal(act(factor_begin, NULL, true).checked.fault, FACTOR_FINE);
    assert_int_equal(factor_offer(&site.service, site.arena, &session.admin, &offer), STATUS_OK);
    assert_int_equal(strlen(offer.secret), 8 * 5 - 1);
    assert_non_null(strstr(offer.uri, "otpauth://totp/Assent%20"));
    assert_non_null(strstr(offer.uri, ":ada%40example.org?secret="));
    assert_int_equal(act(factor_turn_on, wrong_code(), true).checked.fault, FACTOR_WRONG);
    assert_int_equal(act(factor_turn_on, "words", true).checked.fault, FACTOR_WRONG);
    assert_false(facts().is_on);
    assert_true(log_in(HOME, true).is_in);

    struct login_result other = log_in(ELSEWHERE, true);
    set_up();
    assert_true(facts().is_on);
    assert_int_equal(facts().codes_left, FACTOR_RECOVERY_CODES);
    assert_int_equal(factor_offer(&site.service, site.arena, &session.admin, &offer),
                     STATUS_NOT_FOUND);
    assert_string_equal(newest_note(), "ada@example.org\nsecond factor: off → on");
    struct auth_session gone;
    assert_int_equal(session_of(other.cookie, &gone), STATUS_NOT_FOUND);
    assert_int_equal(act(factor_begin, NULL, true).checked.fault, FACTOR_OUT_OF_TURN);
    site_check_ledger(&site);
}

static void a_clock_that_is_off_is_said_when_setting_up(void **state)
{
    assert_int_equal(act(factor_begin, NULL, true).checked.fault, FACTOR_FINE);
    struct factor_done done = act(factor_turn_on, code_at(now_s + 20 * TOTP_STEP_S), true);
    assert_int_equal(done.checked.fault, FACTOR_DRIFT);
    assert_int_equal(done.checked.drift_s, 20 * TOTP_STEP_S);
    assert_false(facts().is_on);
}

static void s2_a_right_password_opens_no_session_before_the_code(void **state)
{
    struct auth_session none;
    set_up();
    struct login_result first = log_in(HOME, true);
    assert_false(first.is_in);
    assert_true(first.needs_code);
    assert_int_equal(session_of(first.cookie, &none), STATUS_NOT_FOUND);

    struct factor_login in = second(first.cookie, code_at(now_s), HOME);
    assert_true(in.opened.is_in);
    assert_int_equal(session_of(in.opened.cookie, &none), STATUS_OK);
    assert_true(second(first.cookie, code_at(now_s + TOTP_STEP_S), HOME).is_over);
}

static void s2_a_used_code_is_refused_and_so_is_an_earlier_one(void **state)
{
    set_up();
    const char *code = code_at(now_s), *before = code_at(now_s - TOTP_STEP_S);
    assert_true(second(log_in(HOME, true).cookie, code, HOME).opened.is_in);
    struct login_result again = log_in(HOME, true);
    assert_int_equal(second(again.cookie, code, HOME).checked.fault, FACTOR_USED);
    assert_int_equal(second(again.cookie, before, HOME).checked.fault, FACTOR_USED);
    assert_true(second(again.cookie, code_at(now_s + TOTP_STEP_S), HOME).opened.is_in);
}

static void s2_one_step_of_drift_is_taken_and_no_more(void **state)
{
    set_up();
    now_s += 100 * TOTP_STEP_S;
    assert_int_equal(
        second(log_in(HOME, true).cookie, code_at(now_s - 2 * TOTP_STEP_S), HOME).checked.fault,
        FACTOR_WRONG);
    assert_int_equal(
        second(log_in(HOME, true).cookie, code_at(now_s + 2 * TOTP_STEP_S), HOME).checked.fault,
        FACTOR_WRONG);
    assert_true(second(log_in(HOME, true).cookie, code_at(now_s - TOTP_STEP_S), HOME).opened.is_in);
    assert_true(second(log_in(HOME, true).cookie, code_at(now_s + TOTP_STEP_S), HOME).opened.is_in);
}

static void a_clock_set_back_is_told_from_a_used_code(void **state)
{
    set_up();
    now_s += 1000 * TOTP_STEP_S;
    assert_true(second(log_in(HOME, true).cookie, code_at(now_s), HOME).opened.is_in);
    const int64_t until_s = (totp_step(now_s) + 1) * TOTP_STEP_S;
    now_s -= 900 * TOTP_STEP_S;
    struct factor_login out = second(log_in(HOME, true).cookie, code_at(now_s), HOME);
    assert_int_equal(out.checked.fault, FACTOR_CLOCK);
    assert_int_equal(out.checked.until_s, until_s);
    assert_true(second(log_in(HOME, true).cookie, codes[3], HOME).opened.is_in);
}

static void a_recovery_code_is_good_once(void **state)
{
    set_up();
    struct factor_login in = second(log_in(HOME, true).cookie, codes[0], HOME);
    assert_true(in.opened.is_in);
    assert_true(in.checked.was_recovery);
    assert_int_equal(in.checked.codes_left, 9);
    assert_int_equal(facts().codes_left, 9);
    struct login_result again = log_in(HOME, true);
    assert_int_equal(second(again.cookie, codes[0], HOME).checked.fault, FACTOR_WRONG);
    assert_true(second(again.cookie, codes[9], HOME).opened.is_in);

    now_s += TOTP_STEP_S;
    assert_true(second(log_in(HOME, true).cookie, code_at(now_s), HOME).opened.is_in);
    now_s += TOTP_STEP_S;
    struct factor_done renewed = act(factor_renew, code_at(now_s), true);
    assert_int_equal(renewed.checked.fault, FACTOR_FINE);
    assert_int_equal(facts().codes_left, FACTOR_RECOVERY_CODES);
    assert_int_equal(second(log_in(HOME, true).cookie, codes[1], HOME).checked.fault, FACTOR_WRONG);
    assert_true(second(log_in(HOME, true).cookie, renewed.codes[1], HOME).opened.is_in);
    site_check_ledger(&site);
}

static void s8_wrong_codes_end_the_step_and_wait_as_wrong_passwords_do(void **state)
{
    set_up();
    struct login_result first = log_in(HOME, true);
    for (int i = 1; i < AUTH_STEP_TRIES; i++) {
        struct factor_login out = second(first.cookie, wrong_code(), HOME);
        assert_int_equal(out.checked.fault, FACTOR_WRONG);
        assert_false(out.is_over);
    }
    assert_true(second(first.cookie, wrong_code(), HOME).is_over);
    assert_string_equal(newest_note(), "ada@example.org\n5 wrong codes behind the right password");
    assert_true(second(first.cookie, code_at(now_s), HOME).is_over);
    assert_true(prepare(HOME).wait_s > 0);
    /* Who knows the password and guesses from many networks waits by account. */
    assert_int_equal(prepare(ELSEWHERE).wait_s, 0);
    struct login_result elsewhere = log_in(ELSEWHERE, true);
    assert_int_equal(second(elsewhere.cookie, code_at(now_s), ELSEWHERE).checked.fault,
                     FACTOR_THROTTLED);
    assert_true(second(elsewhere.cookie, codes[0], ELSEWHERE).opened.is_in);
    now_s += THROTTLE_MAX_WAIT_S;
    assert_true(second(log_in(HOME, true).cookie, code_at(now_s), HOME).opened.is_in);
    assert_int_equal(prepare(HOME).wait_s, 0);
}

static void s8_wrong_passwords_never_make_a_code_wait_elsewhere(void **state)
{
    set_up();
    for (int i = 0; i < 20; i++)
        log_in(ELSEWHERE, false);
    assert_true(second(log_in(HOME, true).cookie, code_at(now_s), HOME).opened.is_in);
}

static void a_step_is_over_in_time_and_with_the_password(void **state)
{
    set_up();
    struct login_result first = log_in(HOME, true), other = log_in(HOME, true);
    struct auth_step step;
    now_s += AUTH_STEP_S - 1;
    assert_int_equal(auth_step_get(site.service.store, site.arena, first.cookie, now_s, &step),
                     STATUS_OK);
    now_s++;
    assert_true(second(first.cookie, code_at(now_s), HOME).is_over);
    now_s -= AUTH_STEP_S;

    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct txn *txn = site_begin(&site);
    assert_int_equal(auth_admin_passwd(&site.service, txn, "ada@example.org", "hash two", &origin),
                     STATUS_OK);
    site_commit(txn);
    assert_true(second(other.cookie, code_at(now_s), HOME).is_over);
    assert_true(second("nonsense", code_at(now_s), HOME).is_over);
}

static void turning_off_asks_for_password_and_code(void **state)
{
    set_up();
    assert_int_equal(act(factor_turn_off, code_at(now_s), false).checked.fault, FACTOR_PASSWORD);
    assert_int_equal(act(factor_turn_off, wrong_code(), true).checked.fault, FACTOR_WRONG);
    assert_true(facts().is_on);
    struct login_result waiting = log_in(HOME, true);
    assert_int_equal(act(factor_turn_off, code_at(now_s), true).checked.fault, FACTOR_FINE);
    assert_false(facts().is_on);
    assert_true(log_in(HOME, true).is_in);
    assert_true(second(waiting.cookie, "123456", HOME).is_over);
    assert_int_equal(act(factor_turn_off, "123456", true).checked.fault, FACTOR_OUT_OF_TURN);
}

static void a_reset_takes_it_off_and_ends_the_sessions(void **state)
{
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct auth_session gone;
    struct txn *txn = site_begin(&site);
    assert_int_equal(factor_reset(&site.service, txn, site.arena, ada, &origin), STATUS_NOT_FOUND);
    site_commit(txn);
    set_up();
    struct login_result in = second(log_in(HOME, true).cookie, code_at(now_s), HOME).opened;
    txn = site_begin(&site);
    assert_int_equal(factor_reset(&site.service, txn, site.arena, ada, &origin), STATUS_OK);
    assert_int_equal(factor_reset(&site.service, txn, site.arena, 999, &origin), STATUS_NOT_FOUND);
    site_commit(txn);
    assert_int_equal(session_of(in.cookie, &gone), STATUS_NOT_FOUND);
    assert_false(facts().is_on);
    assert_int_equal(facts().codes_left, 0);
    assert_true(log_in(HOME, true).is_in);
    site_check_ledger(&site);
}

static void required_for_all_it_is_due_until_it_is_on(void **state)
{
    struct auth_session found;
    struct login_result in = log_in(HOME, true);
    assert_int_equal(session_of(in.cookie, &found), STATUS_OK);
    assert_false(found.needs_factor);
    site_put_setting(&site, "factor_required", "yes");
    assert_int_equal(session_of(in.cookie, &found), STATUS_OK);
    assert_true(found.needs_factor);
    session = found;
    set_up();
    assert_int_equal(session_of(in.cookie, &found), STATUS_OK);
    assert_false(found.needs_factor);
}

static void sessions_are_listed_and_ended(void **state)
{
    struct account_session *rows;
    size_t count;
    int64_t ended = -1;
    const struct origin origin = auth_origin(&session, HOME, "Browser");
    struct auth_session gone;

    now_s += 60;
    struct login_result other = log_in(ELSEWHERE, true), third = log_in("2001:db8:1:2:3::4", true);
    assert_int_equal(account_sessions(&site.service, site.arena, &session, now_s, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 3);
    assert_true(rows[0].is_this);
    assert_string_equal(rows[0].network, "192.0.2.0/24");
    const bool is_v6_first = strchr(rows[1].address, ':') != NULL;
    const struct account_session *row = &rows[is_v6_first ? 2 : 1];
    assert_string_equal(row->address, ELSEWHERE);
    assert_string_equal(rows[is_v6_first ? 1 : 2].network, "2001:db8:1:2::/64");

    struct txn *txn = site_begin(&site);
    assert_int_equal(
        account_end(&site.service, txn, site.arena, &session, rows[0].id, &origin, now_s, &ended),
        STATUS_OK);
    assert_int_equal(ended, 0);
    assert_int_equal(
        account_end(&site.service, txn, site.arena, &session, row->id, &origin, now_s, &ended),
        STATUS_OK);
    site_commit(txn);
    assert_int_equal(ended, 1);
    assert_string_equal(newest_note(), "ada@example.org\nended: " ELSEWHERE);
    assert_int_equal(session_of(other.cookie, &gone), STATUS_NOT_FOUND);
    assert_int_equal(session_of(third.cookie, &gone), STATUS_OK);

    txn = site_begin(&site);
    assert_int_equal(
        account_end(&site.service, txn, site.arena, &session, NULL, &origin, now_s, &ended),
        STATUS_OK);
    site_commit(txn);
    assert_int_equal(ended, 1);
    assert_int_equal(session_of(third.cookie, &gone), STATUS_NOT_FOUND);
    assert_int_equal(account_sessions(&site.service, site.arena, &session, now_s, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 1);
}

static struct account_change change_of(bool is_right)
{
    return (struct account_change){.session = &session,
                                   .attempt = prepare(HOME),
                                   .old = "old",
                                   .is_right = is_right,
                                   .hash = "hash two"};
}

static void a_new_password_ends_every_other_session_and_renews_this_one(void **state)
{
    const struct origin origin = auth_origin(&session, HOME, "Browser");
    struct auth_session found;
    struct login_result other = log_in(ELSEWHERE, true);

    struct account_change wrong = change_of(false), right = change_of(true);
    struct txn *txn = site_begin(&site);
    assert_int_equal(account_password(&site.service, txn, site.arena, &wrong, &origin, now_s),
                     STATUS_OK);
    assert_int_equal(wrong.fault, ACCOUNT_OLD_WRONG);
    assert_int_equal(account_password(&site.service, txn, site.arena, &right, &origin, now_s),
                     STATUS_OK);
    site_commit(txn);
    assert_int_equal(right.fault, ACCOUNT_FINE);
    assert_int_equal(right.ended, 1);
    assert_int_equal(session_of(other.cookie, &found), STATUS_NOT_FOUND);
    assert_int_equal(session_of(right.cookie, &found), STATUS_OK);
    assert_string_equal(found.admin.password, "hash two");
    assert_memory_not_equal(found.hash, session.hash, sizeof found.hash);
    assert_int_equal(found.created_at, session.created_at);
    assert_string_equal(newest_note(), "ada@example.org");
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
#define TEST(title, function)                                                                      \
    {                                                                                              \
        title, function, open_site, close_site, NULL                                               \
    }
    const struct CMUnitTest tests[] = {
        TEST("it is on only after a right code", it_is_on_only_after_a_right_code),
        TEST("a clock that is off is said when setting up",
             a_clock_that_is_off_is_said_when_setting_up),
        TEST("S2: a right password opens no session before the code",
             s2_a_right_password_opens_no_session_before_the_code),
        TEST("S2: a used code is refused and so is an earlier one",
             s2_a_used_code_is_refused_and_so_is_an_earlier_one),
        TEST("S2: one step of drift is taken and no more",
             s2_one_step_of_drift_is_taken_and_no_more),
        TEST("a clock set back is told from a used code",
             a_clock_set_back_is_told_from_a_used_code),
        TEST("a recovery code is good once", a_recovery_code_is_good_once),
        TEST("S8: wrong codes end the step and wait as wrong passwords do",
             s8_wrong_codes_end_the_step_and_wait_as_wrong_passwords_do),
        TEST("S8: wrong passwords never make a code wait elsewhere",
             s8_wrong_passwords_never_make_a_code_wait_elsewhere),
        TEST("a step is over in time and with the password",
             a_step_is_over_in_time_and_with_the_password),
        TEST("turning off asks for password and code", turning_off_asks_for_password_and_code),
        TEST("a reset takes it off and ends the sessions",
             a_reset_takes_it_off_and_ends_the_sessions),
        TEST("required for all it is due until it is on",
             required_for_all_it_is_due_until_it_is_on),
        TEST("sessions are listed and ended", sessions_are_listed_and_ended),
        TEST("a new password ends every other session and renews this one",
             a_new_password_ends_every_other_session_and_renews_this_one),
        TEST("S1: a new password is checked before anything is hashed",
             s1_a_new_password_is_checked_before_anything_is_hashed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
