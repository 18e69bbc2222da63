/*
 * tests/unit/test_password: S1, what a new password must be, and Argon2id around it.
 */
#include "unit/support.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/fold.h"
#include "crypto/crypto.h"
#include "crypto/password.h"

extern const char *const common_passwords[];

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

static void s1_new_passwords_are_12_to_128_characters_and_not_common(void **state)
{
    static const struct {
        const char *password;
        enum password_fault fault;
    } samples[] = {
        {"", PASSWORD_TOO_SHORT},
        {"elevenchars", PASSWORD_TOO_SHORT},
        {"twelve chars", PASSWORD_FINE},
        {"密码密码密码密码密码密", PASSWORD_TOO_SHORT}, /* 11, though 33 bytes */
        {"山田太郎の長い合言葉です", PASSWORD_FINE},    /* 12 */
        {"password1234", PASSWORD_COMMON},
        {"PassWord1234", PASSWORD_COMMON},
        {"  password1234  ", PASSWORD_COMMON},
        {"ПАРОЛЬ123456", PASSWORD_COMMON},
        {"contraseña123", PASSWORD_COMMON},
        {"qwertyuiop123", PASSWORD_COMMON},
        {"1q2w3e4r5t6y", PASSWORD_COMMON},
        {"aaaaaaaaaaaa", PASSWORD_COMMON},
        {"Correct Horse Battery Staple", PASSWORD_COMMON},
        {"unlike any 4 others", PASSWORD_FINE},
        {"lowercaseonlyfine", PASSWORD_FINE}, /* no composition rule */
        {"918273645564738", PASSWORD_FINE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        enum password_fault fault = password_check(samples[i].password);
        if (fault != samples[i].fault)
            fail_msg("%s: %s", samples[i].password, password_fault_words(fault));
    }
}

static void s1_length_counts_characters(void **state)
{
    char text[129 * 2 + 1];
    (void)state;
    for (size_t chars = 127; chars <= 129; chars++) {
        for (size_t i = 0; i < chars; i++)
            memcpy(text + 2 * i, "é", 2);
        text[2 * chars] = '\0';
        text[0] = 'x';
        text[1] = 'y'; /* one more character, and none of the list's repeats */
        enum password_fault wanted = chars + 1 > 128 ? PASSWORD_TOO_LONG : PASSWORD_FINE;
        assert_int_equal(password_check(text), wanted);
    }
}

static void the_list_holds_what_can_be_found(void **state)
{
    struct arena *arena = arena_new();
    size_t count = 0;
    (void)state;
    for (; common_passwords[count]; count++) {
        assert_string_equal(common_passwords[count], fold_key(arena, common_passwords[count]));
        assert_int_equal(password_check(common_passwords[count]), PASSWORD_COMMON);
        arena_reset(arena);
    }
    assert_true(count >= 3000);
    arena_free(arena);
}

static void s1_hashes_are_argon2id_and_verify(void **state)
{
    char hash[PASSWORD_HASH_BYTES], again[PASSWORD_HASH_BYTES];
    (void)state;
    assert_int_equal(password_hash("a fine password", hash), STATUS_OK);
    assert_int_equal(password_hash("a fine password", again), STATUS_OK);
    assert_int_equal(strncmp(hash, "$argon2id$v=19$m=65536,t=2,p=1$", 31), 0);
    assert_string_not_equal(hash, again);
    assert_true(password_is_right(hash, "a fine password"));
    assert_false(password_is_right(hash, "a fine passwore"));
    assert_false(password_is_right(hash, ""));
    assert_false(password_is_right("", "a fine password"));
    assert_false(password_is_right("$argon2id$nonsense", "a fine password"));
}

/* What this program was given of a processor, so that others beside it don't count. */
static int64_t spent_ns(void)
{
    struct timespec spent;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &spent);
    return (int64_t)spent.tv_sec * 1000000000 + spent.tv_nsec;
}

static void s8_no_account_costs_as_much_as_a_wrong_password(void **state)
{
    char hash[PASSWORD_HASH_BYTES];
    int64_t wrong = INT64_MAX, nobody = INT64_MAX;
    (void)state;
    assert_int_equal(password_hash("a fine password", hash), STATUS_OK);
    for (int i = 0; i < 4; i++) {
        int64_t begin = spent_ns();
        assert_false(password_is_right(hash, "not that"));
        int64_t middle = spent_ns();
        assert_false(password_is_right(NULL, "not that"));
        int64_t end = spent_ns();
        wrong = middle - begin < wrong ? middle - begin : wrong;
        nobody = end - middle < nobody ? end - middle : nobody;
    }
    /* The best of four on a busy machine; without the decoy it is a thousandth. */
    assert_true(nobody * 2 > wrong && wrong * 2 > nobody);
}

static void generated_passwords_are_fine_and_never_alike(void **state)
{
    char one[PASSWORD_GENERATED_BYTES], two[PASSWORD_GENERATED_BYTES];
    (void)state;
    for (int i = 0; i < 50; i++) {
        password_generate(one);
        password_generate(two);
        assert_string_not_equal(one, two);
        assert_int_equal(strlen(one), 23);
        assert_int_equal(strspn(one, "23456789abcdefghjkmnpqrstuvwxyz-"), 23);
        assert_int_equal(password_check(one), PASSWORD_FINE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(s1_new_passwords_are_12_to_128_characters_and_not_common),
        cmocka_unit_test(s1_length_counts_characters),
        cmocka_unit_test(the_list_holds_what_can_be_found),
        cmocka_unit_test(s1_hashes_are_argon2id_and_verify),
        cmocka_unit_test(s8_no_account_costs_as_much_as_a_wrong_password),
        cmocka_unit_test(generated_passwords_are_fine_and_never_alike),
    };
    return cmocka_run_group_tests_name("password", tests, start, NULL);
}
