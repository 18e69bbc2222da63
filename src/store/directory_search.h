/*
 * store/directory_search: one pass through the people in memory for a term, by the caller's thread
 * and, where there is one, a helper. Groups of texts that can't hold the term are left out. Reads
 * the map alone: whoever changed after the searcher's snapshot is put aside, to be looked at in the
 * file.
 */
#ifndef ASSENT_STORE_DIRECTORY_SEARCH_H
#define ASSENT_STORE_DIRECTORY_SEARCH_H

#include <stdatomic.h>

#include "store/counters.h"
#include "store/directory_best.h"
#include "store/directory_helper.h"
#include "store/directory_map.h"

struct directory_search {
    const struct directory_map *map; /* that stands at position or beyond */
    const struct directory_selection *selection;
    const struct directory_order *order;
    const char *term;              /* the empty one is everybody's */
    size_t limit;                  /* rows that are kept */
    uint64_t in_use;               /* topics_in_use */
    struct position position;      /* of the snapshot */
    const atomic_uint *interrupts; /* whoever raises it wants no answer any more */
};

/* Row numbers of whom the file must be asked, each once: their texts of then or of now hold the
 * term. */
struct directory_aside {
    int64_t *ids; /* by malloc; the caller frees it, whatever the result */
    size_t count, room;
};

/* Whether a row of that facet is let through. */
static inline bool directory_search_selects(const struct directory_search *search, int facet,
                                            int64_t paused_until)
{
    const struct directory_selection *selection = search->selection;
    return (selection->facets >> facet & 1) != 0 &&
           ((selection->by_clock >> facet & 1) == 0 ||
            (paused_until > selection->now_s) == selection->wants_paused);
}

/* *best begins empty, and holds texts of the map. STATUS_BUSY: interrupted. STATUS_CONFLICT: the
 * map is being filled anew; the file must answer. STATUS_FULL: no memory for *aside. */
enum status directory_search_run(const struct directory_search *search, struct arena *arena,
                                 struct directory_helper *helper, struct directory_best *best,
                                 struct directory_aside *aside) MUST_CHECK;

#endif
