/*
 * service/feed: every change in the order of the ledger, as CloudEvents 1.0, for whoever follows.
 *
 * A feed is a place in the ledger that moves on. Told are the entries of service/hook_kinds, with
 * the data of service/event; the others are passed over.
 */
#ifndef ASSENT_SERVICE_FEED_H
#define ASSENT_SERVICE_FEED_H

#include "base/buf.h"
#include "service/service.h"

enum feed_form {
    FEED_BATCH,  /* application/cloudevents-batch+json: one array */
    FEED_LINES,  /* application/x-ndjson: an event a line */
    FEED_STREAM, /* text/event-stream */
    FEED_FORM_COUNT
};

struct feed {
    enum feed_form form;
    const char *source;   /* of the events: the public URL */
    uint64_t kinds;       /* the bits of those that are told */
    struct position at;   /* all up to here was told, or passed over */
    struct position last; /* no further than this */
    bool has_told;        /* an event of this answer */
};

/* Reads keys of kinds with commas between. False: *wrong is one that is none; from the arena. */
bool feed_kinds_parse(struct arena *arena, const char *text, uint64_t *out, const char **wrong);

/* The keys that there are, with ", " between; from the arena. */
const char *feed_kinds_text(struct arena *arena);

/* Adds what comes next to out, and moves on; at most FEED_PIECE_EVENTS. At last it adds nothing. */
#define FEED_PIECE_EVENTS 1000
enum status feed_piece(const struct service *service, struct arena *arena, struct feed *feed,
                       struct buf *out) MUST_CHECK;

/* Moves past what is not told, up to the entry before the first that is, or up to last.
 * *has_found: there is one. */
enum status feed_skip(const struct service *service, struct feed *feed, bool *has_found) MUST_CHECK;

#endif
