/*
 * service/pause: until when someone may be paused. See the header.
 */
#include "service/pause.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define DAY_S 86400

static int64_t today(int64_t now_s)
{
    return now_s - now_s % DAY_S;
}

void pause_range(int64_t now_s, int64_t *first, int64_t *last)
{
    char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(now_s, text);
    char day[32];
    snprintf(day, sizeof day, "%04d%.6s", (int)strtol(text, NULL, 10) + PAUSE_YEARS, text + 4);
    *first = today(now_s) + DAY_S;
    if (clock_read_day(day, last))
        return;
    memcpy(day + 4, "-02-28", sizeof "-02-28"); /* five years from a 29 February */
    if (!clock_read_day(day, last))
        *last = *first; /* past the year 9999 */
}

static bool take(int64_t until, int64_t now_s, int64_t *out)
{
    int64_t first, last;
    pause_range(now_s, &first, &last);
    if (until < first || until > last)
        return false;
    *out = until;
    return true;
}

bool pause_for_days(int64_t days, int64_t now_s, int64_t *out)
{
    return days >= 1 && days <= (PAUSE_YEARS + 1) * 366 &&
           take(today(now_s) + days * DAY_S, now_s, out);
}

bool pause_for_length(const char *text, int64_t now_s, int64_t *out)
{
    for (size_t i = 0; text && i < PAUSE_LENGTHS; i++) {
        char length[16];
        snprintf(length, sizeof length, "%d", pause_lengths[i]);
        if (strcmp(text, length) == 0)
            return pause_for_days(pause_lengths[i], now_s, out);
    }
    return false;
}

bool pause_until_day(const char *text, int64_t now_s, int64_t *out)
{
    int64_t until;
    return text && clock_read_day(text, &until) && take(until, now_s, out);
}
