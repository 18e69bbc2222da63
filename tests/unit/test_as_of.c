/*
 * As of: what could be mailed at an earlier moment is what service/verdict said then. People come,
 * choose, pause, move, go and come back at random, topics are retired and restored, and the clock
 * jumps, back too; then every moment is asked for again.
 */
#include <string.h>

#include "base/clock.h"
#include "service/as_of.h"
#include "service/erase.h"
#include "service/feedback.h"
#include "service/topic_admin.h"
#include "store/confirmations.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "unit/site.h"

#define STEPS     260
#define ADDRESSES 6
#define TOPICS    5 /* the fifth is added on the way */

static struct site site;
static uint32_t seed;

static int open_site(void **state)
{
    (void)state;
    site_open(&site);
    return 0;
}

static int close_site(void **state)
{
    (void)state;
    site_close(&site);
    return 0;
}

static unsigned draw(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static const char *const addresses[ADDRESSES] = {"a@example.org", "b@example.org", "c@example.org",
                                                 "d@example.org", "e@example.org", "f@example.org"};
static const char *const keys[TOPICS] = {"newsletter", "product_updates", "marketing",
                                         "system_alerts", "fifth"};

/* What service/verdict said in a step. */
struct seen {
    int64_t at_s;
    struct position head;
    struct contact_id owner[ADDRESSES];
    enum verdict said[ADDRESSES][TOPICS];
    enum frequency frequency[ADDRESSES][TOPICS];
    bool has_fifth;
};

static struct seen seen[STEPS];
static int64_t erased_in[STEPS * 2]; /* the step in which a contact.id was erased, or 0 */
static int erased_last[ADDRESSES];   /* the last step in which who had the address was */
static bool has_fifth;

static struct contact_id owner_of(int address)
{
    struct contact contact = {0};
    enum status status = contacts_find_choices(site.service.store, addresses[address], &contact);
    assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND);
    return contact.id;
}

static void look(struct seen *out)
{
    out->at_s = clock_now_s();
    out->head = site_head(&site);
    out->has_fifth = has_fifth;
    for (int i = 0; i < ADDRESSES; i++) {
        out->owner[i] = owner_of(i);
        for (uint8_t t = 0; t < TOPICS; t++) {
            struct verdict_advice advice;
            assert_int_equal(verdict_for(&site.service, site.arena, addresses[i],
                                         (struct topic_id){t + 1}, out->at_s, &out->said[i][t],
                                         &advice),
                             STATUS_OK);
            out->frequency[i][t] = advice.frequency;
        }
    }
}

static struct origin anyone(void)
{
    const enum actor_kind kinds[] = {ACTOR_RECIPIENT, ACTOR_ADMIN, ACTOR_OPERATOR};
    return site_origin(kinds[draw(3)], 1);
}

static void apply(struct change *change)
{
    struct change_result result;
    struct txn *txn = site_begin(&site);
    assert_int_equal(change_apply(&site.service, txn, site.arena, change, &result), STATUS_OK);
    site_commit(txn);
}

static void join(int address)
{
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .intent = draw(4) == 0 ? INTENT_OPT_OUT : INTENT_KEEP,
                            .turn_on = draw(16) << 1,
                            .email = addresses[address],
                            .email_key = addresses[address],
                            .name = "",
                            .origin = anyone()};
    apply(&change);
}

static void choose(struct contact_id person)
{
    const uint64_t on = draw(32) << 1;
    struct change change = {.kind = ENTRY_CHOICES,
                            .contact = person,
                            .intent = (enum change_intent)(draw(3) == 0 ? draw(INTENT_COUNT) : 0),
                            .turn_on = on,
                            .turn_off = (draw(32) << 1) & ~on,
                            .consent = "said so",
                            .origin = anyone()};
    if (draw(3) == 0) {
        change.sets_frequency = draw(32) << 1;
        change.weekly = change.sets_frequency & (draw(32) << 1);
        change.daily = change.sets_frequency & ~change.weekly & (draw(32) << 1);
    }
    if (!has_fifth)
        change.turn_on &= 31;
    apply(&change);
}

static void pause_or_not(struct contact_id person)
{
    struct change change = {.kind = ENTRY_PAUSE,
                            .contact = person,
                            .sets_pause = true,
                            .paused_until = draw(3) == 0 ? 0 : clock_now_s() + draw(4000),
                            .origin = anyone()};
    apply(&change);
}

static void move(struct contact_id person)
{
    const char *to = addresses[draw(ADDRESSES)];
    struct change change = {
        .kind = ENTRY_DETAILS, .contact = person, .email = to, .email_key = to, .origin = anyone()};
    apply(&change);
}

static void erase(int address, int step)
{
    struct contact contact;
    struct position position;
    const struct origin origin = anyone();
    assert_int_equal(
        contacts_find_email(site.service.store, site.arena, addresses[address], &contact),
        STATUS_OK);
    struct txn *txn = site_begin(&site);
    assert_int_equal(
        erase_person(&site.service, txn, site.arena, &contact, &origin, NULL, &position),
        STATUS_OK);
    site_commit(txn);
    erased_in[contact.id.value] = step;
    erased_last[address] = step;
}

static void report(int address, int step)
{
    const struct feedback_report report = {
        .id = arena_printf(site.arena, "r%d", step),
        .type = FEEDBACK_COMPLAINT,
        .email = {.written = addresses[address], .key = addresses[address]}};
    const struct origin origin = site_origin(ACTOR_API, 1);
    struct feedback_result result;
    struct txn *txn = site_begin(&site);
    assert_int_equal(feedback_take(&site.service, txn, site.arena, &report, &origin, &result),
                     STATUS_OK);
    site_commit(txn);
}

static void sign_up(int address)
{
    struct confirmation row = {.kind = CONFIRMATION_JOIN,
                               .public_id = {draw(1u << 30) + 1},
                               .email_key = addresses[address],
                               .email = addresses[address],
                               .name = "",
                               .language = "en",
                               .choices = (draw(15) + 1) << 1,
                               .asked_at = clock_now_s(),
                               .expires_at = clock_now_s() + 1 + draw(3000),
                               .address = "",
                               .agent = ""};
    struct txn *txn = site_begin(&site);
    assert_int_equal(confirmations_insert(txn, &row, &row.id), STATUS_OK);
    site_commit(txn);
}

static void edit_topic(void)
{
    const enum topic_act acts[] = {TOPIC_RETIRE, TOPIC_RESTORE, TOPIC_RESTORE, TOPIC_EDIT};
    const unsigned which = draw(has_fifth ? 5 : 4);
    const bool adds = !has_fifth && draw(3) == 0;
    const struct topic_edit edit = {.act = adds ? TOPIC_ADD : acts[draw(4)],
                                    .key = adds ? "fifth" : keys[which],
                                    .name = adds ? "Fifth" : keys[which],
                                    .description = "",
                                    .sets_options = true,
                                    .offers_frequency = draw(2) == 0,
                                    .origin = site_origin(ACTOR_ADMIN, 1)};
    struct topic_saved saved;
    struct txn *txn = site_begin(&site);
    assert_int_equal(topic_admin_save(&site.service, txn, site.arena, &edit, &saved), STATUS_OK);
    site_commit(txn);
    assert_int_equal(saved.fault, TOPIC_FINE);
    has_fifth = has_fifth || adds;
}

static void act(int step)
{
    const int address = (int)draw(ADDRESSES);
    const struct contact_id owner = owner_of(address);
    const unsigned what = draw(20);
    if (what == 0)
        edit_topic();
    else if (what == 1)
        sign_up(address);
    else if (what == 2)
        report(address, step);
    else if (owner.value == 0)
        join(address);
    else if (what == 3 && draw(3) == 0)
        erase(address, step);
    else if (what < 7)
        move(owner);
    else if (what < 10)
        pause_or_not(owner);
    else
        choose(owner);
}

static int64_t newest_by_then(const struct entry *entries, size_t count, int64_t at_s)
{
    for (size_t i = count; i > 0; i--)
        if (entries[i - 1].at <= at_s)
            return entries[i - 1].position.value;
    return 0;
}

/* What the record can't know any more since people were erased must at least be no yes. */
static bool is_gone(const struct seen *then, int step, int address)
{
    return (then->owner[address].value != 0 && erased_in[then->owner[address].value] > step) ||
           erased_last[address] > step;
}

/* A sign-up has no position: where the clock showed a moment twice, it is told by the clock. */
static bool was_twice(int step)
{
    for (int i = 1; i < STEPS; i++)
        if (i < step ? seen[i].at_s > seen[step].at_s : i > step && seen[i].at_s <= seen[step].at_s)
            return true;
    return false;
}

static void ask_again(int step, int *same)
{
    const struct seen *then = &seen[step];
    for (uint8_t t = 0; t < TOPICS; t++) {
        struct as_of as_of;
        assert_int_equal(
            as_of_begin(&site.service, site.arena, (struct topic_id){t + 1}, then->at_s, &as_of),
            STATUS_OK);
        assert_int_equal(as_of.position.value, then->head.value);
        for (int i = 0; i < ADDRESSES; i++) {
            struct as_of_answer answer;
            assert_int_equal(as_of_decide(&as_of, site.arena, addresses[i], &answer), STATUS_OK);
            const enum verdict verdict = as_of_verdict(answer.why);
            const bool is_gone_now = is_gone(then, step, i);
            const bool waits =
                verdict == VERDICT_UNCONFIRMED || then->said[i][t] == VERDICT_UNCONFIRMED;
            if ((is_gone_now && verdict == VERDICT_UNKNOWN) ||
                ((is_gone_now || was_twice(step)) && waits)) {
                assert_int_not_equal(verdict, VERDICT_ALLOW);
                continue;
            }
            if (verdict != then->said[i][t])
                fail_msg("seed %u step %d address %d topic %d: %s then, %s (%d) now", seed, step, i,
                         t + 1, verdict_key(then->said[i][t]), verdict_key(verdict), answer.why);
            assert_int_equal(answer.why == AS_OF_NO_TOPIC,
                             verdict == VERDICT_TOPIC_RETIRED && t == 4 && !then->has_fifth);
            assert_true(answer.decided.value <= then->head.value ||
                        as_of_verdict(answer.why) == VERDICT_UNKNOWN ||
                        answer.why == AS_OF_NO_TOPIC);
            if (verdict == VERDICT_ALLOW)
                assert_int_equal(answer.frequency, then->frequency[i][t]);
            (*same)++;
        }
    }
}

static void run(uint32_t from)
{
    struct entry *entries;
    size_t count;
    int asked = 0, same = 0;
    seed = from;
    has_fifth = false;
    memset(erased_in, 0, sizeof erased_in);
    memset(erased_last, 0, sizeof erased_last);
    const int64_t began_s = clock_now_s();
    for (int step = 1; step < STEPS; step++) {
        const int64_t shift = draw(15) == 0 ? -(int64_t)draw(1500) : 1 + (int64_t)draw(900);
        clock_shift_s(shift);
        if (draw(5) != 0)
            act(step);
        look(&seen[step]);
    }
    assert_int_equal(
        entries_walk(site.service.store, site.arena, (struct position){0}, 10000, &entries, &count),
        STATUS_OK);
    for (int step = 1; step < STEPS; step++) {
        struct as_of as_of;
        assert_int_equal(
            as_of_begin(&site.service, site.arena, (struct topic_id){1}, seen[step].at_s, &as_of),
            STATUS_OK);
        assert_int_equal(as_of.position.value, newest_by_then(entries, count, seen[step].at_s));
        if (as_of.position.value != seen[step].head.value)
            continue; /* the clock showed that moment again, and that was asked in another step */
        ask_again(step, &same);
        asked++;
    }
    assert_true(asked > STEPS * 2 / 3);
    assert_true(same > asked * ADDRESSES * TOPICS / 3);
    clock_shift_s(began_s - clock_now_s());
}

static void it_is_what_was_said_then(void **state)
{
    (void)state;
    run(2463534242u);
}

static void and_with_other_turns(void **state)
{
    (void)state;
    run(20260131u);
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("at every moment the answer is what the verdict was", it_is_what_was_said_then),
        CASE("and with other turns", and_with_other_turns),
    };
    return cmocka_run_group_tests_name("as_of", tests, NULL, NULL);
}
