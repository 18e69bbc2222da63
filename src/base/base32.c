/*
 * base/base32: see the header.
 */
#include "base/base32.h"

#include <assert.h>
#include <string.h>

static const char letters[] = "abcdefghijklmnopqrstuvwxyz234567";

void base32_encode(const uint8_t *data, size_t len, char *out)
{
    assert(len % 5 == 0);
    for (size_t i = 0; i < len; i += 5) {
        uint64_t block = 0;
        for (size_t j = 0; j < 5; j++)
            block = block << 8 | data[i + j];
        for (int shift = 35; shift >= 0; shift -= 5)
            *out++ = letters[block >> shift & 31];
    }
    *out = '\0';
}

/* A character's five bits; -1: none of ours. */
static int bits_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        c = (char)(c - 'A' + 'a');
    if (c == '0')
        c = 'o';
    else if (c == '1')
        c = 'l';
    else if (c == '8')
        c = 'b';
    const char *found = c == '\0' ? NULL : strchr(letters, c);
    return found == NULL ? -1 : (int)(found - letters);
}

bool base32_read(const char *text, uint8_t *out, size_t len)
{
    uint64_t block = 0;
    size_t chars = 0;

    assert(len % 5 == 0);
    for (const char *at = text; *at != '\0'; at++) {
        if (strchr(" \t-", *at) != NULL)
            continue;
        const int bits = bits_of(*at);
        if (bits < 0 || chars == BASE32_CHARS(len))
            return false;
        block = block << 5 | (uint64_t)bits;
        if (++chars % 8 == 0)
            for (int shift = 32; shift >= 0; shift -= 8)
                *out++ = (uint8_t)(block >> shift);
    }
    return chars == BASE32_CHARS(len);
}
