/*
 * tests/unit/test_chain: no public field of an entry can change without its hash changing, and the
 * format stays as it is.
 */
#include "unit/support.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "crypto/chain.h"
#include "crypto/crypto.h"

static int start(void **state)
{
    (void)state;
    return crypto_start() == STATUS_OK ? 0 : -1;
}

static struct entry sample(void)
{
    struct entry entry = {
        .position = {12},
        .at = 1795414704,
        .kind = ENTRY_CHOICES,
        .contact = {5},
        .subject = 6,
        .previous = {7},
        .undoes = {8},
        .status_before = CONTACT_OPTED_IN,
        .status_after = CONTACT_OPTED_OUT,
        .choices_before = 0x1e,
        .choices_after = 0,
        .paused_before = 9,
        .paused_after = 10,
        .actor = ACTOR_ONE_CLICK,
        .actor_id = 11,
        .proof_kind = PROOF_LINK,
        .proof = {1, 2, 3, 4, 5, 6, 7, 8},
        .proof_len = 8,
        .wording = 3,
        .leave_reason = LEAVE_TOO_MANY,
    };
    memset(entry.private_hash, 0x55, sizeof entry.private_hash);
    return entry;
}

/* Computed apart, with Python's hashlib.blake2b, from the description in crypto/chain.h. */
static void the_format_is_the_one_described(void **state)
{
    struct entry entry = sample();
    uint8_t previous[LEDGER_HASH_BYTES], hash[LEDGER_HASH_BYTES];
    char text[2 * LEDGER_HASH_BYTES + 1];
    (void)state;
    memset(previous, 0xaa, sizeof previous);
    chain_hash(&entry, previous, hash);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    assert_string_equal(text, "94e518a488ed460acc77c32cabedf42dbc26b0a66660d52d9fc43c8c769cf2a5");
    entry.daily_before = 2;
    entry.weekly_before = 4;
    entry.weekly_after = 8;
    chain_hash(&entry, previous, hash);
    sodium_bin2hex(text, sizeof text, hash, sizeof hash);
    assert_string_equal(text, "3f59e9ff2afcb578a578729d4ac4c987e41d557111b4561d6b0ce99045db5755");
}

static void flip(struct entry *entry, size_t field)
{
    switch (field) {
    case 0:
        entry->position.value ^= 1;
        break;
    case 1:
        entry->at ^= INT64_C(1) << 40;
        break;
    case 2:
        entry->kind = ENTRY_DETAILS;
        break;
    case 3:
        entry->contact.value ^= 1;
        break;
    case 4:
        entry->subject = -entry->subject;
        break;
    case 5:
        entry->previous.value ^= INT64_MIN;
        break;
    case 6:
        entry->undoes.value ^= 1;
        break;
    case 7:
        entry->status_before = CONTACT_OPTED_OUT;
        break;
    case 8:
        entry->status_after = CONTACT_OPTED_IN;
        break;
    case 9:
        entry->choices_before ^= UINT64_C(1) << 63;
        break;
    case 10:
        entry->choices_after ^= 2;
        break;
    case 11:
        entry->paused_before ^= 1;
        break;
    case 12:
        entry->paused_after ^= 1;
        break;
    case 13:
        entry->actor = ACTOR_ADMIN;
        break;
    case 14:
        entry->actor_id ^= 1;
        break;
    case 15:
        entry->proof_kind = PROOF_SESSION;
        break;
    case 16:
        entry->proof[7] ^= 1;
        break;
    case 17:
        entry->proof_len = 7;
        break;
    case 18:
        entry->wording = -entry->wording;
        break;
    case 19:
        entry->leave_reason = LEAVE_NONE;
        break;
    case 20:
        entry->private_hash[0] ^= 1;
        break;
    case 21:
        entry->daily_before ^= 2;
        break;
    case 22:
        entry->daily_after ^= 2;
        break;
    case 23:
        entry->weekly_before ^= UINT64_C(1) << 63;
        break;
    case 24:
        entry->weekly_after ^= 2;
        break;
    default:
        entry->private_hash[31] ^= 0x80;
        break;
    }
}

static void changing_any_field_changes_the_hash(void **state)
{
    enum { FIELDS = 26 };
    uint8_t hashes[FIELDS + 1][LEDGER_HASH_BYTES];
    const uint8_t previous[LEDGER_HASH_BYTES] = {0};
    (void)state;
    for (size_t field = 0; field <= FIELDS; field++) {
        struct entry entry = sample();
        if (field < FIELDS)
            flip(&entry, field);
        chain_hash(&entry, previous, hashes[field]);
        for (size_t other = 0; other < field; other++)
            assert_memory_not_equal(hashes[field], hashes[other], LEDGER_HASH_BYTES);
    }
}

static void changing_what_came_before_changes_the_hash(void **state)
{
    struct entry entry = sample();
    uint8_t previous[LEDGER_HASH_BYTES] = {0};
    uint8_t plain[LEDGER_HASH_BYTES], other[LEDGER_HASH_BYTES];
    (void)state;
    chain_hash(&entry, previous, plain);
    for (size_t i = 0; i < sizeof previous; i++) {
        previous[i] ^= 1;
        chain_hash(&entry, previous, other);
        assert_memory_not_equal(plain, other, sizeof plain);
        previous[i] ^= 1;
    }
    chain_hash(&entry, previous, other);
    assert_memory_equal(plain, other, sizeof plain);
}

static void what_may_be_blanked_stands_outside_the_chain(void **state)
{
    struct entry entry = sample();
    const uint8_t previous[LEDGER_HASH_BYTES] = {0};
    uint8_t with[LEDGER_HASH_BYTES], without[LEDGER_HASH_BYTES];
    (void)state;
    entry.private = (struct entry_private){"note", "192.0.2.1", "Mail/1.0", "spring"};
    memset(entry.hash, 1, sizeof entry.hash);
    chain_hash(&entry, previous, with);
    entry.private = (struct entry_private){0};
    memset(entry.hash, 2, sizeof entry.hash);
    entry.proof[7] = 8; /* as it is; bytes past proof_len don't count, tested below */
    chain_hash(&entry, previous, without);
    assert_memory_equal(with, without, sizeof with);
    entry.proof_len = 4;
    chain_hash(&entry, previous, with);
    entry.proof[5] ^= 1;
    chain_hash(&entry, previous, without);
    assert_memory_equal(with, without, sizeof with);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_format_is_the_one_described),
        cmocka_unit_test(changing_any_field_changes_the_hash),
        cmocka_unit_test(changing_what_came_before_changes_the_hash),
        cmocka_unit_test(what_may_be_blanked_stands_outside_the_chain),
    };
    return cmocka_run_group_tests_name("chain", tests, start, NULL);
}
