/*
 * Unit test of base/ledger_count and store/day_counts: what an entry counts for; the counts of a
 * ledger of random changes against a second count of its own, against where people stand, and
 * against themselves when they are counted afterwards.
 */
#include <string.h>

#include "base/clock.h"
#include "base/ledger_count.h"
#include "service/erase.h"
#include "store/counters.h"
#include "store/day_counts.h"
#include "store/entries.h"
#include "unit/edit_support.h"

#define PEOPLE 60
#define ROUNDS 900

static uint32_t seed = 4711;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* The second count: every move of every entry in a list, from which those go that were taken back.
 */
struct move {
    int64_t position, day;
    int what, way, type;
    bool is_back;
};
#define MOVES_MAX 20000

struct model {
    struct move moves[MOVES_MAX];
    size_t count;
    int types[PEOPLE + 2]; /* by contact, the late one too: as they are; TYPE_COUNT: gone */
};
static struct model model;

static int way_by_hand(const struct entry *entry)
{
    static const int ways[] = {WAY_SYSTEM, WAY_FORM,    WAY_ONE_CLICK, WAY_MAILTO,
                               WAY_ADMIN,  WAY_COMMAND, WAY_IMPORT,    WAY_API};
    if (entry->actor == ACTOR_RECIPIENT && entry->proof_kind == PROOF_LINK)
        return WAY_PAGE;
    if (entry->actor == ACTOR_RECIPIENT && entry->proof_kind == PROOF_CONFIRM)
        return WAY_CONFIRMED;
    return entry->leave_reason == LEAVE_COMPLAINT ? WAY_REPORT : ways[entry->actor];
}

/* Either takes the opposite move of the entry that was undone off the list, or adds one. */
static void move(const struct entry *entry, int what, int opposite, int type)
{
    for (size_t i = 0; entry->kind == ENTRY_UNDONE && i < model.count; i++) {
        struct move *old = &model.moves[i];
        if (old->position == entry->undoes.value && old->what == opposite && !old->is_back) {
            old->is_back = true;
            return;
        }
    }
    assert_true(model.count < MOVES_MAX);
    model.moves[model.count++] = (struct move){
        entry->position.value, entry->at / 86400, what, way_by_hand(entry), type, false};
}

static void count_by_hand(const struct entry *entry, int type)
{
    for (int topic = 1; topic <= TOPIC_MAX; topic++) {
        const bool was = (entry->choices_before >> topic & 1) != 0;
        const bool is = (entry->choices_after >> topic & 1) != 0;
        if (!was && is)
            move(entry, COUNT_ON + topic, COUNT_OFF + topic, TYPE_COUNT);
        if (was && !is)
            move(entry, COUNT_OFF + topic, COUNT_ON + topic, TYPE_COUNT);
    }
    if (entry->status_before == CONTACT_OPTED_OUT && entry->status_after == CONTACT_OPTED_IN)
        move(entry, COUNT_IN, COUNT_OUT, type);
    if (entry->status_before == CONTACT_OPTED_IN && entry->status_after == CONTACT_OPTED_OUT)
        move(entry, COUNT_OUT, COUNT_IN, type);
}

static int64_t modelled(const struct day_count *row)
{
    int64_t count = 0;
    for (size_t i = 0; i < model.count; i++) {
        const struct move *at = &model.moves[i];
        count += !at->is_back && at->day == row->day && at->what == row->what &&
                 at->way == (int)row->way && at->type == row->type;
    }
    return count;
}

struct seen {
    int64_t total, in, out, topics[TOPIC_MAX + 1];
    size_t rows;
    bool compares, is_wrong;
};

static void see(void *context, const struct day_count *row)
{
    struct seen *seen = context;
    if (row->what >= COUNT_WAITED && row->what < COUNT_WAITED + COUNT_WAITS)
        return;
    seen->rows++;
    seen->total += row->count;
    seen->in += row->what == COUNT_IN ? row->count : 0;
    seen->out += row->what == COUNT_OUT ? row->count : 0;
    if (row->what > COUNT_OFF)
        seen->topics[row->what - COUNT_OFF] -= row->count;
    else if (row->what > COUNT_ON)
        seen->topics[row->what - COUNT_ON] += row->count;
    if (seen->compares && row->count != modelled(row)) {
        print_message("day %lld what %d way %d type %d: %lld, not %lld\n", (long long)row->day,
                      row->what, (int)row->way, row->type, (long long)row->count,
                      (long long)modelled(row));
        seen->is_wrong = true;
    }
}

static struct seen look(bool compares)
{
    struct seen seen = {.compares = compares};
    assert_int_equal(day_counts_each(edit_site.service.store, 0, INT64_MAX, see, &seen), STATUS_OK);
    return seen;
}

/* The model from the ledger; types: as people are now, or as they were by the way. */
static void count_all(bool with_types_of_now, const int *types_at)
{
    struct entry *entries;
    size_t count;
    model.count = 0;
    assert_int_equal(entries_walk(edit_site.service.store, edit_site.arena, (struct position){0},
                                  4000, &entries, &count),
                     STATUS_OK);
    for (size_t i = 0; i < count; i++)
        if (entries[i].contact.value != 0)
            count_by_hand(&entries[i], with_types_of_now ? model.types[entries[i].contact.value]
                                                         : types_at[entries[i].position.value]);
}

static void check(void)
{
    int64_t facets[FACET_COUNT], topics[TOPIC_MAX + 1], in = 0, kept = 0;
    const struct seen seen = look(true);
    assert_false(seen.is_wrong);
    for (size_t i = 0; i < model.count; i++)
        kept += !model.moves[i].is_back;
    assert_int_equal(seen.total, kept);
    assert_true(kept < (int64_t)model.count - 50); /* enough was taken back */
    assert_int_equal(counters_facets(edit_site.service.store, facets), STATUS_OK);
    assert_int_equal(counters_topics(edit_site.service.store, topics), STATUS_OK);
    for (int i = 0; i < FACET_COUNT; i++)
        in += FACET_STATUS(i) ? facets[i] : 0;
    assert_int_equal(seen.in - seen.out, in);
    for (int i = 1; i <= TOPIC_MAX; i++)
        assert_int_equal(seen.topics[i], topics[i]);
}

static struct origin random_origin(void)
{
    static const enum actor_kind actors[] = {ACTOR_RECIPIENT, ACTOR_RECIPIENT, ACTOR_ADMIN,
                                             ACTOR_OPERATOR,  ACTOR_IMPORT,    ACTOR_API,
                                             ACTOR_ONE_CLICK, ACTOR_MAILTO};
    struct origin origin = site_origin(actors[chance(8)], 1);
    if (origin.actor == ACTOR_RECIPIENT)
        origin.proof_kind = (enum proof_kind[]){PROOF_NONE, PROOF_LINK, PROOF_CONFIRM}[chance(3)];
    if (origin.proof_kind == PROOF_NONE)
        origin.proof_len = 0;
    return origin;
}

static struct change random_change(struct contact_id person)
{
    struct change change = {.kind = ENTRY_CHOICES, .contact = person, .origin = random_origin()};
    const bool only_stops =
        change.origin.actor == ACTOR_ONE_CLICK || change.origin.actor == ACTOR_MAILTO;
    if (chance(3) == 0) {
        change.intent = INTENT_OPT_OUT;
        if (change.origin.actor == ACTOR_API && chance(2) == 0)
            change.leave_reason = LEAVE_COMPLAINT;
    } else if (only_stops || chance(3) == 0) {
        change.turn_off = UINT64_C(2) << chance(4);
    } else {
        change.turn_on = chance(16) << 1;
        change.intent = chance(2) ? INTENT_OPT_IN : INTENT_KEEP;
        change.consent = "by phone";
    }
    if (!only_stops && chance(5) == 0) {
        change.sets_type = true;
        change.type = chance(TYPE_COUNT);
    }
    return change;
}

/* Whatever it was last, if whoever did it may take it back. */
static struct change random_undo(struct contact_id person)
{
    const struct contact contact = site_get(&edit_site, person);
    const struct entry newest = site_entry(&edit_site, contact.head);
    struct change change = {.kind = ENTRY_UNDONE, .contact = person, .undoes = contact.head};
    change.origin = site_origin(newest.actor, newest.actor_id);
    return change;
}

static int types_at[4 * ROUNDS + PEOPLE]; /* by position */

static void act(struct contact_id *people, int n)
{
    struct txn *txn = site_begin(&edit_site);
    for (int i = 0; i < n; i++) { /* several in one transaction, as in a group commit */
        const size_t at = chance(PEOPLE);
        struct change change;
        struct change_result result;
        if (people[at].value == 0)
            continue;
        change = chance(4) == 0 ? random_undo(people[at]) : random_change(people[at]);
        assert_int_equal(change_apply(&edit_site.service, txn, edit_site.arena, &change, &result),
                         STATUS_OK);
        if (result.verdict == CHANGE_APPLIED) {
            const bool is_undo = change.kind == ENTRY_UNDONE;
            types_at[result.position.value] = (int)(is_undo ? result.before : result.after).type;
            model.types[people[at].value] = (int)result.after.type;
        }
    }
    if (chance(6) == 0) {
        struct position position;
        const size_t at = chance(PEOPLE);
        if (people[at].value != 0 && chance(4) == 0) {
            const struct origin origin = site_origin(ACTOR_ADMIN, 1);
            const struct contact contact = site_get(&edit_site, people[at]);
            assert_int_equal(erase_person(&edit_site.service, txn, edit_site.arena, &contact,
                                          &origin, "asked", &position),
                             STATUS_OK);
            types_at[position.value] = (int)contact.type;
            model.types[people[at].value] = TYPE_COUNT;
            people[at].value = 0;
        }
    }
    site_commit(txn);
}

static void counts_are_what_the_ledger_says_whatever_was_done_and_undone(void **state)
{
    struct contact_id people[PEOPLE];
    for (int i = 0; i < PEOPLE; i++) {
        const struct contact contact =
            chance(3) == 0 ? site_add_out(&edit_site, edit_new_email())
                           : site_add(&edit_site, edit_new_email(), chance(16) << 1);
        people[i] = contact.id;
        types_at[contact.head.value] = (int)contact.type;
        model.types[contact.id.value] = (int)contact.type;
    }
    for (int i = 0; i < ROUNDS; i += 3) {
        act(people, 3);
        if (chance(3) == 0)
            clock_shift_s((int64_t)chance(20000));
    }
    count_all(false, types_at);
    check();

    /* Thrown away, and counted afterwards: by what people are now. */
    assert_int_equal(site_sql(&edit_site, "DELETE FROM day_count; UPDATE day_count_mark SET below ="
                                          " (SELECT max(position) + 1 FROM entry)"),
                     0);
    bool is_done = false;
    struct change_result late;
    for (int i = 0; !is_done; i++) {
        struct txn *txn = site_begin(&edit_site);
        assert_int_equal(day_counts_fill(txn, 37, &is_done), STATUS_OK);
        if (i == 2) { /* who changes something meanwhile is counted once */
            struct change change = {.kind = ENTRY_CONTACT_ADDED,
                                    .email = "late@example.org",
                                    .email_key = "late@example.org",
                                    .turn_on = NEWSLETTER,
                                    .origin = site_origin(ACTOR_ADMIN, 1)};
            assert_int_equal(change_apply(&edit_site.service, txn, edit_site.arena, &change, &late),
                             STATUS_OK);
        }
        site_commit(txn);
    }
    struct position mark;
    assert_int_equal(day_counts_mark(edit_site.service.store, &mark), STATUS_OK);
    assert_int_equal(mark.value, 1);
    model.types[late.after.id.value] = (int)late.after.type;
    count_all(true, NULL);
    check();
}

static void a_write_that_fails_counts_nothing(void **state)
{
    const struct contact person = site_add(&edit_site, edit_new_email(), NEWSLETTER);
    const struct seen before = look(false);
    struct change change = edit_by(person.id, ACTOR_ADMIN);
    struct change_result result;
    change.intent = INTENT_OPT_OUT;
    struct txn *txn = site_begin(&edit_site);
    assert_int_equal(change_apply(&edit_site.service, txn, edit_site.arena, &change, &result),
                     STATUS_OK);
    txn_rollback(txn);
    assert_int_equal(look(false).total, before.total);
    assert_int_equal(edit_opt_out(person.id, ACTOR_ADMIN).verdict, CHANGE_APPLIED);
    assert_int_equal(look(false).total, before.total + 2); /* out, and the newsletter off */
}

/* More different counts in one transaction than are held. */
static void a_transaction_of_many_days_is_counted_whole(void **state)
{
    const int64_t first = look(false).total;
    struct txn *txn = site_begin(&edit_site);
    struct position head;
    uint8_t hash[LEDGER_HASH_BYTES];
    assert_int_equal(entries_head(txn, &head, hash), STATUS_OK);
    for (int i = 0; i < 500; i++) {
        struct entry entry = {.position = {++head.value},
                              .at = INT64_C(1700000000) + i * INT64_C(86400),
                              .kind = ENTRY_CONTACT_ADDED,
                              .contact = {1000 + i},
                              .status_after = CONTACT_OPTED_IN,
                              .choices_after = UINT64_MAX << 1,
                              .actor = ACTOR_IMPORT};
        entry.hash[0] = 1;
        assert_int_equal(entries_append(txn, &entry), STATUS_OK);
    }
    site_commit(txn);
    assert_int_equal(look(false).total - first, 500 * 64);
}

static struct entry chosen(int64_t after_s)
{
    return (struct entry){.at = 1700000000 + after_s,
                          .kind = ENTRY_CHOICES,
                          .contact = {1},
                          .status_before = CONTACT_OPTED_IN,
                          .actor = ACTOR_ONE_CLICK,
                          .proof_kind = PROOF_LINK,
                          .proof = {1, 2, 3, 4, 0x65, 0x53, 0xf1, 0x00}, /* 1700000000 */
                          .proof_len = PROOF_MAX_BYTES};
}

static void the_wait_is_from_when_the_link_was_made(void **state)
{
    static const struct {
        int64_t after_s;
        int wait;
    } cases[] = {{-5, 0},    {0, 0},          {59, 0},         {60, 1},         {3599, 2},
                 {3600, 3},  {21600, 4},      {86400, 5},      {3 * 86400, 6},  {7 * 86400, 7},
                 {86399, 4}, {30 * 86400, 8}, {90 * 86400, 9}, {900 * 86400, 9}};
    struct ledger_count counts[LEDGER_COUNTS_MAX];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct entry entry = chosen(cases[i].after_s);
        assert_int_equal(ledger_count(&entry, NULL, 0, 0, counts), 2);
        assert_int_equal(counts[1].what, COUNT_WAITED + cases[i].wait);
        assert_int_equal(counts[1].way, WAY_ONE_CLICK);
    }
    /* What an admin does, or erasing by a link, is no such choice. */
    struct entry entry = chosen(60);
    entry.kind = ENTRY_ERASED;
    assert_int_equal(ledger_count(&entry, NULL, 0, 0, counts), 1);
    /* Taken back, it goes with the rest of what it counted. */
    entry = chosen(60);
    const struct entry undone = {.at = 1800000000,
                                 .kind = ENTRY_UNDONE,
                                 .contact = {1},
                                 .status_after = CONTACT_OPTED_IN,
                                 .actor = ACTOR_RECIPIENT};
    assert_int_equal(ledger_count(&undone, &entry, 1, 2, counts), 2);
    assert_int_equal(counts[0].what, COUNT_OUT);
    assert_int_equal(counts[0].by, -1);
    assert_int_equal(counts[0].type, 1);
    assert_int_equal(counts[0].day, 1700000060 / 86400);
    assert_int_equal(counts[1].what, COUNT_WAITED + 1);
    assert_int_equal(counts[1].by, -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("counts are what the ledger says, whatever was done and undone",
             counts_are_what_the_ledger_says_whatever_was_done_and_undone),
        CASE("a write that fails counts nothing", a_write_that_fails_counts_nothing),
        CASE("a transaction of many days is counted whole",
             a_transaction_of_many_days_is_counted_whole),
        cmocka_unit_test(the_wait_is_from_when_the_link_was_made),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
