/*
 * base/ledger_count: see the header.
 */
#include "base/ledger_count.h"

#include <assert.h>
#include <string.h>

static const char *const ways[] = {
    [WAY_PAGE] = "page",           [WAY_ONE_CLICK] = "one_click", [WAY_MAILTO] = "mailto",
    [WAY_CONFIRMED] = "confirmed", [WAY_FORM] = "form",           [WAY_ADMIN] = "admin",
    [WAY_COMMAND] = "command",     [WAY_IMPORT] = "import",       [WAY_API] = "api",
    [WAY_REPORT] = "report",       [WAY_SYSTEM] = "system",
};
static_assert(sizeof ways / sizeof *ways == WAY_COUNT, "a key for every way");

const char *count_way_key(enum count_way way)
{
    return ways[way];
}

bool count_way_parse(const char *key, enum count_way *out)
{
    for (unsigned way = 0; way < WAY_COUNT; way++)
        if (strcmp(key, ways[way]) == 0) {
            *out = (enum count_way)way;
            return true;
        }
    return false;
}

#define MINUTE_S 60
#define HOUR_S   3600

static const int64_t waits_s[] = {
    MINUTE_S,        10 * MINUTE_S,   HOUR_S,           6 * HOUR_S,       COUNT_DAY_S,
    3 * COUNT_DAY_S, 7 * COUNT_DAY_S, 30 * COUNT_DAY_S, 90 * COUNT_DAY_S, INT64_MAX,
};
static_assert(sizeof waits_s / sizeof *waits_s == COUNT_WAITS, "an end for every wait");

int64_t ledger_count_wait_s(unsigned n)
{
    return waits_s[n];
}

static enum count_way way_of(const struct entry *entry)
{
    switch (entry->actor) {
    case ACTOR_RECIPIENT:
        return entry->proof_kind == PROOF_LINK      ? WAY_PAGE
               : entry->proof_kind == PROOF_CONFIRM ? WAY_CONFIRMED
                                                    : WAY_FORM;
    case ACTOR_ONE_CLICK:
        return WAY_ONE_CLICK;
    case ACTOR_MAILTO:
        return WAY_MAILTO;
    case ACTOR_ADMIN:
        return WAY_ADMIN;
    case ACTOR_OPERATOR:
        return WAY_COMMAND;
    case ACTOR_IMPORT:
        return WAY_IMPORT;
    case ACTOR_API:
        return entry->leave_reason == LEAVE_BOUNCE || entry->leave_reason == LEAVE_COMPLAINT
                   ? WAY_REPORT
                   : WAY_API;
    case ACTOR_SYSTEM:
    case ACTOR_COUNT:
        break;
    }
    return WAY_SYSTEM;
}

/* Days before 1970, of a clock that is lost, are no days. */
static int64_t day_of(int64_t at_s)
{
    return at_s < 0 ? 0 : at_s / COUNT_DAY_S;
}

bool ledger_count_is_due(const struct entry *entry)
{
    return entry->contact.value != 0 && (entry->status_before != entry->status_after ||
                                         entry->choices_before != entry->choices_after);
}

/* How long after its link was made a choice came; -1: it did not come by a link. The proof is the
 * key's id, then the moment: base/ledger.h. */
static int wait_of(const struct entry *entry)
{
    const bool is_choice = entry->kind == ENTRY_CHOICES || entry->kind == ENTRY_CONTACT_ADDED;
    const bool is_link = entry->proof_kind == PROOF_LINK || entry->proof_kind == PROOF_CONFIRM;
    const uint8_t *at = entry->proof + 4;
    int n = 0;
    if (!is_choice || !is_link || entry->proof_len != PROOF_MAX_BYTES)
        return -1;
    const int64_t made_s =
        (int64_t)at[0] << 24 | (int64_t)at[1] << 16 | (int64_t)at[2] << 8 | (int64_t)at[3];
    while (entry->at - made_s >= waits_s[n] && n + 1 < COUNT_WAITS)
        n++;
    return n;
}

struct counting {
    struct ledger_count *out;
    size_t count;
};

static void put(struct counting *counting, const struct entry *entry, int what, int type, int by)
{
    counting->out[counting->count++] =
        (struct ledger_count){day_of(entry->at), what, way_of(entry), type, by};
}

/* Types are told apart of people alone: of topics and waits that would be rows for little. */
static void put_plain(struct counting *counting, const struct entry *entry, int what, int by)
{
    put(counting, entry, what, TYPE_COUNT, by);
}

static void put_topics(struct counting *counting, const struct entry *entry, uint64_t topics,
                       int what, int by)
{
    for (; topics != 0; topics &= topics - 1)
        put_plain(counting, entry, what + __builtin_ctzll(topics), by);
}

size_t ledger_count(const struct entry *entry, const struct entry *undone, int before, int after,
                    struct ledger_count out[LEDGER_COUNTS_MAX])
{
    struct counting counting = {.out = out};
    const bool is_in = entry->status_after == CONTACT_OPTED_IN;
    uint64_t on = entry->choices_after & ~entry->choices_before & ~UINT64_C(1);
    uint64_t off = entry->choices_before & ~entry->choices_after & ~UINT64_C(1);
    bool is_moved = entry->status_before != entry->status_after, is_back = false;

    if (!ledger_count_is_due(entry))
        return 0;
    if (undone != NULL) {
        const uint64_t was_on = off & undone->choices_after & ~undone->choices_before;
        const uint64_t was_off = on & undone->choices_before & ~undone->choices_after;
        if (is_moved && undone->status_before == entry->status_after &&
            undone->status_after == entry->status_before) {
            put(&counting, undone, is_in ? COUNT_OUT : COUNT_IN, before, -1);
            is_back = true;
            is_moved = false;
        }
        put_topics(&counting, undone, was_on, COUNT_ON, -1);
        put_topics(&counting, undone, was_off, COUNT_OFF, -1);
        is_back = is_back || (was_on | was_off) != 0;
        on &= ~was_off;
        off &= ~was_on;
    }
    if (is_moved)
        put(&counting, entry, is_in ? COUNT_IN : COUNT_OUT, after, 1);
    put_topics(&counting, entry, on, COUNT_ON, 1);
    put_topics(&counting, entry, off, COUNT_OFF, 1);
    const struct entry *chosen = is_back ? undone : entry;
    const int wait = wait_of(chosen);
    if (wait >= 0)
        put_plain(&counting, chosen, COUNT_WAITED + wait, is_back ? -1 : 1);
    return counting.count;
}
