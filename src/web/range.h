/*
 * web/range: which part of an asset a Range header asks for. Text in, numbers out: no Kore here.
 */
#ifndef ASSENT_WEB_RANGE_H
#define ASSENT_WEB_RANGE_H

#include <stddef.h>

enum range_kind {
    RANGE_WHOLE, /* none, or one that is answered with the whole: malformed, another unit, several
                  */
    RANGE_PART,
    RANGE_OUTSIDE, /* it begins behind the end: 416 */
};

/* value: of a Range header, NULL where there was none (RFC 9110 section 14.1.2); size: of the
 * whole, in bytes. For RANGE_PART, first and count are set: 0 < count <= size - first. */
enum range_kind range_parse(const char *value, size_t size, size_t *first, size_t *count);

#endif
