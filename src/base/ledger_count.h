/*
 * base/ledger_count: what one entry of the ledger adds to the counts of its day. Pure: where the
 * counts are kept is store/day_counts', what is shown of them service/overview's.
 *
 * What counts is whether a person may be mailed: becoming Opted In, ceasing to be (an erasing
 * included), and each topic turned on or off. Saying the same no again, pauses, reasons and details
 * count as nothing. An entry that takes another back takes its counts back too, on the day on which
 * they were made. So the sums over all days are what people stand at now.
 */
#ifndef ASSENT_BASE_LEDGER_COUNT_H
#define ASSENT_BASE_LEDGER_COUNT_H

#include "base/ledger.h"

/* By which way somebody was opted in or out. Stored: never renumbered, only added to. */
enum count_way {
    WAY_PAGE, /* the person, on the page of a link in a mail */
    WAY_ONE_CLICK,
    WAY_MAILTO,
    WAY_CONFIRMED, /* the person, by the link of a mail that asked to confirm */
    WAY_FORM,      /* the sign-up form, without a confirmation */
    WAY_ADMIN,
    WAY_COMMAND,
    WAY_IMPORT,
    WAY_API,
    WAY_REPORT, /* a mailer reported a bounce or a complaint */
    WAY_SYSTEM,
    WAY_COUNT
};

/* "page", "one_click". Static. Parse takes exactly these. */
const char *count_way_key(enum count_way way);
bool count_way_parse(const char *key, enum count_way *out);

/* What is counted. Stored, as the ways are. */
#define COUNT_IN     0   /* people who became Opted In */
#define COUNT_OUT    1   /* people who ceased to be */
#define COUNT_WAITED 16  /* + n: choices made so long after their link was, the nth of the waits */
#define COUNT_ON     64  /* + topic: people who turned it on */
#define COUNT_OFF    128 /* + topic: and off */

/* The waits' upper ends in seconds, each excluded; the last has none: INT64_MAX. */
#define COUNT_WAITS 10
int64_t ledger_count_wait_s(unsigned n);

/* Days are counted from 1970-01-01, UTC. */
#define COUNT_DAY_S 86400

struct ledger_count {
    int64_t day;
    int what; /* COUNT_… */
    enum count_way way;
    int type; /* enum contact_type; TYPE_COUNT: not known, as of who is gone */
    int by;   /* 1, or -1 for what was taken back */
};
#define LEDGER_COUNTS_MAX (TOPIC_MAX + 3)

/* Whether entry moved anything that is counted. */
bool ledger_count_is_due(const struct entry *entry);

/* What entry adds, and how many those are. before, after: the person's type (see struct
 * ledger_count). undone: the entry that an ENTRY_UNDONE takes back, else NULL. */
size_t ledger_count(const struct entry *entry, const struct entry *undone, int before, int after,
                    struct ledger_count out[LEDGER_COUNTS_MAX]);

#endif
