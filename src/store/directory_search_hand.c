/*
 * store/directory_search_hand: see the header.
 */
#include "store/directory_search_hand.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

#define ASIDE_ROOM     256
#define TEXTS_IN_WORD  33 /* of 256 bytes, eight each; one begins before it */
#define GROUPS_AT_ONCE (STRETCH_BYTES / GROUP_BYTES)
#define LINE           64 /* of the cache */
#define FEW            16 /* groups of 64: the processor doesn't guess where the next is */
#define WAITING        96 /* texts that are taken at once: each round ends with a wrong guess */

static const struct map_text *text_at(const struct directory_pass *pass, uint64_t at)
{
    return (const struct map_text *)(pass->map->texts + at);
}

void directory_hand_set_aside(struct directory_hand *hand, int64_t id)
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

/* A row of that facet, as it is, but for the number of a time. */
static struct directory_key key_of(enum directory_sort sort, int64_t id, int facet,
                                   const struct map_text *text)
{
    struct directory_key key = {.text = text->bytes, .id = id};
    if (sort == DIRECTORY_BY_UPDATED)
        return key;
    if (sort == DIRECTORY_BY_EMAIL)
        key.text = map_text_email(text);
    else if (sort != DIRECTORY_BY_NAME)
        key.number = directory_group(sort, facet);
    key.len = strlen(key.text);
    return key;
}

static void count_row(struct directory_hand *hand, uint32_t row)
{
    if (row < hand->pass->rows)
        hand->counted[row / 64] |= UINT64_C(1) << row % 64;
}

static void meet(struct directory_hand *hand, const struct directory_met *met)
{
    const struct directory_search *search = hand->pass->search;
    uint32_t words[MAP_ROW_WORDS];
    if (!map_words_read(&search->map->rows[met->row], words)) {
        directory_hand_set_aside(hand, met->row); /* being changed, so after the snapshot */
        return;
    }
    const struct directory_row row = map_words_row(met->row, words);
    if (words[MAP_ROW_PLACE] == 0)
        return;
    if (row.head.value > search->position.value)
        directory_hand_set_aside(hand, row.id.value);
    else if (words[MAP_ROW_PLACE] == met->place / MAP_TEXT_UNIT) {
        const int facet =
            facet_of(row.type, row.status, row.choices, row.paused_until, search->in_use);
        struct directory_key key =
            key_of(search->order->sort, met->row, facet, text_at(hand->pass, met->place));
        if (search->order->sort == DIRECTORY_BY_UPDATED)
            key.number = row.updated_at;
        if (directory_search_selects(search, facet, row.paused_until))
            directory_best_take(&hand->best, &key);
        if (hand->counted != NULL)
            count_row(hand, met->row);
    }
}

static void meet_all(struct directory_hand *hand)
{
    for (size_t i = 0; i < hand->met_count; i++)
        meet(hand, &hand->met[i]);
    hand->met_count = 0;
}

/* Rows come from all over the memory: they are fetched while further texts are looked through. The
 * row is read once: a text that is being filled anew may say another the next time. */
static void note(struct directory_hand *hand, uint64_t place)
{
    const uint32_t row = (uint32_t)map_text_id(text_at(hand->pass, place));
    __builtin_prefetch(&hand->pass->map->rows[row]);
    hand->met[hand->met_count++] = (struct directory_met){place, row};
    if (hand->met_count == HAND_MET)
        meet_all(hand);
}

/* What of a search doesn't change while texts are taken, at hand for the processor. */
struct taking {
    const uint8_t *texts;
    const struct map_row *rows;
    const uint64_t *groups;
    uint64_t turned, least, range;
    uint32_t facets, by_clock;
    bool is_by_updated, is_by_email, is_counted;
};

static struct taking taking_of(const struct directory_hand *hand)
{
    const struct directory_search *search = hand->pass->search;
    return (struct taking){.texts = search->map->texts,
                           .rows = search->map->rows,
                           .groups = hand->groups,
                           .turned = hand->turned,
                           .least = hand->least,
                           .range = hand->most - hand->least,
                           .facets = search->selection->facets,
                           .by_clock = search->selection->by_clock,
                           .is_by_updated = search->order->sort == DIRECTORY_BY_UPDATED,
                           .is_by_email = search->order->sort == DIRECTORY_BY_EMAIL,
                           .is_counted = hand->counted != NULL};
}

/* directory_best_rank of a text that lies in the map, where eight bytes can always be read. */
static inline uint64_t rank_of(const struct taking *taking, const struct map_text *text,
                               uint32_t facet, uint64_t updated_at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    if (taking->is_by_updated)
        return (updated_at ^ UINT64_C(1) << 63) ^ taking->turned;
    uint64_t word;
    memcpy(&word, taking->is_by_email ? map_text_email(text) : text->bytes, sizeof word);
    /* Up to the first zero byte, which the lowest bit of ends is in. */
    word = le64toh(word);
    const uint64_t ends = (word - ones) & ~word & ones << 7;
    word = htobe64(htole64(word & (((ends & (0 - ends)) >> 7) - 1)));
    return (taking->groups[facet] | word >> 2) ^ taking->turned;
}

static void keep(struct directory_hand *hand, const struct map_text *text, int64_t id, int facet,
                 uint64_t updated_at)
{
    const enum directory_sort sort = hand->pass->search->order->sort;
    struct directory_key *key = &hand->kept[hand->kept_count++];
    *key = key_of(sort, id, facet, text);
    if (sort == DIRECTORY_BY_UPDATED)
        key->number = (int64_t)updated_at;
}

/* Texts of a stretch of which nothing changed. Whether one is let through, and comes before the
 * place or behind it, no processor can guess: it is reckoned without asking, as a wrong guess takes
 * longer than the reading of a row. */
static void take_all(struct directory_hand *hand, const uint64_t *places, size_t count)
{
    const struct taking taking = taking_of(hand);
    int64_t taken = 0, earlier = 0;
    for (size_t i = 0; i < count; i++) {
        const struct map_text *text = (const struct map_text *)(taking.texts + places[i]);
        const uint32_t head = atomic_load_explicit(&text->head, memory_order_acquire);
        const uint32_t row = head & (uint32_t)MAP_SLOT_ROW;
        const uint32_t facet = head >> MAP_TEXT_FACET_SHIFT & 31;
        uint32_t updated_at = 0;
        if ((head & MAP_TEXT_DEAD) != 0)
            continue;
        if (taking.is_counted)
            hand->rows[hand->row_count++] = row;
        uint32_t is_in = taking.facets >> facet & 1;
        const bool is_by_clock = (is_in & taking.by_clock >> facet) != 0;
        if (is_by_clock || taking.is_by_updated)
            updated_at = atomic_load_explicit(&taking.rows[row].words[MAP_ROW_UPDATED],
                                              memory_order_acquire);
        if (is_by_clock)
            is_in = directory_search_selects(
                hand->pass->search, (int)facet,
                atomic_load_explicit(&taking.rows[row].words[MAP_ROW_PAUSED],
                                     memory_order_acquire));
        const uint64_t rank = rank_of(&taking, text, facet, updated_at);
        if (__builtin_expect(rank - taking.least <= taking.range, 0)) {
            if (is_in != 0)
                keep(hand, text, row, (int)facet, updated_at);
            continue;
        }
        taken += is_in;
        earlier += is_in & (uint32_t)(rank < taking.least);
    }
    hand->earlier += earlier;
    hand->beyond += taken - earlier;
}

/* Where in the order a row may be one of the page. */
static void begin_stretch(struct directory_hand *hand)
{
    const struct directory_best *best = &hand->best;
    hand->least = best->order->has_place ? best->place_rank : 0;
    hand->most = best->count == best->limit ? best->heap[0].rank : UINT64_MAX;
    hand->earlier = hand->beyond = 0;
    hand->kept_count = hand->row_count = 0;
}

static void settle(struct directory_hand *hand)
{
    struct directory_best *best = &hand->best;
    best->matches += hand->earlier + hand->beyond;
    best->earlier += hand->earlier;
    best->beyond += hand->beyond;
    for (size_t i = 0; i < hand->kept_count; i++)
        directory_best_take(best, &hand->kept[i]);
    for (size_t i = 0; i < hand->row_count; i++)
        count_row(hand, hand->rows[i]);
}

__attribute__((noinline)) static uint64_t find_at_end(const struct directory_pass *pass,
                                                      const char *from, const char *end)
{
    char window[FIND_READS] = {0};
    memcpy(window, from, (size_t)(end - from));
    return directory_needle_find(&pass->needle, window, FIND_BYTES, from, end);
}

/* The term's places in the 256 bytes from at on, at least in the first of them. */
static uint64_t find(const struct directory_pass *pass, uint64_t at, size_t bytes)
{
    if (pass->needle.len == 0)
        return UINT64_MAX;
    const char *const from = (const char *)pass->map->texts + at;
    const char *const end = (const char *)pass->map->texts + pass->end;
    return end - from >= FIND_READS ? directory_needle_find(&pass->needle, from, bytes, from, end)
                                    : find_at_end(pass, from, end);
}

/* The texts that the units are of, by where they begin, in order. A unit is of one text, and of its
 * head or of its bytes. The term holds no zero byte, so it stands in a name or in an address, or
 * begins in a head. */
static size_t texts_of(const struct directory_map *map, uint64_t at, uint64_t units, uint64_t floor,
                       uint64_t places[TEXTS_IN_WORD])
{
    const uint64_t word = at >> GROUP_WORD_SHIFT;
    const uint64_t begins = directory_groups_begins(map, word);
    const uint64_t lasts = begins >> 1 | UINT64_C(1) << 63; /* units of their texts */
    size_t count = 0;
    units &= ~begins;
    /* The last unit of each text that has one: adding carries into it. */
    for (uint64_t texts = (((units & ~lasts) + ~lasts) | units) & lasts; texts != 0;
         texts &= texts - 1) {
        const uint64_t up_to = begins & ((texts & (0 - texts)) * 2 - 1);
        places[count++] = up_to != 0 ? at + (63 - (uint64_t)__builtin_clzll(up_to)) * MAP_TEXT_UNIT
                                     : directory_groups_around(map, at, floor);
    }
    return count;
}

/* Texts one after another, from where one begins to where one ends. */
static void look_through(struct directory_hand *hand, uint64_t from, uint64_t to, bool by_heads)
{
    const struct directory_pass *pass = hand->pass;
    uint64_t waiting[WAITING + TEXTS_IN_WORD], last = 0;
    size_t waits = 0;
    for (uint64_t at = from & ~(uint64_t)(FIND_BYTES - 1); at < to; at += FIND_BYTES) {
        uint64_t units = find(pass, at, to - at < FIND_BYTES ? (size_t)(to - at) : FIND_BYTES);
        if (units == 0)
            continue;
        if (at < from)
            units &= UINT64_MAX << (from - at) / MAP_TEXT_UNIT;
        if (to - at < FIND_BYTES)
            units &= ~(UINT64_MAX << (to - at) / MAP_TEXT_UNIT);
        uint64_t *const places = waiting + waits;
        const size_t count = texts_of(pass->map, at, units, from, places);
        hand->seen += count;
        if (hand->seen > HAND_STRETCH_TEXTS) { /* it is being filled anew */
            atomic_store(&hand->pass->fault, STATUS_CONFLICT);
            return;
        }
        if (count == 0)
            continue;
        const size_t known = places[0] == last; /* it goes on here */
        last = places[count - 1];
        for (size_t i = known; i < count && !by_heads; i++)
            note(hand, places[i]);
        if (!by_heads)
            continue;
        if (known != 0) /* in whatever order */
            places[0] = last;
        waits += count - known;
        if (waits >= WAITING) {
            take_all(hand, waiting, waits);
            waits = 0;
        }
    }
    take_all(hand, waiting, waits);
}

/* Groups that may hold the term and stand side by side are gone through as one. */
static void look_through_groups(struct directory_hand *hand, uint64_t first, uint64_t holding,
                                bool by_heads)
{
    const struct directory_pass *pass = hand->pass;
    while (holding != 0) {
        const uint64_t from = (uint64_t)__builtin_ctzll(holding);
        const uint64_t to = from + (uint64_t)__builtin_ctzll(~(holding >> from));
        holding &= UINT64_MAX << to;
        const uint64_t begin =
            directory_groups_next(pass->map, (first + from) << GROUP_SHIFT, pass->end);
        const uint64_t end =
            directory_groups_next(pass->map, (first + to) << GROUP_SHIFT, pass->end);
        if (begin < end)
            look_through(hand, begin, end, by_heads);
    }
}

static void look_through_stretch(struct directory_hand *hand, uint64_t stretch, uint64_t holding)
{
    const struct directory_pass *pass = hand->pass;
    const int64_t position = pass->search->position.value;
    const uint64_t first = stretch * GROUPS_AT_ONCE;
    hand->seen = 0;
    if (pass->by_heads && !directory_groups_changed(pass->map, stretch, position)) {
        begin_stretch(hand);
        look_through_groups(hand, first, holding, true);
        if (!directory_groups_changed(pass->map, stretch, position)) {
            settle(hand);
            return;
        }
    }
    hand->seen = 0;
    look_through_groups(hand, first, holding, false);
}

static void fetch_groups(const struct directory_pass *pass, uint64_t word, uint64_t holding)
{
    if (__builtin_popcountll(holding) > FEW)
        return;
    for (; holding != 0; holding &= holding - 1) {
        const uint64_t group = word * 64 + (uint64_t)__builtin_ctzll(holding);
        for (uint64_t at = 0; at <= GROUP_BYTES; at += LINE)
            __builtin_prefetch(pass->map->texts + (group << GROUP_SHIFT) + at);
    }
}

/* Of 64 groups, those that may hold the term. */
static uint64_t holding_of(const struct directory_pass *pass, uint64_t word)
{
    const uint64_t at = word * 64 << GROUP_SHIFT;
    return at < pass->end && directory_groups_span(pass->map, &pass->grams, at >> SPAN_SHIFT)
               ? directory_groups_holding(pass->map, &pass->grams, word)
               : 0;
}

static void look_through_piece(struct directory_hand *hand, uint64_t piece)
{
    const struct directory_pass *pass = hand->pass;
    const uint64_t begin = piece * HAND_PIECE_WORDS;
    uint64_t next = holding_of(pass, begin);
    for (uint64_t word = begin; word < begin + HAND_PIECE_WORDS; word++) {
        const uint64_t holding = next;
        if (word + 1 < begin + HAND_PIECE_WORDS) {
            next = holding_of(pass, word + 1);
            fetch_groups(pass, word + 1, next);
        }
        if (holding == 0)
            continue;
        for (uint64_t part = 0; part < 64 / GROUPS_AT_ONCE; part++) {
            const uint64_t some =
                holding >> part * GROUPS_AT_ONCE & (UINT64_MAX >> (64 - GROUPS_AT_ONCE));
            if (some != 0)
                look_through_stretch(hand, word * (64 / GROUPS_AT_ONCE) + part, some);
        }
    }
}

void directory_hand_begin(struct directory_hand *hand, struct directory_pass *pass,
                          struct arena *arena)
{
    const struct directory_order *order = pass->search->order;
    hand->pass = pass;
    hand->best = directory_best_new(arena, order, pass->search->limit, NULL);
    hand->turned = order->is_down ? UINT64_MAX : 0;
    for (int facet = 0; facet < 32; facet++)
        hand->groups[facet] = (uint64_t)directory_group(order->sort, facet) << 62;
}

/* People come in about the order of their last change, which spares the heap work when the best of
 * them come first. */
void directory_hand_take_part(void *context)
{
    struct directory_hand *hand = context;
    struct directory_pass *pass = hand->pass;
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
