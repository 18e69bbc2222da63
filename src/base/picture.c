/*
 * base/picture: see the header.
 */
#include "base/picture.h"

#include <string.h>

#include "base/png.h"
#include "base/svg.h"

static bool begins(const unsigned char *data, size_t len, const void *with, size_t with_len)
{
    return len >= with_len && memcmp(data, with, with_len) == 0;
}

/* XML begins with "<", behind a byte-order mark and white space; UTF-16 with a mark of its own. */
static bool looks_like_xml(const unsigned char *data, size_t len)
{
    size_t at = begins(data, len, "\xef\xbb\xbf", 3) ? 3 : 0;

    if (begins(data, len, "\xff\xfe", 2) || begins(data, len, "\xfe\xff", 2))
        return true;
    while (at < len && memchr(" \t\r\n", data[at], 4) != NULL)
        at++;
    return at < len && data[at] == '<';
}

enum status picture_read(struct arena *arena, const void *data, size_t len, struct picture *out,
                         const char **fault)
{
    static const unsigned char jpeg[] = {0xff, 0xd8, 0xff};

    if (png_is(data, len))
        return png_read(arena, data, len, out, fault);
    if (looks_like_xml(data, len))
        return svg_read(arena, data, len, out, fault);
    if (begins(data, len, jpeg, sizeof jpeg) || begins(data, len, "GIF8", 4) ||
        begins(data, len, "RIFF", 4))
        *fault = "This picture is neither PNG nor SVG. Save it as PNG and choose that file.";
    else
        *fault = "This file is neither a PNG nor an SVG picture.";
    return STATUS_INVALID;
}
