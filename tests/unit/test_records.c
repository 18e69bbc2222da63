/*
 * Unit test of the store's small nouns: admins, sessions, throttles, link keys, settings,
 * suppressions, import runs, topics, meta, and the ledger's reads.
 */
#include <string.h>

#include "store/admins.h"
#include "store/link_keys.h"
#include "store/settings.h"
#include "store/topics.h"
#include "unit/people_support.h"

static struct place *place;

static int set_up(void **state)
{
    place = place_open();
    return 0;
}

static int tear_down(void **state)
{
    place_close(place);
    return 0;
}

static void admins_are_kept(void **state)
{
    struct admin in = {.email = "Ada@x.example",
                       .email_key = "ada@x.example",
                       .name = "Ada",
                       .role = ROLE_MANAGER,
                       .password = "$argon2id$...",
                       .created_at = 5};
    struct admin out, *rows = NULL;
    int64_t id = 0, other = 0;
    size_t count = 0;
    struct txn *txn = place_begin(place);
    assert_int_equal(admins_put(txn, &in, &id), STATUS_OK);
    assert_int_equal(admins_put(txn, &in, &other), STATUS_CONFLICT);
    in.email = in.email_key = "bob@x.example";
    assert_int_equal(admins_put(txn, &in, &other), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);

    assert_int_equal(admins_find_email(place->reader, place->arena, "ada@x.example", &out),
                     STATUS_OK);
    assert_int_equal(out.id, id);
    assert_string_equal(out.email, "Ada@x.example");
    assert_string_equal(out.password, "$argon2id$...");
    assert_int_equal(out.role, ROLE_MANAGER);
    assert_int_equal(out.removed_at, 0);
    assert_int_equal(admins_find_email(place->reader, place->arena, "cy@x.example", &out),
                     STATUS_NOT_FOUND);

    txn = place_begin(place);
    out.email = "ada@x.example";
    out.removed_at = 9;
    assert_int_equal(admins_put(txn, &out, NULL), STATUS_OK);
    out.email_key = "bob@x.example";
    assert_int_equal(admins_put(txn, &out, NULL), STATUS_CONFLICT);
    out.id = 77;
    out.email_key = "dot@x.example";
    assert_int_equal(admins_put(txn, &out, NULL), STATUS_NOT_FOUND);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(admins_get(place->reader, place->arena, id, &out), STATUS_OK);
    assert_int_equal(out.removed_at, 9);
    assert_int_equal(admins_list(place->reader, place->arena, &rows, &count), STATUS_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].id, id);
    assert_int_equal(rows[1].id, other);
}

static void sessions_come_and_go(void **state)
{
    struct session in = {.admin = 1, .created_at = 100, .seen_at = 200, .address = "::1"}, out;
    struct txn *txn = place_begin(place);
    for (int i = 0; i < 6; i++) {
        memset(in.hash, i + 1, sizeof in.hash);
        in.admin = 1 + i / 4;
        in.created_at = 100 + i;
        in.seen_at = 200 + i;
        assert_int_equal(sessions_insert(txn, &in), STATUS_OK);
    }
    assert_int_equal(sessions_insert(txn, &in), STATUS_CONFLICT);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(sessions_get(place->reader, place->arena, in.hash, &out), STATUS_OK);
    assert_memory_equal(out.hash, in.hash, sizeof in.hash);
    assert_int_equal(out.admin, 2);
    assert_string_equal(out.address, "::1");
    assert_string_equal(out.agent, "");

    txn = place_begin(place);
    assert_int_equal(sessions_touch(txn, in.hash, 900), STATUS_OK);
    /* 1: seen too long ago; 2: begun too long ago. */
    memset(in.hash, 2, sizeof in.hash);
    assert_int_equal(sessions_touch(txn, in.hash, 950), STATUS_OK);
    assert_int_equal(sessions_delete_stale(txn, 201, 102), STATUS_OK);
    assert_int_equal(sessions_touch(txn, in.hash, 950), STATUS_NOT_FOUND);
    memset(in.hash, 3, sizeof in.hash);
    assert_int_equal(sessions_delete(txn, in.hash), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM session"), 3);
    txn = place_begin(place);
    assert_int_equal(sessions_delete_of(txn, 2), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM session"), 1);
    assert_int_equal(sessions_get(place->reader, place->arena, in.hash, &out), STATUS_NOT_FOUND);
}

static void throttles_count(void **state)
{
    uint8_t bucket[32] = {7};
    struct throttle value = {.failures = 9};
    assert_int_equal(throttles_get(place->reader, bucket, &value), STATUS_OK);
    assert_int_equal(value.failures, 0);
    struct txn *txn = place_begin(place);
    for (int i = 1; i <= 3; i++)
        assert_int_equal(throttles_put(txn, bucket, &(struct throttle){i, 100 + i}), STATUS_OK);
    bucket[0] = 8;
    assert_int_equal(throttles_put(txn, bucket, &(struct throttle){1, 50}), STATUS_OK);
    assert_int_equal(throttles_delete_stale(txn, 60), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(throttles_get(place->reader, bucket, &value), STATUS_OK);
    assert_int_equal(value.failures, 0);
    bucket[0] = 7;
    assert_int_equal(throttles_get(place->reader, bucket, &value), STATUS_OK);
    assert_int_equal(value.failures, 3);
    assert_int_equal(value.last_at, 103);
    txn = place_begin(place);
    assert_int_equal(throttles_put(txn, bucket, &(struct throttle){0, 104}), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(place_ask(place, "SELECT count(*) FROM throttle"), 0);
}

static void link_keys_are_listed_newest_first(void **state)
{
    struct link_key key = {.owner = "us", .state = KEY_SIGNING}, *rows = NULL, out;
    size_t count = 0;
    struct txn *txn = place_begin(place);
    for (int i = 0; i < 40; i++) {
        key.id[0] = (uint8_t)i;
        key.public_key[31] = (uint8_t)(i + 1);
        key.created_at = 100; /* all within a second, or a clock set back */
        assert_int_equal(link_keys_insert(txn, &key), STATUS_OK);
    }
    assert_int_equal(link_keys_insert(txn, &key), STATUS_CONFLICT);
    assert_int_equal(link_keys_set_state(txn, key.id, KEY_REVOKED, 500), STATUS_OK);
    assert_int_equal(link_keys_set_state(txn, (uint8_t[4]){200}, KEY_REVOKED, 500),
                     STATUS_NOT_FOUND);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(link_keys_get(place->reader, place->arena, key.id, &out), STATUS_OK);
    assert_int_equal(out.state, KEY_REVOKED);
    assert_int_equal(out.changed_at, 500);
    assert_int_equal(out.public_key[31], 40);
    assert_string_equal(out.owner, "us");
    assert_int_equal(link_keys_get(place->reader, place->arena, (uint8_t[4]){200}, &out),
                     STATUS_NOT_FOUND);
    assert_int_equal(link_keys_list(place->reader, place->arena, &rows, &count), STATUS_OK);
    assert_int_equal(count, 40);
    for (size_t i = 1; i < count; i++)
        assert_int_equal(rows[i].id[0], rows[i - 1].id[0] - 1);
}

static void settings_are_replaced(void **state)
{
    const char *value = NULL;
    assert_int_equal(settings_get(place->reader, place->arena, "brand", &value), STATUS_NOT_FOUND);
    struct txn *txn = place_begin(place);
    assert_int_equal(settings_put(txn, "brand", "Old", 1), STATUS_OK);
    assert_int_equal(settings_put(txn, "brand", "Néw", 2), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(settings_get(place->reader, place->arena, "brand", &value), STATUS_OK);
    assert_string_equal(value, "Néw");
}

static void suppressions_are_counted_once(void **state)
{
    uint8_t hash[32] = {1};
    bool has = true;
    int64_t count = -1;
    assert_int_equal(suppressions_has(place->reader, hash, &has), STATUS_OK);
    assert_false(has);
    struct txn *txn = place_begin(place);
    assert_int_equal(suppressions_any(txn_store(txn), &has), STATUS_OK);
    assert_false(has);
    assert_int_equal(suppressions_put(txn, hash, 1), STATUS_OK);
    assert_int_equal(suppressions_any(txn_store(txn), &has), STATUS_OK);
    assert_true(has);
    assert_int_equal(suppressions_any(place->reader, &has), STATUS_OK);
    assert_false(has);
    assert_int_equal(suppressions_put(txn, hash, 2), STATUS_OK);
    hash[0] = 2;
    assert_int_equal(suppressions_put(txn, hash, 2), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(suppressions_count(place->reader, &count), STATUS_OK);
    assert_int_equal(count, 2);
    txn = place_begin(place);
    assert_int_equal(suppressions_remove(txn, hash), STATUS_OK);
    assert_int_equal(suppressions_remove(txn, hash), STATUS_OK);
    assert_int_equal(suppressions_any(txn_store(txn), &has), STATUS_OK);
    assert_true(has);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(suppressions_has(place->reader, hash, &has), STATUS_OK);
    assert_false(has);
    assert_int_equal(suppressions_count(place->reader, &count), STATUS_OK);
    assert_int_equal(count, 1);
}

static void import_runs_are_brought_up_to_date(void **state)
{
    struct import_run run = {.name = "people.csv", .began_at = 5}, out;
    struct txn *txn = place_begin(place);
    assert_int_equal(import_runs_put(txn, &run, &run.id), STATUS_OK);
    assert_int_not_equal(run.id, 0);
    run.line = 70;
    run.kept_out = 3;
    run.ended_at = 9;
    assert_int_equal(import_runs_put(txn, &run, NULL), STATUS_OK);
    struct import_run none = {.id = 99, .name = ""};
    assert_int_equal(import_runs_put(txn, &none, NULL), STATUS_NOT_FOUND);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(import_runs_get(place->reader, place->arena, run.id, &out), STATUS_OK);
    assert_string_equal(out.name, "people.csv");
    assert_int_equal(out.line, 70);
    assert_int_equal(out.kept_out, 3);
    assert_int_equal(out.ended_at, 9);
    assert_int_equal(import_runs_get(place->reader, place->arena, 99, &out), STATUS_NOT_FOUND);
}

static void topics_are_listed_by_rank_retired_ones_last(void **state)
{
    struct topic *rows = NULL;
    size_t count = 0;
    uint64_t in_use = 0;
    assert_int_equal(topics_list(place->reader, place->arena, &rows, &count), STATUS_OK);
    assert_int_equal(count, 4);
    assert_string_equal(rows[0].key, "newsletter");
    assert_string_equal(rows[3].key, "system_alerts");
    struct txn *txn = place_begin(place);
    struct topic topic = rows[0];
    topic.retired_at = 50;
    assert_int_equal(topics_put(txn, &topic), STATUS_OK);
    topic = (struct topic){.id = {63}, .key = "last", .name = "Last", .description = "", .rank = 1};
    assert_int_equal(topics_put(txn, &topic), STATUS_OK);
    topic.id.value = 62;
    assert_int_equal(topics_put(txn, &topic), STATUS_CONFLICT);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(topics_list(place->reader, place->arena, &rows, &count), STATUS_OK);
    assert_int_equal(count, 5);
    assert_string_equal(rows[0].key, "last");
    assert_string_equal(rows[4].key, "newsletter");
    assert_int_equal(topics_in_use(place->reader, &in_use), STATUS_OK);
    assert_true(in_use == (UINT64_C(1) << 63 | 0x1c));
}

static void meta_wants_the_length_it_was_put_with(void **state)
{
    char key[16] = "0123456789abcdef", got[16] = "", longer[17] = "";
    struct txn *txn = place_begin(place);
    assert_int_equal(meta_get(place->reader, "public_id_key", got, sizeof got), STATUS_NOT_FOUND);
    assert_int_equal(meta_put(txn, "public_id_key", key, sizeof key), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);
    assert_int_equal(meta_get(place->reader, "public_id_key", got, sizeof got), STATUS_OK);
    assert_memory_equal(got, key, sizeof key);
    assert_int_equal(meta_get(place->reader, "public_id_key", got, 15), STATUS_CORRUPT);
    assert_int_equal(meta_get(place->reader, "public_id_key", longer, 17), STATUS_CORRUPT);
}

static struct entry some_entry(struct txn *txn, int64_t previous)
{
    uint8_t hash[LEDGER_HASH_BYTES];
    struct entry entry = {
        .at = 1700000000,
        .kind = ENTRY_CHOICES,
        .contact = {7},
        .subject = -5,
        .previous = {previous},
        .undoes = {2},
        .status_before = CONTACT_OPTED_IN,
        .choices_before = UINT64_C(1) << 63,
        .choices_after = 6,
        .paused_before = 4,
        .paused_after = 8,
        .actor = ACTOR_ADMIN,
        .actor_id = 11,
        .proof_kind = PROOF_SESSION,
        .proof = {1, 2, 3, 4, 5, 6, 7, 8},
        .proof_len = 8,
        .wording = 3,
        .leave_reason = LEAVE_OTHER,
        .private = {.note = "a note", .agent = "Mozilla"},
        .seal = {.is_kept = true, .has_client_salt = true, .salt = {3}, .client_salt = {4, 5}},
    };
    assert_int_equal(entries_head(txn, &entry.position, hash), STATUS_OK);
    entry.position.value++;
    memset(entry.hash, (int)entry.position.value, sizeof entry.hash);
    memset(entry.private_hash, 9, sizeof entry.private_hash);
    return entry;
}

static void entries_come_back_as_they_were(void **state)
{
    uint8_t hash[LEDGER_HASH_BYTES];
    struct entry in, out, *rows = NULL;
    struct position head;
    size_t count = 0;
    struct txn *txn = place_begin(place);
    assert_int_equal(entries_head(txn, &head, hash), STATUS_OK);
    int64_t first = head.value + 1;
    for (int i = 0; i < 4; i++) {
        in = some_entry(txn, i == 0 ? 0 : first + i - 1);
        assert_int_equal(entries_append(txn, &in), STATUS_OK);
        assert_int_equal(entries_head(txn, &head, hash), STATUS_OK);
        assert_int_equal(head.value, in.position.value);
        assert_memory_equal(hash, in.hash, sizeof hash);
    }
    struct entry bare = {.position = {head.value + 1}, .kind = ENTRY_SETTING};
    memset(bare.hash, 1, sizeof bare.hash);
    assert_int_equal(entries_append(txn, &bare), STATUS_OK);
    assert_int_equal(txn_commit(txn), STATUS_OK);

    assert_int_equal(entries_get(place->reader, place->arena, in.position, &out), STATUS_OK);
    assert_string_equal(out.private.note, "a note");
    assert_null(out.private.address);
    assert_string_equal(out.private.agent, "Mozilla");
    struct entry_private none = {0};
    in.private = out.private = none;
    assert_memory_equal(&out, &in, sizeof in);
    assert_int_equal(entries_get(place->reader, place->arena, bare.position, &out), STATUS_OK);
    assert_memory_equal(&out, &bare, sizeof bare);

    assert_int_equal(entries_history(place->reader, place->arena, head, 3, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 3);
    assert_int_equal(rows[0].position.value, head.value);
    assert_int_equal(rows[2].position.value, head.value - 2);
    assert_int_equal(entries_history(place->reader, place->arena, head, 99, &rows, &count),
                     STATUS_OK);
    assert_int_equal(count, 4);
    struct position after = {first};
    assert_int_equal(entries_walk(place->reader, place->arena, after, 2, &rows, &count), STATUS_OK);
    assert_int_equal(count, 2);
    assert_int_equal(rows[0].position.value, first + 1);
    struct position beyond = {bare.position.value + 1};
    assert_int_equal(entries_get(place->reader, place->arena, beyond, &out), STATUS_NOT_FOUND);
    assert_int_equal(entries_history(place->reader, place->arena, beyond, 5, &rows, &count),
                     STATUS_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(admins_are_kept),
        cmocka_unit_test(sessions_come_and_go),
        cmocka_unit_test(throttles_count),
        cmocka_unit_test(link_keys_are_listed_newest_first),
        cmocka_unit_test(settings_are_replaced),
        cmocka_unit_test(suppressions_are_counted_once),
        cmocka_unit_test(import_runs_are_brought_up_to_date),
        cmocka_unit_test(topics_are_listed_by_rank_retired_ones_last),
        cmocka_unit_test(meta_wants_the_length_it_was_put_with),
        cmocka_unit_test(entries_come_back_as_they_were),
    };
    return cmocka_run_group_tests_name("records", tests, set_up, tear_down);
}
