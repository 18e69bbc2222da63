/*
 * web/page_asset: /assets/NAME, from memory, and the icon that browsers ask for by themselves.
 *
 * Pages name an asset with ?v=HASH of its content, so that answer may be kept for a year; without
 * the right hash it is asked for again each time, by its ETag. A part of an asset may be asked for
 * (RFC 9110 section 14): browsers seek in films so.
 */
#include <string.h>

#include "assets.h"
#include "web/admit.h"
#include "web/range.h"
#include "web/reply.h"

EXPORT int asset_get(struct http_request *request);
EXPORT int asset_icon(struct http_request *request);

/* Which part is asked for. Range means something for GET alone (RFC 9110 section 14.2), and with
 * If-Range only for the version named there (section 13.1.5). */
static enum range_kind part_of(struct visit *visit, const struct asset *asset, const char *etag,
                               size_t *first, size_t *count)
{
    const char *version = admit_header(visit, "if-range");

    if (visit->method != VISIT_GET || (version != NULL && strcmp(version, etag) != 0))
        return RANGE_WHOLE;
    return range_parse(admit_header(visit, "range"), asset->size, first, count);
}

static void send_whole(struct visit *visit, const struct asset *asset)
{
    reply_static(visit, 200, asset->type, asset->data, asset->size);
}

static void send_part(struct visit *visit, const struct asset *asset, size_t first, size_t count)
{
    reply_header(
        visit, "content-range",
        arena_printf(visit->arena, "bytes %zu-%zu/%zu", first, first + count - 1, asset->size));
    reply_static(visit, 206, asset->type, asset->data + first, count);
}

static void refuse_part(struct visit *visit, const struct asset *asset)
{
    reply_header(visit, "cache-control", "no-store");
    reply_header(visit, "content-range", arena_printf(visit->arena, "bytes */%zu", asset->size));
    reply_error(visit, 416, NULL, NULL);
}

static void send_asset(struct visit *visit, const char *name)
{
    const struct asset *asset = asset_find(name);
    /* The API's description is served where it gets its server's name (web/api_description). */
    if (asset == NULL || strcmp(asset->type, "application/json") == 0) {
        reply_error(visit, 404, NULL, NULL);
        return;
    }
    const char *version = form_get(&visit->query, "v");
    bool is_this = version != NULL && strcmp(version, asset->version) == 0;
    const char *etag = arena_printf(visit->arena, "\"%s\"", asset->version);
    const char *known = admit_header(visit, "if-none-match");
    bool is_known = known != NULL && strstr(known, etag) != NULL;
    size_t first = 0, count = 0;
    enum range_kind part = is_known ? RANGE_WHOLE : part_of(visit, asset, etag, &first, &count);

    reply_header(visit, "accept-ranges", "bytes");
    if (part == RANGE_OUTSIDE) {
        refuse_part(visit, asset);
        return;
    }
    reply_header(visit, "etag", etag);
    reply_header(visit, "cache-control",
                 is_this ? "public, max-age=31536000, immutable" : "no-cache");
    if (is_known)
        reply_data(visit, 304, NULL, NULL, 0);
    else if (part == RANGE_PART)
        send_part(visit, asset, first, count);
    else
        send_whole(visit, asset);
}

static void show(struct visit *visit)
{
    send_asset(visit, visit->rest);
}

static void icon(struct visit *visit)
{
    send_asset(visit, "icon.svg");
}

EXPORT int asset_get(struct http_request *request)
{
    return admit(request, ADMIT_GET, show);
}

EXPORT int asset_icon(struct http_request *request)
{
    return admit(request, ADMIT_GET, icon);
}
