/*
 * service/overview: how many were opted in and out, by day, week or month, topic, type and way, and
 * how long after their link was made people chose. Read from counts that are kept by the day
 * (store/day_counts); numbers alone, nobody's name. Days are UTC's, as everywhere.
 */
#ifndef ASSENT_SERVICE_OVERVIEW_H
#define ASSENT_SERVICE_OVERVIEW_H

#include "base/ledger_count.h"
#include "service/service.h"

enum overview_group { OVERVIEW_DAY, OVERVIEW_WEEK, OVERVIEW_MONTH, OVERVIEW_GROUP_COUNT };
enum overview_span { OVERVIEW_13_MONTHS, OVERVIEW_90_DAYS, OVERVIEW_30_DAYS, OVERVIEW_SPAN_COUNT };

/* "day", "week", "month"; "13m", "90d", "30d". Static. Parse: NULL and "" are the usual ones, weeks
 * of 13 months; false: not one of these. */
const char *overview_group_key(enum overview_group group);
const char *overview_span_key(enum overview_span span);
bool overview_group_parse(const char *key, enum overview_group *out);
bool overview_span_parse(const char *key, enum overview_span *out);

/* Of whom the periods are: everybody, or one type, way or topic. */
enum overview_of { OVERVIEW_ALL, OVERVIEW_TYPE, OVERVIEW_WAY, OVERVIEW_TOPIC, OVERVIEW_OF_COUNT };

struct overview_query {
    enum overview_group group;
    enum overview_span span;
    const char *of; /* "type:client", "way:import", "topic:KEY"; NULL or "": everybody */
};

struct overview_pair {
    int64_t in, out; /* of a topic: turned on, turned off */
};

struct overview_sum {
    struct overview_pair chosen;   /* by all ways but import */
    struct overview_pair imported; /* which comes by the thousand */
};

struct overview_period {
    int64_t first_s, last_s; /* its first and last day, as their first seconds */
    struct overview_sum sum;
};

struct overview_topic {
    struct topic topic;
    struct overview_sum sum;
};

/* The days up to today, and as many before them. */
struct overview_card {
    int days;
    struct overview_sum now, before;
};
#define OVERVIEW_CARDS 3 /* 1, 7 and 30 days */

struct overview {
    struct overview_query query; /* of: never NULL */
    enum overview_of of;
    int of_number; /* of the type, way or topic */
    bool of_is_unknown;
    bool is_empty; /* nothing was ever counted */
    int64_t from_s, to_s;
    struct overview_period *periods;
    size_t periods_count;
    struct overview_topic *topics; /* by rank; of those that are retired, which moved */
    size_t topics_count;
    struct overview_sum types[TYPE_COUNT + 1]; /* the last: not known */
    struct overview_pair ways[WAY_COUNT];
    int64_t waits[WAY_COUNT][COUNT_WAITS];
    struct overview_card cards[OVERVIEW_CARDS];
    int64_t uncounted;      /* entries of before there were counts that are still to be counted */
    int64_t counted_from_s; /* with uncounted: since when all are */
};

/* What query asks, as of now_s. An of that is not known is told as everybody, with of_is_unknown.
 */
enum status overview_read(const struct service *service, struct arena *arena,
                          const struct overview_query *query, int64_t now_s,
                          struct overview *out) MUST_CHECK;

/* The wait that half of the choices by way were made within, as its number; -1: there are none. */
int overview_median(const struct overview *overview, enum count_way way);

/* Whether entries are still to be counted; and one short step of it. */
enum status overview_is_behind(const struct service *service, bool *out) MUST_CHECK;
enum status overview_sweep(struct txn *txn, bool *is_done) MUST_CHECK;

#endif
