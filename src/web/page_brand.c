/*
 * web/page_brand: what of the brand is fetched by itself: recipients' style sheet with its colours,
 * and the logo.
 *
 * The colours stand in the style sheet's address (?v=HASH-LIGHT-DARK), so that what is there is the
 * same for ever, for colours that are only tried out too.
 */
#include <string.h>

#include "assets.h"
#include "service/brand.h"
#include "view/style.h"
#include "web/admit.h"
#include "web/reply.h"

EXPORT int asset_style(struct http_request *request);
EXPORT int asset_logo(struct http_request *request);

#define FOR_EVER "public, max-age=31536000, immutable"

/* Answers 304 where the browser has it already. */
static void send(struct visit *visit, const char *etag, bool is_this, const char *type,
                 const void *data, size_t len)
{
    const char *known = admit_header(visit, "if-none-match");
    const char *quoted = arena_printf(visit->arena, "\"%s\"", etag);

    reply_header(visit, "etag", quoted);
    reply_header(visit, "cache-control", is_this ? FOR_EVER : "no-cache");
    if (known != NULL && strstr(known, quoted) != NULL)
        reply_data(visit, 304, NULL, NULL, 0);
    else
        reply_data(visit, 200, type, data, len);
}

static void style(struct visit *visit)
{
    const struct asset *asset = asset_find("recipient.css");
    const char *version = form_get(&visit->query, "v");
    const char *colours = version != NULL ? strchr(version, '-') : NULL;
    struct contrast_scheme light, dark;
    struct buf out = {0};

    buf_add(&out, asset->data, asset->size);
    bool has_colours = colours != NULL && brand_style_parse(colours + 1, &light, &dark);
    if (has_colours)
        view_style(&out, &light, &dark);
    const char *now =
        has_colours ? arena_printf(visit->arena, "%s%s", asset->version, colours) : asset->version;
    bool is_this = version != NULL && strcmp(version, now) == 0;
    send(visit, now, is_this, asset->type, out.data, out.len);
    buf_free(&out);
}

/* An SVG that is opened by itself is a page of ours: it may do nothing there. */
static void logo(struct visit *visit)
{
    const char *version = form_get(&visit->query, "v");
    struct brand_logo logo;
    enum status status = brand_logo_get(visit->service, visit->arena, &logo);

    if (status == STATUS_NOT_FOUND) {
        reply_error(visit, 404, NULL, NULL);
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "asset_logo");
        return;
    }
    send(visit, logo.version, version != NULL && strcmp(version, logo.version) == 0, logo.type,
         logo.data, logo.len);
}

EXPORT int asset_style(struct http_request *request)
{
    return admit(request, ADMIT_GET, style);
}

EXPORT int asset_logo(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PICTURE, logo);
}
