/*
 * base/clock: what time it is. UTC seconds in 64 bits everywhere.
 *
 * Tests move the clock: ASSENT_CLOCK_OFFSET_S in the environment is read once, at first use.
 */
#ifndef ASSENT_BASE_CLOCK_H
#define ASSENT_BASE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Seconds since 1970-01-01 UTC, by the system's clock and the test offset. */
int64_t clock_now_s(void);

/* Nanoseconds from an arbitrary start, never going back: for durations. */
int64_t clock_monotonic_ns(void);

/* The same in seconds, and so that 0 is long ago: for when something was done last, in memory. */
int64_t clock_steady_s(void);

/* Adds to the test offset of this process. For unit tests. */
void clock_shift_s(int64_t seconds);

/* "2026-11-23T06:18:24Z" (RFC 3339) and "23 Nov 2026, 06:18 UTC". out holds the NUL too. */
#define CLOCK_RFC3339_BYTES 21
#define CLOCK_HUMAN_BYTES   32
void clock_rfc3339(int64_t at_s, char out[CLOCK_RFC3339_BYTES]);
void clock_human(int64_t at_s, char out[CLOCK_HUMAN_BYTES]);

/* "23 November 2026". */
void clock_long_day(int64_t at_s, char out[CLOCK_HUMAN_BYTES]);

/* The day, as its first second, so many months (0 to 1200) after the day of at_s: the same of its
 * month, or that month's last where it has none. UTC, so that no day is longer than another. */
int64_t clock_add_months(int64_t at_s, int months);

/* "2026-11-23" as the first second of that day, UTC. False: no such day, or not written so. */
bool clock_read_day(const char *text, int64_t *out);

/* "2026-11-23T06:18:24Z" and nothing else that RFC 3339 allows. False: no such second, or not
 * written so. */
bool clock_read_rfc3339(const char *text, int64_t *out);

/* A moment as people and programs write it: a day (its first second, UTC), or any time of RFC 3339:
 * with an offset, with parts of a second, which are cut off. A space may stand for the T, and for
 * the + of the offset, which a query string makes one. False: neither, or not there. */
bool clock_read_moment(const char *text, int64_t *out);

#endif
