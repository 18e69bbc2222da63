/*
 * tests/unit/test_chain_private: what binds an entry's private texts to the chain. No text, salt or
 * hash can change unseen; the client can go and the words stay checkable.
 */
#include "unit/support.h"

#include <sodium.h>
#include <string.h>

#include "crypto/chain.h"
#include "crypto/crypto.h"

static const uint8_t key[] = "an example key of 32 bytes......";

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

static struct entry sealed(struct entry_private texts)
{
    struct entry entry = {.position = {12}, .private = texts};
    entry.seal.is_kept = entry.seal.has_client_salt = true;
    memcpy(entry.seal.salt, "0123456789abcdef", LEDGER_SALT_BYTES);
    memcpy(entry.seal.client_salt, "fedcba9876543210", LEDGER_SALT_BYTES);
    chain_private_hash(&entry, key, entry.private_hash);
    return entry;
}

static struct entry sample(void)
{
    return sealed((struct entry_private){"said so", "192.0.2.1", "Mail/1.0", "spring"});
}

static void expect_hash(const uint8_t hash[LEDGER_HASH_BYTES], const char *expected)
{
    char text[2 * LEDGER_HASH_BYTES + 1];
    sodium_bin2hex(text, sizeof text, hash, LEDGER_HASH_BYTES);
    assert_string_equal(text, expected);
}

/* As an entry of before there were two salts stands in the file: hashes computed apart, with
 * Python's hashlib.blake2b, from the description in crypto/chain.h. */
static struct entry older(void)
{
    struct entry entry = sealed((struct entry_private){.note = "said so", .agent = "Mail/1.0"});
    size_t len;
    entry.seal.has_client_salt = false;
    memset(entry.seal.client_salt, 0, sizeof entry.seal.client_salt);
    sodium_hex2bin(entry.private_hash, LEDGER_HASH_BYTES,
                   "715c980e78d2ed7f7d6b1bcea7a843a907853f510e293de92e71a72052e912e1", 64, NULL,
                   &len, NULL);
    return entry;
}

/* As the store does it. */
static void blank_client(struct entry *entry)
{
    chain_client_hash(entry, key, entry->seal.client_hash);
    entry->seal.has_client_hash = true;
    entry->seal.has_client_salt = false;
    memset(entry->seal.client_salt, 0, sizeof entry->seal.client_salt);
    entry->private.address = entry->private.agent = NULL;
}

static void the_format_is_the_one_described(void **state)
{
    struct entry entry = sealed((struct entry_private){.note = "said so", .agent = "Mail/1.0"});
    uint8_t hash[LEDGER_HASH_BYTES];
    (void)state;
    expect_hash(entry.private_hash,
                "04d52334b5bdbfa2fa57d4b547398e666d6d9e134f1b8e49d581f6ed2ad73f95");
    chain_client_hash(&entry, key, hash);
    expect_hash(hash, "1beef4c8026732ff82a85971ab35ba7b7e8e31f72d1dc6ed6c106f172ba22ac7");
    entry = older();
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_FITS);
    chain_client_hash(&entry, key, hash);
    expect_hash(hash, "f3c1e18bcc7bdb87597be105aad913321222f616b645717660946f97f6c565e8");
}

static void every_text_salt_and_key_is_told_apart(void **state)
{
    static const struct entry_private texts[] = {
        {.note = "ab"},
        {.note = "a", .address = "b"},
        {.address = "ab"},
        {.agent = "ab"},
        {.note = "a", .agent = "b"},
        {.note = "ab", .address = "ab", .agent = "ab"},
        {.campaign = "ab"},
        {.note = "ab", .campaign = "ab"},
        {.agent = "a", .campaign = "b"},
        {.note = "ab", .agent = "ab"},
    };
    enum { COUNT = sizeof texts / sizeof *texts };
    uint8_t hashes[COUNT + 3][LEDGER_HASH_BYTES], other[32];
    (void)state;
    memcpy(other, key, sizeof other);
    other[31] ^= 1;
    for (size_t i = 0; i < COUNT + 3; i++) {
        struct entry entry = sealed(texts[i < COUNT ? i : COUNT - 1]);
        entry.seal.salt[15] ^= i == COUNT;
        entry.seal.client_salt[15] ^= i == COUNT + 1;
        chain_private_hash(&entry, i == COUNT + 2 ? other : key, hashes[i]);
        for (size_t j = 0; j < i; j++)
            assert_memory_not_equal(hashes[i], hashes[j], LEDGER_HASH_BYTES);
    }
}

static void nothing_private_hashes_to_zero(void **state)
{
    const uint8_t zero[LEDGER_HASH_BYTES] = {0};
    struct entry entry = sealed((struct entry_private){"", "", "", ""});
    (void)state;
    assert_memory_equal(entry.private_hash, zero, sizeof zero);
    entry.seal = (struct entry_seal){0};
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_NONE);
}

static void what_stands_as_written_fits(void **state)
{
    static const struct entry_private texts[] = {
        {"said so", "192.0.2.1", "Mail/1.0", "spring"},
        {.note = "said so"},
        {.address = "192.0.2.1"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct entry entry = sealed(texts[i]);
        assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_FITS);
    }
}

static void words_stay_checkable_when_the_client_went(void **state)
{
    struct entry entry = sample();
    (void)state;
    blank_client(&entry);
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_CLIENT_BLANKED);
    entry = sealed((struct entry_private){.address = "192.0.2.1"});
    blank_client(&entry);
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_CLIENT_BLANKED);
}

static void an_erased_entry_is_blanked_and_not_altered(void **state)
{
    struct entry entry = sample();
    (void)state;
    entry.private = (struct entry_private){0};
    entry.seal = (struct entry_seal){0};
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_BLANKED);
}

/* Each thing that may be done to a row by hand. */
static bool tamper(struct entry *entry, int way)
{
    switch (way) {
    case 0:
        entry->private.note = "said no";
        return true;
    case 1:
        entry->private.note = NULL;
        return true;
    case 2:
        entry->private.campaign = "autumn";
        return true;
    case 3:
        entry->private.campaign = NULL;
        return true;
    case 4:
        entry->private.address = "192.0.2.2";
        return true;
    case 5:
        entry->private.agent = "";
        return true;
    case 6:
        entry->seal.salt[0] ^= 1;
        return true;
    case 7:
        entry->seal.client_salt[15] ^= 1;
        return true;
    case 8:
        entry->seal.has_client_salt = false;
        return true;
    case 9: /* "it was blanked", with no hash, or with the mark of the older form without the key */
        blank_client(entry);
        memset(entry->seal.client_hash, 0, LEDGER_HASH_BYTES);
        return true;
    case 10:
        chain_client_hash(entry, key, entry->seal.client_hash);
        entry->seal.has_client_hash = true; /* while the client still stands */
        return true;
    case 11:
        blank_client(entry);
        entry->private.note = "said no";
        return true;
    case 12:
        blank_client(entry);
        entry->private.address = "192.0.2.1";
        return true;
    case 13:
        blank_client(entry);
        entry->seal.client_hash[31] ^= 0x80;
        return true;
    case 14:
        blank_client(entry);
        entry->private_hash[0] ^= 1;
        return true;
    case 15:
        memset(entry->private_hash, 0, LEDGER_HASH_BYTES); /* a row where the entry says: none */
        return true;
    default:
        return false;
    }
}

static void whatever_is_altered_is_found(void **state)
{
    struct entry entry;
    (void)state;
    for (int way = 0; entry = sample(), tamper(&entry, way); way++) {
        if (chain_private_check(&entry, key) != CHAIN_PRIVATE_ALTERED)
            fail_msg("way %d is not found", way);
        if (entry.seal.has_client_hash)
            continue;
        blank_client(&entry); /* no later blanking makes it good */
        if (chain_private_check(&entry, key) != CHAIN_PRIVATE_ALTERED)
            fail_msg("way %d is not found once blanked", way);
    }
}

static void an_older_entry_whose_client_went_is_unproven_and_not_altered(void **state)
{
    struct entry entry = older();
    (void)state;
    blank_client(&entry);
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_UNPROVEN);
    entry.private.note = "said no";
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_ALTERED);
    entry = older();
    blank_client(&entry);
    entry.private.campaign = "autumn";
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_ALTERED);
}

static void an_older_entry_that_was_altered_gets_no_mark(void **state)
{
    struct entry entry = older();
    (void)state;
    entry.private.note = "said no";
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_ALTERED);
    blank_client(&entry);
    assert_int_equal(chain_private_check(&entry, key), CHAIN_PRIVATE_ALTERED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_format_is_the_one_described),
        cmocka_unit_test(every_text_salt_and_key_is_told_apart),
        cmocka_unit_test(nothing_private_hashes_to_zero),
        cmocka_unit_test(what_stands_as_written_fits),
        cmocka_unit_test(words_stay_checkable_when_the_client_went),
        cmocka_unit_test(an_erased_entry_is_blanked_and_not_altered),
        cmocka_unit_test(whatever_is_altered_is_found),
        cmocka_unit_test(an_older_entry_whose_client_went_is_unproven_and_not_altered),
        cmocka_unit_test(an_older_entry_that_was_altered_gets_no_mark),
    };
    return cmocka_run_group_tests_name("chain_private", tests, start, NULL);
}
