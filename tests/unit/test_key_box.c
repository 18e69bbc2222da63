/*
 * tests/unit/test_key_box: the form of a keys' backup by a vector, and that nothing of it can be
 * changed unseen.
 */
#include "unit/support.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "crypto/crypto.h"
#include "crypto/key_box.h"

#define DATA_BYTES 47 /* 1, "master.key", 4, 32 */
#define BOX_BYTES  (DATA_BYTES + KEY_BOX_MORE_BYTES)
#define PASSPHRASE "correct horse battery staple"

static const struct key_box_cost cheap = {1, 8192};
static const char data[DATA_BYTES + 1] = "\x0amaster.key\0\0\0\x20"
                                         "0123456789abcdef0123456789abcdef";

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

static void read_vector(uint8_t box[BOX_BYTES])
{
    json_t *vector = json_load_file("tests/vectors/keys_backup.json", 0, NULL);
    const char *hex = json_string_value(json_object_get(vector, "file"));
    assert_non_null(hex);
    assert_int_equal(strlen(hex), 2 * BOX_BYTES);
    for (size_t i = 0; i < BOX_BYTES; i++) {
        const char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        box[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    json_decref(vector);
}

static void the_vector_opens_with_its_passphrase_alone(void **state)
{
    uint8_t box[BOX_BYTES], out[DATA_BYTES];
    (void)state;
    read_vector(box);
    assert_int_equal(key_box_open(PASSPHRASE, box, sizeof box, out), STATUS_OK);
    assert_memory_equal(out, data, DATA_BYTES);
    assert_int_equal(key_box_open(PASSPHRASE " ", box, sizeof box, out), STATUS_REFUSED);
    assert_int_equal(key_box_open("", box, sizeof box, out), STATUS_REFUSED);
    for (size_t i = 0; i < DATA_BYTES; i++)
        assert_int_equal(out[i], 0);
}

static void every_changed_byte_and_every_lost_one_is_refused(void **state)
{
    uint8_t box[BOX_BYTES + 1] = {0}, out[DATA_BYTES + 1];
    (void)state;
    assert_int_equal(key_box_close(PASSPHRASE, &cheap, (const uint8_t *)data, DATA_BYTES, box),
                     STATUS_OK);
    assert_int_equal(key_box_open(PASSPHRASE, box, BOX_BYTES, out), STATUS_OK);
    for (size_t i = 0; i < BOX_BYTES; i++) {
        const bool may_cost_much = i >= 16 && i < 32; /* the numbers: other memory, other time */
        for (int bit = 0; bit < (may_cost_much ? 1 : 8); bit++) {
            box[i] ^= (uint8_t)(1 << bit);
            const enum status status = key_box_open(PASSPHRASE, box, BOX_BYTES, out);
            if (status != STATUS_REFUSED && status != STATUS_INVALID)
                fail_msg("byte %zu, bit %d: %s", i, bit, status_name(status));
            box[i] ^= (uint8_t)(1 << bit);
        }
    }
    for (size_t len = 0; len < BOX_BYTES; len += 7)
        assert_int_not_equal(key_box_open(PASSPHRASE, box, len, out), STATUS_OK);
    assert_int_not_equal(key_box_open(PASSPHRASE, box, BOX_BYTES + 1, out), STATUS_OK);
}

static void a_file_that_asks_for_too_much_is_refused_at_once(void **state)
{
    uint8_t box[BOX_BYTES], out[DATA_BYTES];
    (void)state;
    read_vector(box);
    box[17] = 1; /* operations beyond any of ours */
    assert_int_equal(key_box_open(PASSPHRASE, box, sizeof box, out), STATUS_INVALID);
    read_vector(box);
    box[26] = 1; /* terabytes */
    assert_int_equal(key_box_open(PASSPHRASE, box, sizeof box, out), STATUS_INVALID);
}

static void the_same_closed_twice_is_never_the_same(void **state)
{
    uint8_t one[BOX_BYTES], other[BOX_BYTES];
    (void)state;
    for (uint8_t *box = one;; box = other) {
        assert_int_equal(key_box_close(PASSPHRASE, &cheap, (const uint8_t *)data, DATA_BYTES, box),
                         STATUS_OK);
        if (box == other)
            break;
    }
    assert_memory_not_equal(one + 32, other + 32, 16);
    assert_memory_not_equal(one + KEY_BOX_HEAD_BYTES, other + KEY_BOX_HEAD_BYTES, DATA_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_vector_opens_with_its_passphrase_alone),
        cmocka_unit_test(every_changed_byte_and_every_lost_one_is_refused),
        cmocka_unit_test(a_file_that_asks_for_too_much_is_refused_at_once),
        cmocka_unit_test(the_same_closed_twice_is_never_the_same),
    };
    return cmocka_run_group_tests_name("key_box", tests, start, NULL);
}
