/*
 * store/directory_search_hand: what one thread does of a search: it looks through stretches of the
 * texts, and counts and keeps those of them that hold the term. For directory_search*.c alone.
 *
 * Where nothing of a stretch changed after the snapshot, the heads of the texts say who is let
 * through, and no row is read; else, or where the heads go by other topics than the search, each
 * row says whether it is as in the snapshot.
 */
#ifndef ASSENT_STORE_DIRECTORY_SEARCH_HAND_H
#define ASSENT_STORE_DIRECTORY_SEARCH_HAND_H

#include "store/directory_search.h"
#include "store/directory_search_find.h"
#include "store/directory_search_groups.h"

#define HAND_MET 32
/* As many as may begin in a stretch, each with its head and two bytes at least, when those that go
 * on in the next 256 bytes are counted twice. */
#define HAND_STRETCH_TEXTS 528

struct directory_pass {
    const struct directory_search *search;
    const struct directory_map *map;
    struct directory_needle needle;
    struct directory_grams grams;
    uint64_t end, pieces; /* of the texts that are looked through */
    uint64_t fills;
    uint64_t rows;     /* above every row that may be counted; 0: no text was replaced */
    uint32_t last_row; /* that was being changed when the search began; 0: none */
    bool by_heads;     /* they go by the topics of the search */
    unsigned interrupts;
    _Atomic uint64_t taken; /* pieces */
    _Atomic int fault;      /* an enum status; whatever it is, no piece is begun any more */
};

/* A text that holds the term. */
struct directory_met {
    uint64_t place;
    uint32_t row;
};

struct directory_hand {
    struct directory_pass *pass;
    struct directory_best best;
    struct directory_aside aside;
    uint64_t *counted;   /* a bit a row; NULL: not needed */
    uint64_t groups[32]; /* of each facet, as a rank has it */
    uint64_t turned;     /* all bits of a rank, where the order is from the last to the first */
    struct directory_met met[HAND_MET];
    size_t met_count;
    /* Of the stretch that is looked through by heads; counts if nothing of it changed meanwhile. */
    uint64_t least, most; /* ranks of the place and of the worst that is kept */
    int64_t earlier, beyond;
    struct directory_key kept[HAND_STRETCH_TEXTS]; /* may be among the best */
    uint32_t rows[HAND_STRETCH_TEXTS];             /* as in the snapshot */
    size_t kept_count, row_count;
    size_t seen; /* texts, whichever way */
};

/* A hand that is zero. */
void directory_hand_begin(struct directory_hand *hand, struct directory_pass *pass,
                          struct arena *arena);

/* Piece after piece, until none is left, or the pass has a fault. */
#define HAND_PIECE_WORDS (BLOCK_GROUPS / 64)
void directory_hand_take_part(void *hand);

void directory_hand_set_aside(struct directory_hand *hand, int64_t id);

#endif
