/*
 * web/link_count: see link_count.h.
 */
#include "web/link_count.h"

#include <string.h>

#include "base/clock.h"
#include "service/key_ring.h"
#include "service/link_watch.h"
#include "web/app.h"
#include "web/kore.h"
#include "web/write.h"

#define EVERY_MS 3000
#define ROWS_MAX 64 /* keys and days that came back between two writes; one more writes at once */
#define DAY_S    86400

/* What this worker counted and has not handed in. */
static struct counted {
    struct link_use rows[ROWS_MAX];
    size_t count;
} counted;

static void add(const struct link_use *use)
{
    size_t i = 0;
    while (i < counted.count && (counted.rows[i].day != use->day ||
                                 memcmp(counted.rows[i].key, use->key, sizeof use->key) != 0))
        i++;
    if (i == ROWS_MAX) {
        link_count_write();
        i = 0;
        if (counted.count == ROWS_MAX)
            return; /* nothing can be written: counts are worth less than the memory */
    }
    if (i >= counted.count) {
        i = counted.count++;
        counted.rows[i] = *use;
        return;
    }
    counted.rows[i].opened += use->opened;
    counted.rows[i].acted += use->acted;
    counted.rows[i].machine += use->machine;
    counted.rows[i].refused += use->refused;
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    const struct counted *what = context;

    return key_ring_count(txn, what->rows, what->count, clock_now_s());
}

/* What could not be written is counted again. */
static void done(void *context, enum status status)
{
    const struct counted *what = context;

    for (size_t i = 0; i < what->count && status != STATUS_OK; i++)
        if (counted.count < ROWS_MAX)
            add(&what->rows[i]);
}

void link_count_write(void)
{
    struct counted what = counted;

    if (what.count == 0)
        return;
    counted.count = 0;
    write_in_background(run, &what, sizeof what, done);
}

void link_count(const struct visit *visit, const char *token, enum link_state state,
                const struct link_claims *claims)
{
    const struct link_seen seen = {.key = claims->key_id,
                                   .token = token,
                                   .address = visit->address,
                                   .issued_at = claims->issued_at};
    struct link_moves moves = {0};

    if (state == LINK_BROKEN)
        return;
    if (state == LINK_REVOKED) {
        moves.count = 1;
        moves.rows[0] = (struct link_use){.day = (int32_t)(visit->now_s / DAY_S), .refused = 1};
        memcpy(moves.rows[0].key, claims->key_id.value, sizeof moves.rows[0].key);
    } else if (visit->method == VISIT_POST) {
        link_watch_acted(app.link_watch, &seen, visit->now_s, &moves);
    } else {
        link_watch_opened(app.link_watch, &seen, visit->now_s, &moves);
    }
    for (size_t i = 0; i < moves.count; i++)
        add(&moves.rows[i]);
}

static void on_time(void *arg, u_int64_t now)
{
    link_count_write();
}

void link_count_start(void)
{
    kore_timer_add(on_time, EVERY_MS, NULL, 0);
}
