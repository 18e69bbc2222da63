/*
 * What a change may not do: bulk work and a person's own no, retired topics, suppressed addresses;
 * and that a refusal leaves its neighbours alone.
 */
#include <string.h>

#include "store/settings.h"
#include "unit/edit_support.h"

#define BOTH (NEWSLETTER | MARKETING)

/* An opt-out never falls to bulk work: that from one topic, by the person's own hand, included. */
static void bulk_respects_own_hand(void **state)
{
    (void)state;
    const struct {
        enum actor_kind off_by, on_by;
        const char *consent;
        enum change_verdict verdict;
    } cases[] = {
        {ACTOR_ONE_CLICK, ACTOR_IMPORT, NULL, CHANGE_NEEDS_CONSENT},
        {ACTOR_RECIPIENT, ACTOR_API, NULL, CHANGE_NEEDS_CONSENT},
        {ACTOR_ONE_CLICK, ACTOR_IMPORT, "form 9", CHANGE_APPLIED},
        {ACTOR_ONE_CLICK, ACTOR_ADMIN, NULL, CHANGE_APPLIED},
        {ACTOR_ADMIN, ACTOR_IMPORT, NULL, CHANGE_APPLIED},
        {ACTOR_IMPORT, ACTOR_IMPORT, NULL, CHANGE_APPLIED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
        struct change change = edit_by(person.id, cases[i].off_by);
        change.turn_off = MARKETING;
        site_change(&edit_site, &change);
        change = edit_by(person.id, ACTOR_ADMIN); /* something in between */
        change.name = "In between";
        site_change(&edit_site, &change);
        change = edit_by(person.id, cases[i].on_by);
        change.turn_on = MARKETING;
        change.consent = cases[i].consent;
        assert_int_equal(site_change(&edit_site, &change).verdict, cases[i].verdict);
    }
    /* the last hand counts: off by themselves, on again, off by an admin */
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
    const enum actor_kind hands[] = {ACTOR_RECIPIENT, ACTOR_RECIPIENT, ACTOR_ADMIN};
    struct change change;
    for (size_t i = 0; i < 3; i++) {
        change = edit_by(person.id, hands[i]);
        *(i == 1 ? &change.turn_on : &change.turn_off) = MARKETING;
        site_change(&edit_site, &change);
    }
    change = edit_by(person.id, ACTOR_IMPORT);
    change.turn_on = MARKETING;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    /* opted out of all by their own hand, then in again to one: the rest stays theirs to give */
    person = site_add(&edit_site, edit_new_email(), BOTH);
    edit_opt_out(person.id, ACTOR_ONE_CLICK);
    change = edit_by(person.id, ACTOR_RECIPIENT);
    change.turn_on = NEWSLETTER;
    site_change(&edit_site, &change);
    change = edit_by(person.id, ACTOR_IMPORT);
    change.turn_on = BOTH;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_NEEDS_CONSENT);
    change.turn_on = ALERTS; /* never refused by them */
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    change = edit_by(person.id, ACTOR_IMPORT); /* opting out is always theirs, too */
    change.intent = INTENT_OPT_OUT;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
}

static void retired_topics(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH | ALERTS);
    struct contact other = site_add(&edit_site, edit_new_email(), NEWSLETTER);
    struct change_result out = edit_opt_out(person.id, ACTOR_RECIPIENT);
    site_retire(&edit_site, 3);
    struct change change = edit_by(other.id, ACTOR_RECIPIENT);
    change.turn_on = MARKETING;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_TOPIC_RETIRED);
    change.turn_on = MARKETING | ALERTS; /* all or nothing */
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_TOPIC_RETIRED);
    assert_true(site_get(&edit_site, other.id).choices == NEWSLETTER);
    /* an undo brings back exactly what was; turning off still works */
    assert_int_equal(edit_undo(person.id, ACTOR_RECIPIENT, 1, out.position).verdict,
                     CHANGE_APPLIED);
    assert_true(site_get(&edit_site, person.id).choices == (BOTH | ALERTS));
    change = edit_by(person.id, ACTOR_ONE_CLICK);
    change.turn_off = MARKETING;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    site_check_ledger(&edit_site);
}

static bool is_suppressed(const char *email_key)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    bool has = false;
    secrets_suppression_hash(edit_site.service.secrets, email_key, hash);
    assert_int_equal(suppressions_has(edit_site.service.store, hash, &has), STATUS_OK);
    return has;
}

static void suppressed_addresses(void **state)
{
    (void)state;
    const char *gone = edit_new_email();
    site_suppress(&edit_site, gone);
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .email = gone,
                            .email_key = gone,
                            .consent = "really",
                            .turn_on = NEWSLETTER,
                            .origin = site_origin(ACTOR_IMPORT, 1)};
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_SUPPRESSED);
    struct contact person = site_add(&edit_site, edit_new_email(), NEWSLETTER);
    change = edit_by(person.id, ACTOR_ADMIN);
    change.email = change.email_key = gone;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_SUPPRESSED);

    site_suppress(&edit_site, person.email_key);
    change = edit_by(person.id, ACTOR_ADMIN);
    change.turn_on = ALERTS;
    change.consent = "really";
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_SUPPRESSED);
    change = edit_by(person.id, ACTOR_ADMIN); /* a name is no mail, and leaving is always theirs */
    change.name = "New Name";
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    assert_int_equal(edit_opt_out(person.id, ACTOR_ADMIN).verdict, CHANGE_APPLIED);
    assert_true(is_suppressed(person.email_key));
    /* the person's own act lifts it */
    change = edit_by(person.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    assert_false(is_suppressed(person.email_key));
    site_check_ledger(&edit_site);
}

static struct change add_of(const char *email, enum actor_kind actor)
{
    return (struct change){.kind = ENTRY_CONTACT_ADDED,
                           .email = email,
                           .email_key = email,
                           .turn_on = NEWSLETTER,
                           .intent = INTENT_OPT_IN,
                           .origin = site_origin(actor, 1)};
}

/* A person moves on and says no, before or after: an old file would mail them by the address that
 * they left. */
static void a_no_outlives_the_address(void **state)
{
    (void)state;
    static const enum actor_kind others[] = {ACTOR_IMPORT, ACTOR_API, ACTOR_ADMIN, ACTOR_OPERATOR,
                                             ACTOR_RECIPIENT};
    struct contact out = site_add(&edit_site, edit_new_email(), BOTH);
    struct contact off = site_add(&edit_site, edit_new_email(), BOTH);
    struct contact in = site_add(&edit_site, edit_new_email(), BOTH);
    const struct contact people[] = {out, off, in};
    edit_opt_out(out.id, ACTOR_ONE_CLICK);
    for (size_t i = 0; i < 3; i++) {
        struct change move = edit_by(people[i].id, ACTOR_ADMIN);
        move.email = move.email_key = edit_new_email();
        assert_int_equal(site_change(&edit_site, &move).verdict, CHANGE_APPLIED);
    }
    struct change change = edit_by(off.id, ACTOR_RECIPIENT);
    change.turn_off = NEWSLETTER;
    site_change(&edit_site, &change);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        change = add_of(out.email_key, others[i]);
        change.origin.proof_kind = PROOF_NONE; /* a form that anybody can fill */
        assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_NEEDS_CONSENT);
    }
    change = add_of(off.email_key, ACTOR_IMPORT);
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_NEEDS_CONSENT);
    change.turn_on = MARKETING; /* that they have on */
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    change = add_of(in.email_key, ACTOR_IMPORT);
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    /* nor by another person's row; their own may go back to it */
    struct contact other = site_add(&edit_site, edit_new_email(), BOTH);
    change = edit_by(other.id, ACTOR_API);
    change.email = change.email_key = out.email_key;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_NEEDS_CONSENT);
    change.contact = out.id;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    change.email = change.email_key = edit_new_email();
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    /* opted out it may stand on the list, and with a consent or by a mail to it opted in */
    change = add_of(out.email_key, ACTOR_IMPORT);
    change.turn_on = 0;
    change.intent = INTENT_OPT_OUT;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    struct contact late = site_add(&edit_site, edit_new_email(), BOTH);
    change = edit_by(late.id, ACTOR_ADMIN);
    change.email = change.email_key = edit_new_email();
    site_change(&edit_site, &change);
    edit_opt_out(late.id, ACTOR_RECIPIENT);
    change = add_of(late.email_key, ACTOR_RECIPIENT);
    change.origin.proof_kind = PROOF_CONFIRM;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    late = site_add(&edit_site, edit_new_email(), BOTH);
    change = edit_by(late.id, ACTOR_ADMIN);
    change.email = change.email_key = edit_new_email();
    change.intent = INTENT_OPT_OUT; /* in one act */
    site_change(&edit_site, &change);
    change = add_of(late.email_key, ACTOR_API);
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_NEEDS_CONSENT);
    change.consent = "form 9";
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_APPLIED);
    site_check_ledger(&edit_site);
}

/* All checks come before the first write: a refusal leaves what else the transaction did. */
static void refusals_leave_neighbours(void **state)
{
    (void)state;
    struct contact a = site_add(&edit_site, edit_new_email(), BOTH);
    struct contact out = site_add_out(&edit_site, edit_new_email());
    struct txn *txn = site_begin(&edit_site);
    struct change_result result;
    struct change change = edit_by(a.id, ACTOR_ONE_CLICK);
    change.turn_off = MARKETING;
    assert_int_equal(change_apply(&edit_site.service, txn, edit_site.arena, &change, &result),
                     STATUS_OK);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    change = edit_by(out.id, ACTOR_ADMIN);
    change.intent = INTENT_OPT_IN;
    assert_int_equal(change_apply(&edit_site.service, txn, edit_site.arena, &change, &result),
                     STATUS_OK);
    assert_int_equal(result.verdict, CHANGE_NEEDS_CONSENT);
    change = (struct change){.kind = ENTRY_CONTACT_ADDED,
                             .email = a.email,
                             .email_key = a.email_key,
                             .origin = site_origin(ACTOR_ADMIN, 1)};
    assert_int_equal(change_apply(&edit_site.service, txn, edit_site.arena, &change, &result),
                     STATUS_OK);
    assert_int_equal(result.verdict, CHANGE_EMAIL_TAKEN);
    const char *email = edit_new_email();
    change.email = change.email_key = email;
    assert_int_equal(change_apply(&edit_site.service, txn, edit_site.arena, &change, &result),
                     STATUS_OK);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    site_commit(txn);
    assert_true(site_get(&edit_site, a.id).choices == NEWSLETTER);
    assert_string_equal(site_get(&edit_site, result.after.id).email, email);
    site_check_ledger(&edit_site);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("bulk work turns on nothing that the person turned off", bulk_respects_own_hand),
        CASE("a retired topic can't be turned on", retired_topics),
        CASE("L6: a suppressed address stays refused to all but the recipient",
             suppressed_addresses),
        CASE("who left an address and said no is not mailed there again",
             a_no_outlives_the_address),
        CASE("a refused change leaves its neighbours in the transaction alone",
             refusals_leave_neighbours),
    };
    return cmocka_run_group_tests_name("change_refusals", tests, NULL, NULL);
}
