/*
 * service/past: a person's changes, as they may read them themselves, a page at a time.
 *
 * Anybody may hold a forwarded link, so it tells no more than the page does: no names, addresses,
 * notes or reasons, and of others only whether it was an administrator, an import or a program.
 */
#ifndef ASSENT_SERVICE_PAST_H
#define ASSENT_SERVICE_PAST_H

#include "service/selfservice.h"

#define PAST_LINES 20

enum past_who {
    PAST_BY_YOU,     /* on a page of ours */
    PAST_BY_PROGRAM, /* their mail program's button */
    PAST_BY_MAIL,
    PAST_BY_CONFIRM, /* a button behind a link that was mailed to them */
    PAST_BY_ADMIN,
    PAST_BY_IMPORT,
    PAST_BY_SYSTEM,
    PAST_WHO_COUNT
};

struct past_line {
    struct position position;
    int64_t at;
    enum entry_kind kind; /* CONTACT_ADDED, CHOICES, DETAILS, UNDONE, REASON, PAUSE, EPOCH,
                             FREQUENCY, DATA_GIVEN */
    enum past_who who;
    bool went_in, went_out; /* everything: allowed again, or stopped */
    bool said_again;        /* a no that moved nothing */
    struct self_often on, off;
    struct self_often often[FREQUENCY_COUNT];
    bool pause_moved;
    int64_t paused_until; /* pause_moved: 0 when it ended */
    bool has_receipt;     /* service/receipt makes one of it */
    int32_t wording;      /* which texts were on the page: base/wording */
};

/* Whether there are receipts of entries of that kind: of what changed what a person receives. */
bool past_has_receipt(enum entry_kind kind);

/* entry in the terms above; only: the topics that may be named. */
struct past_line past_line_of(struct arena *arena, const struct entry *entry,
                              const struct topic *topics, size_t count, uint64_t only);

struct past_page {
    enum locale lang;
    bool lang_is_asked; /* set by the web */
    const char *token;
    const char *masked_email;
    struct brand brand;
    struct past_line *lines; /* newest first */
    size_t lines_count;
    struct position before; /* the page begins behind this change; 0: with the newest */
    bool is_cut;            /* there are older ones: behind the last line */
    const char *campaign;   /* the sender's reference on the link; NULL: none. Set by the web */
};

/* The PAST_LINES changes behind the one at before, which must be one of this person's; else, and
 * with 0, the newest ones. For a good manage link; STATUS_REFUSED for any other. Reads as many
 * entries as it gives, however many there are. */
enum status past_list(const struct service *service, struct arena *arena,
                      const struct link_opened *link, const char *token, struct position before,
                      struct past_page *out) MUST_CHECK;

#endif
