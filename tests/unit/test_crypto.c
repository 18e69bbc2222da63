/*
 * tests/unit/test_crypto: the master key's file, what derives from it, public ids, base64url.
 */
#include "unit/support.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "crypto/crypto.h"

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

static void a_master_key_is_made_once_and_found_again(void **state)
{
    const char *folder = support_path(support_folder(), "keys");
    struct secrets *one = NULL, *two = NULL;
    struct stat facts;
    (void)state;
    assert_int_equal(secrets_load(folder, &one), STATUS_NOT_FOUND);
    assert_int_equal(secrets_create(folder), STATUS_OK);
    assert_int_equal(secrets_create(folder), STATUS_CONFLICT);
    assert_int_equal(stat(folder, &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0700);
    assert_int_equal(stat(support_path(folder, "master.key"), &facts), 0);
    assert_int_equal(facts.st_mode & 0777, 0600);
    assert_int_equal(facts.st_size, SECRET_BYTES);
    assert_int_equal(secrets_load(folder, &one), STATUS_OK);
    assert_int_equal(secrets_load(folder, &two), STATUS_OK);
    assert_memory_equal(secrets_ledger_key(one), secrets_ledger_key(two), SECRET_BYTES);
    secrets_free(one);
    secrets_free(two);
    secrets_free(NULL);
}

static void a_master_key_that_others_may_read_is_refused(void **state)
{
    static const struct {
        unsigned mode;
        size_t len;
        enum status wanted;
    } samples[] = {
        {0600, 32, STATUS_OK},      {0400, 32, STATUS_OK},      {0640, 32, STATUS_REFUSED},
        {0604, 32, STATUS_REFUSED}, {0620, 32, STATUS_REFUSED}, {0600, 31, STATUS_CORRUPT},
        {0600, 33, STATUS_CORRUPT}, {0600, 0, STATUS_CORRUPT},
    };
    const uint8_t key[64] = {1, 2, 3};
    (void)state;
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        const char *folder = support_folder();
        struct secrets *secrets = NULL;
        support_write(folder, "master.key", samples[i].mode, key, samples[i].len);
        assert_int_equal(secrets_load(folder, &secrets), samples[i].wanted);
        secrets_free(secrets);
    }
    const char *folder = support_folder(), *real = support_folder();
    struct secrets *secrets = NULL;
    support_write(real, "master.key", 0600, key, 32);
    assert_int_equal(symlink(support_path(real, "master.key"), support_path(folder, "master.key")),
                     0);
    assert_int_equal(secrets_load(folder, &secrets), STATUS_REFUSED);
}

static struct secrets *secrets_of(uint8_t fill)
{
    const char *folder = support_folder();
    struct secrets *secrets = NULL;
    uint8_t key[SECRET_BYTES];
    memset(key, fill, sizeof key);
    support_write(folder, "master.key", 0600, key, sizeof key);
    assert_int_equal(secrets_load(folder, &secrets), STATUS_OK);
    return secrets;
}

static void each_use_and_each_master_key_has_secrets_of_its_own(void **state)
{
    struct secrets *one = secrets_of(1), *two = secrets_of(2);
    uint8_t a[32], b[32], session[SESSION_HASH_BYTES] = {9};
    char csrf[CSRF_TEXT_BYTES], other[CSRF_TEXT_BYTES];
    (void)state;
    secrets_suppression_hash(one, "a@b.example", a);
    secrets_suppression_hash(one, "a@b.example", b);
    assert_memory_equal(a, b, sizeof a);
    secrets_suppression_hash(one, "a@b.examplf", b);
    assert_memory_not_equal(a, b, sizeof a);
    secrets_suppression_hash(two, "a@b.example", b);
    assert_memory_not_equal(a, b, sizeof a);

    secrets_csrf(one, session, csrf);
    assert_int_equal(strlen(csrf), CSRF_TEXT_BYTES - 1);
    secrets_csrf(two, session, other);
    assert_string_not_equal(csrf, other);
    session[31] ^= 1;
    secrets_csrf(one, session, other);
    assert_string_not_equal(csrf, other);
    assert_memory_not_equal(secrets_ledger_key(one), secrets_ledger_key(two), SECRET_BYTES);
    secrets_free(one);
    secrets_free(two);
}

static void public_ids_lead_back_to_their_row(void **state)
{
    const uint8_t key[PUBLIC_ID_KEY_BYTES] = {1, 2, 3}, other[PUBLIC_ID_KEY_BYTES] = {1, 2, 4};
    const int64_t last = (INT64_C(1) << 40) - 1;
    size_t strangers = 0;
    (void)state;
    for (int64_t row = 1; row <= last; row = row < 20000 ? row + 1 : row * 3 / 2) {
        struct public_id id = public_id_make(key, (struct contact_id){row});
        assert_true(id.value != 0);
        assert_true(public_id_row(key, id).value == row);
        strangers += public_id_row(other, id).value == row;
    }
    assert_true(public_id_row(key, public_id_make(key, (struct contact_id){last})).value == last);
    assert_int_equal(strangers, 0);
}

static void public_ids_never_show_order(void **state)
{
    enum { COUNT = 20000 };
    const uint8_t key[PUBLIC_ID_KEY_BYTES] = "sixteen bytes..";
    size_t risen = 0, ones[64] = {0};
    uint64_t before = 0;
    (void)state;
    for (int64_t row = 1; row <= COUNT; row++) {
        uint64_t id = public_id_make(key, (struct contact_id){row}).value;
        risen += id > before;
        for (int bit = 0; bit < 64; bit++)
            ones[bit] += id >> bit & 1;
        before = id;
    }
    /* Six standard deviations of a fair coin are 0.021 of 20,000; of rises, less. */
    assert_in_range(risen, COUNT * 47 / 100, COUNT * 53 / 100);
    for (int bit = 0; bit < 64; bit++)
        assert_in_range(ones[bit], COUNT * 47 / 100, COUNT * 53 / 100);
}

static void a_row_used_twice_gets_another_id(void **state)
{
    const uint8_t key[PUBLIC_ID_KEY_BYTES] = {7};
    size_t same = 0;
    (void)state;
    for (int i = 0; i < 100; i++) {
        struct public_id a = public_id_make(key, (struct contact_id){5});
        struct public_id b = public_id_make(key, (struct contact_id){5});
        same += a.value == b.value;
    }
    assert_in_range(same, 0, 1);
}

static void randomness_drawn_beforehand_is_used(void **state)
{
    const uint8_t key[PUBLIC_ID_KEY_BYTES] = {7};
    uint32_t salts[1000];
    size_t same = 0;
    (void)state;
    crypto_random(salts, sizeof salts);
    for (size_t i = 0; i < sizeof salts / sizeof *salts; i++) {
        struct public_id a = public_id_salted(key, (struct contact_id){5}, salts[i]);
        struct public_id b = public_id_salted(key, (struct contact_id){5}, salts[i]);
        assert_true(a.value == b.value && a.value != 0);
        assert_true(public_id_row(key, a).value == 5);
        same += a.value == public_id_salted(key, (struct contact_id){5}, ~salts[i]).value;
    }
    assert_int_equal(same, 0);
}

static void base64url_takes_exactly_its_own_output(void **state)
{
    static const char *const refused[] = {"",   "A",  "AA==", "AAA=", "A A",     "AB",
                                          "A+", "A/", "AAAA", "Ag\n", "\xc3\xa9"};
    uint8_t bytes[100], back[100];
    char text[140];
    (void)state;
    for (size_t len = 1; len < sizeof bytes; len++) {
        crypto_random(bytes, len);
        crypto_base64url(bytes, len, text, sizeof text);
        assert_int_equal(strlen(text), (len * 4 + 2) / 3);
        assert_true(crypto_base64url_decode(text, strlen(text), back, len));
        assert_memory_equal(bytes, back, len);
        assert_false(crypto_base64url_decode(text, strlen(text), back, len - 1));
        assert_false(crypto_base64url_decode(text, strlen(text), back, len + 1));
        assert_false(crypto_base64url_decode(text, strlen(text) - 1, back, len));
    }
    for (int c = -128; c < 128; c++) {
        bool is_letter = c > 0 && strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                         "0123456789-_",
                                         c);
        for (size_t at = 0; at < 4; at++) {
            memcpy(text, "AAAA", 4);
            text[at] = (char)c;
            assert_int_equal(crypto_base64url_decode(text, 4, back, 3), is_letter);
        }
    }
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(crypto_base64url_decode(refused[i], strlen(refused[i]), back, 1));
    assert_true(crypto_base64url_decode("AQ", 2, back, 1));
    assert_true(crypto_base64url_decode("-_8", 3, back, 2));
    assert_memory_equal(back, "\xfb\xff", 2);
}

static void comparison_sees_every_byte(void **state)
{
    uint8_t a[33] = {0}, b[33] = {0};
    (void)state;
    assert_true(crypto_is_equal(a, b, sizeof a));
    for (size_t i = 0; i < sizeof a; i++) {
        b[i] ^= 1;
        assert_false(crypto_is_equal(a, b, sizeof a));
        b[i] ^= 1;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_master_key_is_made_once_and_found_again),
        cmocka_unit_test(a_master_key_that_others_may_read_is_refused),
        cmocka_unit_test(each_use_and_each_master_key_has_secrets_of_its_own),
        cmocka_unit_test(public_ids_lead_back_to_their_row),
        cmocka_unit_test(public_ids_never_show_order),
        cmocka_unit_test(a_row_used_twice_gets_another_id),
        cmocka_unit_test(randomness_drawn_beforehand_is_used),
        cmocka_unit_test(base64url_takes_exactly_its_own_output),
        cmocka_unit_test(comparison_sees_every_byte),
    };
    return cmocka_run_group_tests_name("crypto", tests, start, NULL);
}
