/*
 * view/api: see api.h.
 */
#include "view/api.h"

#include <string.h>

#include "assets.h"

static void add_text(struct buf *out, const char *name, const char *text)
{
    buf_adds(out, name);
    buf_json(out, text);
}

static void add_bool(struct buf *out, const char *name, bool is_true)
{
    buf_adds(out, name);
    buf_adds(out, is_true ? "true" : "false");
}

void view_api_topics(struct buf *out, const struct topic *topics, size_t count)
{
    buf_adds(out, "{\"topics\":[");
    for (size_t i = 0; i < count; i++) {
        const struct topic *topic = &topics[i];
        buf_adds(out, i > 0 ? ",{" : "{");
        add_text(out, "\"key\":", topic->key);
        add_text(out, ",\"name\":", topic->name);
        add_text(out, ",\"description\":", topic->description);
        add_bool(out, ",\"retired\":", topic->retired_at != 0);
        add_bool(out, ",\"offers_frequency\":", topic->offers_frequency);
        add_bool(out, ",\"double_opt_in\":", topic->double_opt_in);
        buf_adds(out, "}");
    }
    buf_adds(out, "]}\n");
}

void view_api_description(struct buf *out, const char *public_url)
{
    static const char server[] = "\"https://assent.invalid\""; /* as the file has it, once */
    const struct asset *file = asset_find("openapi.json");
    const char *text = (const char *)file->data;
    const char *at = memmem(text, file->size, server, sizeof server - 1);
    const char *behind = at + sizeof server - 1;

    buf_add(out, text, (size_t)(at - text));
    buf_json(out, public_url);
    buf_add(out, behind, file->size - (size_t)(behind - text));
}
