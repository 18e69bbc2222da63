/*
 * store/directory_walk: a page of people along the indexes: each begins with the facet, so that
 * every facet of the filter is walked from the place on, in small bites, and the walks are merged.
 */
#include <string.h>

#include "store/counters.h"
#include "store/directory_scan.h"
#include "store/query.h"

#define SMALLEST_BITE 8

struct walk {
    int facet;
    bool is_by_clock;
    bool is_over;
    struct directory_key *keys; /* the bite, and how far it was eaten */
    size_t count, next;
};

static enum statement statement_of(const struct directory_order *order)
{
    static const enum statement statements[DIRECTORY_SORT_COUNT][2] = {
        [DIRECTORY_BY_NAME] = {STATEMENT_DIRECTORY_BY_NAME_UP, STATEMENT_DIRECTORY_BY_NAME_DOWN},
        [DIRECTORY_BY_EMAIL] = {STATEMENT_DIRECTORY_BY_EMAIL_UP, STATEMENT_DIRECTORY_BY_EMAIL_DOWN},
        [DIRECTORY_BY_UPDATED] = {STATEMENT_DIRECTORY_BY_UPDATED_UP,
                                  STATEMENT_DIRECTORY_BY_UPDATED_DOWN},
    };
    return statements[order->sort][order->is_down];
}

static void bind_place(struct query *query, const struct directory_order *order,
                       const struct directory_key *after)
{
    bool is_number = order->sort == DIRECTORY_BY_UPDATED;
    if (after != NULL && is_number)
        query_int(query, after->number);
    else if (after != NULL)
        query_text(query, after->text);
    else if (is_number)
        query_int(query, order->is_down ? INT64_MAX : INT64_MIN);
    else if (order->is_down)
        query_blob(query, NULL, 0); /* SQLite sorts any blob behind any text */
    else
        query_text(query, "");
    query_int(query, after != NULL ? after->id : order->is_down ? INT64_MAX : 0);
}

/* The next bite of a walk, after a key (NULL: from the beginning). */
static enum status bite(struct store *store, struct arena *arena,
                        const struct directory_order *order, const struct directory_key *after,
                        size_t size, struct walk *walk)
{
    if (walk->keys == NULL)
        walk->keys = arena_array(arena, size, sizeof *walk->keys);
    struct query query = query_begin(store, statement_of(order));
    query_int(&query, walk->facet);
    bind_place(&query, order, after);
    query_int(&query, (int64_t)size);
    size_t count = 0;
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        struct directory_key *key = &walk->keys[count++];
        *key = (struct directory_key){.id = query_get_int(&query)};
        if (order->sort == DIRECTORY_BY_UPDATED) {
            key->number = query_get_int(&query);
        } else {
            key->text = query_get_text(&query, arena);
            key->len = strlen(key->text);
        }
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    walk->count = count;
    walk->next = 0;
    walk->is_over = count < size;
    return STATUS_OK;
}

/* The walk whose next key comes first; NULL when all are over. */
static struct walk *first_of(struct walk *walks, size_t count, const struct directory_order *order)
{
    struct walk *first = NULL;
    for (size_t i = 0; i < count; i++) {
        struct walk *walk = &walks[i];
        if (walk->next < walk->count &&
            (first == NULL ||
             directory_compare(order, &walk->keys[walk->next], &first->keys[first->next]) < 0))
            first = walk;
    }
    return first;
}

static enum status is_let_through(struct store *store, const struct directory_selection *selection,
                                  const struct walk *walk, int64_t id, bool *out)
{
    *out = true;
    if (!walk->is_by_clock)
        return STATUS_OK;
    struct query query = query_begin(store, STATEMENT_DIRECTORY_GET_PAUSE);
    query_int(&query, id);
    enum status status = query_row(&query);
    if (status == STATUS_OK)
        *out = (query_get_int(&query) > selection->now_s) == selection->wants_paused;
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

/* The first limit rows beyond the place, into keys. */
static enum status merge(struct store *store, struct arena *arena,
                         const struct directory_selection *selection,
                         const struct directory_order *order, size_t limit,
                         struct directory_key *keys, size_t *count)
{
    struct walk walks[FACET_COUNT];
    size_t walks_count = 0, found = 0;
    size_t facets = (size_t)__builtin_popcount(selection->facets);
    size_t size = facets == 0 ? 0 : limit * 2 / facets + SMALLEST_BITE;
    enum status status = STATUS_OK;
    if (size > limit)
        size = limit;
    for (int facet = 0; facet < FACET_COUNT; facet++) {
        if ((selection->facets >> facet & 1) == 0)
            continue;
        struct walk *walk = &walks[walks_count++];
        *walk = (struct walk){.facet = facet, .is_by_clock = selection->by_clock >> facet & 1};
        status = bite(store, arena, order, order->has_place ? &order->place : NULL, size, walk);
        if (status != STATUS_OK)
            return status;
    }
    while (found < limit) {
        struct walk *walk = first_of(walks, walks_count, order);
        bool passes = false;
        if (walk == NULL)
            break;
        struct directory_key key = walk->keys[walk->next++];
        status = is_let_through(store, selection, walk, key.id, &passes);
        if (status == STATUS_OK && passes)
            keys[found++] = key;
        if (status == STATUS_OK && walk->next == walk->count && !walk->is_over)
            status = bite(store, arena, order, &key, size, walk);
        if (status != STATUS_OK)
            return status;
    }
    *count = found;
    return STATUS_OK;
}

/* Whether there are rows up to the place: one step from just behind it, the other way. */
static enum status look_back(struct store *store, struct arena *arena,
                             const struct directory_selection *selection,
                             const struct directory_order *order, bool *out)
{
    struct directory_order back = *order;
    struct directory_key key;
    size_t count = 0;
    back.is_down = !order->is_down;
    back.place.id += back.is_down ? 1 : -1;
    enum status status = merge(store, arena, selection, &back, 1, &key, &count);
    *out = count > 0;
    return status;
}

enum status directory_walk(struct store *store, struct arena *arena,
                           const struct directory_selection *selection,
                           const struct directory_order *order, size_t limit,
                           struct directory_found *out)
{
    struct directory_key *keys = arena_array(arena, limit + 1, sizeof *keys);
    size_t count = 0;
    enum status status = merge(store, arena, selection, order, limit + 1, keys, &count);
    out->has_earlier = false;
    if (status == STATUS_OK && order->has_place)
        status = look_back(store, arena, selection, order, &out->has_earlier);
    if (status != STATUS_OK)
        return status;
    out->has_more = count > limit;
    out->count = count > limit ? limit : count;
    memcpy(out->keys, keys, out->count * sizeof *keys);
    return STATUS_OK;
}
