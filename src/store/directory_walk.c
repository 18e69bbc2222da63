/*
 * store/directory_walk: a page of people along an order in memory, from a place on. The map may
 * stand beyond the snapshot that the page is read in: who changed since is left out of the walk,
 * and put where the file has them.
 */
#include <string.h>

#include "store/connection.h"
#include "store/contacts.h"
#include "store/directory_order.h"
#include "store/topics.h"

#define WAIT_MS       2000 /* for a process that brings the map forward */
#define LOOK_UP_EVERY 4096 /* rows that are passed by; then it is seen whether nobody waits */

struct walk {
    struct store *store;
    struct arena *arena;
    const struct directory_map *map;
    const struct directory_selection *selection;
    const struct directory_order *order;
    enum map_order along;
    size_t limit; /* one more than the page has */
    int64_t *changed;
    size_t changed_count;
    struct directory_found *found; /* its keys have room for limit */
    int64_t earlier;               /* -1: more than none */
};

static enum map_order order_along(enum directory_sort sort)
{
    return sort == DIRECTORY_BY_EMAIL     ? MAP_BY_EMAIL
           : sort == DIRECTORY_BY_UPDATED ? MAP_BY_UPDATED
                                          : MAP_BY_NAME;
}

static bool has_changed(const struct walk *walk, int64_t id)
{
    size_t low = 0, high = walk->changed_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (walk->changed[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return low < walk->changed_count && walk->changed[low] == id;
}

/* Beyond its facet: whether its pause has (not) ended. */
static bool is_let_through(const struct walk *walk, int64_t id)
{
    const struct directory_selection *selection = walk->selection;
    if (selection->by_clock == 0 || (selection->by_clock >> order_facet(walk->map, id) & 1) == 0)
        return true;
    const int64_t paused_until = map_row_word(&walk->map->rows[id], MAP_ROW_PAUSED);
    return (paused_until > selection->now_s) == selection->wants_paused;
}

static struct directory_key key_in_map(const struct walk *walk, int64_t id)
{
    const struct order_key at = order_key_of(walk->map, walk->along, id);
    struct directory_key key = {.id = id};
    if (walk->along == MAP_BY_UPDATED) {
        key.number = (int64_t)(at.prefix >> 32);
    } else {
        key.text = at.text;
        key.len = at.len;
        key.number = directory_group(walk->order->sort, order_facet(walk->map, id));
    }
    return key;
}

static struct order_key place_in_map(const struct walk *walk)
{
    const struct directory_key *place = &walk->order->place;
    struct order_key key = {.id = place->id};
    if (walk->along == MAP_BY_UPDATED) {
        const uint64_t at = place->number < 0 ? 0 : (uint64_t)place->number;
        key.prefix = place->number > UINT32_MAX
                         ? UINT64_MAX
                         : at << 32 | (place->id < 0            ? 0
                                       : place->id > UINT32_MAX ? UINT32_MAX
                                                                : (uint64_t)place->id);
        return key;
    }
    key.text = place->text;
    key.len = place->len;
    key.prefix = order_prefix(place->text, place->len);
    return key;
}

/* Rows of these facets beyond from into found, up to its limit. */
static enum status gather(struct walk *walk, uint32_t facets, struct order_place from)
{
    const unsigned interrupts = atomic_load(&walk->store->interrupts);
    struct directory_found *found = walk->found;
    int64_t id;
    for (uint64_t passed = 1; found->count < walk->limit; passed++) {
        if (passed % LOOK_UP_EVERY == 0 && atomic_load(&walk->store->interrupts) != interrupts)
            return STATUS_BUSY;
        id = order_next(walk->map, walk->along, &from, walk->order->is_down, facets);
        if (id == 0)
            break;
        if (has_changed(walk, id) || !is_let_through(walk, id))
            continue;
        struct directory_key key = key_in_map(walk, id);
        if (key.text != NULL) /* erasing may wipe it, when this has let go of the map */
            key.text = arena_strndup(walk->arena, key.text, key.len);
        found->keys[found->count++] = key;
    }
    return STATUS_OK;
}

/* Whether there is one of these facets before from; who changed does not count here. */
static bool has_before(struct walk *walk, uint32_t facets, struct order_place from)
{
    int64_t id;
    while ((id = order_next(walk->map, walk->along, &from, !walk->order->is_down, facets)) != 0)
        if (!has_changed(walk, id) && is_let_through(walk, id))
            return true;
    return false;
}

static struct order_place end_of(const struct walk *walk)
{
    return (struct order_place){.top = walk->map->head->orders[walk->along].tops};
}

/* A group of the sort (all, unless by type or status): from its begin, or from the place on. */
static enum status walk_group(struct walk *walk, uint32_t facets, bool has_place)
{
    const bool is_down = walk->order->is_down;
    const struct order_place begin = {0};
    struct order_place from = is_down ? end_of(walk) : begin;
    if (has_place) {
        const struct order_key place = place_in_map(walk);
        from = order_find(walk->map, walk->along, &place, is_down);
        const int64_t before = order_before(walk->map, walk->along, from, facets);
        if ((walk->selection->by_clock & facets) != 0)
            walk->earlier = walk->earlier != 0 || has_before(walk, facets, from) ? -1 : 0;
        else if (walk->earlier >= 0)
            walk->earlier +=
                is_down ? order_before(walk->map, walk->along, end_of(walk), facets) - before
                        : before;
    }
    return gather(walk, facets, from);
}

/* All of a group that comes before the place. */
static void pass_group(struct walk *walk, uint32_t facets)
{
    const struct order_place begin = {0};
    const struct order_place from = walk->order->is_down ? begin : end_of(walk);
    if ((walk->selection->by_clock & facets) != 0)
        walk->earlier = walk->earlier != 0 || has_before(walk, facets, from) ? -1 : 0;
    else if (walk->earlier >= 0)
        walk->earlier += order_before(walk->map, walk->along, end_of(walk), facets);
}

static enum status walk_groups(struct walk *walk)
{
    const struct directory_order *order = walk->order;
    const int groups = directory_groups(order->sort);
    enum status status = STATUS_OK;
    for (int i = 0; i < groups && status == STATUS_OK; i++) {
        const int group = order->is_down ? groups - 1 - i : i;
        const uint32_t facets =
            walk->selection->facets & directory_group_facets(order->sort, group);
        const int64_t at = groups == 1 ? 0 : order->place.number;
        if (order->has_place && (order->is_down ? group > at : group < at))
            pass_group(walk, facets);
        else
            status = walk_group(walk, facets, order->has_place && group == at);
    }
    return status;
}

/* Those who changed are counted in what is earlier as they are in the map: they come out. */
static void uncount_changed(struct walk *walk)
{
    for (size_t i = 0; i < walk->changed_count && walk->earlier > 0; i++) {
        const int64_t id = walk->changed[i];
        if (map_text_at(walk->map, id) == NULL ||
            (walk->selection->facets >> order_facet(walk->map, id) & 1) == 0)
            continue;
        const struct directory_key key = key_in_map(walk, id);
        walk->earlier -= directory_compare(walk->order, &key, &walk->order->place) <= 0;
    }
}

static void insert(struct walk *walk, const struct directory_key *key)
{
    struct directory_found *found = walk->found;
    size_t at = found->count;
    while (at > 0 && directory_compare(walk->order, key, &found->keys[at - 1]) < 0)
        at--;
    if (at == walk->limit)
        return;
    const size_t stay = found->count < walk->limit ? found->count : walk->limit - 1;
    memmove(&found->keys[at + 1], &found->keys[at], (stay - at) * sizeof *found->keys);
    found->keys[at] = *key;
    found->count = stay + 1;
}

/* As the snapshot has them. */
static enum status add_changed(struct walk *walk, uint64_t in_use)
{
    const struct directory_selection *selection = walk->selection;
    for (size_t i = 0; i < walk->changed_count; i++) {
        struct contact person;
        enum status status =
            contacts_get(walk->store, walk->arena, (struct contact_id){walk->changed[i]}, &person);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK)
            return status;
        const int facet =
            facet_of(person.type, person.status, person.choices, person.paused_until, in_use);
        if ((selection->facets >> facet & 1) == 0 ||
            ((selection->by_clock >> facet & 1) != 0 &&
             (person.paused_until > selection->now_s) != selection->wants_paused))
            continue;
        const struct directory_key key = directory_key_of(walk->order->sort, &person, facet);
        if (!walk->order->has_place ||
            directory_compare(walk->order, &key, &walk->order->place) > 0)
            insert(walk, &key);
        else if (walk->earlier >= 0)
            walk->earlier++;
    }
    return STATUS_OK;
}

/* Under the map's mutex. STATUS_NOT_FOUND: the map is no help. */
static enum status walk_map(struct walk *walk, struct directory_map *map, uint64_t in_use)
{
    struct position position;
    enum status status = map_bring(map, walk->store, true);
    if (status == STATUS_OK)
        status = store_position(walk->store, &position);
    if (status != STATUS_OK)
        return status;
    if (!map->head->has_orders || map->head->in_use != in_use ||
        !map_changed_since(map, walk->arena, position, &walk->changed, &walk->changed_count))
        return STATUS_NOT_FOUND;
    status = walk_groups(walk);
    uncount_changed(walk);
    return status;
}

bool directory_walk(struct store *store, struct arena *arena,
                    const struct directory_selection *selection,
                    const struct directory_order *order, size_t limit, struct directory_found *out,
                    enum status *status)
{
    struct directory_map *map = store->directory;
    struct directory_found found = {.keys = arena_array(arena, limit + 1, sizeof *found.keys)};
    struct walk walk = {.store = store,
                        .arena = arena,
                        .map = map,
                        .selection = selection,
                        .order = order,
                        .along = order_along(order->sort),
                        .limit = limit + 1,
                        .found = &found};
    struct position at;
    uint64_t in_use;
    if (map == NULL || !store->has_snapshot || !directory_map_is_ready(map, &at) ||
        topics_in_use(store, &in_use) != STATUS_OK || map_lock(map, WAIT_MS) != STATUS_OK)
        return false;
    *status = walk_map(&walk, map, in_use);
    map_unlock(map);
    if (*status == STATUS_NOT_FOUND)
        return false;
    if (*status == STATUS_OK)
        *status = add_changed(&walk, in_use);
    if (*status != STATUS_OK)
        return true;
    out->has_more = found.count > limit;
    out->count = out->has_more ? limit : found.count;
    out->has_earlier = walk.earlier != 0;
    out->earlier = walk.earlier;
    memcpy(out->keys, found.keys, out->count * sizeof *out->keys);
    return true;
}
