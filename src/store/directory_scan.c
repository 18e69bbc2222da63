/*
 * store/directory_scan: one pass through all people for a search term: in memory where the map
 * serves (directory_search), else in the file. Functions that the file's statement calls for each
 * row count the matches and keep the best of them; they let no row come back, and the count costs
 * no second pass.
 */
#include "store/directory_scan.h"

#include <stdlib.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "store/contacts.h"
#include "store/directory_map.h"
#include "store/directory_search.h"
#include "store/query.h"
#include "store/topics.h"

#define TRIES             2   /* the first may find it being filled anew */
#define DIRECTORY_WAIT_MS 100 /* for a map that another process brings forward */

struct directory_scan {
    const struct directory_selection *selection;
    const char *term;
    size_t term_len;
    struct arena *arena;
    struct directory_key row; /* the one that matched last */
    bool is_by_clock;
    struct directory_best best;
    unsigned interrupts; /* when the search began */
};

/* Below zero: the row comes first by its text alone. */
static int compare_text(const struct directory_scan *scan, const struct directory_key *with)
{
    struct directory_key row = scan->row;
    row.id = with->id;
    return directory_compare(scan->best.order, &row, with);
}

/* Whether the text alone shows that the row that matched is not kept; then it is counted. Spares
 * most rows of a common term the reading of further columns. */
static bool is_settled(struct directory_scan *scan)
{
    struct directory_best *best = &scan->best;
    if (scan->is_by_clock || best->order->sort == DIRECTORY_BY_UPDATED)
        return false;
    int way = best->order->has_place ? compare_text(scan, &best->order->place) : 1;
    if (way == 0 || (way > 0 && best->count < best->limit) ||
        (way > 0 && compare_text(scan, &best->heap[0].key) <= 0))
        return false;
    best->matches++;
    best->earlier += way < 0;
    best->beyond += way > 0;
    return true;
}

/* Whether the rest of the term stands where its first byte was found. */
static bool continues(const struct directory_scan *scan, const char *at)
{
    return memcmp(at + 1, scan->term + 1, scan->term_len - 1) == 0;
}

/* memmem makes a table at every call, which costs more than to search texts as short as these. */
static bool holds(const struct directory_scan *scan, const char *text, size_t len)
{
    if (len < scan->term_len || scan->term_len == 0)
        return scan->term_len == 0;
    size_t places = len - scan->term_len + 1, at = 0;
#ifdef __SSE2__
    const __m128i first = _mm_set1_epi8(scan->term[0]);
    const __m128i last = _mm_set1_epi8(scan->term[scan->term_len - 1]);
    for (; at + sizeof first <= places; at += sizeof first) {
        __m128i begins = _mm_loadu_si128((const __m128i *)(const void *)(text + at));
        __m128i ends =
            _mm_loadu_si128((const __m128i *)(const void *)(text + at + scan->term_len - 1));
        unsigned both = (unsigned)_mm_movemask_epi8(
            _mm_and_si128(_mm_cmpeq_epi8(begins, first), _mm_cmpeq_epi8(ends, last)));
        for (; both != 0; both &= both - 1)
            if (continues(scan, text + at + __builtin_ctz(both)))
                return true;
    }
#endif
    for (; at < places; at++)
        if (text[at] == scan->term[0] && continues(scan, text + at))
            return true;
    return false;
}

/* directory_match(facet, name_key, email_key). Texts are read as blobs, since SQLite would copy
 * each just to end it with a NUL. They stay where they are until the statement moves on, so that
 * directory_keep still finds them. */
static void match(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct directory_scan *scan = ((struct store *)sqlite3_user_data(context))->scan;
    if (scan == NULL)
        return;
    uint32_t facet = UINT32_C(1) << (sqlite3_value_int(values[0]) & 31);
    if ((scan->selection->facets & facet) == 0)
        return;
    const char *name = sqlite3_value_blob(values[1]);
    const char *email = sqlite3_value_blob(values[2]);
    size_t name_len = (size_t)sqlite3_value_bytes(values[1]);
    size_t email_len = (size_t)sqlite3_value_bytes(values[2]);
    if (!holds(scan, name, name_len) && !holds(scan, email, email_len))
        return;
    bool is_by_name = scan->best.order->sort != DIRECTORY_BY_EMAIL;
    const char *text = is_by_name ? name : email;
    scan->row.number = directory_group(scan->best.order->sort, sqlite3_value_int(values[0]));
    scan->is_by_clock = (scan->selection->by_clock & facet) != 0;
    scan->row.text = text != NULL ? text : "";
    scan->row.len = is_by_name ? name_len : email_len;
    if (!is_settled(scan))
        sqlite3_result_int(context, 1);
}

/* directory_keep(id, updated_at, paused_until), of the row that has just matched. */
static void keep(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct directory_scan *scan = ((struct store *)sqlite3_user_data(context))->scan;
    if (scan == NULL)
        return;
    if (scan->is_by_clock &&
        (sqlite3_value_int64(values[2]) > scan->selection->now_s) != scan->selection->wants_paused)
        return;
    scan->row.id = sqlite3_value_int64(values[0]);
    if (scan->best.order->sort == DIRECTORY_BY_UPDATED)
        scan->row.number = sqlite3_value_int64(values[1]);
    directory_best_take(&scan->best, &scan->row);
}

enum status directory_scan_register(struct store *store)
{
    const int flags = SQLITE_UTF8 | SQLITE_DIRECTONLY;
    int rc = sqlite3_create_function_v2(store->db, "directory_match", 3, flags, store, match, NULL,
                                        NULL, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_create_function_v2(store->db, "directory_keep", 3, flags, store, keep, NULL,
                                        NULL, NULL);
    return connection_status(store, "directory_scan: functions", rc);
}

static void take_person(struct directory_scan *scan, const struct directory_search *search,
                        const struct contact *person)
{
    const int facet = facet_of(person->type, person->status, person->choices, person->paused_until,
                               search->in_use);
    if (!directory_search_selects(search, facet, person->paused_until))
        return;
    const struct directory_key key = directory_key_of(scan->best.order->sort, person, facet);
    directory_best_take(&scan->best, &key);
}

/* Those whom the map has as they became after the snapshot, as the snapshot has them. */
static enum status take_aside(struct store *store, struct directory_scan *scan,
                              const struct directory_search *search,
                              const struct directory_aside *aside)
{
    struct contact person;
    for (size_t i = 0; i < aside->count; i++) {
        if (atomic_load(&store->interrupts) != scan->interrupts)
            return STATUS_BUSY;
        enum status status =
            contacts_get(store, scan->arena, (struct contact_id){aside->ids[i]}, &person);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK)
            return status;
        if (holds(scan, person.name_key, strlen(person.name_key)) ||
            holds(scan, person.email_key, strlen(person.email_key)))
            take_person(scan, search, &person);
    }
    return STATUS_OK;
}

/* STATUS_CONFLICT: the map can't say. */
static enum status scan_map(struct store *store, struct directory_scan *scan,
                            const struct directory_map *map)
{
    struct directory_search search = {.map = map,
                                      .selection = scan->selection,
                                      .order = scan->best.order,
                                      .term = scan->term,
                                      .limit = scan->best.limit,
                                      .interrupts = &store->interrupts};
    struct directory_aside aside = {0};
    scan->interrupts = atomic_load(&store->interrupts);
    enum status status = topics_in_use(store, &search.in_use);
    if (status == STATUS_OK)
        status = store_position(store, &search.position);
    if (status == STATUS_OK)
        status = directory_search_run(&search, scan->arena, store->helper, &scan->best, &aside);
    if (status == STATUS_OK)
        status = take_aside(store, scan, &search, &aside);
    free(aside.ids);
    /* Not when somebody whom the snapshot has left meanwhile. */
    if (status == STATUS_OK && directory_map_left(map).value > search.position.value)
        status = STATUS_CONFLICT;
    return status;
}

static enum status scan_file(struct store *store, struct directory_scan *scan)
{
    /* People come in about this order by name or time of import, which spares the heap work. */
    struct query query =
        query_begin(store, scan->best.order->is_down ? STATEMENT_DIRECTORY_SCAN_DOWN
                                                     : STATEMENT_DIRECTORY_SCAN_UP);
    store->scan = scan;
    enum status status = query_row(&query);
    store->scan = NULL;
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Whether all was done there. The map is the same one all along: it may be filled anew at any time,
 * and is no longer then what it was while it said that it serves. */
static bool is_found_in_map(struct store *store, struct directory_scan *scan, enum status *status)
{
    struct directory_map *map = store->directory;
    const struct directory_best empty = scan->best;
    for (int tries = 0; map != NULL && tries < TRIES; tries++) {
        const uint64_t fills = directory_map_fills(map);
        if (!directory_map_serves(map, store, DIRECTORY_WAIT_MS))
            return false;
        if (directory_map_fills(map) != fills)
            continue;
        *status = scan_map(store, scan, map);
        if (*status == STATUS_OK && directory_map_fills(map) != fills)
            *status = STATUS_CONFLICT;
        if (*status != STATUS_CONFLICT)
            return true;
        break;
    }
    scan->best = empty;
    *status = STATUS_OK;
    return false;
}

enum status directory_scan(struct store *store, struct arena *arena,
                           const struct directory_selection *selection, const char *term,
                           const struct directory_order *order, size_t limit,
                           struct directory_found *out)
{
    struct directory_scan scan = {
        .selection = selection,
        .term = term,
        .term_len = strlen(term),
        .arena = arena,
        .best = directory_best_new(arena, order, limit, arena),
    };
    enum status status = STATUS_OK;
    if (!is_found_in_map(store, &scan, &status))
        status = scan_file(store, &scan);
    if (status == STATUS_OK)
        directory_best_end(&scan.best, out);
    return status;
}
