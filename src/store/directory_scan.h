/*
 * store/directory_scan: what directory.c, directory_walk.c and directory_scan.c share: which rows a
 * filter lets through, where a row stands in an order, and the two ways to find a page of them.
 */
#ifndef ASSENT_STORE_DIRECTORY_SCAN_H
#define ASSENT_STORE_DIRECTORY_SCAN_H

#include "store/directory.h"

/* Sets of facets, bit n for facet n. */
struct directory_selection {
    uint32_t facets;   /* may match */
    uint32_t by_clock; /* of these, only rows whose pause has (not) ended */
    bool wants_paused; /* by_clock: pauses that run; else those that have ended */
    int64_t now_s;
};

struct directory_key {
    const char *text; /* NULL when sorted by number alone */
    size_t len;
    int64_t number; /* by time; or the group that comes before the text */
    int64_t id;
};

/* An order, and the place in it where a page begins. */
struct directory_order {
    enum directory_sort sort;
    bool is_down;
    bool has_place;
    struct directory_key place;
};

/* Orders by type or status are by groups of facets, and by name within one: how many there are (1:
 * there are none), whose a facet is, and the set of facets that are a group's. */
int directory_groups(enum directory_sort sort);
int directory_group(enum directory_sort sort, int facet);
uint32_t directory_group_facets(enum directory_sort sort, int group);

/* Where a person of that facet stands. */
struct directory_key directory_key_of(enum directory_sort sort, const struct contact *person,
                                      int facet);

/* Below zero: left comes first. */
int directory_compare(const struct directory_order *order, const struct directory_key *left,
                      const struct directory_key *right);

/* The first rows beyond the place. */
struct directory_found {
    struct directory_key *keys; /* room for limit, in order */
    size_t count;
    bool has_more;    /* rows beyond the last of these */
    bool has_earlier; /* rows up to the place */
    int64_t earlier;  /* so many; -1: not known */
    int64_t matches;  /* of a scan: of all rows, before and beyond */
};

/* Along an order in memory. False: there is none that could be used; else *status tells how it
 * went. Leaves matches alone. */
bool directory_walk(struct store *store, struct arena *arena,
                    const struct directory_selection *selection,
                    const struct directory_order *order, size_t limit, struct directory_found *out,
                    enum status *status) MUST_CHECK;

/* Through all people; the empty term is everybody's. */
enum status directory_scan(struct store *store, struct arena *arena,
                           const struct directory_selection *selection, const char *term,
                           const struct directory_order *order, size_t limit,
                           struct directory_found *out) MUST_CHECK;

/* Makes the functions of the scan statements known to a new connection. */
enum status directory_scan_register(struct store *store) MUST_CHECK;

#endif
