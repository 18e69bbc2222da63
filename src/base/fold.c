/*
 * base/fold: keys for comparing names, and clean forms for keeping them. Plain ASCII, most of an
 * import, takes a short way that gives what libunistring would.
 */
#include "base/fold.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/utf8.h"

bool fold_is_utf8(const char *text, size_t len)
{
    return utf8_is_valid(text, len) && (len == 0 || !memchr(text, '\0', len));
}

static void die(void)
{
    fputs("assent: out of memory (fold)\n", stderr);
    abort();
}

static bool is_ascii(const char *text, size_t len)
{
    size_t i = 0;
    for (; len - i >= 8; i += 8) {
        uint64_t eight;
        memcpy(&eight, text + i, sizeof eight);
        if (eight & UINT64_C(0x8080808080808080))
            return false;
    }
    for (; i < len; i++) {
        if ((uint8_t)text[i] >= 0x80)
            return false;
    }
    return true;
}

/* ASCII text with runs of blanks and control characters as one space, trimmed; and lower case. */
static const char *squeeze(struct arena *arena, const char *text, size_t len, bool is_lowered)
{
    char *out = arena_strndup(arena, text, len), *end = out;
    bool is_gap = false;
    for (size_t i = 0; i < len; i++) {
        uint8_t c = (uint8_t)text[i];
        if (c <= ' ' || c == 0x7f) {
            is_gap = end > out;
            continue;
        }
        if (is_gap) {
            *end++ = ' ';
            is_gap = false;
        }
        *end++ = (char)(is_lowered && c >= 'A' && c <= 'Z' ? c | 0x20 : c);
    }
    *end = '\0';
    return out;
}

static bool is_gap_rune(uint32_t rune)
{
    return rune <= ' ' || (rune >= 0x7f && rune <= 0xa0) || uc_is_property_white_space(rune);
}

/* Drawn as nothing, or turning what follows around: soft hyphen, zero-width space, word joiner,
 * byte order mark; the bidirectional controls but for the two plain marks. */
static bool is_invisible(uint32_t rune)
{
    return rune == 0xad || rune == 0x200b || rune == 0x2060 || rune == 0xfeff ||
           (rune >= 0x202a && rune <= 0x202e) || (rune >= 0x2066 && rune <= 0x2069);
}

/* Latin, Greek or Cyrillic: scripts whose accents a searcher may leave out. */
static bool is_accentable(uint32_t rune)
{
    return (rune >= 'a' && rune <= 'z') || (rune >= 'A' && rune <= 'Z') ||
           (rune >= 0xc0 && rune <= 0x24f) || (rune >= 0x370 && rune <= 0x52f) ||
           (rune >= 0x1e00 && rune <= 0x1fff);
}

static bool is_accent(uint32_t rune)
{
    return (rune >= 0x300 && rune <= 0x36f) || (rune >= 0x483 && rune <= 0x487) ||
           (rune >= 0x1ab0 && rune <= 0x1aff) || (rune >= 0x1dc0 && rune <= 0x1dff);
}

/* What letters that do not decompose are searched as, and typographers' quotes and hyphens. */
static const char *plain_of(uint32_t rune)
{
    switch (rune) {
    case 0xf8:
        return "o";
    case 0x142:
        return "l";
    case 0x111:
    case 0xf0:
        return "d";
    case 0x131:
        return "i";
    case 0xe6:
        return "ae";
    case 0x153:
        return "oe";
    case 0xfe:
        return "th";
    case 0x127:
        return "h";
    case 0x167:
        return "t";
    case 0x2018:
    case 0x2019:
    case 0x2bc:
        return "'";
    case 0x2010:
    case 0x2012:
    case 0x2013:
    case 0x2014:
        return "-";
    default:
        return NULL;
    }
}

/* Copies text rune by rune: gaps as one space, invisible characters dropped, and for a key the
 * accents too. out has room for twice len. Returns its length. */
static size_t copy_runes(const char *text, size_t len, char *out, bool is_key)
{
    size_t done = 0;
    bool is_gap = false, is_letter = false;
    for (size_t at = 0; at < len;) {
        uint32_t rune = 0xfffd;
        size_t step = utf8_step(text + at, len - at, &rune);
        at += step ? step : 1;
        if (is_gap_rune(rune)) {
            is_gap = done > 0;
            is_letter = false;
            continue;
        }
        if (is_invisible(rune) || (is_key && is_letter && is_accent(rune)))
            continue;
        if (is_gap)
            out[done++] = ' ';
        is_gap = false;
        is_letter = is_accentable(rune);
        const char *plain = is_key ? plain_of(rune) : NULL;
        if (plain) {
            while (*plain)
                out[done++] = *plain++;
        } else {
            done += utf8_put(rune, out + done);
        }
    }
    return done;
}

/* Every rune of the input, a lone bad byte included, gives at most this many times its bytes. */
#define COPY_GROWTH 4

static const char *composed(struct arena *arena, const char *text, size_t len)
{
    uint8_t quick[512];
    size_t out_len = sizeof quick;
    uint8_t *out = u8_normalize(UNINORM_NFC, (const uint8_t *)text, len, quick, &out_len);
    if (!out)
        die();
    const char *kept = arena_strndup(arena, (const char *)out, out_len);
    if (out != quick)
        free(out);
    return kept;
}

const char *fold_key(struct arena *arena, const char *text)
{
    size_t len = strlen(text);
    if (is_ascii(text, len))
        return squeeze(arena, text, len, true);
    uint8_t quick[512];
    size_t folded_len = sizeof quick;
    uint8_t *folded =
        u8_casefold((const uint8_t *)text, len, NULL, UNINORM_NFKD, quick, &folded_len);
    if (!folded)
        die();
    char *plain = arena_array(arena, folded_len + 1, COPY_GROWTH);
    size_t plain_len = copy_runes((const char *)folded, folded_len, plain, true);
    if (folded != quick)
        free(folded);
    return composed(arena, plain, plain_len);
}

const char *fold_clean(struct arena *arena, const char *text)
{
    size_t len = strlen(text);
    if (is_ascii(text, len))
        return squeeze(arena, text, len, false);
    char *plain = arena_array(arena, len + 1, COPY_GROWTH);
    return composed(arena, plain, copy_runes(text, len, plain, false));
}

const char *fold_initials(struct arena *arena, const char *name)
{
    uint32_t first = 0, last = 0;
    bool is_start = true;
    for (size_t at = 0, len = strlen(name); at < len;) {
        uint32_t rune = 0xfffd;
        size_t step = utf8_step(name + at, len - at, &rune);
        at += step ? step : 1;
        if (is_gap_rune(rune)) {
            is_start = true;
        } else if (is_start && uc_is_alnum(rune)) {
            if (first)
                last = rune;
            else
                first = rune;
            is_start = false;
        }
    }
    if (!first)
        return "?";
    char *out = arena_alloc(arena, 9);
    size_t done = utf8_put(uc_totitle(first), out);
    if (last)
        utf8_put(uc_totitle(last), out + done);
    return out;
}
