/*
 * view/links: see links.h.
 */
#include "view/links.h"

#include "base/clock.h"

void view_links_head(struct buf *out, const struct links_view *view)
{
    if (view->is_ndjson)
        return;
    buf_adds(out, "{\"topic\":");
    buf_json(out, view->topic);
    if (view->campaign) {
        buf_adds(out, ",\"campaign\":");
        buf_json(out, view->campaign);
    }
    buf_adds(out, ",\"results\":[");
}

void view_links_tail(struct buf *out, const struct links_view *view)
{
    if (!view->is_ndjson)
        buf_adds(out, "]}\n");
}

static void add_member(struct buf *out, const char *name, const char *value)
{
    if (value == NULL)
        return;
    buf_adds(out, out->data[out->len - 1] == '{' ? "" : ",");
    buf_json(out, name);
    buf_addc(out, ':');
    buf_json(out, value);
}

/* The names are those of "assent link --json". */
static void add_links(struct buf *out, const struct link_set *links)
{
    add_member(out, "manage", links->manage);
    add_member(out, "unsubscribe", links->unsubscribe);
    add_member(out, "mailto", links->mailto);
    buf_adds(out, ",\"headers\":{");
    add_member(out, "List-Unsubscribe", links->list_unsubscribe);
    add_member(out, "List-Unsubscribe-Post", links->list_unsubscribe_post);
    add_member(out, "List-Id", links->list_id);
    buf_addc(out, '}');
}

void view_links_address(struct buf *out, struct links_view *view, const char *text, size_t len,
                        const struct sender_links *found, bool offers_frequency)
{
    if (!view->is_ndjson)
        buf_adds(out, view->shown > 0 ? ",\n" : "\n");
    view->shown++;
    buf_adds(out, "{\"address\":");
    buf_json_bytes(out, text, len);
    add_member(out, "verdict", found->is_address ? verdict_key(found->verdict) : "invalid");
    if (found->is_address && found->verdict == VERDICT_ALLOW) {
        if (offers_frequency) {
            char at[CLOCK_RFC3339_BYTES];
            add_member(out, "frequency", frequency_key(found->advice.frequency));
            buf_adds(out, ",\"last_sent_at\":");
            if (found->advice.last_sent_at != 0)
                clock_rfc3339(found->advice.last_sent_at, at);
            buf_json(out, found->advice.last_sent_at != 0 ? at : NULL);
        }
        add_links(out, &found->links);
    }
    buf_adds(out, view->is_ndjson ? "}\n" : "}");
}
