/*
 * base/utf8: one well-formed UTF-8 sequence at a time. The ranges of the second byte are those of
 * RFC 3629 section 4; they shut out overlong forms, surrogates and what lies past U+10FFFF.
 */
#include "base/utf8.h"

#include <string.h>

static bool is_tail(uint8_t byte)
{
    return (byte & 0xc0) == 0x80;
}

size_t utf8_step(const char *text, size_t len, uint32_t *rune)
{
    const uint8_t *s = (const uint8_t *)text;
    if (len == 0)
        return 0;
    if (s[0] < 0x80) {
        if (rune)
            *rune = s[0];
        return 1;
    }
    if (s[0] < 0xc2 || s[0] > 0xf4 || len < 2)
        return 0;
    if (s[0] < 0xe0) {
        if (!is_tail(s[1]))
            return 0;
        if (rune)
            *rune = (uint32_t)(s[0] & 0x1f) << 6 | (s[1] & 0x3f);
        return 2;
    }
    if (s[0] < 0xf0) {
        uint8_t low = s[0] == 0xe0 ? 0xa0 : 0x80;
        uint8_t high = s[0] == 0xed ? 0x9f : 0xbf;
        if (len < 3 || s[1] < low || s[1] > high || !is_tail(s[2]))
            return 0;
        if (rune)
            *rune = (uint32_t)(s[0] & 0x0f) << 12 | (uint32_t)(s[1] & 0x3f) << 6 | (s[2] & 0x3f);
        return 3;
    }
    uint8_t low = s[0] == 0xf0 ? 0x90 : 0x80;
    uint8_t high = s[0] == 0xf4 ? 0x8f : 0xbf;
    if (len < 4 || s[1] < low || s[1] > high || !is_tail(s[2]) || !is_tail(s[3]))
        return 0;
    if (rune)
        *rune = (uint32_t)(s[0] & 0x07) << 18 | (uint32_t)(s[1] & 0x3f) << 12 |
                (uint32_t)(s[2] & 0x3f) << 6 | (s[3] & 0x3f);
    return 4;
}

bool utf8_is_valid(const char *text, size_t len)
{
    size_t at = 0;
    while (at < len) {
        uint64_t eight;
        if (len - at >= sizeof eight) {
            memcpy(&eight, text + at, sizeof eight);
            if ((eight & UINT64_C(0x8080808080808080)) == 0) {
                at += sizeof eight;
                continue;
            }
        }
        size_t step = utf8_step(text + at, len - at, NULL);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

size_t utf8_put(uint32_t rune, char out[4])
{
    if (rune < 0x80) {
        out[0] = (char)rune;
        return 1;
    }
    if (rune < 0x800) {
        out[0] = (char)(0xc0 | rune >> 6);
        out[1] = (char)(0x80 | (rune & 0x3f));
        return 2;
    }
    if (rune < 0x10000) {
        out[0] = (char)(0xe0 | rune >> 12);
        out[1] = (char)(0x80 | (rune >> 6 & 0x3f));
        out[2] = (char)(0x80 | (rune & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | rune >> 18);
    out[1] = (char)(0x80 | (rune >> 12 & 0x3f));
    out[2] = (char)(0x80 | (rune >> 6 & 0x3f));
    out[3] = (char)(0x80 | (rune & 0x3f));
    return 4;
}
