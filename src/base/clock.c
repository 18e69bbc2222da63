/*
 * base/clock: the system's clocks, and the offset by which tests move the first of them.
 */
#include "base/clock.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static pthread_once_t offset_once = PTHREAD_ONCE_INIT;
static _Atomic int64_t offset_s;

static void read_offset(void)
{
    const char *text = getenv("ASSENT_CLOCK_OFFSET_S");
    if (text && *text)
        atomic_store(&offset_s, (int64_t)strtoll(text, NULL, 10));
}

int64_t clock_now_s(void)
{
    struct timespec now;
    pthread_once(&offset_once, read_offset);
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec + atomic_load_explicit(&offset_s, memory_order_relaxed);
}

int64_t clock_monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t clock_steady_s(void)
{
    return INT64_C(1000000000) + clock_monotonic_ns() / 1000000000;
}

void clock_shift_s(int64_t seconds)
{
    pthread_once(&offset_once, read_offset);
    atomic_fetch_add(&offset_s, seconds);
}

/* UTC parts of at_s; times past four-digit years, which no stored value has, show as the last
 * second of 9999. */
static struct tm utc(int64_t at_s)
{
    const int64_t first = INT64_C(-62135596800), last = INT64_C(253402300799);
    time_t when = (time_t)(at_s < first ? first : at_s > last ? last : at_s);
    struct tm parts = {0};
    gmtime_r(&when, &parts);
    return parts;
}

void clock_rfc3339(int64_t at_s, char out[CLOCK_RFC3339_BYTES])
{
    struct tm t = utc(at_s);
    char text[80];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", t.tm_year + 1900, t.tm_mon + 1,
             t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
    memcpy(out, text, CLOCK_RFC3339_BYTES - 1);
    out[CLOCK_RFC3339_BYTES - 1] = '\0';
}

void clock_human(int64_t at_s, char out[CLOCK_HUMAN_BYTES])
{
    static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                       "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm t = utc(at_s);
    char text[80];
    snprintf(text, sizeof text, "%d %s %d, %02d:%02d UTC", t.tm_mday, months[t.tm_mon % 12],
             t.tm_year + 1900, t.tm_hour, t.tm_min);
    text[CLOCK_HUMAN_BYTES - 1] = '\0';
    memcpy(out, text, CLOCK_HUMAN_BYTES);
}

void clock_long_day(int64_t at_s, char out[CLOCK_HUMAN_BYTES])
{
    static const char months[12][10] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
    struct tm t = utc(at_s);
    char text[80];
    snprintf(text, sizeof text, "%d %s %d", t.tm_mday, months[t.tm_mon % 12], t.tm_year + 1900);
    text[CLOCK_HUMAN_BYTES - 1] = '\0';
    memcpy(out, text, CLOCK_HUMAN_BYTES);
}

bool clock_read_day(const char *text, int64_t *out)
{
    static const char form[] = "0000-00-00";
    for (size_t i = 0; i < sizeof form; i++) /* the NUL too */
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    const int year = (int)strtol(text, NULL, 10);
    const int month = (int)strtol(text + 5, NULL, 10), day = (int)strtol(text + 8, NULL, 10);
    struct tm t = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};
    const int64_t at_s = (int64_t)timegm(&t);
    if (t.tm_year != year - 1900 || t.tm_mon != month - 1 || t.tm_mday != day)
        return false; /* 31 April came out as 1 May */
    *out = at_s;
    return true;
}

bool clock_read_rfc3339(const char *text, int64_t *out)
{
    static const char form[] = "0000-00-00T00:00:00Z";
    char day[11];
    int64_t at_s;
    for (size_t i = 0; i < sizeof form; i++) /* the NUL too */
        if (form[i] == '0' ? text[i] < '0' || text[i] > '9' : text[i] != form[i])
            return false;
    memcpy(day, text, sizeof day - 1);
    day[sizeof day - 1] = '\0';
    const long hour = strtol(text + 11, NULL, 10), minute = strtol(text + 14, NULL, 10),
               second = strtol(text + 17, NULL, 10);
    if (!clock_read_day(day, &at_s) || hour > 23 || minute > 59 || second > 59)
        return false;
    *out = at_s + hour * 3600 + minute * 60 + second;
    return true;
}

static bool fits(const char *text, const char *form)
{
    for (; *form != '\0'; text++, form++)
        if (*form == '0' ? *text < '0' || *text > '9' : *text != *form)
            return false;
    return true;
}

/* "Z" or "+01:00" as seconds east of UTC. */
static bool read_offset_s(const char *text, int64_t *out)
{
    *out = 0;
    if ((*text == 'Z' || *text == 'z') && text[1] == '\0')
        return true;
    if ((*text != '+' && *text != '-' && *text != ' ') || !fits(text + 1, "00:00") ||
        text[6] != '\0')
        return false;
    const long hours = strtol(text + 1, NULL, 10), minutes = strtol(text + 4, NULL, 10);
    *out = (*text == '-' ? -1 : 1) * (hours * 3600 + minutes * 60);
    return hours <= 23 && minutes <= 59;
}

bool clock_read_moment(const char *text, int64_t *out)
{
    char plain[CLOCK_RFC3339_BYTES] = "";
    int64_t at_s, east_s;
    if (clock_read_day(text, out))
        return true;
    if (!fits(text, "0000-00-00") || (text[10] != 'T' && text[10] != 't' && text[10] != ' ') ||
        !fits(text + 11, "00:00:00"))
        return false;
    memcpy(plain, text, CLOCK_RFC3339_BYTES - 2);
    plain[10] = 'T';
    plain[19] = 'Z';
    text += 19;
    if (*text == '.') {
        const size_t digits = strspn(text + 1, "0123456789");
        if (digits == 0)
            return false;
        text += digits + 1;
    }
    if (!read_offset_s(text, &east_s) || !clock_read_rfc3339(plain, &at_s))
        return false;
    *out = at_s - east_s;
    return true;
}

int64_t clock_add_months(int64_t at_s, int months)
{
    const struct tm from = utc(at_s);
    struct tm to = {
        .tm_year = from.tm_year, .tm_mon = from.tm_mon + months, .tm_mday = from.tm_mday};
    const int month = to.tm_mon % 12;
    int64_t day = (int64_t)timegm(&to);
    if (to.tm_mon == month)
        return day;
    to = (struct tm){.tm_year = from.tm_year, .tm_mon = from.tm_mon + months + 1, .tm_mday = 0};
    return (int64_t)timegm(&to);
}
