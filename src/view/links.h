/*
 * view/links: links and header lines of many people as programs read them, piece by piece: NDJSON
 * or JSON.
 */
#ifndef ASSENT_VIEW_LINKS_H
#define ASSENT_VIEW_LINKS_H

#include "base/buf.h"
#include "service/sender_links.h"

struct links_view {
    bool is_ndjson;
    const char *topic, *campaign; /* campaign NULL: none */
    size_t shown;                 /* addresses so far; zero to begin with */
};

/* Before the first address, and behind the last. */
void view_links_head(struct buf *out, const struct links_view *view);
void view_links_tail(struct buf *out, const struct links_view *view);

/* The next address, as it came, and what there is for it. offers_frequency: of the topic. */
void view_links_address(struct buf *out, struct links_view *view, const char *text, size_t len,
                        const struct sender_links *found, bool offers_frequency);

#endif
