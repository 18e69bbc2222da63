/*
 * store/directory_scan: one pass through all people for a search term. The function that the
 * statement calls for each row counts the matches and keeps the best of them in a bounded heap, the
 * worst on top; it always says no, so that no row comes back and the count costs no second pass.
 */
#include "store/directory_scan.h"

#include <stdlib.h>
#include <string.h>

#include "store/query.h"

#define SMALLEST_TEXT_BYTES 64

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
    struct kept *heap;
    size_t limit, count;
    int64_t matches, earlier, beyond;
};

static void put(struct directory_scan *scan, struct kept *kept, const struct directory_key *key)
{
    if (key->text != NULL && key->len > kept->room) {
        kept->room = key->len < SMALLEST_TEXT_BYTES ? SMALLEST_TEXT_BYTES : key->len * 2;
        kept->text = arena_alloc(scan->arena, kept->room);
    }
    kept->key = *key;
    if (key->text != NULL) {
        memcpy(kept->text, key->text, key->len);
        kept->key.text = kept->text;
    }
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

static bool holds(const struct directory_scan *scan, const void *text, size_t len)
{
    return len >= scan->term_len && memmem(text, len, scan->term, scan->term_len) != NULL;
}

/* directory_match(id, facet, paused_until, name_key, email_key, updated_at). Texts are read as
 * blobs, since SQLite would copy each just to end it with a NUL. */
static void match(sqlite3_context *context, int count, sqlite3_value **values)
{
    struct store *store = sqlite3_user_data(context);
    struct directory_scan *scan = store->scan;
    sqlite3_result_int(context, 0);
    if (scan == NULL)
        return;
    const struct directory_selection *selection = scan->selection;
    uint32_t facet = UINT32_C(1) << (sqlite3_value_int(values[1]) & 31);
    if ((selection->facets & facet) == 0)
        return;
    if ((selection->by_clock & facet) != 0 &&
        (sqlite3_value_int64(values[2]) > selection->now_s) != selection->wants_paused)
        return;
    const char *name = sqlite3_value_blob(values[3]);
    size_t name_len = (size_t)sqlite3_value_bytes(values[3]);
    const char *email = sqlite3_value_blob(values[4]);
    size_t email_len = (size_t)sqlite3_value_bytes(values[4]);
    if (!holds(scan, name, name_len) && !holds(scan, email, email_len))
        return;
    struct directory_key key = {.id = sqlite3_value_int64(values[0])};
    switch (scan->order->sort) {
    case DIRECTORY_BY_NAME:
        key.text = name != NULL ? name : "";
        key.len = name_len;
        break;
    case DIRECTORY_BY_EMAIL:
        key.text = email != NULL ? email : "";
        key.len = email_len;
        break;
    case DIRECTORY_BY_UPDATED:
    case DIRECTORY_SORT_COUNT:
        key.number = sqlite3_value_int64(values[5]);
        break;
    }
    take(scan, &key);
}

enum status directory_scan_register(struct store *store)
{
    return connection_status(store, "directory_match",
                             sqlite3_create_function_v2(store->db, "directory_match", 6,
                                                        SQLITE_UTF8 | SQLITE_DIRECTONLY, store,
                                                        match, NULL, NULL, NULL));
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
    /* People come in about this order by name or time of import, which spares the heap work. */
    struct query query = query_begin(store, order->is_down ? STATEMENT_DIRECTORY_SCAN_DOWN
                                                           : STATEMENT_DIRECTORY_SCAN_UP);
    store->scan = &scan;
    enum status status = query_row(&query);
    store->scan = NULL;
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    out->count = scan.count;
    while (scan.count > 0) { /* the worst comes off first */
        out->keys[scan.count - 1] = scan.heap[0].key;
        swap(&scan, 0, --scan.count);
        sink(&scan);
    }
    out->has_more = scan.beyond > (int64_t)limit;
    out->has_earlier = scan.earlier > 0;
    out->matches = scan.matches;
    return STATUS_OK;
}
