/*
 * web/page_asset: /assets/NAME, from memory, and the icon that browsers ask for by themselves.
 *
 * Pages name an asset with ?v=HASH of its content, so that answer may be kept for a year; without
 * the right hash it is asked for again each time, by its ETag.
 */
#include <string.h>

#include "assets.h"
#include "web/admit.h"
#include "web/reply.h"

EXPORT int asset_get(struct http_request *request);
EXPORT int asset_icon(struct http_request *request);

static void send_asset(struct visit *visit, const char *name)
{
    const struct asset *asset = NULL;
    for (size_t i = 0; i < assets_count; i++)
        if (strcmp(assets[i].name, name) == 0)
            asset = &assets[i];
    if (asset == NULL) {
        reply_error(visit, 404, NULL, NULL);
        return;
    }
    const char *version = form_get(&visit->query, "v");
    bool is_this = version != NULL && strcmp(version, asset->version) == 0;
    const char *etag = arena_printf(visit->arena, "\"%s\"", asset->version);
    const char *known = admit_header(visit, "if-none-match");

    reply_header(visit, "etag", etag);
    reply_header(visit, "cache-control",
                 is_this ? "public, max-age=31536000, immutable" : "no-cache");
    if (known != NULL && strstr(known, etag) != NULL)
        reply_data(visit, 304, NULL, NULL, 0);
    else
        reply_data(visit, 200, asset->type, asset->data, asset->size);
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
