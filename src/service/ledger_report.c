/*
 * service/ledger_report: see ledger_report.h.
 */
#include "service/ledger_report.h"

#include <assert.h>

void ledger_tally_add(struct ledger_tally *tally, const struct ledger_finding *finding)
{
    struct ledger_finding *first = &tally->first[finding->damage];
    if (tally->count[finding->damage]++ == 0 || finding->position.value < first->position.value)
        *first = *finding;
}

void ledger_tally_merge(struct ledger_tally *into, const struct ledger_tally *from)
{
    for (int damage = 0; damage < LEDGER_DAMAGE_COUNT; damage++) {
        const int64_t count = from->count[damage];
        if (count == 0)
            continue;
        ledger_tally_add(into, &from->first[damage]);
        into->count[damage] += count - 1;
    }
}

bool ledger_tally_is_clean(const struct ledger_tally *tally)
{
    for (int damage = 0; damage < LEDGER_DAMAGE_COUNT; damage++)
        if (tally->count[damage] != 0)
            return false;
    return true;
}

static bool is_of_chain(enum ledger_damage damage)
{
    return damage <= LEDGER_CUT_SHORT;
}

void ledger_tally_settle(struct ledger_tally *tally)
{
    for (int damage = 0; is_of_chain((enum ledger_damage)damage); damage++)
        if (tally->count[damage] != 0)
            tally->count[LEDGER_PERSON_MISSING] = 0;
}

static int rank(enum ledger_damage damage)
{
    if (is_of_chain(damage))
        return 0;
    return damage < LEDGER_CHECKPOINT_FORGED ? 1 : 2;
}

static bool is_before(const struct ledger_finding *left, const struct ledger_finding *right)
{
    const int ranks = rank(left->damage) - rank(right->damage);
    if (ranks != 0)
        return ranks < 0;
    return left->position.value != right->position.value
               ? left->position.value < right->position.value
               : left->damage < right->damage;
}

void ledger_tally_list(const struct ledger_tally *tally,
                       struct ledger_finding out[LEDGER_DAMAGE_COUNT], size_t *count)
{
    *count = 0;
    for (int damage = 0; damage < LEDGER_DAMAGE_COUNT; damage++) {
        if (tally->count[damage] == 0)
            continue;
        size_t at = (*count)++;
        for (; at > 0 && is_before(&tally->first[damage], &out[at - 1]); at--)
            out[at] = out[at - 1];
        out[at] = tally->first[damage];
    }
}

struct words {
    const char *key, *sentence;
};

static const struct words words[] = {
    [LEDGER_MISSING] = {"missing", "is missing: it was taken out"},
    [LEDGER_INSERTED] = {"inserted", "was put in afterwards, and the later ones were renumbered"},
    [LEDGER_REORDERED] = {"reordered", "is out of its place: it belongs to another position"},
    [LEDGER_SPLICED] = {"spliced", "does not follow from the one before it: from here on it is "
                                   "another history"},
    [LEDGER_ALTERED] = {"altered", "was altered: it does not fit the chain"},
    [LEDGER_CUT_SHORT] = {"cut_short",
                          "is missing, and all behind it: the ledger was cut short, or "
                          "put back from a backup"},
    [LEDGER_REWRITTEN] = {"other_history", "is not the one that a checkpoint was signed over: the "
                                           "history up to it was rewritten"},
    [LEDGER_UNLINKED] = {"unlinked", "does not go on from the person's entry before it"},
    [LEDGER_PRIVATE_ALTERED] = {"private_altered",
                                "has private texts that are not what was written"},
    [LEDGER_PRIVATE_MISSING] =
        {"private_missing", "had private texts that are gone, though the person is on the list"},
    [LEDGER_PERSON_ALTERED] = {"person_altered",
                               "says another thing than the row of the person whose newest it is"},
    [LEDGER_PERSON_BEHIND] = {"person_behind",
                              "is what the person's row goes by, though a later one follows it"},
    [LEDGER_PERSON_MISSING] = {"person_missing",
                               "is somebody's newest, and no row of a person goes by it"},
    [LEDGER_WORDING_MISSING] = {"wording_missing", "covers texts that people chose by, and some of "
                                                   "them are gone"},
    [LEDGER_WORDING_ALTERED] = {"wording_altered", "covers texts that people chose by, and they "
                                                   "are not what was kept"},
    [LEDGER_CHECKPOINT_FORGED] = {"checkpoint_forged",
                                  "has a checkpoint that was altered: the key did not sign it"},
    [LEDGER_CHECKPOINT_FOREIGN] = {"checkpoint_foreign",
                                   "is named by a checkpoint of another installation, which says "
                                   "nothing of this ledger"},
    [LEDGER_UNGUARDED] = {"unguarded", "the database no longer refuses to change the ledger: its "
                                       "triggers were taken away"},
};
static_assert(sizeof words / sizeof *words == LEDGER_DAMAGE_COUNT, "each damage has its words");

const char *ledger_damage_key(enum ledger_damage damage)
{
    return words[damage].key;
}

const char *ledger_damage_words(enum ledger_damage damage)
{
    return words[damage].sentence;
}
