/*
 * What a change means: every rule of service/change, case by case.
 */
#include <string.h>

#include "base/clock.h"
#include "unit/edit_support.h"

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
    /* a no of their own after that of others moves nothing, and is recorded */
    {"out twice", OUT, ACTOR_RECIPIENT, INTENT_OPT_OUT, 0, 0, NULL, DONE, OUT},
    /* one topic off leaves status and the others */
    {"one off", true, BOTH, ACTOR_ONE_CLICK, KEEP, 0, MARKETING, NULL, DONE, true, NEWSLETTER},
    {"last off", true, MARKETING, ACTOR_ONE_CLICK, KEEP, 0, MARKETING, NULL, DONE, true, 0},
    {"off though off", true, NEWSLETTER, ACTOR_ONE_CLICK, KEEP, 0, MARKETING, NULL, DONE, true,
     NEWSLETTER},
    {"off while out", OUT, ACTOR_ONE_CLICK, KEEP, 0, MARKETING, NULL, DONE, OUT},
    {"admin off though off", true, NEWSLETTER, ACTOR_ADMIN, KEEP, 0, MARKETING, NULL, SAME, true,
     NEWSLETTER},
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
    {"no such topic off", true, BOTH, ACTOR_ONE_CLICK, KEEP, 0, UINT64_C(1) << 63, NULL, DONE, true,
     BOTH},
};

static void rules_hold(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        struct contact before = row->is_in ? site_add(&edit_site, edit_new_email(), row->choices)
                                           : site_add_out(&edit_site, edit_new_email());
        const struct position head = site_head(&edit_site);
        struct change change = edit_by(before.id, row->actor);
        change.intent = row->intent;
        change.turn_on = row->on;
        change.turn_off = row->off;
        change.consent = row->consent;
        struct change_result result = site_change(&edit_site, &change);
        struct contact after = site_get(&edit_site, before.id);
        const bool is_applied = row->verdict == CHANGE_APPLIED;
        if (result.verdict != row->verdict ||
            (after.status == CONTACT_OPTED_IN) != row->is_in_after ||
            after.choices != row->choices_after ||
            site_head(&edit_site).value != head.value + is_applied ||
            result.position.value != (is_applied ? head.value + 1 : 0) ||
            after.head.value != (is_applied ? head.value + 1 : before.head.value))
            fail_msg("%s: verdict %d, status %d, choices %llx", row->name, result.verdict,
                     after.status, (unsigned long long)after.choices);
        if (is_applied)
            assert_int_equal(site_entry(&edit_site, result.position).kind, ENTRY_CHOICES);
    }
    site_check_ledger(&edit_site);
}

static void misuse_is_invalid(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, edit_new_email(), NEWSLETTER);
    struct change good = edit_by(person.id, ACTOR_ADMIN);
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
    struct txn *txn = site_begin(&edit_site);
    for (size_t i = 0; i < 14; i++) {
        struct change_result result;
        if (change_apply(&edit_site.service, txn, edit_site.arena, &cases[i], &result) !=
            STATUS_INVALID)
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
        const char *email = edit_new_email();
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
        struct change_result result = site_change(&edit_site, &change);
        assert_int_equal(result.verdict, CHANGE_APPLIED);
        assert_int_equal(result.before.id.value, 0);
        struct contact row = site_get(&edit_site, result.after.id);
        assert_int_equal(row.status, cases[i].status);
        assert_true(row.choices == (cases[i].status == CONTACT_OPTED_IN ? cases[i].on : 0));
        assert_string_equal(row.email, email);
        assert_string_equal(row.name_key, "olafur orn");
        assert_string_equal(row.language, "is");
        assert_int_equal(row.type, TYPE_PARTNER);
        assert_int_equal(row.created_at, row.updated_at);
        assert_true(row.public_id.value == result.after.public_id.value && row.public_id.value);
        assert_int_equal(public_id_row(edit_site.service.public_id_key, row.public_id).value,
                         row.id.value);
        assert_int_equal(site_entry(&edit_site, row.head).kind, ENTRY_CONTACT_ADDED);
        /* the same address again, and its neighbours in the transaction are left alone */
        const struct position head = site_head(&edit_site);
        assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_EMAIL_TAKEN);
        assert_int_equal(site_head(&edit_site).value, head.value);
    }
    struct change nobody = edit_by((struct contact_id){987654}, ACTOR_ADMIN);
    assert_int_equal(site_change(&edit_site, &nobody).verdict, CHANGE_NO_CONTACT);
    site_check_ledger(&edit_site);
}

/* L5: who, when, which wording, by what proof, from where. */
static void l5_entry_holds_all_five(void **state)
{
    (void)state;
    struct contact person = site_add_out(&edit_site, edit_new_email());
    struct change change = edit_by(person.id, ACTOR_RECIPIENT);
    change.turn_on = NEWSLETTER;
    change.origin.wording = 7;
    change.origin.address = "2001:db8::7";
    char agent[1000];
    memset(agent, 'x', sizeof(agent));
    memcpy(agent + AGENT_MAX_BYTES - 1, "é", 2); /* straddles the cut */
    agent[sizeof(agent) - 1] = '\0';
    change.origin.agent = agent;
    const int64_t now_s = clock_now_s();
    struct entry entry = site_entry(&edit_site, site_change(&edit_site, &change).position);
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

    change = edit_by(person.id, ACTOR_ADMIN);
    change.intent = INTENT_OPT_OUT;
    site_change(&edit_site, &change);
    change.intent = INTENT_OPT_IN;
    change.consent = "signed form of 3 May";
    change.note = "ticket 12";
    entry = site_entry(&edit_site, site_change(&edit_site, &change).position);
    assert_string_equal(entry.private.note, "signed form of 3 May\nticket 12");
    site_check_ledger(&edit_site);
}

static void details_are_noted(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, edit_new_email(), NEWSLETTER);
    struct change change = edit_by(person.id, ACTOR_ADMIN);
    change.name = "Anna";
    change.email = "Anna@Example.org";
    change.email_key = "anna@example.org";
    change.sets_type = true;
    change.type = TYPE_FRANCHISEE;
    change.language = "de";
    change.expected = person.head;
    struct change_result result = site_change(&edit_site, &change);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    struct entry entry = site_entry(&edit_site, result.position);
    assert_int_equal(entry.kind, ENTRY_DETAILS);
    assert_string_equal(entry.private.note,
                        arena_printf(edit_site.arena,
                                     "name: Zoë Ångström → Anna\nemail: %s → Anna@Example.org\n"
                                     "type: Client → Franchisee\nlanguage: (none) → de\n"
                                     "earlier links: good → void",
                                     person.email));
    struct contact row = site_get(&edit_site, person.id);
    assert_string_equal(row.name_key, "anna");
    assert_string_equal(row.email_key, "anna@example.org");
    assert_int_equal(row.type, TYPE_FRANCHISEE);
    /* the same again is nothing, and the same version again is too old */
    change.expected = result.position;
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_UNCHANGED);
    change.expected = person.head;
    change.name = "Other";
    result = site_change(&edit_site, &change);
    assert_int_equal(result.verdict, CHANGE_MEANWHILE);
    assert_string_equal(result.before.name, "Anna");
    /* another's address */
    struct contact other = site_add(&edit_site, edit_new_email(), 0);
    change = edit_by(other.id, ACTOR_ADMIN);
    change.email = change.email_key = "anna@example.org";
    const struct position head = site_head(&edit_site);
    assert_int_equal(site_change(&edit_site, &change).verdict, CHANGE_EMAIL_TAKEN);
    assert_int_equal(site_head(&edit_site).value, head.value);
    /* both at once are one entry of the weightier kind */
    change = edit_by(other.id, ACTOR_ADMIN);
    change.kind = ENTRY_DETAILS;
    change.name = "Both";
    change.turn_on = ALERTS;
    assert_int_equal(site_entry(&edit_site, site_change(&edit_site, &change).position).kind,
                     ENTRY_CHOICES);
    site_check_ledger(&edit_site);
}

static void pause_and_epoch(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, edit_new_email(), BOTH);
    struct change change = edit_by(person.id, ACTOR_RECIPIENT);
    change.sets_pause = true;
    change.paused_until = clock_now_s() + 1000;
    struct entry entry = site_entry(&edit_site, site_change(&edit_site, &change).position);
    assert_int_equal(entry.kind, ENTRY_PAUSE);
    assert_int_equal(entry.paused_after, change.paused_until);
    assert_true(site_get(&edit_site, person.id).choices == BOTH);

    change = edit_by(person.id, ACTOR_ADMIN);
    change.kind = ENTRY_EPOCH;
    struct change_result result = site_change(&edit_site, &change);
    assert_int_equal(result.after.epoch, person.epoch + 1);
    assert_int_equal(site_get(&edit_site, person.id).epoch, person.epoch + 1);
    assert_int_equal(site_entry(&edit_site, result.position).kind, ENTRY_EPOCH);
    site_check_ledger(&edit_site);
}

static void new_mailbox_voids_links(void **state)
{
    (void)state;
    struct contact person = site_add(&edit_site, "moves@example.org", BOTH);
    struct change change = edit_by(person.id, ACTOR_ADMIN);
    change.email = "Moves@example.org"; /* the same mailbox, written otherwise */
    change.email_key = "moves@example.org";
    assert_int_equal(site_change(&edit_site, &change).after.epoch, person.epoch);
    change.email = change.email_key = "moved@example.org";
    struct change_result result = site_change(&edit_site, &change);
    assert_int_equal(result.after.epoch, person.epoch + 1);
    assert_int_equal(site_get(&edit_site, person.id).epoch, person.epoch + 1);
    assert_string_equal(site_entry(&edit_site, result.position).private.note,
                        "email: Moves@example.org → moved@example.org\n"
                        "earlier links: good → void");
    struct change name = edit_by(person.id, ACTOR_ADMIN);
    name.name = "Someone";
    assert_int_equal(site_change(&edit_site, &name).after.epoch, person.epoch + 1);
}

/* A few thousand random changes by everybody, some rolled back: the ledger still tells it all. */
static void random_changes_keep_the_chain(void **state)
{
    (void)state;
    enum { PEOPLE = 40, ROUNDS = 300, GROUP = 12 };
    struct contact_id people[PEOPLE];
    struct position last[PEOPLE];
    for (size_t i = 0; i < PEOPLE; i++) {
        struct contact person = site_add(&edit_site, edit_new_email(), (uint64_t)(i & 15) << 1);
        people[i] = person.id;
        last[i] = person.head;
    }
    uint64_t seed = 88172645463325252u;
    int applied = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *arena = arena_new();
        struct position group_last[PEOPLE];
        memcpy(group_last, last, sizeof(last));
        struct txn *txn = site_begin(&edit_site);
        for (int i = 0; i < GROUP; i++) {
            seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
            const size_t who = seed % PEOPLE;
            const enum actor_kind actors[] = {ACTOR_RECIPIENT, ACTOR_ONE_CLICK, ACTOR_ADMIN,
                                              ACTOR_IMPORT};
            struct change change = edit_by(people[who], actors[seed >> 8 & 3]);
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
            assert_int_equal(change_apply(&edit_site.service, txn, arena, &change, &result),
                             STATUS_OK);
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
    assert_true(site_check_ledger(&edit_site) > ROUNDS * 2);
    site_reopen(&edit_site);
    site_check_ledger(&edit_site);
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
        CASE("another mailbox voids the links of the old one", new_mailbox_voids_links),
        CASE("after random changes and rollbacks the chain, rows and counts agree",
             random_changes_keep_the_chain),
    };
    return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
