/*
 * tests/unit/mapped_support: a site with its list in memory, and people who come, change and go at
 * random.
 */
#ifndef ASSENT_TESTS_MAPPED_SUPPORT_H
#define ASSENT_TESTS_MAPPED_SUPPORT_H

#include "store/directory_map.h"
#include "unit/site.h"

#define MAPPED_PEOPLE 300

/* A site, its map, and a connection that only reads. */
struct mapped {
    struct site site;
    struct service reader;
    struct directory_map *map;
    struct contact_id ids[MAPPED_PEOPLE];
    size_t count;
    unsigned next;
};

void mapped_open(struct mapped *desk);
void mapped_close(struct mapped *desk);

/* Brings the map up to the ledger's head, where it is as the file is. */
void mapped_must_agree(struct mapped *desk);

struct directory_ask mapped_find(const struct mapped *desk, const char *key);
void mapped_add(struct mapped *desk);
void mapped_erase(struct mapped *desk, size_t i);

/* One change of some kind to somebody. */
void mapped_change(struct mapped *desk);

#endif
