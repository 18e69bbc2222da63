/*
 * web/range: see range.h.
 */
#include "web/range.h"

#include <stdbool.h>
#include <stdint.h>
#include <strings.h>

/* Reads digits at *at, which moves behind them. A number too long for size_t is the largest one:
 * it lies behind the end of everything. */
static bool read_number(const char **at, size_t *out)
{
    const char *digits = *at;
    size_t number = 0;

    for (; **at >= '0' && **at <= '9'; (*at)++) {
        size_t digit = (size_t)(**at - '0');
        number = number > (SIZE_MAX - digit) / 10 ? SIZE_MAX : number * 10 + digit;
    }
    *out = number;
    return *at > digits;
}

static const char *past_spaces(const char *at)
{
    while (*at == ' ' || *at == '\t')
        at++;
    return at;
}

static enum range_kind suffix(size_t length, size_t size, size_t *first, size_t *count)
{
    if (length == 0 || size == 0)
        return RANGE_OUTSIDE;
    *count = length < size ? length : size;
    *first = size - *count;
    return RANGE_PART;
}

enum range_kind range_parse(const char *value, size_t size, size_t *first, size_t *count)
{
    size_t from = 0, to = SIZE_MAX;

    if (value == NULL || strncasecmp(value, "bytes=", 6) != 0)
        return RANGE_WHOLE;
    const char *at = past_spaces(value + 6);
    bool has_from = read_number(&at, &from);
    if (*at++ != '-')
        return RANGE_WHOLE;
    bool has_to = read_number(&at, &to);
    if (!has_to)
        to = SIZE_MAX;
    if (*past_spaces(at) != '\0' || (!has_from && !has_to) || from > to)
        return RANGE_WHOLE;
    if (!has_from)
        return suffix(to, size, first, count);
    if (from >= size)
        return RANGE_OUTSIDE;
    *first = from;
    *count = to >= size ? size - from : to - from + 1;
    return RANGE_PART;
}
