/*
 * service/pause: until when someone may be paused. A pause ends on a day, at 00:00 UTC: from
 * tomorrow to five years from today. Reads what was asked for; setting it is service/change.
 */
#ifndef ASSENT_SERVICE_PAUSE_H
#define ASSENT_SERVICE_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

#define PAUSE_YEARS 5

/* Lengths that pages offer, in days. */
#define PAUSE_LENGTHS 3
static const int pause_lengths[PAUSE_LENGTHS] = {7, 30, 90};

/* The first and the last day that a pause may end on. */
void pause_range(int64_t now_s, int64_t *first, int64_t *last);

/* Asking for days at any time of one day gives the same end. False: out of range. */
bool pause_for_days(int64_t days, int64_t now_s, int64_t *out);

/* One of pause_lengths, as a form has it. NULL is none. */
bool pause_for_length(const char *text, int64_t now_s, int64_t *out);

/* YYYY-MM-DD, the day on which messages come again. */
bool pause_until_day(const char *text, int64_t now_s, int64_t *out);

#endif
