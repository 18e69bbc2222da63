/*
 * base/mask: see mask.h.
 */
#include "base/mask.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define TOKEN_CHARS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

const char *mask_tokens(struct arena *arena, const char *text)
{
    struct buf out = {0};
    if (!text)
        return NULL;
    while (*text) {
        const size_t run = strspn(text, TOKEN_CHARS);
        const size_t rest = strcspn(text + run, TOKEN_CHARS);
        if (run >= MASK_TOKEN_CHARS)
            buf_adds(&out, "...");
        else
            buf_add(&out, text, run);
        buf_add(&out, text + run, rest);
        text += run + rest;
    }
    const char *masked = arena_strndup(arena, out.data ? out.data : "", out.len);
    buf_free(&out);
    return masked;
}

/* Of a local part, of an escape in it, or of one percent-encoded. What ends an escape is told apart
 * from what ends an address below. */
static bool is_local(char c)
{
    return (c & 0x80) != 0 || isalnum((unsigned char)c) ||
           (c != '\0' && strchr("!#$%&'*+-/=?^_`{|}~.;", c) != NULL);
}

static bool is_domain(char c)
{
    return (c & 0x80) != 0 || isalnum((unsigned char)c) || c == '-' || c == '.' || c == '%';
}

/* How many bytes back from at an escape begins that ends there, "&#39;"; 0: none does. */
static size_t escape_before(const char *text, size_t at)
{
    for (size_t n = 2; n <= 8 && n <= at; n++) {
        if (text[at - n] == '&')
            return n;
        if (text[at - n] != '#' && !isalnum((unsigned char)text[at - n]))
            return 0;
    }
    return 0;
}

/* Whether an escape stands for what no local part holds: "&lt;", "&gt;", "&quot;", "&#34;". */
static bool is_bound(const char *escape, size_t len)
{
    static const char *const bounds[] = {"&lt;", "&gt;", "&quot;", "&#34;", "&#60;", "&#62;"};

    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        if (strlen(bounds[i]) == len && memcmp(bounds[i], escape, len) == 0)
            return true;
    return false;
}

/* Where the local part begins that ends before at. Percent-encoded, all but RFC 3986's unreserved
 * is: what else stands there is of the link. */
static size_t local_begin(const char *text, size_t from, size_t at, bool is_encoded)
{
    while (is_encoded && at > from &&
           (isalnum((unsigned char)text[at - 1]) || strchr("-._~%", text[at - 1])))
        at--;
    if (is_encoded)
        return at;
    while (at > from) {
        const char c = text[at - 1];
        if (c == ';') {
            const size_t len = escape_before(text, at - 1) + 1;
            if (len == 1 || at - len < from || is_bound(text + at - len, len))
                break;
            at -= len;
        } else if (is_local(c)) {
            at--;
        } else {
            break;
        }
    }
    return at;
}

/* Bytes of the at sign at that place: 1, or 3 where it is percent-encoded; 0: none is there. */
static size_t at_sign(const char *text, size_t len, size_t at)
{
    if (text[at] == '@')
        return 1;
    return len - at >= 3 && memcmp(text + at, "%40", 3) == 0 ? 3 : 0;
}

/* A page may quote what was typed; the mark could belong to a local part as well. */
static bool is_kept(const char *text, size_t len, const char *const *keep, size_t keep_count)
{
    static const char quote[] = "\u201c";

    if (len > sizeof quote - 1 && memcmp(text, quote, sizeof quote - 1) == 0) {
        text += sizeof quote - 1;
        len -= sizeof quote - 1;
    }
    for (size_t i = 0; i < keep_count; i++)
        if (strlen(keep[i]) == len && strncasecmp(keep[i], text, len) == 0)
            return true;
    return false;
}

static void cover(struct buf *out, const char *local, size_t len, bool is_encoded)
{
    size_t first = local[0] == '%' && len > 3 ? 3 : utf8_step(local, len, NULL);

    if (local[0] == '&') {
        const char *end = memchr(local, ';', len);
        first = end == NULL ? 0 : (size_t)(end - local) + 1;
    }
    if (first == 0)
        first = 1;
    buf_add(out, local, first < len ? first : len);
    for (int i = 0; i < 5; i++)
        buf_adds(out, is_encoded ? "%E2%80%A2" : "\u2022");
}

void mask_addresses(struct buf *out, const char *text, size_t len, const char *const *keep,
                    size_t keep_count)
{
    size_t done = 0, at = 0;

    while (at < len) {
        const size_t sign = at_sign(text, len, at);
        if (sign == 0) {
            at++;
            continue;
        }
        const size_t begin = local_begin(text, done, at, sign > 1);
        size_t end = at + sign;
        while (end < len && is_domain(text[end]) && at_sign(text, len, end) == 0)
            end++;
        while (text[end - 1] == '.') /* ends a sentence */
            end--;
        if (end - at > 3 && memcmp(text + end - 3, "\u201d", 3) == 0)
            end -= 3;
        if (begin < at && end > at + sign &&
            !is_kept(text + begin, end - begin, keep, keep_count)) {
            buf_add(out, text + done, begin - done);
            cover(out, text + begin, at - begin, sign > 1);
            done = at;
        }
        at = end;
    }
    buf_add(out, text + done, len - done);
}
