/*
 * The second factor: setting up, codes and their replay, drift and clocks, recovery codes, the
 * login's second step, throttling. The pages are tested over HTTP; sessions: test_account.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "crypto/totp.h"
#include "service/account.h"
#include "service/factor_login.h"
#include "service/throttle.h"
#include "unit/session_support.h"

static char codes[FACTOR_RECOVERY_CODES][RECOVERY_CODE_TEXT_BYTES];

static struct factor_act act_of(const char *code, bool is_right)
{
    return (struct factor_act){
        .session = &session_hers,
        .attempt = session_prepare(SESSION_HOME),
        .is_right = is_right,
        .code = code,
        .origin = auth_origin(&session_hers, SESSION_HOME, "Browser"),
        .now_s = session_now_s,
    };
}

typedef enum status act_run(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct factor_act *act, struct factor_done *out);

static struct factor_done act(act_run *run, const char *code, bool is_right)
{
    const struct factor_act what = act_of(code, is_right);
    struct factor_done done;
    struct txn *txn = site_begin(&session_site);
    assert_int_equal(run(&session_site.service, txn, session_site.arena, &what, &done), STATUS_OK);
    site_commit(txn);
    return done;
}

/* The app's code at a moment, as the stored secret has it. */
static const char *code_at(int64_t at_s)
{
    struct factor factor;
    uint8_t secret[TOTP_SECRET_BYTES];
    char code[TOTP_CODE_BYTES];
    assert_int_equal(factors_get(session_site.service.store, session_ada, &factor), STATUS_OK);
    assert_int_equal(totp_open(session_site.service.secrets, session_ada, factor.secret, secret),
                     STATUS_OK);
    assert_int_equal(totp_code(secret, totp_step(at_s), code), STATUS_OK);
    return arena_strdup(session_site.arena, code);
}

/* A code that is right at no step near now. */
static const char *wrong_code(void)
{
    for (int n = 0;; n++) {
        const char *code = arena_printf(session_site.arena, "%06d", n);
        bool is_near = false;
        for (int i = -4; i <= 4; i++)
            is_near |= strcmp(code, code_at(session_now_s + (int64_t)i * TOTP_STEP_S)) == 0;
        if (!is_near)
            return code;
    }
}

static void set_up(void)
{
    assert_int_equal(act(factor_begin, NULL, true).checked.fault, FACTOR_FINE);
    struct factor_done done = act(factor_turn_on, code_at(session_now_s), true);
    assert_int_equal(done.checked.fault, FACTOR_FINE);
    assert_true(done.has_codes);
    memcpy(codes, done.codes, sizeof codes);
    session_now_s += 2 * TOTP_STEP_S;
}

static struct factor_facts facts(void)
{
    struct factor_facts facts;
    assert_int_equal(factor_facts(&session_site.service, session_ada, &facts), STATUS_OK);
    return facts;
}

static struct factor_login second(const char *cookie, const char *typed, const char *address)
{
    struct factor_login out;
    struct txn *txn = site_begin(&session_site);
    assert_int_equal(factor_login(&session_site.service, txn, session_site.arena, cookie, typed,
                                  NULL, address, "Browser", session_now_s, &out),
                     STATUS_OK);
    site_commit(txn);
    return out;
}

static void it_is_on_only_after_a_right_code(void **state)
{
    struct factor_offer offer;

    assert_int_equal(
        factor_offer(&session_site.service, session_site.arena, &session_hers.admin, &offer),
        STATUS_NOT_FOUND);
    assert_int_equal(act(factor_turn_on, "123456", true).checked.fault, FACTOR_OUT_OF_TURN);
    assert_int_equal(act(factor_begin, NULL, false).checked.fault, FACTOR_PASSWORD);
    assert_false(facts().is_begun);
    assert_int_equal(act(factor_begin, NULL, true).checked.fault, FACTOR_FINE);
    assert_int_equal(
        factor_offer(&session_site.service, session_site.arena, &session_hers.admin, &offer),
        STATUS_OK);
    assert_int_equal(strlen(offer.secret), 8 * 5 - 1);
    assert_non_null(strstr(offer.uri, "otpauth://totp/Assent%20"));
    assert_non_null(strstr(offer.uri, ":ada%40example.org?secret="));
    assert_int_equal(act(factor_turn_on, wrong_code(), true).checked.fault, FACTOR_WRONG);
    assert_int_equal(act(factor_turn_on, "words", true).checked.fault, FACTOR_WRONG);
    assert_false(facts().is_on);
    assert_true(session_log_in(SESSION_HOME, true).is_in);

    struct login_result other = session_log_in(SESSION_ELSEWHERE, true);
    set_up();
    assert_true(facts().is_on);
    assert_int_equal(facts().codes_left, FACTOR_RECOVERY_CODES);
    assert_int_equal(
        factor_offer(&session_site.service, session_site.arena, &session_hers.admin, &offer),
        STATUS_NOT_FOUND);
    assert_string_equal(session_newest_note(), "ada@example.org\nsecond factor: off → on");
    struct auth_session gone;
    assert_int_equal(session_of(other.cookie, &gone), STATUS_NOT_FOUND);
    assert_int_equal(act(factor_begin, NULL, true).checked.fault, FACTOR_OUT_OF_TURN);
    site_check_ledger(&session_site);
}

static void a_clock_that_is_off_is_said_when_setting_up(void **state)
{
    assert_int_equal(act(factor_begin, NULL, true).checked.fault, FACTOR_FINE);
    struct factor_done done = act(factor_turn_on, code_at(session_now_s + 20 * TOTP_STEP_S), true);
    assert_int_equal(done.checked.fault, FACTOR_DRIFT);
    assert_int_equal(done.checked.drift_s, 20 * TOTP_STEP_S);
    assert_false(facts().is_on);
}

static void s2_a_right_password_opens_no_session_before_the_code(void **state)
{
    struct auth_session none;
    set_up();
    struct login_result first = session_log_in(SESSION_HOME, true);
    assert_false(first.is_in);
    assert_true(first.needs_code);
    assert_int_equal(session_of(first.cookie, &none), STATUS_NOT_FOUND);

    struct factor_login in = second(first.cookie, code_at(session_now_s), SESSION_HOME);
    assert_true(in.opened.is_in);
    assert_int_equal(session_of(in.opened.cookie, &none), STATUS_OK);
    assert_true(second(first.cookie, code_at(session_now_s + TOTP_STEP_S), SESSION_HOME).is_over);
}

static void s2_a_used_code_is_refused_and_so_is_an_earlier_one(void **state)
{
    set_up();
    const char *code = code_at(session_now_s), *before = code_at(session_now_s - TOTP_STEP_S);
    assert_true(second(session_log_in(SESSION_HOME, true).cookie, code, SESSION_HOME).opened.is_in);
    struct login_result again = session_log_in(SESSION_HOME, true);
    assert_int_equal(second(again.cookie, code, SESSION_HOME).checked.fault, FACTOR_USED);
    assert_int_equal(second(again.cookie, before, SESSION_HOME).checked.fault, FACTOR_USED);
    assert_true(
        second(again.cookie, code_at(session_now_s + TOTP_STEP_S), SESSION_HOME).opened.is_in);
}

static void s2_one_step_of_drift_is_taken_and_no_more(void **state)
{
    set_up();
    session_now_s += 100 * TOTP_STEP_S;
    assert_int_equal(second(session_log_in(SESSION_HOME, true).cookie,
                            code_at(session_now_s - 2 * TOTP_STEP_S), SESSION_HOME)
                         .checked.fault,
                     FACTOR_WRONG);
    assert_int_equal(second(session_log_in(SESSION_HOME, true).cookie,
                            code_at(session_now_s + 2 * TOTP_STEP_S), SESSION_HOME)
                         .checked.fault,
                     FACTOR_WRONG);
    assert_true(second(session_log_in(SESSION_HOME, true).cookie,
                       code_at(session_now_s - TOTP_STEP_S), SESSION_HOME)
                    .opened.is_in);
    assert_true(second(session_log_in(SESSION_HOME, true).cookie,
                       code_at(session_now_s + TOTP_STEP_S), SESSION_HOME)
                    .opened.is_in);
}

static void a_clock_set_back_is_told_from_a_used_code(void **state)
{
    set_up();
    session_now_s += 1000 * TOTP_STEP_S;
    assert_true(
        second(session_log_in(SESSION_HOME, true).cookie, code_at(session_now_s), SESSION_HOME)
            .opened.is_in);
    const int64_t until_s = (totp_step(session_now_s) + 1) * TOTP_STEP_S;
    session_now_s -= 900 * TOTP_STEP_S;
    struct factor_login out =
        second(session_log_in(SESSION_HOME, true).cookie, code_at(session_now_s), SESSION_HOME);
    assert_int_equal(out.checked.fault, FACTOR_CLOCK);
    assert_int_equal(out.checked.until_s, until_s);
    assert_true(
        second(session_log_in(SESSION_HOME, true).cookie, codes[3], SESSION_HOME).opened.is_in);
}

static void a_recovery_code_is_good_once(void **state)
{
    set_up();
    struct factor_login in =
        second(session_log_in(SESSION_HOME, true).cookie, codes[0], SESSION_HOME);
    assert_true(in.opened.is_in);
    assert_true(in.checked.was_recovery);
    assert_int_equal(in.checked.codes_left, 9);
    assert_int_equal(facts().codes_left, 9);
    struct login_result again = session_log_in(SESSION_HOME, true);
    assert_int_equal(second(again.cookie, codes[0], SESSION_HOME).checked.fault, FACTOR_WRONG);
    assert_true(second(again.cookie, codes[9], SESSION_HOME).opened.is_in);

    session_now_s += TOTP_STEP_S;
    assert_true(
        second(session_log_in(SESSION_HOME, true).cookie, code_at(session_now_s), SESSION_HOME)
            .opened.is_in);
    session_now_s += TOTP_STEP_S;
    struct factor_done renewed = act(factor_renew, code_at(session_now_s), true);
    assert_int_equal(renewed.checked.fault, FACTOR_FINE);
    assert_int_equal(facts().codes_left, FACTOR_RECOVERY_CODES);
    assert_int_equal(
        second(session_log_in(SESSION_HOME, true).cookie, codes[1], SESSION_HOME).checked.fault,
        FACTOR_WRONG);
    assert_true(second(session_log_in(SESSION_HOME, true).cookie, renewed.codes[1], SESSION_HOME)
                    .opened.is_in);
    site_check_ledger(&session_site);
}

static void s8_wrong_codes_end_the_step_and_wait_as_wrong_passwords_do(void **state)
{
    set_up();
    struct login_result first = session_log_in(SESSION_HOME, true);
    for (int i = 1; i < AUTH_STEP_TRIES; i++) {
        struct factor_login out = second(first.cookie, wrong_code(), SESSION_HOME);
        assert_int_equal(out.checked.fault, FACTOR_WRONG);
        assert_false(out.is_over);
    }
    assert_true(second(first.cookie, wrong_code(), SESSION_HOME).is_over);
    assert_string_equal(session_newest_note(),
                        "ada@example.org\n5 wrong codes behind the right password");
    assert_true(second(first.cookie, code_at(session_now_s), SESSION_HOME).is_over);
    assert_true(session_prepare(SESSION_HOME).wait_s > 0);
    /* Who knows the password and guesses from many networks waits by account. */
    assert_int_equal(session_prepare(SESSION_ELSEWHERE).wait_s, 0);
    struct login_result elsewhere = session_log_in(SESSION_ELSEWHERE, true);
    assert_int_equal(
        second(elsewhere.cookie, code_at(session_now_s), SESSION_ELSEWHERE).checked.fault,
        FACTOR_THROTTLED);
    assert_true(second(elsewhere.cookie, codes[0], SESSION_ELSEWHERE).opened.is_in);
    session_now_s += THROTTLE_MAX_WAIT_S;
    assert_true(
        second(session_log_in(SESSION_HOME, true).cookie, code_at(session_now_s), SESSION_HOME)
            .opened.is_in);
    assert_int_equal(session_prepare(SESSION_HOME).wait_s, 0);
}

static void s8_wrong_passwords_never_make_a_code_wait_elsewhere(void **state)
{
    set_up();
    for (int i = 0; i < 20; i++)
        session_log_in(SESSION_ELSEWHERE, false);
    assert_true(
        second(session_log_in(SESSION_HOME, true).cookie, code_at(session_now_s), SESSION_HOME)
            .opened.is_in);
}

static void a_step_is_over_in_time_and_with_the_password(void **state)
{
    set_up();
    struct login_result first = session_log_in(SESSION_HOME, true),
                        other = session_log_in(SESSION_HOME, true);
    struct auth_step step;
    session_now_s += AUTH_STEP_S - 1;
    assert_int_equal(auth_step_get(session_site.service.store, session_site.arena, first.cookie,
                                   session_now_s, &step),
                     STATUS_OK);
    session_now_s++;
    assert_true(second(first.cookie, code_at(session_now_s), SESSION_HOME).is_over);
    session_now_s -= AUTH_STEP_S;

    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct txn *txn = site_begin(&session_site);
    assert_int_equal(
        auth_admin_passwd(&session_site.service, txn, "ada@example.org", "hash two", &origin),
        STATUS_OK);
    site_commit(txn);
    assert_true(second(other.cookie, code_at(session_now_s), SESSION_HOME).is_over);
    assert_true(second("nonsense", code_at(session_now_s), SESSION_HOME).is_over);
}

static void turning_off_asks_for_password_and_code(void **state)
{
    set_up();
    assert_int_equal(act(factor_turn_off, code_at(session_now_s), false).checked.fault,
                     FACTOR_PASSWORD);
    assert_int_equal(act(factor_turn_off, wrong_code(), true).checked.fault, FACTOR_WRONG);
    assert_true(facts().is_on);
    struct login_result waiting = session_log_in(SESSION_HOME, true);
    assert_int_equal(act(factor_turn_off, code_at(session_now_s), true).checked.fault, FACTOR_FINE);
    assert_false(facts().is_on);
    assert_true(session_log_in(SESSION_HOME, true).is_in);
    assert_true(second(waiting.cookie, "123456", SESSION_HOME).is_over);
    assert_int_equal(act(factor_turn_off, "123456", true).checked.fault, FACTOR_OUT_OF_TURN);
}

static void a_reset_takes_it_off_and_ends_the_sessions(void **state)
{
    const struct origin origin = site_origin(ACTOR_OPERATOR, 0);
    struct auth_session gone;
    struct txn *txn = site_begin(&session_site);
    assert_int_equal(
        factor_reset(&session_site.service, txn, session_site.arena, session_ada, &origin),
        STATUS_NOT_FOUND);
    site_commit(txn);
    set_up();
    struct login_result in =
        second(session_log_in(SESSION_HOME, true).cookie, code_at(session_now_s), SESSION_HOME)
            .opened;
    txn = site_begin(&session_site);
    assert_int_equal(
        factor_reset(&session_site.service, txn, session_site.arena, session_ada, &origin),
        STATUS_OK);
    assert_int_equal(factor_reset(&session_site.service, txn, session_site.arena, 999, &origin),
                     STATUS_NOT_FOUND);
    site_commit(txn);
    assert_int_equal(session_of(in.cookie, &gone), STATUS_NOT_FOUND);
    assert_false(facts().is_on);
    assert_int_equal(facts().codes_left, 0);
    assert_true(session_log_in(SESSION_HOME, true).is_in);
    site_check_ledger(&session_site);
}

static void required_for_all_it_is_due_until_it_is_on(void **state)
{
    struct auth_session found;
    struct login_result in = session_log_in(SESSION_HOME, true);
    assert_int_equal(session_of(in.cookie, &found), STATUS_OK);
    assert_false(found.needs_factor);
    site_put_setting(&session_site, "factor_required", "yes");
    assert_int_equal(session_of(in.cookie, &found), STATUS_OK);
    assert_true(found.needs_factor);
    session_hers = found;
    set_up();
    assert_int_equal(session_of(in.cookie, &found), STATUS_OK);
    assert_false(found.needs_factor);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SESSION_TEST("it is on only after a right code", it_is_on_only_after_a_right_code),
        SESSION_TEST("a clock that is off is said when setting up",
                     a_clock_that_is_off_is_said_when_setting_up),
        SESSION_TEST("S2: a right password opens no session before the code",
                     s2_a_right_password_opens_no_session_before_the_code),
        SESSION_TEST("S2: a used code is refused and so is an earlier one",
                     s2_a_used_code_is_refused_and_so_is_an_earlier_one),
        SESSION_TEST("S2: one step of drift is taken and no more",
                     s2_one_step_of_drift_is_taken_and_no_more),
        SESSION_TEST("a clock set back is told from a used code",
                     a_clock_set_back_is_told_from_a_used_code),
        SESSION_TEST("a recovery code is good once", a_recovery_code_is_good_once),
        SESSION_TEST("S8: wrong codes end the step and wait as wrong passwords do",
                     s8_wrong_codes_end_the_step_and_wait_as_wrong_passwords_do),
        SESSION_TEST("S8: wrong passwords never make a code wait elsewhere",
                     s8_wrong_passwords_never_make_a_code_wait_elsewhere),
        SESSION_TEST("a step is over in time and with the password",
                     a_step_is_over_in_time_and_with_the_password),
        SESSION_TEST("turning off asks for password and code",
                     turning_off_asks_for_password_and_code),
        SESSION_TEST("a reset takes it off and ends the sessions",
                     a_reset_takes_it_off_and_ends_the_sessions),
        SESSION_TEST("required for all it is due until it is on",
                     required_for_all_it_is_due_until_it_is_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
