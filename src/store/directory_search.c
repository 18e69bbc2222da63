/*
 * store/directory_search: see the header.
 *
 * What was put into the map before the search began is looked through in pieces, which whoever is
 * free takes. Each person's text of the snapshot is among it: a text that is theirs no more says,
 * where it matches, that the file must be asked, if they changed after the snapshot.
 */
#include "store/directory_search.h"

#include <stdlib.h>
#include <string.h>

#include "store/directory_search_hand.h"

/* The last text is left out while its row doesn't name it: it may be one that just comes, in the
 * place of one that is counted. No other can be: one after another is put. */
static void find_end(struct directory_pass *pass)
{
    const struct map_text *now = NULL;
    struct directory_row row;
    bool is_busy = false;
    pass->end = atomic_load_explicit(&pass->map->head->text_end, memory_order_acquire);
    if (pass->end <= MAP_TEXT_UNIT)
        return;
    const uint64_t at = directory_groups_around(pass->map, pass->end - 1, MAP_TEXT_UNIT);
    const struct map_text *last = (const struct map_text *)(pass->map->texts + at);
    const int64_t id = map_text_id(last);
    (void)map_row_read(pass->map, id, &row, &now, &is_busy);
    if (is_busy)
        pass->last_row = (uint32_t)id;
    if (now != last)
        pass->end = at;
    pass->pieces = (directory_groups_count(pass->end) + BLOCK_GROUPS - 1) / BLOCK_GROUPS;
}

static int by_number(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static enum status append(struct directory_aside *aside, const struct directory_aside *other)
{
    if (other->count == 0)
        return STATUS_OK;
    int64_t *ids = realloc(aside->ids, (aside->count + other->count) * sizeof *ids);
    if (ids == NULL)
        return STATUS_FULL;
    memcpy(ids + aside->count, other->ids, other->count * sizeof *ids);
    aside->ids = ids;
    aside->count += other->count;
    return STATUS_OK;
}

static bool has_counted(const struct directory_hand *hand, int64_t id)
{
    return hand->counted != NULL && (uint64_t)id < hand->pass->rows &&
           (hand->counted[id / 64] >> id % 64 & 1) != 0;
}

/* Each once, and nobody whose text was met while it was as in the snapshot: an older one of theirs
 * may have been met after they changed. */
static void tidy(struct directory_aside *aside, const struct directory_hand *own,
                 const struct directory_hand *other)
{
    size_t kept = 0;
    if (aside->count > 1)
        qsort(aside->ids, aside->count, sizeof *aside->ids, by_number);
    for (size_t i = 0; i < aside->count; i++) {
        const int64_t id = aside->ids[i];
        if ((kept > 0 && aside->ids[kept - 1] == id) || has_counted(own, id) ||
            has_counted(other, id))
            continue;
        aside->ids[kept++] = id;
    }
    aside->count = kept;
}

static enum status begin_hand(struct directory_hand *hand, struct directory_pass *pass,
                              struct arena *arena)
{
    directory_hand_begin(hand, pass, arena);
    if (pass->rows > 0)
        hand->counted = calloc(pass->rows / 64 + 1, sizeof *hand->counted);
    return pass->rows > 0 && hand->counted == NULL ? STATUS_FULL : STATUS_OK;
}

/* By both threads. The hands are zero, and hold what was found. */
static enum status look_through(struct directory_pass *pass, struct arena *arena,
                                struct directory_helper *helper, struct directory_hand hands[2])
{
    find_end(pass);
    if (pass->last_row != 0 ||
        atomic_load_explicit(&pass->map->head->text_dead, memory_order_acquire) != 0)
        pass->rows = atomic_load_explicit(&pass->map->head->rows_end, memory_order_relaxed);
    for (int i = 0; i < 2; i++)
        if (begin_hand(&hands[i], pass, arena) != STATUS_OK)
            return STATUS_FULL;
    if (pass->last_row != 0)
        directory_hand_set_aside(&hands[0], pass->last_row);
    const bool has_helper =
        pass->pieces > 1 && directory_helper_ask(helper, directory_hand_take_part, &hands[1]);
    directory_hand_take_part(&hands[0]);
    if (has_helper)
        directory_helper_wait(helper);
    return (enum status)atomic_load(&pass->fault);
}

static enum status gather(struct directory_hand hands[2])
{
    directory_best_merge(&hands[0].best, &hands[1].best);
    enum status status = append(&hands[0].aside, &hands[1].aside);
    if (status == STATUS_OK)
        tidy(&hands[0].aside, &hands[0], &hands[1]);
    return status;
}

/* STATUS_NOT_FOUND: the heads of the texts were turned to other topics meanwhile. */
static enum status search_once(const struct directory_search *search, bool by_heads,
                               struct arena *arena, struct directory_helper *helper,
                               struct directory_best *best, struct directory_aside *aside)
{
    struct map_head *head = search->map->head;
    const uint64_t turns = atomic_load(&head->turns);
    struct directory_pass pass = {
        .search = search,
        .map = search->map,
        .needle = directory_needle_of(search->term, DIRECTORY_FINDER_COUNT),
        .fills = directory_map_fills(search->map),
        .by_heads = by_heads && turns % 2 == 0 && atomic_load(&head->in_use) == search->in_use,
        .interrupts = atomic_load(search->interrupts)};
    directory_grams_of(search->term, pass.needle.len, &pass.grams);
    struct directory_hand *hands = calloc(2, sizeof *hands);
    if (hands == NULL)
        return STATUS_FULL;
    enum status status = look_through(&pass, arena, helper, hands);
    if (status == STATUS_OK && pass.by_heads && atomic_load(&head->turns) != turns)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = gather(hands);
    *best = hands[0].best;
    *aside = hands[0].aside;
    free(hands[0].counted);
    free(hands[1].counted);
    free(hands[1].aside.ids);
    free(hands);
    return status;
}

enum status directory_search_run(const struct directory_search *search, struct arena *arena,
                                 struct directory_helper *helper, struct directory_best *best,
                                 struct directory_aside *aside)
{
    *aside = (struct directory_aside){0};
    enum status status = search_once(search, true, arena, helper, best, aside);
    if (status != STATUS_NOT_FOUND)
        return status;
    free(aside->ids);
    *aside = (struct directory_aside){0};
    return search_once(search, false, arena, helper, best, aside);
}
