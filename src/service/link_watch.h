/*
 * service/link_watch: which openings of links look like a machine's: told apart for the counts of
 * Setup → Links & keys, and for nothing else. Nobody is ever refused for it.
 *
 * An opening looks like a machine's when its network opened LINK_WATCH_BURST different links in one
 * second of the clock, or when the link was issued within the last LINK_WATCH_SENDING_S seconds, as
 * filters do that visit what is in a mail before it is delivered. A form that is sent from the same
 * link within LINK_WATCH_ANSWER_S shows a person, and takes that back.
 *
 * It lives in memory that all workers share, of a fixed size: links as a hash for ten minutes,
 * networks as a hash for a second; neither is written anywhere.
 */
#ifndef ASSENT_SERVICE_LINK_WATCH_H
#define ASSENT_SERVICE_LINK_WATCH_H

#include "service/service.h"
#include "store/link_uses.h"

#define LINK_WATCH_BURST     5
#define LINK_WATCH_SENDING_S 10
#define LINK_WATCH_ANSWER_S  600

struct link_watch;

/* In memory that is shared with processes forked later. NULL: there is none to be had. */
struct link_watch *link_watch_new(void);
void link_watch_free(struct link_watch *watch);

/* What is to be added to counts: each of its rows is of one key and day. */
struct link_moves {
    struct link_use rows[LINK_WATCH_BURST + 1];
    size_t count;
};

struct link_seen {
    struct link_key_id key;
    const char *token;   /* of a link that is well signed */
    const char *address; /* of the client, as text */
    int64_t issued_at;
};

/* A page was opened: one more, and where it is the one that makes a burst, those before it become a
 * machine's. */
void link_watch_opened(struct link_watch *watch, const struct link_seen *seen, int64_t now_s,
                       struct link_moves *out);

/* A form was sent from the link: one more act, and its openings were a person's. */
void link_watch_acted(struct link_watch *watch, const struct link_seen *seen, int64_t now_s,
                      struct link_moves *out);

#endif
