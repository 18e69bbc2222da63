/*
 * What a change means: every rule of service/change, case by case.
 */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/settings.h"
#include "unit/site.h"

static struct site site;
static int serial;

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

static const char *new_email(void)
{
    return arena_printf(site.arena, "person%d@example.org", ++serial);
}

static struct change edit(struct contact_id contact, enum actor_kind actor)
{
    return (struct change){
        .kind = ENTRY_CHOICES, .contact = contact, .origin = site_origin(actor, 1)};
}

/* One person as they are, one wish, and what must come of it. */
struct row {
    const char *name;
    bool is_in;
    uint64_t choices;
    enum actor_kind actor;
    enum change_intent intent;
    uint64_t on, off;
    const char *consent;
    enum change_verdict verdict;
    bool is_in_after;
    uint64_t choices_after;
};

#define OUT   false, 0
#define BOTH  (NEWSLETTER | MARKETING)
#define KEEP  INTENT_KEEP
#define SAME  CHANGE_UNCHANGED
#define DONE  CHANGE_APPLIED
#define NEEDS CHANGE_NEEDS_CONSENT

static const struct row rows[] = {
    /* opting out */
    {"recipient out", true, BOTH, ACTOR_RECIPIENT, INTENT_OPT_OUT, 0, 0, NULL, DONE, OUT},
    {"one-click out", true, BOTH, ACTOR_ONE_CLICK, INTENT_OPT_OUT, 0, 0, NULL, DONE, OUT},
    {"mailto out", true, BOTH, ACTOR_MAILTO, INTENT_OPT_OUT, 0, 0, NULL, DONE, OUT},
    {"admin out", true, BOTH, ACTOR_ADMIN, INTENT_OPT_OUT, 0, 0, NULL, DONE, OUT},
    {"import out", true, BOTH, ACTOR_IMPORT, INTENT_OPT_OUT, 0, 0, NULL, DONE, OUT},
    {"API out", true, BOTH, ACTOR_API, INTENT_OPT_OUT, 0, 0, NULL, DONE, OUT},
    {"out beats ticks", true, BOTH, ACTOR_ADMIN, INTENT_OPT_OUT, ALERTS, 0, NULL, DONE, OUT},
    {"out with none on", true, 0, ACTOR_RECIPIENT, INTENT_OPT_OUT, 0, 0, NULL, DONE, OUT},
    {"out twice", OUT, ACTOR_RECIPIENT, INTENT_OPT_OUT, 0, 0, NULL, SAME, OUT},
    /* one topic off leaves status and the others */
    {"one off", true, BOTH, ACTOR_ONE_CLICK, KEEP, 0, MARKETING, NULL, DONE, true, NEWSLETTER},
    {"last off", true, MARKETING, ACTOR_ONE_CLICK, KEEP, 0, MARKETING, NULL, DONE, true, 0},
    {"off twice", true, NEWSLETTER, ACTOR_ONE_CLICK, KEEP, 0, MARKETING, NULL, SAME, true,
     NEWSLETTER},
    {"off while out", OUT, ACTOR_ONE_CLICK, KEEP, 0, MARKETING, NULL, SAME, OUT},
    {"on and off", true, BOTH, ACTOR_ADMIN, KEEP, ALERTS, MARKETING, NULL, DONE, true,
     NEWSLETTER | ALERTS},
    /* a recipient who turns a topic on is opted in by that act: to that topic, no other */
    {"recipient on", OUT, ACTOR_RECIPIENT, KEEP, ALERTS, 0, NULL, DONE, true, ALERTS},
    {"recipient on, more off", OUT, ACTOR_RECIPIENT, KEEP, ALERTS, BOTH, NULL, DONE, true, ALERTS},
    {"recipient in", OUT, ACTOR_RECIPIENT, INTENT_OPT_IN, 0, 0, NULL, DONE, true, 0},
    /* all others must say how consent was given */
    {"admin in", OUT, ACTOR_ADMIN, INTENT_OPT_IN, 0, 0, NULL, NEEDS, OUT},
    {"admin on", OUT, ACTOR_ADMIN, KEEP, ALERTS, 0, NULL, NEEDS, OUT},
    {"admin blank consent", OUT, ACTOR_ADMIN, INTENT_OPT_IN, ALERTS, 0, " \t\n", NEEDS, OUT},
    {"admin consent", OUT, ACTOR_ADMIN, INTENT_OPT_IN, ALERTS, 0, "by phone", DONE, true, ALERTS},
    {"admin consent, no topic", OUT, ACTOR_ADMIN, INTENT_OPT_IN, 0, 0, "by phone", DONE, true, 0},
    {"operator in", OUT, ACTOR_OPERATOR, INTENT_OPT_IN, ALERTS, 0, "", NEEDS, OUT},
    {"import in", OUT, ACTOR_IMPORT, INTENT_OPT_IN, BOTH, 0, NULL, NEEDS, OUT},
    {"import on", OUT, ACTOR_IMPORT, KEEP, BOTH, 0, NULL, NEEDS, OUT},
    {"import consent", OUT, ACTOR_IMPORT, INTENT_OPT_IN, BOTH, 0, "form 7", DONE, true, BOTH},
    {"API in", OUT, ACTOR_API, INTENT_OPT_IN, BOTH, 0, NULL, NEEDS, OUT},
    {"system in", OUT, ACTOR_SYSTEM, INTENT_OPT_IN, 0, 0, NULL, NEEDS, OUT},
    /* who is opted in already */
    {"admin topic on", true, NEWSLETTER, ACTOR_ADMIN, KEEP, ALERTS, 0, NULL, DONE, true,
     NEWSLETTER | ALERTS},
    {"import topic on", true, NEWSLETTER, ACTOR_IMPORT, KEEP, ALERTS, 0, NULL, DONE, true,
     NEWSLETTER | ALERTS},
    {"in twice", true, BOTH, ACTOR_ADMIN, INTENT_OPT_IN, BOTH, ALERTS, NULL, SAME, true, BOTH},
    /* topics that are not */
    {"no such topic", true, 0, ACTOR_ADMIN, KEEP, UINT64_C(1) << 40, 0, NULL, CHANGE_TOPIC_RETIRED,
     true, 0},
    {"no such topic off", true, BOTH, ACTOR_ONE_CLICK, KEEP, 0, UINT64_C(1) << 63, NULL, SAME, true,
     BOTH},
};

static void rules_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct contact before = row->is_in ? site_add(&site, new_email(), row->choices)
                                           : site_add_out(&site, new_email());
        const struct position head = site_head(&site);
        struct change change = edit(before.id, row->actor);
        change.intent = row->intent;
        change.turn_on = row->on;
        change.turn_off = row->off;
        change.consent = row->consent;
        struct change_result result = site_change(&site, &change);
        struct contact after = site_get(&site, before.id);
        const bool is_applied = row->verdict == CHANGE_APPLIED;
        if (result.verdict != row->verdict ||
            (after.status == CONTACT_OPTED_IN) != row->is_in_after ||
            after.choices != row->choices_after ||
            site_head(&site).value != head.value + is_applied ||
            result.position.value != (is_applied ? head.value + 1 : 0) ||
            after.head.value != (is_applied ? head.value + 1 : before.head.value))
            fail_msg("%s: verdict %d, status %d, choices %llx", row->name, result.verdict,
                     after.status, (unsigned long long)after.choices);
        if (is_applied)
            assert_int_equal(site_entry(&site, result.position).kind, ENTRY_CHOICES);
    }
    site_check_ledger(&site);
}

static void misuse_is_invalid(void **state)
{
    (void)state;
    struct contact person = site_add(&site, new_email(), NEWSLETTER);
    struct change good = edit(person.id, ACTOR_ADMIN);
    struct change cases[14];
    for (size_t i = 0; i < 14; i++)
        cases[i] = good;
    cases[0].turn_on = cases[0].turn_off = ALERTS;
    cases[1].turn_on = 1; /* topic 0 is none */
    cases[2].turn_off = 1;
    cases[3].contact.value = 0;
    cases[4].kind = ENTRY_CONTACT_ADDED;
    cases[5].kind = ENTRY_TOPIC_ADDED;
    cases[6].kind = ENTRY_UNDONE; /* of what? */
    cases[7].undoes.value = 1;
    cases[8].email = "half@example.org"; /* without its key */
    cases[9].origin.actor = ACTOR_ONE_CLICK;
    cases[9].turn_on = ALERTS;
    cases[10].origin.actor = ACTOR_MAILTO;
    cases[10].intent = INTENT_OPT_IN;
    cases[11].origin.proof_len = PROOF_MAX_BYTES + 1;
    cases[12].origin.actor = ACTOR_ONE_CLICK;
    cases[12].sets_pause = true;
    cases[13].origin.actor = ACTOR_MAILTO;
    cases[13].kind = ENTRY_EPOCH;
    struct txn *txn = site_begin(&site);
    for (size_t i = 0; i < 14; i++) {
        struct change_result result;
        if (change_apply(&site.service, txn, site.arena, &cases[i], &result) != STATUS_INVALID)
            fail_msg("misuse %zu was taken", i);
    }
    txn_rollback(txn);
}

static void newcomers(void **state)
{
    (void)state;
    const struct {
        enum change_intent intent;
        uint64_t on;
        enum contact_status status;
    } cases[] = {{INTENT_KEEP, 0, CONTACT_OPTED_OUT},
                 {INTENT_KEEP, MARKETING, CONTACT_OPTED_IN},
                 {INTENT_OPT_IN, 0, CONTACT_OPTED_IN},
                 {INTENT_OPT_OUT, MARKETING, CONTACT_OPTED_OUT}};
    for (size_t i = 0; i < 4; i++) {
        const char *email = new_email();
        struct change change = {.kind = ENTRY_CONTACT_ADDED,
                                .intent = cases[i].intent,
                                .turn_on = cases[i].on,
                                .email = email,
                                .email_key = email,
                                .name = "Ólafur  Örn",
                                .language = "is",
                                .sets_type = true,
                                .type = TYPE_PARTNER,
                                .origin = site_origin(ACTOR_IMPORT, 3)};
        struct change_result result = site_change(&site, &change);
        assert_int_equal(result.verdict, CHANGE_APPLIED);
        assert_int_equal(result.before.id.value, 0);
        struct contact row = site_get(&site, result.after.id);
        assert_int_equal(row.status, cases[i].status);
        assert_true(row.choices == (cases[i].status == CONTACT_OPTED_IN ? cases[i].on : 0));
        assert_string_equal(row.email, email);
        assert_string_equal(row.name_key, "olafur orn");
        assert_string_equal(row.language, "is");
        assert_int_equal(row.type, TYPE_PARTNER);
        assert_int_equal(row.created_at, row.updated_at);
        assert_true(row.public_id.value == result.after.public_id.value && row.public_id.value);
        assert_int_equal(public_id_row(site.service.public_id_key, row.public_id).value,
                         row.id.value);
        assert_int_equal(site_entry(&site, row.head).kind, ENTRY_CONTACT_ADDED);
        /* the same address again, and its neighbours in the transaction are left alone */
        const struct position head = site_head(&site);
        assert_int_equal(site_change(&site, &change).verdict, CHANGE_EMAIL_TAKEN);
        assert_int_equal(site_head(&site).value, head.value);
    }
    struct change nobody = edit((struct contact_id){987654}, ACTOR_ADMIN);
    assert_int_equal(site_change(&site, &nobody).verdict, CHANGE_NO_CONTACT);
    site_check_ledger(&site);
}

/* L5: who, when, which wording, by what proof, from where. */
static void l5_entry_holds_all_five(void **state)
{
    (void)state;
    struct contact person = site_add_out(&site, new_email());
    struct change change = edit(person.id, ACTOR_RECIPIENT);
    change.turn_on = NEWSLETTER;
    change.origin.wording = 7;
    change.origin.address = "2001:db8::7";
    char agent[1000];
    memset(agent, 'x', sizeof(agent));
    memcpy(agent + AGENT_MAX_BYTES - 1, "é", 2); /* straddles the cut */
    agent[sizeof(agent) - 1] = '\0';
    change.origin.agent = agent;
    const int64_t now_s = clock_now_s();
    struct entry entry = site_entry(&site, site_change(&site, &change).position);
    assert_int_equal(entry.contact.value, person.id.value);
    assert_int_equal(entry.previous.value, person.head.value);
    assert_int_equal(entry.actor, ACTOR_RECIPIENT);
    assert_int_equal(entry.actor_id, 1);
    assert_in_range(entry.at, now_s, now_s + 5);
    assert_int_equal(entry.wording, 7);
    assert_int_equal(entry.proof_kind, PROOF_LINK);
    assert_int_equal(entry.proof_len, 8);
    assert_memory_equal(entry.proof, "linkissu", 8);
    assert_string_equal(entry.private.address, "2001:db8::7");
    assert_int_equal(strlen(entry.private.agent), AGENT_MAX_BYTES - 1);
    assert_int_equal(entry.status_before, CONTACT_OPTED_OUT);
    assert_int_equal(entry.status_after, CONTACT_OPTED_IN);
    assert_true(entry.choices_before == 0 && entry.choices_after == NEWSLETTER);

    change = edit(person.id, ACTOR_ADMIN);
    change.intent = INTENT_OPT_OUT;
    site_change(&site, &change);
    change.intent = INTENT_OPT_IN;
    change.consent = "signed form of 3 May";
    change.note = "ticket 12";
    entry = site_entry(&site, site_change(&site, &change).position);
    assert_string_equal(entry.private.note, "signed form of 3 May\nticket 12");
    site_check_ledger(&site);
}

static void details_are_noted(void **state)
{
    (void)state;
    struct contact person = site_add(&site, new_email(), NEWSLETTER);
    struct change change = edit(person.id, ACTOR_ADMIN);
    change.name = "Anna";
    change.email = "Anna@Example.org";
    change.email_key = "anna@example.org";
    change.sets_type = true;
    change.type = TYPE_FRANCHISEE;
    change.language = "de";
    change.expected = person.head;
    struct change_result result = site_change(&site, &change);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    struct entry entry = site_entry(&site, result.position);
    assert_int_equal(entry.kind, ENTRY_DETAILS);
    assert_string_equal(entry.private.note,
                        arena_printf(site.arena,
                                     "name: Zoë Ångström → Anna\nemail: %s → Anna@Example.org\n"
                                     "type: Client → Franchisee\nlanguage: (none) → de\n"
                                     "earlier links: good → void",
                                     person.email));
    struct contact row = site_get(&site, person.id);
    assert_string_equal(row.name_key, "anna");
    assert_string_equal(row.email_key, "anna@example.org");
    assert_int_equal(row.type, TYPE_FRANCHISEE);
    /* the same again is nothing, and the same version again is too old */
    change.expected = result.position;
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_UNCHANGED);
    change.expected = person.head;
    change.name = "Other";
    result = site_change(&site, &change);
    assert_int_equal(result.verdict, CHANGE_MEANWHILE);
    assert_string_equal(result.before.name, "Anna");
    /* another's address */
    struct contact other = site_add(&site, new_email(), 0);
    change = edit(other.id, ACTOR_ADMIN);
    change.email = change.email_key = "anna@example.org";
    const struct position head = site_head(&site);
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_EMAIL_TAKEN);
    assert_int_equal(site_head(&site).value, head.value);
    /* both at once are one entry of the weightier kind */
    change = edit(other.id, ACTOR_ADMIN);
    change.kind = ENTRY_DETAILS;
    change.name = "Both";
    change.turn_on = ALERTS;
    assert_int_equal(site_entry(&site, site_change(&site, &change).position).kind, ENTRY_CHOICES);
    site_check_ledger(&site);
}

static void pause_and_epoch(void **state)
{
    (void)state;
    struct contact person = site_add(&site, new_email(), BOTH);
    struct change change = edit(person.id, ACTOR_RECIPIENT);
    change.sets_pause = true;
    change.paused_until = clock_now_s() + 1000;
    struct entry entry = site_entry(&site, site_change(&site, &change).position);
    assert_int_equal(entry.kind, ENTRY_PAUSE);
    assert_int_equal(entry.paused_after, change.paused_until);
    assert_true(site_get(&site, person.id).choices == BOTH);

    change = edit(person.id, ACTOR_ADMIN);
    change.kind = ENTRY_EPOCH;
    struct change_result result = site_change(&site, &change);
    assert_int_equal(result.after.epoch, person.epoch + 1);
    assert_int_equal(site_get(&site, person.id).epoch, person.epoch + 1);
    assert_int_equal(site_entry(&site, result.position).kind, ENTRY_EPOCH);
    site_check_ledger(&site);
}

static struct change_result undo(struct contact_id person, enum actor_kind actor, int64_t actor_id,
                                 struct position undoes)
{
    struct change change = {.kind = ENTRY_UNDONE,
                            .contact = person,
                            .undoes = undoes,
                            .origin = site_origin(actor, actor_id)};
    return site_change(&site, &change);
}

static struct change_result reason(struct contact_id person, enum actor_kind actor,
                                   struct position undoes)
{
    struct change change = {.kind = ENTRY_REASON,
                            .contact = person,
                            .undoes = undoes,
                            .leave_reason = LEAVE_TOO_MANY,
                            .note = "three a day",
                            .origin = site_origin(actor, 1)};
    return site_change(&site, &change);
}

static struct change_result opt_out(struct contact_id person, enum actor_kind actor)
{
    struct change change = edit(person, actor);
    change.intent = INTENT_OPT_OUT;
    return site_change(&site, &change);
}

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
        struct contact person = site_add(&site, new_email(), BOTH);
        struct change_result out = opt_out(person.id, cases[i].did);
        struct change_result back =
            undo(person.id, cases[i].undoes, cases[i].undoes_id, out.position);
        struct contact row = site_get(&site, person.id);
        const bool is_back = cases[i].verdict == CHANGE_APPLIED;
        assert_int_equal(back.verdict, cases[i].verdict);
        assert_int_equal(row.status, is_back ? CONTACT_OPTED_IN : CONTACT_OPTED_OUT);
        assert_true(row.choices == (is_back ? BOTH : 0));
        if (!is_back)
            continue;
        struct entry entry = site_entry(&site, back.position);
        assert_int_equal(entry.kind, ENTRY_UNDONE);
        assert_int_equal(entry.undoes.value, out.position.value);
        /* asked twice: nothing new, and no undoing of the undoing */
        assert_int_equal(undo(person.id, cases[i].undoes, cases[i].undoes_id, out.position).verdict,
                         CHANGE_UNCHANGED);
        assert_int_equal(
            undo(person.id, cases[i].undoes, cases[i].undoes_id, back.position).verdict,
            CHANGE_UNDO_TOO_LATE);
    }
    site_check_ledger(&site);
}

static void undo_of_opting_in_takes_it_back(void **state)
{
    (void)state;
    struct contact person = site_add_out(&site, new_email());
    struct change change = edit(person.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    struct change_result in = site_change(&site, &change);
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, in.position).verdict, CHANGE_APPLIED);
    struct contact row = site_get(&site, person.id);
    assert_int_equal(row.status, CONTACT_OPTED_OUT);
    assert_true(row.choices == 0);
}

static void undo_has_its_hour(void **state)
{
    (void)state;
    struct contact person = site_add(&site, new_email(), BOTH);
    struct change_result out = opt_out(person.id, ACTOR_RECIPIENT);
    const struct origin origin = site_origin(ACTOR_RECIPIENT, 1);
    struct position undoable;
    clock_shift_s(UNDO_WINDOW_S - 5);
    assert_int_equal(
        change_undoable(&site.service, site.arena, &out.after, &origin, clock_now_s(), &undoable),
        STATUS_OK);
    assert_int_equal(undoable.value, out.position.value);
    clock_shift_s(10);
    assert_int_equal(
        change_undoable(&site.service, site.arena, &out.after, &origin, clock_now_s(), &undoable),
        STATUS_OK);
    assert_int_equal(undoable.value, 0);
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, out.position).verdict,
                     CHANGE_UNDO_TOO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 5);
}

static void undo_yields_to_what_came_since(void **state)
{
    (void)state;
    struct contact person = site_add(&site, new_email(), BOTH);
    struct contact other = site_add(&site, new_email(), BOTH);
    struct change change = edit(person.id, ACTOR_RECIPIENT);
    change.turn_off = MARKETING;
    struct change_result first = site_change(&site, &change);
    /* reasons, details, pauses and voided links in between do not count */
    assert_int_equal(reason(person.id, ACTOR_RECIPIENT, first.position).verdict, CHANGE_APPLIED);
    change = edit(person.id, ACTOR_ADMIN);
    change.name = "Changed meanwhile";
    site_change(&site, &change);
    change = edit(person.id, ACTOR_ADMIN);
    change.kind = ENTRY_EPOCH;
    site_change(&site, &change);
    assert_int_equal(undo(other.id, ACTOR_RECIPIENT, 1, first.position).verdict,
                     CHANGE_UNDO_TOO_LATE); /* another's change */
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, first.position).verdict, CHANGE_APPLIED);
    assert_string_equal(site_get(&site, person.id).name, "Changed meanwhile");
    /* a later choice does */
    first = opt_out(other.id, ACTOR_RECIPIENT);
    change = edit(other.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    site_change(&site, &change);
    assert_int_equal(undo(other.id, ACTOR_RECIPIENT, 1, first.position).verdict,
                     CHANGE_UNDO_TOO_LATE);
    assert_int_equal(undo(other.id, ACTOR_RECIPIENT, 1, other.head).verdict,
                     CHANGE_UNDO_TOO_LATE); /* being added can't be undone */
    assert_true(site_get(&site, other.id).choices == ALERTS);
}

static struct change_result pause_until(struct contact_id person, enum actor_kind actor,
                                        int64_t until)
{
    struct change change = edit(person, actor);
    change.kind = ENTRY_PAUSE;
    change.sets_pause = true;
    change.paused_until = until;
    return site_change(&site, &change);
}

static void pause_keeps_and_ends(void **state)
{
    (void)state;
    const int64_t until = clock_now_s() + 1000;
    struct contact person = site_add(&site, new_email(), BOTH);
    struct change_result paused = pause_until(person.id, ACTOR_RECIPIENT, until);
    assert_int_equal(site_entry(&site, paused.position).paused_before, 0);
    assert_int_equal(pause_until(person.id, ACTOR_RECIPIENT, until).verdict, CHANGE_UNCHANGED);
    /* choices change under a pause, and opting out leaves it as it is */
    struct change change = edit(person.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    assert_int_equal(site_change(&site, &change).after.paused_until, until);
    struct change_result out = opt_out(person.id, ACTOR_RECIPIENT);
    assert_int_equal(out.after.paused_until, until);
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, out.position).after.paused_until, until);
    assert_true(site_get(&site, person.id).choices == (BOTH | ALERTS));
    /* an admin ends it, once */
    struct entry entry = site_entry(&site, pause_until(person.id, ACTOR_ADMIN, 0).position);
    assert_int_equal(entry.kind, ENTRY_PAUSE);
    assert_int_equal(entry.paused_before, until);
    assert_int_equal(entry.paused_after, 0);
    assert_int_equal(pause_until(person.id, ACTOR_ADMIN, 0).verdict, CHANGE_UNCHANGED);
    /* what ended by the clock needs no end */
    pause_until(person.id, ACTOR_RECIPIENT, until);
    clock_shift_s(1001);
    assert_int_equal(pause_until(person.id, ACTOR_RECIPIENT, 0).verdict, CHANGE_UNCHANGED);
    clock_shift_s(-1001);
    site_check_ledger(&site);
}

static void pause_is_undone(void **state)
{
    (void)state;
    const int64_t until = clock_now_s() + 1000;
    struct contact person = site_add(&site, new_email(), BOTH);
    struct change change = edit(person.id, ACTOR_RECIPIENT);
    change.turn_off = MARKETING;
    const struct position choice = site_change(&site, &change).position;
    const struct position first = pause_until(person.id, ACTOR_RECIPIENT, until).position;
    const struct position second = pause_until(person.id, ACTOR_RECIPIENT, until + 5).position;
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, first).verdict, CHANGE_UNDO_TOO_LATE);
    assert_int_equal(undo(person.id, ACTOR_ADMIN, 1, second).verdict, CHANGE_UNDO_TOO_LATE);
    clock_shift_s(UNDO_WINDOW_S + 1);
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, second).verdict, CHANGE_UNDO_TOO_LATE);
    clock_shift_s(-UNDO_WINDOW_S - 1);
    struct change_result undone = undo(person.id, ACTOR_RECIPIENT, 1, second);
    assert_int_equal(undone.verdict, CHANGE_APPLIED);
    assert_int_equal(undone.after.paused_until, until);
    assert_true(undone.after.choices == NEWSLETTER);
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, second).verdict, CHANGE_UNCHANGED);
    /* neither the pause nor its undo stands before the choice made earlier */
    struct position undoable;
    const struct origin origin = site_origin(ACTOR_RECIPIENT, 1);
    struct contact now = site_get(&site, person.id);
    assert_int_equal(
        change_undoable(&site.service, site.arena, &now, &origin, clock_now_s(), &undoable),
        STATUS_OK);
    assert_int_equal(undoable.value, choice.value);
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, choice).verdict, CHANGE_APPLIED);
    assert_true(site_get(&site, person.id).choices == BOTH);
    assert_int_equal(site_get(&site, person.id).paused_until, until);
    site_check_ledger(&site);
}

static void undo_of_both_at_once(void **state)
{
    (void)state;
    struct contact person = site_add(&site, new_email(), BOTH);
    struct change change = edit(person.id, ACTOR_ADMIN);
    change.turn_off = MARKETING;
    change.sets_pause = true;
    change.paused_until = clock_now_s() + 1000;
    struct change_result both = site_change(&site, &change);
    assert_int_equal(site_entry(&site, both.position).kind, ENTRY_CHOICES);
    struct change_result undone = undo(person.id, ACTOR_ADMIN, 1, both.position);
    assert_int_equal(undone.after.paused_until, 0);
    assert_true(undone.after.choices == BOTH);
    /* a pause that moved since stays */
    both = site_change(&site, &change);
    const int64_t later = clock_now_s() + 5000;
    pause_until(person.id, ACTOR_RECIPIENT, later);
    undone = undo(person.id, ACTOR_ADMIN, 1, both.position);
    assert_int_equal(undone.verdict, CHANGE_APPLIED);
    assert_int_equal(undone.after.paused_until, later);
    site_check_ledger(&site);
}

static void new_mailbox_voids_links(void **state)
{
    (void)state;
    struct contact person = site_add(&site, "moves@example.org", BOTH);
    struct change change = edit(person.id, ACTOR_ADMIN);
    change.email = "Moves@example.org"; /* the same mailbox, written otherwise */
    change.email_key = "moves@example.org";
    assert_int_equal(site_change(&site, &change).after.epoch, person.epoch);
    change.email = change.email_key = "moved@example.org";
    struct change_result result = site_change(&site, &change);
    assert_int_equal(result.after.epoch, person.epoch + 1);
    assert_int_equal(site_get(&site, person.id).epoch, person.epoch + 1);
    assert_string_equal(site_entry(&site, result.position).private.note,
                        "email: Moves@example.org → moved@example.org\n"
                        "earlier links: good → void");
    struct change name = edit(person.id, ACTOR_ADMIN);
    name.name = "Someone";
    assert_int_equal(site_change(&site, &name).after.epoch, person.epoch + 1);
}

static void reasons(void **state)
{
    (void)state;
    struct contact person = site_add(&site, new_email(), BOTH);
    struct change_result out = opt_out(person.id, ACTOR_ONE_CLICK);
    clock_shift_s(60);
    struct change_result said = reason(person.id, ACTOR_RECIPIENT, out.position);
    clock_shift_s(-60);
    assert_int_equal(said.verdict, CHANGE_APPLIED);
    struct entry entry = site_entry(&site, said.position);
    assert_int_equal(entry.kind, ENTRY_REASON);
    assert_int_equal(entry.undoes.value, out.position.value);
    assert_int_equal(entry.leave_reason, LEAVE_TOO_MANY);
    assert_string_equal(entry.private.note, "three a day");
    assert_int_equal(said.after.updated_at, out.after.updated_at);
    assert_int_equal(site_get(&site, person.id).head.value, said.position.value);
    /* once per opt-out, and only for one's own, and only for an opt-out */
    assert_int_equal(reason(person.id, ACTOR_RECIPIENT, out.position).verdict, CHANGE_UNCHANGED);
    assert_int_equal(reason(person.id, ACTOR_ADMIN, out.position).verdict, CHANGE_UNDO_TOO_LATE);
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 0, out.position).verdict, CHANGE_APPLIED);
    assert_int_equal(reason(person.id, ACTOR_RECIPIENT, out.position).verdict,
                     CHANGE_UNDO_TOO_LATE);
    struct change change = edit(person.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    struct change_result on = site_change(&site, &change);
    assert_int_equal(reason(person.id, ACTOR_RECIPIENT, on.position).verdict, CHANGE_UNDO_TOO_LATE);
    site_check_ledger(&site);
}

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
        struct contact person = site_add(&site, new_email(), BOTH);
        struct change change = edit(person.id, cases[i].off_by);
        change.turn_off = MARKETING;
        site_change(&site, &change);
        change = edit(person.id, ACTOR_ADMIN); /* something in between */
        change.name = "In between";
        site_change(&site, &change);
        change = edit(person.id, cases[i].on_by);
        change.turn_on = MARKETING;
        change.consent = cases[i].consent;
        assert_int_equal(site_change(&site, &change).verdict, cases[i].verdict);
    }
    /* the last hand counts: off by themselves, on again, off by an admin */
    struct contact person = site_add(&site, new_email(), BOTH);
    const enum actor_kind hands[] = {ACTOR_RECIPIENT, ACTOR_RECIPIENT, ACTOR_ADMIN};
    struct change change;
    for (size_t i = 0; i < 3; i++) {
        change = edit(person.id, hands[i]);
        *(i == 1 ? &change.turn_on : &change.turn_off) = MARKETING;
        site_change(&site, &change);
    }
    change = edit(person.id, ACTOR_IMPORT);
    change.turn_on = MARKETING;
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    /* opted out of all by their own hand, then in again to one: the rest stays theirs to give */
    person = site_add(&site, new_email(), BOTH);
    opt_out(person.id, ACTOR_ONE_CLICK);
    change = edit(person.id, ACTOR_RECIPIENT);
    change.turn_on = NEWSLETTER;
    site_change(&site, &change);
    change = edit(person.id, ACTOR_IMPORT);
    change.turn_on = BOTH;
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_NEEDS_CONSENT);
    change.turn_on = ALERTS; /* never refused by them */
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    change = edit(person.id, ACTOR_IMPORT); /* opting out is always theirs, too */
    change.intent = INTENT_OPT_OUT;
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
}

static void retired_topics(void **state)
{
    (void)state;
    struct contact person = site_add(&site, new_email(), BOTH | ALERTS);
    struct contact other = site_add(&site, new_email(), NEWSLETTER);
    struct change_result out = opt_out(person.id, ACTOR_RECIPIENT);
    site_retire(&site, 3);
    struct change change = edit(other.id, ACTOR_RECIPIENT);
    change.turn_on = MARKETING;
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_TOPIC_RETIRED);
    change.turn_on = MARKETING | ALERTS; /* all or nothing */
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_TOPIC_RETIRED);
    assert_true(site_get(&site, other.id).choices == NEWSLETTER);
    /* an undo brings back exactly what was; turning off still works */
    assert_int_equal(undo(person.id, ACTOR_RECIPIENT, 1, out.position).verdict, CHANGE_APPLIED);
    assert_true(site_get(&site, person.id).choices == (BOTH | ALERTS));
    change = edit(person.id, ACTOR_ONE_CLICK);
    change.turn_off = MARKETING;
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    site_check_ledger(&site);
}

static bool is_suppressed(const char *email_key)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    bool has = false;
    secrets_suppression_hash(site.service.secrets, email_key, hash);
    assert_int_equal(suppressions_has(site.service.store, hash, &has), STATUS_OK);
    return has;
}

static void suppressed_addresses(void **state)
{
    (void)state;
    const char *gone = new_email();
    site_suppress(&site, gone);
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .email = gone,
                            .email_key = gone,
                            .consent = "really",
                            .turn_on = NEWSLETTER,
                            .origin = site_origin(ACTOR_IMPORT, 1)};
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_SUPPRESSED);
    struct contact person = site_add(&site, new_email(), NEWSLETTER);
    change = edit(person.id, ACTOR_ADMIN);
    change.email = change.email_key = gone;
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_SUPPRESSED);

    site_suppress(&site, person.email_key);
    change = edit(person.id, ACTOR_ADMIN);
    change.turn_on = ALERTS;
    change.consent = "really";
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_SUPPRESSED);
    change = edit(person.id, ACTOR_ADMIN); /* a name is no mail, and leaving is always theirs */
    change.name = "New Name";
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    assert_int_equal(opt_out(person.id, ACTOR_ADMIN).verdict, CHANGE_APPLIED);
    assert_true(is_suppressed(person.email_key));
    /* the person's own act lifts it */
    change = edit(person.id, ACTOR_RECIPIENT);
    change.turn_on = ALERTS;
    assert_int_equal(site_change(&site, &change).verdict, CHANGE_APPLIED);
    assert_false(is_suppressed(person.email_key));
    site_check_ledger(&site);
}

/* All checks come before the first write: a refusal leaves what else the transaction did. */
static void refusals_leave_neighbours(void **state)
{
    (void)state;
    struct contact a = site_add(&site, new_email(), BOTH);
    struct contact out = site_add_out(&site, new_email());
    struct txn *txn = site_begin(&site);
    struct change_result result;
    struct change change = edit(a.id, ACTOR_ONE_CLICK);
    change.turn_off = MARKETING;
    assert_int_equal(change_apply(&site.service, txn, site.arena, &change, &result), STATUS_OK);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    change = edit(out.id, ACTOR_ADMIN);
    change.intent = INTENT_OPT_IN;
    assert_int_equal(change_apply(&site.service, txn, site.arena, &change, &result), STATUS_OK);
    assert_int_equal(result.verdict, CHANGE_NEEDS_CONSENT);
    change = (struct change){.kind = ENTRY_CONTACT_ADDED,
                             .email = a.email,
                             .email_key = a.email_key,
                             .origin = site_origin(ACTOR_ADMIN, 1)};
    assert_int_equal(change_apply(&site.service, txn, site.arena, &change, &result), STATUS_OK);
    assert_int_equal(result.verdict, CHANGE_EMAIL_TAKEN);
    const char *email = new_email();
    change.email = change.email_key = email;
    assert_int_equal(change_apply(&site.service, txn, site.arena, &change, &result), STATUS_OK);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    site_commit(txn);
    assert_true(site_get(&site, a.id).choices == NEWSLETTER);
    assert_string_equal(site_get(&site, result.after.id).email, email);
    site_check_ledger(&site);
}

/* A few thousand random changes by everybody, some rolled back: the ledger still tells it all. */
static void random_changes_keep_the_chain(void **state)
{
    (void)state;
    enum { PEOPLE = 40, ROUNDS = 300, GROUP = 12 };
    struct contact_id people[PEOPLE];
    struct position last[PEOPLE];
    for (size_t i = 0; i < PEOPLE; i++) {
        struct contact person = site_add(&site, new_email(), (uint64_t)(i & 15) << 1);
        people[i] = person.id;
        last[i] = person.head;
    }
    uint64_t seed = 88172645463325252u;
    int applied = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *arena = arena_new();
        struct position group_last[PEOPLE];
        memcpy(group_last, last, sizeof(last));
        struct txn *txn = site_begin(&site);
        for (int i = 0; i < GROUP; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            const size_t who = seed % PEOPLE;
            const enum actor_kind actors[] = {ACTOR_RECIPIENT, ACTOR_ONE_CLICK, ACTOR_ADMIN,
                                              ACTOR_IMPORT};
            struct change change = edit(people[who], actors[seed >> 8 & 3]);
            const bool is_click = change.origin.actor == ACTOR_ONE_CLICK;
            const uint64_t on = is_click ? 0 : (seed >> 16 & 15) << 1;
            const unsigned what = seed >> 24 & 7;
            if (what == 0)
                change.intent = INTENT_OPT_OUT;
            else if (what == 1 && !is_click)
                change.name = seed & 1 ? "Ann" : "Bob";
            else if (what == 2)
                change.kind = ENTRY_UNDONE, change.undoes = group_last[who];
            else if (what == 3)
                change.kind = ENTRY_REASON, change.undoes = group_last[who];
            else if (what == 4 && !is_click)
                change.sets_pause = true, change.paused_until = (int64_t)(seed >> 32);
            else
                change.turn_on = on, change.turn_off = (seed >> 20 & 15) << 1 & ~on;
            struct change_result result;
            assert_int_equal(change_apply(&site.service, txn, arena, &change, &result), STATUS_OK);
            if (result.verdict == CHANGE_APPLIED) {
                group_last[who] = result.position;
                applied++;
            }
        }
        if (seed >> 40 & 7) {
            site_commit(txn);
            memcpy(last, group_last, sizeof(last));
        } else {
            txn_rollback(txn);
        }
        arena_free(arena);
    }
    assert_true(applied > ROUNDS * 3);
    assert_true(site_check_ledger(&site) > ROUNDS * 2);
    site_reopen(&site);
    site_check_ledger(&site);
}

#define CASE(name, function)                                                                       \
    {                                                                                              \
        name, function, open_site, close_site, NULL                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE("every rule, case by case; a refusal writes nothing", rules_hold),
        CASE("misuse is invalid and writes nothing", misuse_is_invalid),
        CASE("a new row's first status is taken as given; an address is taken once", newcomers),
        CASE("L5: the entry holds who, when, which wording, by what proof, from where",
             l5_entry_holds_all_five),
        CASE("details: what was edited is noted; an old version is told so", details_are_noted),
        CASE("a pause and a raised epoch leave choices alone", pause_and_epoch),
        CASE("a pause leaves choices alone and is ended once; opting out leaves it",
             pause_keeps_and_ends),
        CASE("A3: a pause is undone by who set it, within the hour, choices apart",
             pause_is_undone),
        CASE("A3: choices and pause changed at once are undone at once", undo_of_both_at_once),
        CASE("another mailbox voids the links of the old one", new_mailbox_voids_links),
        CASE("A3: undo restores exactly what was, for the same actor only", undo_restores_exactly),
        CASE("undo of opting in takes it back", undo_of_opting_in_takes_it_back),
        CASE("undo has its hour", undo_has_its_hour),
        CASE("undo yields to later choices, not to reasons, details, pauses or epochs",
             undo_yields_to_what_came_since),
        CASE("a reason is given once, for one's own opt-out, and moves nothing", reasons),
        CASE("bulk work turns on nothing that the person turned off", bulk_respects_own_hand),
        CASE("a retired topic can't be turned on", retired_topics),
        CASE("L6: a suppressed address stays refused to all but the recipient",
             suppressed_addresses),
        CASE("a refused change leaves its neighbours in the transaction alone",
             refusals_leave_neighbours),
        CASE("after random changes and rollbacks the chain, rows and counts agree",
             random_changes_keep_the_chain),
    };
    return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
