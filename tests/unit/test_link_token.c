/*
 * tests/unit/test_link_token: the wire format of links, against tests/vectors and against forgery.
 */
#include "unit/support.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "crypto/crypto.h"
#include "crypto/link_token.h"

#define VECTORS "tests/vectors/links.json"

struct pair {
    uint8_t public_key[LINK_PUBLIC_BYTES];
    uint8_t secret[LINK_SECRET_BYTES];
};

static json_t *vectors;

static int start(void **state)
{
    json_error_t error;
    (void)state;
    if (crypto_start() != STATUS_OK)
        return -1;
    vectors = json_load_file(VECTORS, 0, &error);
    if (!vectors)
        print_error("%s: %s, line %d\n", VECTORS, error.text, error.line);
    return vectors ? 0 : -1;
}

static int stop(void **state)
{
    (void)state;
    json_decref(vectors);
    return 0;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    assert_non_null(text);
    return text;
}

static void hex(uint8_t *out, size_t len, const char *text)
{
    size_t got = 0;
    assert_int_equal(sodium_hex2bin(out, len, text, strlen(text), NULL, &got, NULL), 0);
    assert_int_equal(got, len);
}

/* The named test key, its public half checked against the vectors. */
static struct pair key_of(const char *name)
{
    const json_t *key = json_object_get(json_object_get(vectors, "keys"), name);
    uint8_t seed[32], wanted[LINK_PUBLIC_BYTES];
    struct pair pair;
    hex(seed, sizeof seed, text_of(key, "seed"));
    hex(wanted, sizeof wanted, text_of(key, "public"));
    assert_int_equal(crypto_sign_seed_keypair(pair.public_key, pair.secret, seed), 0);
    assert_memory_equal(pair.public_key, wanted, sizeof wanted);
    return pair;
}

static enum link_purpose purpose_of(const char *name)
{
    if (strcmp(name, "manage") == 0)
        return PURPOSE_MANAGE;
    return strcmp(name, "confirm") == 0 ? PURPOSE_CONFIRM : PURPOSE_UNSUBSCRIBE;
}

static struct link_claims claims_of(const json_t *vector, const struct pair *pair)
{
    struct link_claims claims = {
        .purpose = purpose_of(text_of(vector, "purpose")),
        .key_id = link_key_id_of(pair->public_key),
        .epoch = (uint16_t)json_integer_value(json_object_get(vector, "epoch")),
        .topic = {(uint8_t)json_integer_value(json_object_get(vector, "topic"))},
        .issued_at = (uint32_t)json_integer_value(json_object_get(vector, "issued_at")),
    };
    assert_true(public_id_parse(text_of(vector, "contact"), &claims.contact));
    return claims;
}

static void assert_same(const struct link_claims *a, const struct link_claims *b)
{
    assert_int_equal(a->purpose, b->purpose);
    assert_memory_equal(a->key_id.value, b->key_id.value, LINK_KEY_ID_BYTES);
    assert_true(a->contact.value == b->contact.value);
    assert_int_equal(a->epoch, b->epoch);
    assert_int_equal(a->topic.value, b->topic.value);
    assert_int_equal(a->issued_at, b->issued_at);
}

static void good_vectors_are_minted_exactly_and_accepted(void **state)
{
    size_t i;
    json_t *vector;
    (void)state;
    assert_true(json_array_size(json_object_get(vectors, "good")) >= 7);
    json_array_foreach(json_object_get(vectors, "good"), i, vector)
    {
        const char *wanted = text_of(vector, "token");
        struct pair pair = key_of(text_of(vector, "key"));
        struct link_claims claims = claims_of(vector, &pair), got;
        char token[LINK_TOKEN_TEXT_BYTES];
        link_token_mint(&claims, pair.secret, token);
        assert_string_equal(token, wanted);
        assert_int_equal(link_token_verify(wanted, strlen(wanted), pair.public_key, &got),
                         STATUS_OK);
        assert_same(&got, &claims);
    }
}

static void bad_vectors_are_not_accepted(void **state)
{
    size_t i;
    json_t *vector;
    (void)state;
    assert_true(json_array_size(json_object_get(vectors, "bad")) >= 20);
    json_array_foreach(json_object_get(vectors, "bad"), i, vector)
    {
        const char *token = text_of(vector, "token");
        bool is_malformed = strcmp(text_of(vector, "result"), "malformed") == 0;
        struct pair pair = key_of(text_of(vector, "key"));
        struct link_claims claims = {.epoch = 4711};
        struct link_key_id id;
        enum status status = link_token_verify(token, strlen(token), pair.public_key, &claims);
        if (status != (is_malformed ? STATUS_INVALID : STATUS_REFUSED))
            fail_msg("%s: %s", text_of(vector, "name"), status_name(status));
        assert_int_equal(claims.epoch, 4711);
        assert_int_equal(link_token_peek(token, strlen(token), &id),
                         is_malformed ? STATUS_INVALID : STATUS_OK);
    }
}

static struct link_claims sample(const struct pair *pair)
{
    return (struct link_claims){
        .purpose = PURPOSE_UNSUBSCRIBE,
        .key_id = link_key_id_of(pair->public_key),
        .contact = {UINT64_C(0x0123456789abcdef)},
        .epoch = 3,
        .topic = {1},
        .issued_at = 1767225600,
    };
}

static bool is_accepted(const char *token, const struct pair *pair)
{
    struct link_claims claims;
    return link_token_verify(token, strlen(token), pair->public_key, &claims) == STATUS_OK;
}

static void u6_every_flipped_bit_is_refused(void **state)
{
    struct pair pair = key_of("first");
    struct link_claims claims = sample(&pair);
    uint8_t bytes[LINK_TOKEN_BYTES];
    char token[LINK_TOKEN_TEXT_BYTES], forged[LINK_TOKEN_TEXT_BYTES];
    (void)state;
    link_token_mint(&claims, pair.secret, token);
    assert_true(is_accepted(token, &pair));
    assert_true(crypto_base64url_decode(token, strlen(token), bytes, sizeof bytes));
    for (size_t bit = 0; bit < 8 * sizeof bytes; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
        crypto_base64url(bytes, sizeof bytes, forged, sizeof forged);
        if (is_accepted(forged, &pair))
            fail_msg("bit %zu was not missed", bit);
        bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

static void u6_every_other_character_is_refused(void **state)
{
    struct pair pair = key_of("first");
    struct link_claims claims = sample(&pair);
    char token[LINK_TOKEN_TEXT_BYTES];
    size_t tried = 0;
    (void)state;
    link_token_mint(&claims, pair.secret, token);
    for (size_t i = 0; i < sizeof token - 1; i++) {
        char kept = token[i];
        for (int c = 0; c < 256; c++) {
            if ((char)c == kept)
                continue;
            struct link_claims out;
            token[i] = (char)c;
            if (link_token_verify(token, sizeof token - 1, pair.public_key, &out) == STATUS_OK)
                fail_msg("character %d at %zu was not missed", c, i);
            tried++;
        }
        token[i] = kept;
    }
    assert_true(tried == 112 * 255);
    assert_true(is_accepted(token, &pair));
}

static void u6_every_other_length_is_malformed(void **state)
{
    struct pair pair = key_of("first");
    struct link_claims claims = sample(&pair), out;
    char token[300];
    (void)state;
    memset(token, 'A', sizeof token);
    link_token_mint(&claims, pair.secret, token);
    token[LINK_TOKEN_TEXT_BYTES - 1] = 'A';
    for (size_t len = 0; len < sizeof token; len++) {
        enum status wanted = len == LINK_TOKEN_TEXT_BYTES - 1 ? STATUS_OK : STATUS_INVALID;
        assert_int_equal(link_token_verify(token, len, pair.public_key, &out), wanted);
    }
}

static void s6_an_unknown_purpose_is_refused_though_well_signed(void **state)
{
    struct pair pair = key_of("first");
    (void)state;
    for (unsigned purpose = 0; purpose < 16; purpose++) {
        struct link_claims claims = sample(&pair);
        char token[LINK_TOKEN_TEXT_BYTES];
        claims.purpose = (enum link_purpose)purpose;
        link_token_mint(&claims, pair.secret, token);
        assert_int_equal(is_accepted(token, &pair), purpose >= 1 && purpose <= 3);
    }
}

static void a_fresh_key_signs_for_itself_only(void **state)
{
    struct pair one, two;
    char token[LINK_TOKEN_TEXT_BYTES];
    struct link_key_id id;
    (void)state;
    link_key_make(one.public_key, one.secret);
    link_key_make(two.public_key, two.secret);
    struct link_claims claims = sample(&one);
    link_token_mint(&claims, one.secret, token);
    assert_true(is_accepted(token, &one));
    assert_false(is_accepted(token, &two));
    assert_int_equal(link_token_peek(token, strlen(token), &id), STATUS_OK);
    assert_memory_equal(id.value, claims.key_id.value, sizeof id.value);
}

static void key_ids_are_eight_hex_digits(void **state)
{
    static const char *const refused[] = {"",         "1a2b3c4",  "1a2b3c4d5",
                                          "1a2b3c4g", "1a 2b3c4", "0x1a2b3c"};
    struct link_key_id id = {{1, 2, 3, 4}};
    char text[LINK_KEY_ID_TEXT_BYTES];
    (void)state;
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        assert_false(link_key_id_parse(refused[i], &id));
    assert_false(link_key_id_parse(NULL, &id));
    assert_int_equal(id.value[3], 4);
    assert_true(link_key_id_parse("1A2b3C4d", &id));
    link_key_id_text(id, text);
    assert_string_equal(text, "1a2b3c4d");
    struct pair first = key_of("first");
    link_key_id_text(link_key_id_of(first.public_key), text);
    assert_string_equal(
        text, text_of(json_object_get(json_object_get(vectors, "keys"), "first"), "key_id"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_vectors_are_minted_exactly_and_accepted),
        cmocka_unit_test(bad_vectors_are_not_accepted),
        cmocka_unit_test(u6_every_flipped_bit_is_refused),
        cmocka_unit_test(u6_every_other_character_is_refused),
        cmocka_unit_test(u6_every_other_length_is_malformed),
        cmocka_unit_test(s6_an_unknown_purpose_is_refused_though_well_signed),
        cmocka_unit_test(a_fresh_key_signs_for_itself_only),
        cmocka_unit_test(key_ids_are_eight_hex_digits),
    };
    return cmocka_run_group_tests_name("link_token", tests, start, stop);
}
