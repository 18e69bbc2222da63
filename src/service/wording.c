/*
 * service/wording: keeping the texts, and which of them an act was made by. What is kept is read in
 * wording_show.c. See wording.h.
 */
#include "service/wording.h"

#include <string.h>

#include "base/clock.h"
#include "service/change.h"
#include "service/wording_parts.h"

void wording_pages(uint8_t out[CONTENT_HASH_BYTES])
{
    struct arena *arena = arena_new();
    struct wording_parts *parts = arena_alloc(arena, sizeof *parts);

    wording_parts_pages(arena, parts);
    memcpy(out, parts->pages, CONTENT_HASH_BYTES);
    arena_free(arena);
}

/* The parts as they stand, and whether the newest set of this release is these; *has_pages: there
 * is one, so that its pages are kept. */
static enum status compare(const struct service *service, struct arena *arena,
                           struct wording_parts *parts, bool *has_pages, bool *is_kept)
{
    struct wording_set newest;
    enum status status = wording_parts_all(service, arena, parts);

    if (status != STATUS_OK)
        return status;
    status = wordings_newest_of(service->store, parts->pages, &newest);
    *has_pages = status == STATUS_OK;
    *is_kept = *has_pages && memcmp(newest.hash, parts->hash, sizeof newest.hash) == 0;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status wording_is_kept(const struct service *service, struct arena *arena, bool *out)
{
    struct wording_parts *parts = arena_alloc(arena, sizeof *parts);
    bool has_pages;

    return compare(service, arena, parts, &has_pages, out);
}

static enum status put_texts(struct txn *txn, const struct wording_parts *parts, bool has_pages)
{
    enum status status = STATUS_OK;

    for (size_t i = has_pages ? parts->pages_count : 0; status == STATUS_OK && i < parts->count;
         i++)
        status = wordings_put_text(txn, parts->parts[i].hash, parts->parts[i].text);
    return status;
}

static enum status put_set(const struct service *service, struct txn *txn,
                           const struct wording_parts *parts, const struct origin *origin)
{
    struct wording_set newest = {0}, set = {.at = clock_now_s()};
    enum status status = wordings_newest(service->store, &newest);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    set.number = newest.number + 1;
    if (set.number > WORDING_SET_MAX)
        return STATUS_REFUSED;
    memcpy(set.hash, parts->hash, sizeof set.hash);
    memcpy(set.pages, parts->pages, sizeof set.pages);
    struct entry entry = {.kind = ENTRY_WORDING, .subject = set.number};
    memcpy(entry.private_hash, parts->hash, sizeof entry.private_hash);
    status = change_record(service, txn, &entry, origin);
    if (status != STATUS_OK)
        return status;
    set.at = entry.at;
    set.position = entry.position;
    return wordings_put(txn, &set);
}

enum status wording_keep(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct origin *origin)
{
    struct service inside = *service;
    struct wording_parts *parts = arena_alloc(arena, sizeof *parts);
    bool has_pages = false, is_kept = false;

    inside.store = txn_store(txn);
    enum status status = compare(&inside, arena, parts, &has_pages, &is_kept);
    if (status != STATUS_OK || is_kept)
        return status;
    status = put_texts(txn, parts, has_pages);
    return status == STATUS_OK ? put_set(&inside, txn, parts, origin) : status;
}

enum status wording_now(const struct service *service, int32_t *out)
{
    struct wording_set set = {0};
    enum status status = wordings_newest_of(service->store, service->wording_pages, &set);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = (int32_t)set.number;
    return STATUS_OK;
}

enum status wording_of_act(const struct service *service, int32_t seen, struct origin *origin)
{
    struct wording own, shown;
    struct wording_set set;
    int32_t now = 0;

    if (!wording_unpack(origin->wording, &own) || own.page == WORDING_NONE)
        return STATUS_OK;
    if (wording_unpack(seen, &shown) && shown.set != 0 &&
        wording_family(seen) == wording_family(origin->wording)) {
        enum status status = wordings_get(service->store, shown.set, &set);
        if (status == STATUS_OK)
            origin->wording = seen;
        if (status != STATUS_NOT_FOUND)
            return status;
    }
    enum status status = wording_now(service, &now);
    if (status == STATUS_OK)
        origin->wording = wording_pack(own.page, own.lang, now);
    return status;
}
