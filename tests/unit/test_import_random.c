/*
 * Randomised test of imports: uploads with and without words of consent, their undoing, one-clicks,
 * mails, pages, admins and programs in any order, against a model that only remembers who said
 * what. Whoever said no last is out, and a topic that a person turned off themselves last is off.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/contacts.h"
#include "unit/import_support.h"

#define STEPS  70
#define PEOPLE 4
#define SAID   400
#define TOPICS 2 /* bits 1 and 2 */
#define ALL    0

enum word { NO, YES, NEITHER };

/* What somebody said for a person about a topic, or all. */
struct said {
    enum word word;
    int topic;
    int64_t run;   /* of the import that said it; 0: somebody themselves */
    bool is_fixed; /* others chose since, or the run brought the person: no undoing reaches it */
    uint64_t fixed_by; /* runs that chose since: until they are taken back themselves, none does */
};

static struct site site;
static struct said said[PEOPLE][SAID];
static int count[PEOPLE];
static int64_t added_by[PEOPLE];
static struct import_job done[STEPS];
static int done_count;
static uint32_t seed;

static unsigned draw(unsigned below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static const char *address(int person)
{
    return arena_printf(site.arena, "p%d@example.org", person);
}

static bool find(int person, struct contact *out)
{
    enum status status = contacts_find_email(site.service.store, site.arena, address(person), out);
    assert_true(status == STATUS_OK || status == STATUS_NOT_FOUND);
    return status == STATUS_OK;
}

static void say(int person, enum word word, int topic, int64_t run)
{
    assert_true(count[person] < SAID);
    said[person][count[person]++] = (struct said){.word = word, .topic = topic, .run = run};
}

/* Every topic that was on goes off with all. */
static void say_no(int person, const struct contact *before, bool is_own, int64_t run)
{
    for (int topic = 1; topic <= TOPICS; topic++)
        if (before->choices & UINT64_C(1) << topic)
            say(person, is_own ? NO : NEITHER, topic, run);
    say(person, NO, ALL, run);
}

static enum word last(int person, int topic)
{
    for (int i = count[person] - 1; i >= 0; i--)
        if (said[person][i].topic == topic)
            return said[person][i].word;
    return NEITHER;
}

static void check(const char *what, int step)
{
    for (int person = 0; person < PEOPLE; person++) {
        struct contact contact;
        if (!find(person, &contact))
            continue;
        if (last(person, ALL) == NO && contact.status != CONTACT_OPTED_OUT)
            fail_msg("step %d, %s: person %d said no last and is in", step, what, person);
        for (int topic = 1; topic <= TOPICS; topic++)
            if (last(person, topic) == NO && contact.choices & UINT64_C(1) << topic)
                fail_msg("step %d, %s: person %d turned %d off last", step, what, person, topic);
    }
}

/* A choice in an entry after that puts what was said before out of reach of the undoing of imports:
 * of all but the one that made it. */
static void fix_before(int person, struct position after, int from)
{
    struct contact contact;
    assert_true(find(person, &contact));
    for (struct position at = contact.head; at.value > after.value;) {
        const struct entry entry = site_entry(&site, at);
        at = entry.previous;
        for (int i = 0; entry.kind == ENTRY_CHOICES && i < from; i++)
            if (entry.actor == ACTOR_IMPORT)
                said[person][i].fixed_by |= UINT64_C(1) << entry.actor_id;
            else
                said[person][i].is_fixed = true;
    }
}

static const char *choose(void)
{
    static const struct {
        const char *name;
        enum actor_kind actor;
        enum change_intent intent;
        bool is_on, is_off, has_consent;
    } acts[] = {
        {"one-click, all", ACTOR_ONE_CLICK, INTENT_OPT_OUT, false, false, false},
        {"one-click, a topic", ACTOR_ONE_CLICK, INTENT_KEEP, false, true, false},
        {"mail, all", ACTOR_MAILTO, INTENT_OPT_OUT, false, false, false},
        {"page, on", ACTOR_RECIPIENT, INTENT_KEEP, true, false, false},
        {"page, off", ACTOR_RECIPIENT, INTENT_KEEP, false, true, false},
        {"admin, out", ACTOR_ADMIN, INTENT_OPT_OUT, false, false, false},
        {"admin, out and renamed", ACTOR_ADMIN, INTENT_OPT_OUT, false, false, false},
        {"admin, in with words", ACTOR_ADMIN, INTENT_OPT_IN, true, false, true},
        {"admin, off", ACTOR_ADMIN, INTENT_KEEP, false, true, false},
        {"program, on", ACTOR_API, INTENT_OPT_IN, true, false, false},
        {"program, out", ACTOR_API, INTENT_OPT_OUT, false, false, false},
    };
    const size_t act = draw(sizeof acts / sizeof *acts);
    const int person = (int)draw(PEOPLE), topic = 1 + (int)draw(TOPICS);
    const uint64_t bit = UINT64_C(1) << topic;
    const bool is_own = acts[act].actor == ACTOR_ONE_CLICK || acts[act].actor == ACTOR_MAILTO ||
                        acts[act].actor == ACTOR_RECIPIENT;
    struct contact before;
    if (!find(person, &before))
        return acts[act].name;
    const struct change change = {
        .kind = ENTRY_CHOICES,
        .contact = before.id,
        .intent = acts[act].intent,
        .turn_on = acts[act].is_on ? bit : 0,
        .turn_off = acts[act].is_off ? bit : 0,
        .name = strstr(acts[act].name, "renamed") ? arena_printf(site.arena, "N%u", seed) : NULL,
        .consent = acts[act].has_consent ? "said so on the phone" : NULL,
        .origin = site_origin(acts[act].actor, acts[act].actor == ACTOR_ADMIN ? 1 : 0)};
    const struct change_result result = site_change(&site, &change);
    const bool is_choice = result.verdict == CHANGE_APPLIED &&
                           site_entry(&site, result.position).kind == ENTRY_CHOICES;
    if (acts[act].intent == INTENT_OPT_OUT) {
        if (is_own || before.status == CONTACT_OPTED_IN || is_choice) /* else it is no news */
            say_no(person, &before, is_own, 0);
    } else if (result.verdict == CHANGE_APPLIED && acts[act].is_on) {
        say(person, YES, ALL, 0);
        say(person, YES, topic, 0);
    } else if (result.verdict == CHANGE_APPLIED && acts[act].is_off) {
        if (before.status == CONTACT_OPTED_OUT)
            say(person, NO, ALL, 0); /* of whom an undone import left out: their first */
        else
            say(person, is_own ? NO : NEITHER, topic, 0);
    }
    fix_before(person, before.head, count[person]);
    return acts[act].name;
}

/* Whether the run turned them out: to who was out already it is no news. */
static bool is_put_out(int person, int64_t run)
{
    struct contact contact;
    bool is_put = false;
    assert_true(find(person, &contact));
    for (struct position at = contact.head; at.value != 0;) {
        const struct entry entry = site_entry(&site, at);
        is_put |= entry.actor == ACTOR_IMPORT && entry.actor_id == run &&
                  entry.kind <= ENTRY_CHOICES && entry.status_after == CONTACT_OPTED_OUT;
        at = entry.previous;
    }
    return is_put;
}

/* The words of a run without consent can bring nobody back, so only its noes count. */
static void hear_row(int person, bool has_consent, bool is_out, const bool *on, int64_t run)
{
    const int from = count[person];
    if (is_out && is_put_out(person, run))
        say(person, NO, ALL, run);
    else if (!is_out && has_consent)
        say(person, YES, ALL, run);
    for (int topic = 1; topic <= TOPICS; topic++)
        if (on[topic] && has_consent && !is_out)
            say(person, YES, topic, run);
    for (int i = from; is_out && added_by[person] == run && i < count[person]; i++)
        said[person][i].is_fixed = true;
}

static const char *upload(void)
{
    bool is_out[8], on[8][TOPICS + 1];
    int of[8], rows = 1 + (int)draw(6);
    struct position head[PEOPLE] = {{0}};
    bool was_there[PEOPLE], has_consent = draw(3) == 0;
    struct contact contact;
    char csv[1024];
    size_t len =
        (size_t)snprintf(csv, sizeof csv, "email,name,status,newsletter,product_updates\n");
    for (int i = 0; i < rows; i++) {
        of[i] = (int)draw(PEOPLE);
        is_out[i] = draw(5) == 0;
        on[i][1] = draw(2);
        on[i][2] = draw(2);
        len += (size_t)snprintf(csv + len, sizeof csv - len, "%s,N%u,%s,%s,%s\n", address(of[i]),
                                draw(3), is_out[i] ? "Opted Out" : "Opted In",
                                on[i][1] ? "yes" : "", on[i][2] ? "yes" : "");
    }
    for (int person = 0; person < PEOPLE; person++) {
        was_there[person] = find(person, &contact);
        if (was_there[person])
            head[person] = contact.head;
    }
    const struct import_job job = import_whole(&site, csv, has_consent ? "signed a form" : "");
    assert_int_equal(job.rejected, 0);
    assert_true(job.run < 64); /* a bit of fixed_by each */
    for (int person = 0; person < PEOPLE; person++)
        if (!was_there[person] && find(person, &contact))
            added_by[person] = job.run;
    for (int person = 0; person < PEOPLE; person++) { /* as sorted: a person's rows in order */
        if (was_there[person])
            fix_before(person, head[person], count[person]);
        for (int i = 0; i < rows; i++)
            if (of[i] == person)
                hear_row(person, has_consent, is_out[i], on[i], job.run);
    }
    done[done_count++] = job;
    return has_consent ? "import with consent" : "import";
}

static const char *take_back(void)
{
    if (done_count == 0)
        return "nothing";
    const int which = (int)draw((unsigned)done_count);
    const struct import_job job = done[which];
    done[which] = done[--done_count];
    if (job.added + job.updated == 0)
        return "nothing";
    import_take_back(&site, job.id);
    for (int person = 0; person < PEOPLE; person++) {
        int kept = 0;
        for (int i = 0; i < count[person]; i++)
            if (said[person][i].run != job.run || said[person][i].is_fixed ||
                said[person][i].fixed_by & ~(UINT64_C(1) << job.run)) {
                said[person][kept] = said[person][i];
                said[person][kept++].fixed_by &= ~(UINT64_C(1) << job.run);
            }
        count[person] = kept;
    }
    return "undo";
}

static void whoever_said_no_last_is_out(void **state)
{
    /* The later ones found faults. */
    static const uint32_t rounds[] = {1, 2, 3, 4, 5, 6, 12, 15, 16, 54, 72, 76, 80};
    for (size_t i = 0; i < sizeof rounds / sizeof *rounds; i++) {
        const uint32_t round = rounds[i];
        site_open(&site);
        import_folder(&site);
        seed = round * 2654435761u;
        memset(count, 0, sizeof count);
        memset(added_by, 0, sizeof added_by);
        done_count = 0;
        for (int step = 0; step < STEPS; step++) {
            const unsigned kind = draw(8);
            const char *what = kind == 0 ? take_back() : kind < 3 ? upload() : choose();
            check(what, (int)round * 1000 + step);
        }
        site_check_ledger(&site);
        site_close(&site);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(whoever_said_no_last_is_out)};
    return cmocka_run_group_tests_name("import_random", tests, NULL, NULL);
}
