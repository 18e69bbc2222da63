/*
 * store/directory_scan: one pass through all people for a search term: in memory where the map
 * serves, else in the file. Functions that the file's statement calls for each row count the
 * matches and keep the best of them in a bounded heap, the worst on top; they let no row come back,
 * and the count costs no second pass. The pass through memory keeps them in the same heap.
 */
#include "store/directory_scan.h"

#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "store/contacts.h"
#include "store/directory_map_shape.h"
#include "store/query.h"
#include "store/topics.h"

#define SMALLEST_TEXT_BYTES 64
#define LOOK_UP_EVERY       8192 /* rows in memory; then it is seen whether nobody waits any more */
#define DIRECTORY_WAIT_MS   100  /* for a map that another process brings forward */

struct kept {
    struct directory_key key;
    char *text; /* what key.text points to */
    size_t room;
};

struct directory_scan {
    const struct directory_selection *selection;
    const struct directory_order *order;
    const char *term;
    size_t term_len;
    struct arena *arena;
    struct directory_key row; /* the one that matched last */
    bool is_by_clock;
    struct kept *heap;
    size_t limit, count;
    int64_t matches, earlier, beyond;
};

static void put(struct directory_scan *scan, struct kept *kept, const struct directory_key *key)
{
    if (kept->text == NULL || key->len > kept->room) {
        kept->room = key->len < SMALLEST_TEXT_BYTES ? SMALLEST_TEXT_BYTES : key->len * 2;
        kept->text = arena_alloc(scan->arena, kept->room);
    }
    kept->key = *key;
    memcpy(kept->text, key->text, key->len);
    kept->key.text = kept->text;
}

static bool is_worse(const struct directory_scan *scan, size_t left, size_t right)
{
    return directory_compare(scan->order, &scan->heap[left].key, &scan->heap[right].key) > 0;
}

static void swap(struct directory_scan *scan, size_t left, size_t right)
{
    struct kept kept = scan->heap[left];
    scan->heap[left] = scan->heap[right];
    scan->heap[right] = kept;
}

static void rise(struct directory_scan *scan, size_t at)
{
    for (; at > 0 && is_worse(scan, at, (at - 1) / 2); at = (at - 1) / 2)
        swap(scan, at, (at - 1) / 2);
}

static void sink(struct directory_scan *scan)
{
    for (size_t at = 0, worst; (worst = 2 * at + 1) < scan->count; at = worst) {
        if (worst + 1 < scan->count && is_worse(scan, worst + 1, worst))
            worst++;
        if (!is_worse(scan, worst, at))
            return;
        swap(scan, worst, at);
    }
}

static void take(struct directory_scan *scan, const struct directory_key *key)
{
    scan->matches++;
    if (scan->order->has_place && directory_compare(scan->order, key, &scan->order->place) <= 0) {
        scan->earlier++;
        return;
    }
    scan->beyond++;
    if (scan->count < scan->limit) {
        put(scan, &scan->heap[scan->count], key);
        rise(scan, scan->count++);
    } else if (directory_compare(scan->order, key, &scan->heap[0].key) < 0) {
        put(scan, &scan->heap[0], key);
        sink(scan);
    }
}

/* Below zero: the row comes first by its text alone. */
static int compare_text(const struct directory_scan *scan, const struct directory_key *with)
{
    struct directory_key row = scan->row;
    row.id = with->id;
    return directory_compare(scan->order, &row, with);
}

/* Whether the text alone shows that the row that matched is not kept; then it is counted. Spares
 * most rows of a common term the reading of further columns. */
static bool is_settled(struct directory_scan *scan)
{
    if (scan->is_by_clock || scan->order->sort == DIRECTORY_BY_UPDATED)
        return false;
    int way = scan->order->has_place ? compare_text(scan, &scan->order->place) : 1;
    if (way == 0 || (way > 0 && scan->count < scan->limit) ||
        (way > 0 && compare_text(scan, &scan->heap[0].key) <= 0))
        return false;
    scan->matches++;
    scan->earlier += way < 0;
    scan->beyond += way > 0;
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
    bool is_by_name = scan->order->sort != DIRECTORY_BY_EMAIL;
    const char *text = is_by_name ? name : email;
    scan->row.number = directory_group(scan->order->sort, sqlite3_value_int(values[0]));
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
    if (scan->order->sort == DIRECTORY_BY_UPDATED)
        scan->row.number = sqlite3_value_int64(values[1]);
    take(scan, &scan->row);
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

/* Of the rows that the map has and the page's snapshot hasn't as they are now. */
static bool read_then(struct store *store, struct directory_scan *scan, struct contact_id id,
                      struct contact *out, enum status *status)
{
    *status = contacts_get(store, scan->arena, id, out);
    if (*status != STATUS_OK) {
        if (*status == STATUS_NOT_FOUND)
            *status = STATUS_OK;
        return false;
    }
    return holds(scan, out->name_key, strlen(out->name_key)) ||
           holds(scan, out->email_key, strlen(out->email_key));
}

static void take_person(struct directory_scan *scan, const struct contact *person, uint64_t in_use)
{
    const struct directory_selection *selection = scan->selection;
    const int facet =
        facet_of(person->type, person->status, person->choices, person->paused_until, in_use);
    if ((selection->facets >> facet & 1) == 0 ||
        ((selection->by_clock >> facet & 1) != 0 &&
         (person->paused_until > selection->now_s) != selection->wants_paused))
        return;
    const struct directory_key key = directory_key_of(scan->order->sort, person, facet);
    take(scan, &key);
}

/* Name and address lie side by side with a zero byte between, which no term holds: one search for
 * both. Who changed since the snapshot is as the snapshot has them, if their new texts match. */
static enum status scan_map(struct store *store, struct directory_scan *scan,
                            const struct directory_map *map)
{
    const struct map_text *text;
    struct directory_row row;
    struct position position;
    uint64_t in_use, at = 0, seen = 0;
    const unsigned interrupts = atomic_load(&store->interrupts);
    enum status status = topics_in_use(store, &in_use);
    if (status == STATUS_OK)
        status = store_position(store, &position);
    while (status == STATUS_OK && (text = map_text_next(map, &at)) != NULL) {
        if (++seen % LOOK_UP_EVERY == 0 && atomic_load(&store->interrupts) != interrupts)
            return STATUS_BUSY;
        if (!holds(scan, text->bytes, (size_t)text->name_len + 1 + text->email_len) ||
            !map_text_row(map, text, &row))
            continue;
        struct contact person = {.id = row.id,
                                 .name_key = text->bytes,
                                 .email_key = text->bytes + text->name_len + 1,
                                 .type = row.type,
                                 .status = row.status,
                                 .choices = row.choices,
                                 .paused_until = row.paused_until,
                                 .updated_at = row.updated_at};
        if (row.head.value <= position.value || read_then(store, scan, row.id, &person, &status))
            take_person(scan, &person, in_use);
    }
    return status;
}

static enum status scan_file(struct store *store, struct directory_scan *scan)
{
    /* People come in about this order by name or time of import, which spares the heap work. */
    struct query query = query_begin(store, scan->order->is_down ? STATEMENT_DIRECTORY_SCAN_DOWN
                                                                 : STATEMENT_DIRECTORY_SCAN_UP);
    store->scan = scan;
    enum status status = query_row(&query);
    store->scan = NULL;
    query_end(&query);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Whether all was done there. Not when somebody whom the snapshot has left meanwhile. */
static bool is_found_in_map(struct store *store, struct directory_scan *scan, enum status *status)
{
    struct directory_map *map = store->directory;
    struct position position;
    if (!directory_map_serves(map, store, DIRECTORY_WAIT_MS))
        return false;
    const uint64_t fills = directory_map_fills(map);
    *status = scan_map(store, scan, map);
    if (*status == STATUS_OK)
        *status = store_position(store, &position);
    if (*status != STATUS_OK ||
        (directory_map_fills(map) == fills && directory_map_left(map).value <= position.value))
        return true;
    scan->count = 0;
    scan->matches = scan->earlier = scan->beyond = 0;
    return false;
}

enum status directory_scan(struct store *store, struct arena *arena,
                           const struct directory_selection *selection, const char *term,
                           const struct directory_order *order, size_t limit,
                           struct directory_found *out)
{
    struct directory_scan scan = {
        .selection = selection,
        .order = order,
        .term = term,
        .term_len = strlen(term),
        .arena = arena,
        .heap = arena_array(arena, limit, sizeof *scan.heap),
        .limit = limit,
    };
    enum status status = STATUS_OK;
    if (!is_found_in_map(store, &scan, &status))
        status = scan_file(store, &scan);
    if (status != STATUS_OK)
        return status;
    out->count = scan.count;
    while (scan.count > 0) { /* the worst comes off first */
        out->keys[scan.count - 1] = scan.heap[0].key;
        swap(&scan, 0, --scan.count);
        sink(&scan);
    }
    out->has_more = scan.beyond > (int64_t)limit;
    out->has_earlier = scan.earlier > 0;
    out->earlier = scan.earlier;
    out->matches = scan.matches;
    return STATUS_OK;
}
