/*
 * What taking back means: choices, pauses and both at once, by the same actor, within the hour; and
 * the reason that is given for an opt-out.
 */
#include <string.h>

#include "base/clock.h"
#include "unit/edit_support.h"

#define BOTH (NEWSLETTER | MARKETING)

static void undo_restores_exactly(void **state)
{
    (void)state;
    const struct {
        enum actor_kind did, undoes;
        int64_t undoes_id;
        enum change_verdict verdict;
    } cases[] = {
        {ACTOR_RECIPIENT, ACTOR_RECIPIENT, 1, CHANGE_APPLIED},
        {ACTOR_ONE_CLICK, ACTOR_RECIPIENT, 0, CHANGE_APPLIED},
        {ACTOR_MAILTO, ACTOR_RECIPIENT, 0, CHANGE_APPLIED},
        {ACTOR_ADMIN, ACTOR_ADMIN, 1, CHANGE_APPLIED},
        {ACTOR_ADMIN, ACTOR_ADMIN, 2, CHANGE_UNDO_TOO_LATE},
        {ACTOR_ADMIN, ACTOR_RECIPIENT, 1, CHANGE_UNDO_TOO_LATE},
        {ACTOR_ONE_CLICK, ACTOR_ADMIN, 1, CHANGE_UNDO_TOO_LATE},
        {ACTOR_IMPORT, ACTOR_API, 1, CHANGE_UNDO_TOO_LATE},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
        struct change_result out = edit_opt_out(person.id, cases[i].did);
        struct change_result back =
            edit_undo(person.id, cases[i].undoes, cases[i].undoes_id, out.position);
        struct contact row = site_get(&edit_site, person.id);
        const bool is_back = cases[i].verdict == CHANGE_APPLIED;
        assert_int_equal(back.verdict, cases[i].verdict);
        assert_int_equal(row.status, is_back ? CONTACT_OPTED_IN : CONTACT_OPTED_OUT);
        assert_true(row.choices == (is_back ? BOTH : 0));
        if (!is_back)
            continue;
        struct entry entry = site_entry(&edit_site, back.position);
        assert_int_equal(entry.kind, ENTRY_UNDONE);
        assert_int_equal(entry.undoes.value, out.position.value);
        /* asked twice: nothing new, and no undoing of the undoing */
        assert_int_equal(
            edit_undo(person.id, cases[i].undoes, cases[i].undoes_id, out.position).verdict,
            CHANGE_UNCHANGED);
        assert_int_equal(
            edit_undo(person.id, cases[i].undoes, cases[i].undoes_id, back.position).verdict,
            CHANGE_UNDO_TOO_LATE);
    }
    site_check_ledger(&edit_site);
}

static void undo_of_opting_in_takes_it_back(void **state)
{
    (void)state;
    struct contact person = site_add_out(&edit_site, edit_new_email());
    struct change change = edit_by(person.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    struct change_result in = site_change(&edit_site, &change);
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, in.position).verdict, CHANGE_APPLIED);
    struct contact row = site_get(&edit_site, person.id);
    assert_int_equal(row.status, CONTACT_OPTED_OUT);
    assert_true(row.choices == 0);
}

static void undo_has_its_hour(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
    struct change_result out = edit_opt_out(person.id, ACTOR_RECIPIENT);
    const struct origin origin = site_origin(ACTOR_RECIPIENT, 1);
    struct position undoable;
    clock_shift_s(UNDO_WINDOW_S - 5);
    assert_int_equal(change_undoable(&edit_site.service, edit_site.arena, &out.after, &origin,
                                     clock_now_s(), &undoable),
                     STATUS_OK);
    assert_int_equal(undoable.value, out.position.value);
    clock_shift_s(10);
    assert_int_equal(change_undoable(&edit_site.service, edit_site.arena, &out.after, &origin,
                                     clock_now_s(), &undoable),
                     STATUS_OK);
    assert_int_equal(undoable.value, 0);
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, out.position).verdict,
                     CHANGE_UNDO_TOO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 5);
}

static void undo_yields_to_what_came_since(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
    struct contact other = site_add(&edit_site, edit_new_email(), BOTH);
    struct change change = edit_by(person.id, ACTOR_RECIPIENT);
    change.turn_off = MARKETING;
    struct change_result first = site_change(&edit_site, &change);
    /* reasons, details, pauses and voided links in between do not count */
    assert_int_equal(edit_reason(person.id, ACTOR_RECIPIENT, first.position).verdict,
                     CHANGE_APPLIED);
    change = edit_by(person.id, ACTOR_ADMIN);
    change.name = "Changed meanwhile";
    site_change(&edit_site, &change);
    change = edit_by(person.id, ACTOR_ADMIN);
    change.kind = ENTRY_EPOCH;
    site_change(&edit_site, &change);
    assert_int_equal(edit_undo(other.id, ACTOR_RECIPIENT, 1, first.position).verdict,
                     CHANGE_UNDO_TOO_LATE); /* another's change */
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, first.position).verdict,
                     CHANGE_APPLIED);
    assert_string_equal(site_get(&edit_site, person.id).name, "Changed meanwhile");
    /* a later choice does */
    first = edit_opt_out(other.id, ACTOR_RECIPIENT);
    change = edit_by(other.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    site_change(&edit_site, &change);
    assert_int_equal(edit_undo(other.id, ACTOR_RECIPIENT, 1, first.position).verdict,
                     CHANGE_UNDO_TOO_LATE);
    assert_int_equal(edit_undo(other.id, ACTOR_RECIPIENT, 1, other.head).verdict,
                     CHANGE_UNDO_TOO_LATE); /* being added can't be undone */
    assert_true(site_get(&edit_site, other.id).choices == ALERTS);
}

static struct change_result pause_until(struct contact_id person, enum actor_kind actor,
                                        int64_t until)
{
    struct change change = edit_by(person, actor);
    change.kind = ENTRY_PAUSE;
    change.sets_pause = true;
    change.paused_until = until;
    return site_change(&edit_site, &change);
}

static void pause_keeps_and_ends(void **state)
{
    (void)state;
    const int64_t until = clock_now_s() + 1000;
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
    struct change_result paused = pause_until(person.id, ACTOR_RECIPIENT, until);
    assert_int_equal(site_entry(&edit_site, paused.position).paused_before, 0);
    assert_int_equal(pause_until(person.id, ACTOR_RECIPIENT, until).verdict, CHANGE_UNCHANGED);
    /* choices change under a pause, and opting out leaves it as it is */
    struct change change = edit_by(person.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    assert_int_equal(site_change(&edit_site, &change).after.paused_until, until);
    struct change_result out = edit_opt_out(person.id, ACTOR_RECIPIENT);
    assert_int_equal(out.after.paused_until, until);
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, out.position).after.paused_until,
                     until);
    assert_true(site_get(&edit_site, person.id).choices == (BOTH | ALERTS));
    /* an admin ends it, once */
    struct entry entry = site_entry(&edit_site, pause_until(person.id, ACTOR_ADMIN, 0).position);
    assert_int_equal(entry.kind, ENTRY_PAUSE);
    assert_int_equal(entry.paused_before, until);
    assert_int_equal(entry.paused_after, 0);
    assert_int_equal(pause_until(person.id, ACTOR_ADMIN, 0).verdict, CHANGE_UNCHANGED);
    /* what ended by the clock needs no end */
    pause_until(person.id, ACTOR_RECIPIENT, until);
    clock_shift_s(1001);
    assert_int_equal(pause_until(person.id, ACTOR_RECIPIENT, 0).verdict, CHANGE_UNCHANGED);
    clock_shift_s(-1001);
    site_check_ledger(&edit_site);
}

static void pause_is_undone(void **state)
{
    (void)state;
    const int64_t until = clock_now_s() + 1000;
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
    struct change change = edit_by(person.id, ACTOR_RECIPIENT);
    change.turn_off = MARKETING;
    const struct position choice = site_change(&edit_site, &change).position;
    const struct position first = pause_until(person.id, ACTOR_RECIPIENT, until).position;
    const struct position second = pause_until(person.id, ACTOR_RECIPIENT, until + 5).position;
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, first).verdict, CHANGE_UNDO_TOO_LATE);
    assert_int_equal(edit_undo(person.id, ACTOR_ADMIN, 1, second).verdict, CHANGE_UNDO_TOO_LATE);
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, second).verdict,
                     CHANGE_UNDO_TOO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 1);
    struct change_result undone = edit_undo(person.id, ACTOR_RECIPIENT, 1, second);
    assert_int_equal(undone.verdict, CHANGE_APPLIED);
    assert_int_equal(undone.after.paused_until, until);
    assert_true(undone.after.choices == NEWSLETTER);
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, second).verdict, CHANGE_UNCHANGED);
    /* neither the pause nor its undo stands before the choice made earlier */
    struct position undoable;
    const struct origin origin = site_origin(ACTOR_RECIPIENT, 1);
    struct contact now = site_get(&edit_site, person.id);
    assert_int_equal(change_undoable(&edit_site.service, edit_site.arena, &now, &origin,
                                     clock_now_s(), &undoable),
                     STATUS_OK);
    assert_int_equal(undoable.value, choice.value);
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, choice).verdict, CHANGE_APPLIED);
    assert_true(site_get(&edit_site, person.id).choices == BOTH);
    assert_int_equal(site_get(&edit_site, person.id).paused_until, until);
    site_check_ledger(&edit_site);
}

static void undo_of_both_at_once(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
    struct change change = edit_by(person.id, ACTOR_ADMIN);
    change.turn_off = MARKETING;
    change.sets_pause = true;
    change.paused_until = clock_now_s() + 1000;
    struct change_result both = site_change(&edit_site, &change);
    assert_int_equal(site_entry(&edit_site, both.position).kind, ENTRY_CHOICES);
    struct change_result undone = edit_undo(person.id, ACTOR_ADMIN, 1, both.position);
    assert_int_equal(undone.after.paused_until, 0);
    assert_true(undone.after.choices == BOTH);
    /* a pause that moved since stays */
    both = site_change(&edit_site, &change);
    const int64_t later = clock_now_s() + 5000;
    pause_until(person.id, ACTOR_RECIPIENT, later);
    undone = edit_undo(person.id, ACTOR_ADMIN, 1, both.position);
    assert_int_equal(undone.verdict, CHANGE_APPLIED);
    assert_int_equal(undone.after.paused_until, later);
    site_check_ledger(&edit_site);
}

static void reasons(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
    struct change_result out = edit_opt_out(person.id, ACTOR_ONE_CLICK);
    clock_shift_s(60);
    struct change_result said = edit_reason(person.id, ACTOR_RECIPIENT, out.position);
    clock_shift_s(-60);
    assert_int_equal(said.verdict, CHANGE_APPLIED);
    struct entry entry = site_entry(&edit_site, said.position);
    assert_int_equal(entry.kind, ENTRY_REASON);
    assert_int_equal(entry.undoes.value, out.position.value);
    assert_int_equal(entry.leave_reason, LEAVE_TOO_MANY);
    assert_string_equal(entry.private.note, "three a day");
    assert_int_equal(said.after.updated_at, out.after.updated_at);
    assert_int_equal(site_get(&edit_site, person.id).head.value, said.position.value);
    /* once per opt-out, and only for one's own, and only for an opt-out */
    assert_int_equal(edit_reason(person.id, ACTOR_RECIPIENT, out.position).verdict,
                     CHANGE_UNCHANGED);
    assert_int_equal(edit_reason(person.id, ACTOR_ADMIN, out.position).verdict,
                     CHANGE_UNDO_TOO_LATE);
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 0, out.position).verdict,
                     CHANGE_APPLIED);
    assert_int_equal(edit_reason(person.id, ACTOR_RECIPIENT, out.position).verdict,
                     CHANGE_UNDO_TOO_LATE);
    struct change change = edit_by(person.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    struct change_result on = site_change(&edit_site, &change);
    assert_int_equal(edit_reason(person.id, ACTOR_RECIPIENT, on.position).verdict,
                     CHANGE_UNDO_TOO_LATE);
    site_check_ledger(&edit_site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("a pause leaves choices alone and is ended once; opting out leaves it",
             pause_keeps_and_ends),
        CASE("A3: a pause is undone by who set it, within the hour, choices apart",
             pause_is_undone),
        CASE("A3: choices and pause changed at once are undone at once", undo_of_both_at_once),
        CASE("A3: undo restores exactly what was, for the same actor only", undo_restores_exactly),
        CASE("undo of opting in takes it back", undo_of_opting_in_takes_it_back),
        CASE("undo has its hour", undo_has_its_hour),
        CASE("undo yields to later choices, not to reasons, details, pauses or epochs",
             undo_yields_to_what_came_since),
        CASE("a reason is given once, for one's own opt-out, and moves nothing", reasons),
    };
    return cmocka_run_group_tests_name("change_undo", tests, NULL, NULL);
}
