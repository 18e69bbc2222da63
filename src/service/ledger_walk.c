/*
 * service/ledger_walk: see ledger_walk.h.
 */
#include "service/ledger_walk.h"

#include <stdlib.h>
#include <string.h>

#include "crypto/chain.h"

static void keep(struct ledger_marks *marks, struct arena *arena, const struct checkpoint *mark)
{
    if (marks->count == marks->room) {
        const size_t room = marks->room * 2 + 64;
        struct checkpoint *list = arena_array(arena, room, sizeof *list);
        if (marks->count != 0)
            memcpy(list, marks->list, marks->count * sizeof *list);
        marks->list = list;
        marks->room = room;
    }
    marks->list[marks->count++] = *mark;
    if (mark->position.value > marks->beyond.value)
        marks->beyond = mark->position;
}

void ledger_marks_read(struct ledger_marks *marks, struct arena *arena, const char *text,
                       size_t len, const uint8_t public_key[CHECKPOINT_PUBLIC_BYTES],
                       struct ledger_tally *tally)
{
    size_t at = 0, note;
    for (; (note = checkpoint_find(text, len, &at)) != 0; at += note) {
        struct checkpoint mark = {0};
        struct ledger_finding finding = {.damage = LEDGER_CHECKPOINT_FORGED};
        const enum checkpoint_fault fault = checkpoint_read(text + at, note, public_key, &mark);
        if (fault == CHECKPOINT_FINE) {
            keep(marks, arena, &mark);
            continue;
        }
        if (fault == CHECKPOINT_OTHER_KEY)
            finding.damage = LEDGER_CHECKPOINT_FOREIGN;
        if (fault == CHECKPOINT_MALFORMED) /* perhaps the next one begins in what is broken */
            note = 1;
        finding.position = mark.position;
        finding.at = mark.at;
        ledger_tally_add(tally, &finding);
    }
}

static int by_position(const void *left, const void *right)
{
    const int64_t a = ((const struct checkpoint *)left)->position.value;
    const int64_t b = ((const struct checkpoint *)right)->position.value;
    return (a > b) - (a < b);
}

/* One that the database and the file both hold counts once. */
void ledger_marks_sort(struct ledger_marks *marks)
{
    size_t kept = 0;
    if (marks->count == 0)
        return;
    qsort(marks->list, marks->count, sizeof *marks->list, by_position);
    for (size_t i = 1; i < marks->count; i++) {
        const struct checkpoint *last = &marks->list[kept], *mark = &marks->list[i];
        if (mark->position.value != last->position.value ||
            memcmp(mark->hash, last->hash, sizeof mark->hash) != 0)
            marks->list[++kept] = *mark;
    }
    marks->count = kept + 1;
}

void ledger_marks_end(const struct ledger_marks *marks, struct position head, int64_t *fitting_at,
                      struct position *fitting, struct ledger_tally *tally)
{
    struct ledger_finding *broken = &tally->first[LEDGER_REWRITTEN];
    const bool is_broken = tally->count[LEDGER_REWRITTEN] != 0;
    if (marks->beyond.value > head.value)
        ledger_tally_add(tally, &(struct ledger_finding){.damage = LEDGER_CUT_SHORT,
                                                         .position = {head.value + 1},
                                                         .other = marks->beyond});
    *fitting = (struct position){0};
    *fitting_at = 0;
    for (size_t i = 0; i < marks->count; i++) {
        const struct checkpoint *mark = &marks->list[i];
        if (mark->position.value > head.value ||
            (is_broken && mark->position.value >= broken->position.value))
            break;
        *fitting = mark->position;
        *fitting_at = mark->at;
    }
    if (is_broken)
        broken->other = *fitting;
}

static size_t first_mark(const struct ledger_marks *marks, struct position from)
{
    size_t low = 0, high = marks->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (marks->list[middle].position.value < from.value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

void ledger_walk_begin(struct ledger_walk *walk, const struct ledger_marks *marks,
                       struct ledger_tally *tally, struct position next, const uint8_t *previous)
{
    *walk = (struct ledger_walk){.marks = marks,
                                 .tally = tally,
                                 .mark = first_mark(marks, next),
                                 .next = next,
                                 .has_previous = previous != NULL};
    if (previous != NULL)
        memcpy(walk->previous, previous, LEDGER_HASH_BYTES);
}

static void find(struct ledger_tally *tally, enum ledger_damage damage, const struct entry *entry,
                 int64_t other)
{
    ledger_tally_add(tally, &(struct ledger_finding){.damage = damage,
                                                     .position = entry->position,
                                                     .other = {other},
                                                     .at = entry->at});
}

static void find_gap(struct ledger_walk *walk, int64_t upto)
{
    ledger_tally_add(walk->tally, &(struct ledger_finding){.damage = LEDGER_MISSING,
                                                           .position = walk->next,
                                                           .other = {upto}});
    walk->tally->count[LEDGER_MISSING] += upto - walk->next.value;
}

static void hold_marks(struct ledger_walk *walk, const struct entry *entry)
{
    const struct ledger_marks *marks = walk->marks;
    for (; walk->mark < marks->count; walk->mark++) {
        const struct checkpoint *mark = &marks->list[walk->mark];
        if (mark->position.value > entry->position.value)
            return;
        if (mark->position.value == entry->position.value &&
            memcmp(mark->hash, entry->hash, sizeof mark->hash) != 0)
            find(walk->tally, LEDGER_REWRITTEN, entry, 0);
    }
}

static bool fits(const struct entry *entry, const uint8_t previous[LEDGER_HASH_BYTES])
{
    uint8_t hash[LEDGER_HASH_BYTES];
    chain_hash(entry, previous, hash);
    return memcmp(hash, entry->hash, sizeof hash) == 0;
}

void ledger_walk_take(struct ledger_walk *walk, const struct entry *entry, bool is_sound)
{
    const int64_t position = entry->position.value;
    walk->entries++;
    if (position <
        walk->next.value) { /* behind its place in a file; in a database they are sorted */
        find(walk->tally, LEDGER_REORDERED, entry, walk->next.value);
        /* It was thought missing. */
        struct ledger_finding *gap = &walk->tally->first[LEDGER_MISSING];
        if (walk->tally->count[LEDGER_MISSING] > 0 && gap->position.value <= position &&
            position <= gap->other.value)
            walk->tally->count[LEDGER_MISSING]--;
        return;
    }
    if (position > walk->next.value) {
        if (position - walk->next.value > walk->passed)
            find_gap(walk, position - 1);
        walk->has_previous = false;
    } else if (is_sound && !walk->has_previous && !walk->has_first) {
        walk->has_first = true;
        walk->first = *entry;
    }
    if (!is_sound || (walk->has_previous && !fits(entry, walk->previous)))
        find(walk->tally, LEDGER_ALTERED, entry, 0);
    hold_marks(walk, entry);
    memcpy(walk->previous, entry->hash, LEDGER_HASH_BYTES);
    walk->has_previous = true;
    walk->next.value = position + 1;
    walk->passed = 0;
    walk->at = entry->at;
}

void ledger_walk_pass(struct ledger_walk *walk)
{
    ledger_tally_add(walk->tally,
                     &(struct ledger_finding){.damage = LEDGER_ALTERED,
                                              .position = {walk->next.value + walk->passed}});
    walk->passed++;
}

void ledger_walk_end(struct ledger_walk *walk, struct position last)
{
    if (walk->next.value <= last.value)
        find_gap(walk, last.value);
}

void ledger_walk_join(const struct ledger_walk *left, const struct ledger_walk *right,
                      struct ledger_tally *tally)
{
    const struct entry *entry = &right->first;
    if (!right->has_first)
        return;
    if (entry->position.value > left->next.value)
        ledger_tally_add(tally, &(struct ledger_finding){.damage = LEDGER_MISSING,
                                                         .position = left->next,
                                                         .other = {entry->position.value - 1}});
    else if (entry->position.value < left->next.value)
        find(tally, LEDGER_REORDERED, entry, left->next.value);
    else if (left->has_previous && !fits(entry, left->previous))
        find(tally, LEDGER_ALTERED, entry, 0);
}
