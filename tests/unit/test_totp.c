/*
 * Codes of an authenticator app: RFC 6238's own vectors, what is read as a code, how a secret is
 * kept; recovery codes as text.
 */
#include <string.h>

#include "crypto/recovery_code.h"
#include "crypto/totp.h"
#include "unit/site.h"

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

static const uint8_t rfc_secret[] = "12345678901234567890";

/* RFC 6238 appendix B, SHA-1; of its eight digits the last six. */
static void s2_codes_are_those_of_rfc_6238(void **state)
{
    static const struct {
        int64_t at;
        const char *code;
    } cases[] = {
        {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
        {1234567890, "005924"}, {2000000000, "279037"}, {INT64_C(20000000000), "353130"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[TOTP_CODE_BYTES];
        assert_int_equal(totp_code(rfc_secret, totp_step(cases[i].at), code), STATUS_OK);
        assert_string_equal(code, cases[i].code);
    }
}

static void a_code_is_found_in_its_window_alone(void **state)
{
    bool found;
    int64_t step = 0;

    assert_int_equal(totp_find(rfc_secret, "287082", 0, 2, &found, &step), STATUS_OK);
    assert_true(found);
    assert_int_equal(step, 1);
    assert_int_equal(totp_find(rfc_secret, "287082", 2, 4, &found, &step), STATUS_OK);
    assert_false(found);
}

static void six_digits_are_a_code_however_they_are_grouped(void **state)
{
    static const char *const bad[] = {"", "12345", "1234567", "12345a", "１２３４５６", "-12345"};
    char code[TOTP_CODE_BYTES];

    assert_true(totp_read(" 123 456 ", code));
    assert_string_equal(code, "123456");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(totp_read(bad[i], code));
}

static void a_sealed_secret_opens_for_its_admin_and_its_key_alone(void **state)
{
    uint8_t sealed[TOTP_SEALED_BYTES], opened[TOTP_SECRET_BYTES];
    const struct secrets *secrets = site.service.secrets;

    totp_seal(secrets, 7, rfc_secret, sealed);
    assert_null(memmem(sealed, sizeof sealed, rfc_secret, 4));
    assert_int_equal(totp_open(secrets, 7, sealed, opened), STATUS_OK);
    assert_memory_equal(opened, rfc_secret, sizeof opened);
    assert_int_equal(totp_open(secrets, 8, sealed, opened), STATUS_CORRUPT);
    for (size_t i = 0; i < sizeof sealed; i++) {
        sealed[i] ^= 1;
        assert_int_equal(totp_open(secrets, 7, sealed, opened), STATUS_CORRUPT);
        sealed[i] ^= 1;
    }

    struct site other;
    site_open(&other);
    assert_int_equal(totp_open(other.service.secrets, 7, sealed, opened), STATUS_CORRUPT);
    site_close(&other);
}

static void a_recovery_code_is_read_however_it_is_typed(void **state)
{
    const struct secrets *secrets = site.service.secrets;
    uint8_t hash[RECOVERY_CODE_HASH_BYTES], again[RECOVERY_CODE_HASH_BYTES];
    char code[RECOVERY_CODE_TEXT_BYTES], other[RECOVERY_CODE_TEXT_BYTES];

    recovery_code_new(code);
    recovery_code_new(other);
    assert_int_equal(strlen(code), RECOVERY_CODE_TEXT_BYTES - 1);
    assert_string_not_equal(code, other);
    assert_true(recovery_code_hash(secrets, 1, code, hash));
    assert_true(recovery_code_hash(secrets, 2, code, again));
    assert_memory_not_equal(hash, again, sizeof hash);

    assert_true(recovery_code_hash(secrets, 1, "olbo-lbol-abcd-efgh", hash));
    assert_true(recovery_code_hash(secrets, 1, "0180 1801ABCD EFGH", again));
    assert_memory_equal(hash, again, sizeof hash);
    assert_false(recovery_code_hash(secrets, 1, "olbo-lbol-abcd-efg", hash));
    assert_false(recovery_code_hash(secrets, 1, "olbo-lbol-abcd-efghi", hash));
    assert_false(recovery_code_hash(secrets, 1, "olbo-lbol-abcd-efg!", hash));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"S2: codes are those of RFC 6238", s2_codes_are_those_of_rfc_6238, NULL, NULL, NULL},
        {"a code is found in its window alone", a_code_is_found_in_its_window_alone, NULL, NULL,
         NULL},
        {"six digits are a code however they are grouped",
         six_digits_are_a_code_however_they_are_grouped, NULL, NULL, NULL},
        {"a sealed secret opens for its admin and its key alone",
         a_sealed_secret_opens_for_its_admin_and_its_key_alone, NULL, NULL, NULL},
        {"a recovery code is read however it is typed", a_recovery_code_is_read_however_it_is_typed,
         NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, open_site, close_site);
}
