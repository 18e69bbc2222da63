/*
 * Unit test of store/activity and base/ledger_filter: sums of blocks against the entries they sum
 * up, after rollbacks and failed commits too; filters and pages against a walk over everything.
 */
#include <stdlib.h>
#include <string.h>

#include "base/ledger_filter.h"
#include "store/activity.h"
#include "unit/people_support.h"

#define ENTRIES  5200
#define CONTACTS 40

static struct place *place;
static struct entry shadow[ENTRIES + 1]; /* by position */
static int64_t head;
static struct position heads[CONTACTS + 1]; /* by contact */
static uint32_t seed = 12345;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

static uint64_t mask(void)
{
    return chance(3) == 0 ? (uint64_t)chance(16) << 1 : 0;
}

/* Most by an import, few by others; the clock goes back at times. */
static struct entry random_entry(int64_t position)
{
    struct entry entry = {
        .position = {position},
        .at = 1700000000 + position * 60 - (int64_t)chance(600),
        .kind = chance(8) == 0 ? 1 + chance(ENTRY_KIND_COUNT - 1) : ENTRY_CONTACT_ADDED,
        .actor = chance(300) == 0 ? chance(ACTOR_COUNT) : ACTOR_IMPORT,
        .actor_id = chance(900) == 0 ? chance(9) : 1,
        .status_before = chance(2),
        .status_after = chance(2),
        .leave_reason = chance(700) == 0 ? LEAVE_OTHER : LEAVE_NONE,
    };
    if (chance(4) != 0)
        entry.contact.value = 1 + chance(CONTACTS);
    if (chance(9) == 0)
        entry.subject = (int64_t)chance(5);
    if (chance(50) == 0) {
        entry.choices_before = mask();
        entry.choices_after = mask();
        entry.daily_before = mask();
        entry.weekly_after = mask();
    }
    if (chance(400) == 0)
        entry.paused_after = 5;
    memset(entry.hash, 1, sizeof entry.hash);
    return entry;
}

/* So many in one transaction, which is kept or not. */
static void append(int count, bool keeps)
{
    struct position before[CONTACTS + 1];
    const int64_t from = head;
    memcpy(before, heads, sizeof before);
    struct txn *txn = place_begin(place);
    for (int i = 0; i < count && head < ENTRIES; i++) {
        struct entry entry = random_entry(++head);
        if (entry.contact.value != 0) {
            entry.previous = heads[entry.contact.value];
            heads[entry.contact.value].value = head;
        }
        shadow[head] = entry;
        assert_int_equal(entries_append(txn, &entry), STATUS_OK);
    }
    if (keeps) {
        assert_int_equal(txn_commit(txn), STATUS_OK);
        return;
    }
    if (chance(2) == 0) {
        txn_rollback(txn);
    } else { /* a write fails, and so the commit */
        struct entry wrong = random_entry(head + 7);
        assert_int_not_equal(entries_append(txn, &wrong), STATUS_OK);
        assert_int_not_equal(txn_commit(txn), STATUS_OK);
    }
    memcpy(heads, before, sizeof before);
    head = from;
}

/* Another process's writer, whose appends the first one does not see. */
static void change_hands(void)
{
    static struct store *other;
    struct store *first = place->writer;
    if (other == NULL)
        assert_int_equal(store_open_writer(place->path, place->lock, &other), STATUS_OK);
    place->writer = other;
    other = first;
    if (head == ENTRIES) {
        store_close(other);
        other = NULL;
    }
}

static int set_up(void **state)
{
    place = place_open();
    head = 0;
    memset(heads, 0, sizeof heads);
    while (head < ENTRIES) {
        append(1 + (int)chance(chance(4) == 0 ? 900 : 60), chance(6) != 0);
        if (chance(20) == 0 || head == ENTRIES)
            change_hands();
    }
    return 0;
}

static int tear_down(void **state)
{
    place_close(place);
    return 0;
}

static uint64_t column(const char *name, int64_t block)
{
    return (uint64_t)place_ask(place, arena_printf(place->arena,
                                                   "SELECT %s FROM entry_block WHERE block = %lld",
                                                   name, (long long)block));
}

static void check_blocks(void)
{
    static const char *const by[] = {"by_system", "by_recipient", "by_one_click", "by_mailto",
                                     "by_admin",  "by_operator",  "by_import",    "by_api"};
    const int64_t full = (ENTRIES + 1) / ACTIVITY_BLOCK;
    assert_int_equal(place_ask(place, "SELECT count(*) FROM entry_block"), full);
    for (int64_t block = 0; block < full; block++) {
        uint64_t traits[ACTOR_COUNT] = {0}, topics = 0, who = 0;
        int64_t first = INT64_MAX, last = INT64_MIN;
        for (int64_t at = block * ACTIVITY_BLOCK; at < (block + 1) * ACTIVITY_BLOCK; at++) {
            if (at == 0)
                continue;
            traits[shadow[at].actor] |= ledger_traits(&shadow[at]);
            topics |= ledger_topics(&shadow[at]);
            who |= ledger_who(shadow[at].actor, shadow[at].actor_id);
            first = shadow[at].at < first ? shadow[at].at : first;
            last = shadow[at].at > last ? shadow[at].at : last;
        }
        for (unsigned actor = 0; actor < ACTOR_COUNT; actor++)
            assert_true(column(by[actor], block) == traits[actor]);
        assert_true(column("topics", block) == topics);
        assert_true(column("who", block) == who);
        assert_true((int64_t)column("first_at", block) == first);
        assert_true((int64_t)column("last_at", block) == last);
    }
}

static void full_blocks_are_summed_up_and_what_was_rolled_back_is_in_none(void **state)
{
    check_blocks();
}

static struct ledger_filter random_filter(void)
{
    struct ledger_filter filter = {0};
    if (chance(2) == 0)
        filter.traits = chance(2) == 0 ? LEDGER_TRAIT(1 + chance(ENTRY_KIND_COUNT - 1))
                                       : ledger_group_traits(chance(GROUP_COUNT));
    if (chance(2) == 0)
        filter.actors = LEDGER_ACTOR(chance(ACTOR_COUNT));
    if (filter.actors != 0 && chance(2) == 0)
        filter.actor_id = 1 + chance(8);
    if (chance(3) == 0)
        filter.topics = UINT64_C(1) << (1 + chance(6));
    if (chance(3) == 0)
        filter.from_s = shadow[1 + chance(ENTRIES)].at;
    if (chance(3) == 0)
        filter.to_s = shadow[1 + chance(ENTRIES)].at;
    return filter;
}

/* What filter has, newest first or last, by looking at every entry. */
static size_t brute(const struct ledger_filter *filter, bool is_upward, int64_t from,
                    int64_t out[ENTRIES])
{
    size_t count = 0;
    for (int64_t at = from > ENTRIES ? ENTRIES : from; at >= 1 && at <= ENTRIES;
         at += is_upward ? 1 : -1)
        if (ledger_filter_has(filter, &shadow[at]))
            out[count++] = at;
    return count;
}

/* The same by pages of limit entries, each look costing so much at most. */
static size_t walk(struct activity_look look, int64_t out[ENTRIES], int *looks)
{
    struct activity_found found = {0};
    size_t count = 0;
    const int before = *looks;
    while (!found.is_end) {
        assert_int_equal(activity_look(place->reader, place->arena, &look, &found), STATUS_OK);
        assert_true(found.count <= (size_t)look.limit && count + found.count <= ENTRIES);
        for (size_t i = 0; i < found.count; i++)
            out[count++] = found.rows[i].value;
        if (!found.is_end)
            assert_int_not_equal(found.next.value, look.from.value);
        look.from = found.next;
        assert_true(++*looks - before <= ENTRIES + 10);
    }
    return count;
}

static void check_walks(int times)
{
    static int64_t wanted[ENTRIES], got[ENTRIES];
    size_t matches = 0;
    int looks = 0;
    for (int i = 0; i < times; i++) {
        struct activity_look look = {.filter = random_filter(),
                                     .from = {INT64_MAX},
                                     .is_upward = chance(2) == 0,
                                     .limit = 1 + (int)chance(70),
                                     .entries = 1 + (int)chance(2500),
                                     .blocks = 1 + (int)chance(4)};
        if (look.is_upward)
            look.from.value = 1;
        if (chance(3) == 0)
            look.from.value = 1 + chance(ENTRIES);
        size_t count = brute(&look.filter, look.is_upward, look.from.value, wanted);
        matches += count;
        assert_int_equal(walk(look, got, &looks), count);
        assert_memory_equal(got, wanted, count * sizeof *got);
    }
    assert_true(looks > times && matches > 0);
}

static void filters_give_each_entry_that_fits_once_whatever_a_look_may_cost(void **state)
{
    check_walks(400);
}

static void a_look_costs_no_more_than_it_may(void **state)
{
    /* Its traits and its actor are in every block, together in none. */
    const struct activity_look look = {.filter = {.traits = LEDGER_TRAIT(ENTRY_CONTACT_ADDED),
                                                  .actors = LEDGER_ACTOR(ACTOR_IMPORT),
                                                  .actor_id = 1,
                                                  .contact = {CONTACTS + 1}},
                                       .from = {INT64_MAX},
                                       .limit = 5,
                                       .entries = 2000,
                                       .blocks = 100};
    struct activity_found found;
    assert_int_equal(activity_look(place->reader, place->arena, &look, &found), STATUS_OK);
    assert_int_equal(found.count, 0);
    assert_false(found.is_end);
    assert_in_range(found.next.value, ENTRIES - 2000 - 2 * ACTIVITY_BLOCK, ENTRIES - 2000);
}

static void blocks_without_a_row_are_looked_into_and_made_up_for(void **state)
{
    assert_int_equal(place_ask(place, "DELETE FROM entry_block WHERE block < 3 RETURNING 1"), 1);
    check_walks(60);
    assert_int_equal(place_ask(place, "DELETE FROM entry_block WHERE block >= 0 RETURNING 1"), 1);
    check_walks(60);
    store_close(place->writer);
    store_close(place->reader);
    assert_int_equal(store_migrate(place->path, place->lock), STATUS_OK);
    assert_int_equal(store_open_writer(place->path, place->lock, &place->writer), STATUS_OK);
    assert_int_equal(store_open_reader(place->path, &place->reader), STATUS_OK);
    check_blocks();
}

static void making_up_for_blocks_can_be_cut_off_and_goes_on(void **state)
{
    bool is_done = false;
    assert_int_equal(place_ask(place, "DELETE FROM entry_block WHERE block >= 0 RETURNING 1"), 1);
    for (int steps = 1; !is_done; steps++) {
        struct txn *txn = place_begin(place);
        assert_int_equal(activity_fill(txn, 2, &is_done), STATUS_OK);
        assert_int_equal(txn_commit(txn), STATUS_OK);
        assert_true(steps < 5);
        check_walks(10);
    }
    check_blocks();
}

static void a_persons_chain_is_paged_both_ways(void **state)
{
    static int64_t wanted[ENTRIES];
    for (int i = 0; i < 200; i++) {
        struct ledger_filter filter = {.contact = {1 + chance(CONTACTS)}};
        if (chance(2) == 0)
            filter.traits = LEDGER_TRAIT(ENTRY_CONTACT_ADDED);
        const bool is_upward = chance(2) == 0;
        const struct activity_look look = {.filter = filter,
                                           .from = {1 + chance(ENTRIES)},
                                           .is_upward = is_upward,
                                           .limit = 1 + (int)chance(20),
                                           .entries = ENTRIES,
                                           .blocks = 1};
        size_t count = brute(&filter, is_upward, look.from.value, wanted);
        const size_t limit = (size_t)look.limit;
        struct activity_found found;
        assert_int_equal(
            activity_chain(place->reader, place->arena, heads[filter.contact.value], &look, &found),
            STATUS_OK);
        assert_int_equal(found.count, count < limit ? count : limit);
        for (size_t j = 0; j < found.count; j++)
            assert_int_equal(found.rows[j].value, wanted[j]);
        if (is_upward)
            assert_int_equal(found.is_end, count <= limit);
        else if (count > limit)
            assert_true(!found.is_end && found.next.value >= wanted[limit]);
    }
}

static void every_kind_is_in_a_group_and_every_key_is_read(void **state)
{
    uint64_t traits, all = 0;
    unsigned actors;
    int64_t id;
    for (unsigned group = 0; group < GROUP_COUNT; group++) {
        all |= ledger_group_traits(group);
        assert_true(ledger_kind_parse(ledger_group_key(group), &traits));
        assert_true(traits == ledger_group_traits(group));
    }
    for (unsigned kind = 1; kind < ENTRY_KIND_COUNT; kind++) {
        assert_true((all & LEDGER_TRAIT(kind)) != 0);
        assert_true(ledger_kind_parse(entry_kind_key(kind), &traits));
    }
    assert_false(ledger_kind_parse("none", &traits));
    assert_false(ledger_kind_parse("", &traits));
    for (unsigned actor = 0; actor < ACTOR_COUNT; actor++) {
        assert_true(ledger_actor_parse(actor_kind_key(actor), &actors, &id));
        assert_true(actors == LEDGER_ACTOR(actor) && id == 0);
    }
    assert_true(ledger_actor_parse("person", &actors, &id));
    assert_int_equal(__builtin_popcount(actors), 3);
    assert_true(ledger_actor_parse("api:42", &actors, &id));
    assert_true(actors == LEDGER_ACTOR(ACTOR_API) && id == 42);
    static const char *const bad[] = {"",         "admi",     "admin:",
                                      "admin:0",  "admin:-1", "nobody",
                                      "person:1", "admin:x",  "api:99999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(ledger_actor_parse(bad[i], &actors, &id));
}

static void an_entry_is_what_it_did(void **state)
{
    struct entry entry = {.kind = ENTRY_CHOICES, .status_before = CONTACT_OPTED_IN};
    assert_true((ledger_traits(&entry) & LEDGER_TRAIT_OUT) != 0);
    entry.status_after = CONTACT_OPTED_IN;
    assert_true(ledger_traits(&entry) == LEDGER_TRAIT(ENTRY_CHOICES));
    entry.status_before = CONTACT_OPTED_OUT;
    assert_true((ledger_traits(&entry) & LEDGER_TRAIT_IN) != 0);
    entry.kind = ENTRY_CONTACT_ADDED; /* nobody was out before */
    assert_true(ledger_traits(&entry) == LEDGER_TRAIT(ENTRY_CONTACT_ADDED));
    entry = (struct entry){.kind = ENTRY_CHOICES, .subject = -1}; /* a no that moved nothing */
    assert_true((ledger_traits(&entry) & LEDGER_TRAIT_OUT) != 0);
    assert_true(ledger_topics(&entry) == UINT64_MAX);
    entry = (struct entry){.kind = ENTRY_TOPIC_EDITED, .subject = 3};
    assert_true(ledger_topics(&entry) == 8);
    entry = (struct entry){.kind = ENTRY_UNDONE, .choices_before = 6, .choices_after = 10};
    assert_true(ledger_topics(&entry) == 12);
    entry = (struct entry){.kind = ENTRY_DETAILS, .paused_before = 9};
    assert_true((ledger_traits(&entry) & LEDGER_TRAIT_PAUSED) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(full_blocks_are_summed_up_and_what_was_rolled_back_is_in_none),
        cmocka_unit_test(filters_give_each_entry_that_fits_once_whatever_a_look_may_cost),
        cmocka_unit_test(a_look_costs_no_more_than_it_may),
        cmocka_unit_test(a_persons_chain_is_paged_both_ways),
        cmocka_unit_test(making_up_for_blocks_can_be_cut_off_and_goes_on),
        cmocka_unit_test(blocks_without_a_row_are_looked_into_and_made_up_for),
        cmocka_unit_test(every_kind_is_in_a_group_and_every_key_is_read),
        cmocka_unit_test(an_entry_is_what_it_did),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
