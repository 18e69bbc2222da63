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

#include "store/directory_search_find.h"
#include "store/directory_search_groups.h"

#define PIECE_WORDS  4 /* of 64 groups each: about a tenth of a millisecond of a term all hold */
#define PIECE_GROUPS (PIECE_WORDS * 64)
#define ASIDE_ROOM   256
#define MET_ROOM     32

struct pass {
    const struct directory_search *search;
    const struct directory_map *map;
    struct directory_needle needle;
    struct directory_grams grams;
    uint64_t end, groups, pieces; /* of the texts that are looked through */
    uint64_t fills;
    uint64_t rows;     /* above every row that may be counted; 0: no text was replaced */
    uint32_t last_row; /* that was being changed when the search began; 0: none */
    unsigned interrupts;
    _Atomic uint64_t taken; /* pieces */
    _Atomic int fault;      /* an enum status; whatever it is, no piece is begun any more */
};

/* A text that holds the term. */
struct met {
    uint64_t place;
    uint32_t row; /* read once: one that is being filled anew may say another the next time */
};

/* What one thread finds. */
struct hand {
    struct pass *pass;
    struct directory_best best;
    struct directory_aside aside;
    uint64_t *counted; /* a bit a row; NULL: not needed */
    struct met met[MET_ROOM];
    size_t met_count;
    uint64_t noted; /* the place of the last of them */
};

static const struct map_text *text_at(const struct pass *pass, uint64_t at)
{
    return (const struct map_text *)(pass->map->texts + at);
}

static void set_aside(struct hand *hand, int64_t id)
{
    struct directory_aside *aside = &hand->aside;
    if (aside->count == aside->room) {
        const size_t room = aside->room == 0 ? ASIDE_ROOM : aside->room * 2;
        int64_t *ids = realloc(aside->ids, room * sizeof *ids);
        if (ids == NULL) {
            atomic_store(&hand->pass->fault, STATUS_FULL);
            return;
        }
        aside->ids = ids;
        aside->room = room;
    }
    aside->ids[aside->count++] = id;
}

/* A row of that facet whose text holds the term, as it is. */
static void take(struct hand *hand, const struct directory_row *row, int facet,
                 const struct map_text *text)
{
    const enum directory_sort sort = hand->pass->search->order->sort;
    struct directory_key key = {.text = text->bytes, .len = text->name_len, .id = row->id.value};
    if (sort == DIRECTORY_BY_UPDATED) {
        key.number = row->updated_at;
        key.len = 0;
    } else if (sort == DIRECTORY_BY_EMAIL) {
        key.text = text->bytes + text->name_len + 1;
        key.len = text->email_len;
    } else if (sort != DIRECTORY_BY_NAME) {
        key.number = directory_group(sort, facet);
    }
    if (!directory_best_pass(&hand->best, directory_best_rank(hand->best.order, &key)))
        directory_best_take(&hand->best, &key);
}

static void meet(struct hand *hand, const struct met *met)
{
    const struct directory_search *search = hand->pass->search;
    uint64_t words[4];
    if (!map_words_read(&search->map->rows[met->row], words)) {
        set_aside(hand, met->row); /* being changed, so after the snapshot */
        return;
    }
    const struct directory_row row = map_words_row(met->row, words);
    if (words[3] == 0)
        return;
    if (row.head.value > search->position.value)
        set_aside(hand, row.id.value);
    else if (words[3] == met->place / MAP_TEXT_UNIT) {
        const int facet =
            facet_of(row.type, row.status, row.choices, row.paused_until, search->in_use);
        if (directory_search_selects(search, facet, row.paused_until))
            take(hand, &row, facet, text_at(hand->pass, met->place));
        if (hand->counted != NULL && met->row < hand->pass->rows)
            hand->counted[met->row / 64] |= UINT64_C(1) << met->row % 64;
    }
}

static void meet_all(struct hand *hand)
{
    for (size_t i = 0; i < hand->met_count; i++)
        meet(hand, &hand->met[i]);
    hand->met_count = 0;
}

/* Rows come from all over the memory: they are fetched while further texts are looked through. */
static void note(struct hand *hand, uint64_t place)
{
    const uint32_t row = text_at(hand->pass, place)->row;
    if (row >= DIRECTORY_MAP_ROWS_MAX) { /* it is being filled anew */
        atomic_store(&hand->pass->fault, STATUS_CONFLICT);
        return;
    }
    __builtin_prefetch(&hand->pass->map->rows[row]);
    hand->met[hand->met_count++] = (struct met){place, row};
    if (hand->met_count == MET_ROOM)
        meet_all(hand);
}

__attribute__((noinline)) static uint64_t find_at_end(const struct pass *pass, const char *from,
                                                      const char *end)
{
    char window[FIND_READS] = {0};
    memcpy(window, from, (size_t)(end - from));
    return directory_needle_find(&pass->needle, window, from, end);
}

/* The term's places in the 256 bytes from at on. */
static uint64_t find(const struct pass *pass, uint64_t at)
{
    if (pass->needle.len == 0)
        return UINT64_MAX;
    const char *const from = (const char *)pass->map->texts + at;
    const char *const end = (const char *)pass->map->texts + pass->end;
    return end - from >= FIND_READS ? directory_needle_find(&pass->needle, from, from, end)
                                    : find_at_end(pass, from, end);
}

/* A unit is of one text, and of its head or of its bytes. The term holds no zero byte, so it stands
 * in a name or in an address, or begins in a head; a text counts once. */
static void note_texts(struct hand *hand, uint64_t at, uint64_t units, uint64_t floor)
{
    const struct directory_map *map = hand->pass->map;
    const uint64_t word = at >> GROUP_WORD_SHIFT;
    const uint64_t begins = directory_groups_begins(map, word);
    const uint64_t before = word == 0 ? 0 : directory_groups_begins(map, word - 1);
    units &= ~(begins | begins << 1 | before >> 63);
    while (units != 0) {
        const int bit = __builtin_ctzll(units);
        const uint64_t up_to = begins << (63 - bit) >> (63 - bit);
        const uint64_t beyond = begins ^ up_to;
        uint64_t place;
        if (up_to != 0)
            place = at + (63 - (uint64_t)__builtin_clzll(up_to)) * MAP_TEXT_UNIT;
        else
            place = directory_groups_around(map, at, floor);
        units &= beyond == 0 ? 0 : 0 - (beyond & (0 - beyond));
        if (place != hand->noted)
            note(hand, place);
        hand->noted = place;
    }
}

/* Texts one after another, from where one begins to where one ends. */
static void look_through(struct hand *hand, uint64_t from, uint64_t to)
{
    for (uint64_t at = from & ~(uint64_t)(FIND_BYTES - 1); at < to; at += FIND_BYTES) {
        uint64_t units = find(hand->pass, at);
        if (units == 0)
            continue;
        if (at < from)
            units &= UINT64_MAX << (from - at) / MAP_TEXT_UNIT;
        if (to - at < FIND_BYTES)
            units &= ~(UINT64_MAX << (to - at) / MAP_TEXT_UNIT);
        note_texts(hand, at, units, from);
    }
}

static void look_through_groups(struct hand *hand, uint64_t from, uint64_t to)
{
    const struct pass *pass = hand->pass;
    const uint64_t begin = directory_groups_next(pass->map, from << GROUP_SHIFT, pass->end);
    const uint64_t end = directory_groups_next(pass->map, to << GROUP_SHIFT, pass->end);
    if (begin < end)
        look_through(hand, begin, end);
}

/* Groups that may hold the term and stand side by side are gone through as one. */
static void look_through_piece(struct hand *hand, uint64_t piece)
{
    const struct pass *pass = hand->pass;
    uint64_t group = piece * PIECE_GROUPS, run = group;
    for (uint64_t word = 0; word < PIECE_WORDS && group < pass->groups; word++) {
        uint64_t holding =
            directory_groups_holding(pass->map, &pass->grams, piece * PIECE_WORDS + word);
        for (const uint64_t end = group + 64; group < end; group++, holding >>= 1) {
            if ((holding & 1) != 0)
                continue;
            if (run < group)
                look_through_groups(hand, run, group);
            run = group + 1;
        }
    }
    if (run < group)
        look_through_groups(hand, run, group);
}

/* People come in about the order of their last change, which spares the heap work when the best of
 * them come first. */
static void take_part(void *context)
{
    struct hand *hand = context;
    struct pass *pass = hand->pass;
    uint64_t taken;
    while (atomic_load_explicit(&pass->fault, memory_order_relaxed) == STATUS_OK &&
           (taken = atomic_fetch_add(&pass->taken, 1)) < pass->pieces) {
        if (atomic_load(pass->search->interrupts) != pass->interrupts)
            atomic_store(&pass->fault, STATUS_BUSY);
        else if (directory_map_fills(pass->map) != pass->fills)
            atomic_store(&pass->fault, STATUS_CONFLICT);
        else
            look_through_piece(hand,
                               pass->search->order->is_down ? pass->pieces - 1 - taken : taken);
        meet_all(hand);
    }
}

/* The last text is left out while its row doesn't name it: it may be one that just comes, in the
 * place of one that is counted. No other can be: one after another is put. */
static void find_end(struct pass *pass)
{
    const struct map_text *now = NULL;
    struct directory_row row;
    bool is_busy = false;
    pass->end = atomic_load_explicit(&pass->map->head->text_end, memory_order_acquire);
    pass->groups = directory_groups_count(pass->end);
    if (pass->end <= MAP_TEXT_UNIT)
        return;
    const uint64_t last = directory_groups_around(pass->map, pass->end - 1, MAP_TEXT_UNIT);
    const uint32_t id = text_at(pass, last)->row;
    if (id < DIRECTORY_MAP_ROWS_MAX)
        (void)map_row_read(pass->map, id, &row, &now, &is_busy);
    if (is_busy)
        pass->last_row = id;
    if (now != text_at(pass, last))
        pass->end = last;
    pass->pieces = (directory_groups_count(pass->end) + PIECE_GROUPS - 1) / PIECE_GROUPS;
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

static bool has_counted(const struct hand *hand, int64_t id)
{
    return hand->counted != NULL && (uint64_t)id < hand->pass->rows &&
           (hand->counted[id / 64] >> id % 64 & 1) != 0;
}

/* Each once, and nobody whose text was met while it was as in the snapshot: an older one of theirs
 * may have been met after they changed. */
static void tidy(struct directory_aside *aside, const struct hand *own, const struct hand *other)
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

static struct hand hand_of(struct pass *pass, struct arena *arena)
{
    const struct directory_search *search = pass->search;
    struct hand hand = {.pass = pass,
                        .best = directory_best_new(arena, search->order, search->limit, NULL)};
    if (pass->rows > 0 &&
        (hand.counted = calloc(pass->rows / 64 + 1, sizeof *hand.counted)) == NULL)
        atomic_store(&pass->fault, STATUS_FULL);
    return hand;
}

enum status directory_search_run(const struct directory_search *search, struct arena *arena,
                                 struct directory_helper *helper, struct directory_best *best,
                                 struct directory_aside *aside)
{
    struct pass pass = {.search = search,
                        .map = search->map,
                        .needle = directory_needle_of(search->term, DIRECTORY_FINDER_COUNT),
                        .fills = directory_map_fills(search->map),
                        .interrupts = atomic_load(search->interrupts)};
    directory_grams_of(search->term, pass.needle.len, &pass.grams);
    find_end(&pass);
    if (pass.last_row != 0 ||
        atomic_load_explicit(&search->map->head->text_dead, memory_order_acquire) != 0)
        pass.rows = atomic_load_explicit(&search->map->head->rows_end, memory_order_relaxed);
    struct hand own = hand_of(&pass, arena), other = hand_of(&pass, arena);
    if (pass.last_row != 0)
        set_aside(&own, pass.last_row);
    const bool has_helper = pass.pieces > 1 && directory_helper_ask(helper, take_part, &other);
    take_part(&own);
    if (has_helper)
        directory_helper_wait(helper);
    enum status status = (enum status)atomic_load(&pass.fault);
    if (status == STATUS_OK) {
        directory_best_merge(&own.best, &other.best);
        status = append(&own.aside, &other.aside);
        tidy(&own.aside, &own, &other);
    }
    free(own.counted);
    free(other.counted);
    free(other.aside.ids);
    *best = own.best;
    *aside = own.aside;
    return status;
}
