/*
 * base/mime_read: a mail that mime_write made, read again for a page that shows it.
 * Declared in mime.h. It trusts nothing: the file may have been changed, or cut.
 */
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/mime.h"

struct span {
    const char *at, *end;
};

/* The next line without its end; false at the end. */
static bool next_line(struct span *rest, struct span *line)
{
    if (rest->at >= rest->end)
        return false;
    const char *end = memchr(rest->at, '\n', (size_t)(rest->end - rest->at));
    line->at = rest->at;
    line->end = end ? end : rest->end;
    rest->at = end ? end + 1 : rest->end;
    if (line->end > line->at && line->end[-1] == '\r')
        line->end--;
    return true;
}

static bool begins(struct span line, const char *word)
{
    const size_t len = strlen(word);
    return (size_t)(line.end - line.at) >= len && strncasecmp(line.at, word, len) == 0;
}

/* Moves past the lines up to the one that is "--boundary", or "--boundary--". *body ends before
 * it. */
static bool next_boundary(struct span *rest, const char *boundary, struct span *body)
{
    struct span line;
    body->at = body->end = rest->at;
    while (next_line(rest, &line)) {
        if (begins(line, "--") && begins((struct span){line.at + 2, line.end}, boundary))
            return true;
        body->end = line.end;
    }
    return false;
}

/* The boundary of our own messages: it stands on a line of its own in the header. */
static const char *find_boundary(struct arena *arena, struct span *rest)
{
    static const char mark[] = " boundary=\"";
    const char *found = NULL;
    struct span line;
    while (next_line(rest, &line) && line.at < line.end)
        if (begins(line, mark)) {
            const char *at = line.at + sizeof mark - 1;
            const char *end = memchr(at, '"', (size_t)(line.end - at));
            found = end && end > at ? arena_strndup(arena, at, (size_t)(end - at)) : NULL;
        }
    return found;
}

static int hex_digit(char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char *at = c ? strchr(digits, c) : NULL;
    return at ? (int)(at - digits) : -1;
}

static void decode_quoted(struct buf *out, struct span body)
{
    struct span line;
    while (next_line(&body, &line)) {
        const bool goes_on = line.end > line.at && line.end[-1] == '=';
        if (goes_on)
            line.end--;
        for (const char *c = line.at; c < line.end; c++) {
            const bool is_code = *c == '=' && line.end - c > 2;
            const int high = is_code ? hex_digit(c[1]) : -1;
            const int low = is_code ? hex_digit(c[2]) : -1;
            if (high >= 0 && low >= 0) {
                buf_addc(out, (char)(high << 4 | low));
                c += 2;
            } else {
                buf_addc(out, *c);
            }
        }
        if (!goes_on)
            buf_addc(out, '\n');
    }
}

static void decode_base64(struct buf *out, struct span body)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint32_t bits = 0;
    int have = 0;
    for (const char *c = body.at; c < body.end && *c != '='; c++) {
        const char *digit = *c ? strchr(digits, *c) : NULL;
        if (!digit)
            continue;
        bits = bits << 6 | (uint32_t)(digit - digits);
        have += 6;
        if (have >= 8) {
            have -= 8;
            if ((char)(bits >> have) != '\r')
                buf_addc(out, (char)(bits >> have));
        }
    }
}

/* RFC 3676 section 4.2, backwards: a blank at a line's end says that it goes on. */
static void unflow(struct buf *out, const char *text)
{
    while (*text) {
        const size_t len = strcspn(text, "\n");
        const char *at = text + (*text == ' ');
        const size_t kept = len - (size_t)(at - text);
        buf_add(out, at, kept);
        if (kept == 0 || at[kept - 1] != ' ')
            buf_addc(out, '\n');
        text += len + (text[len] != '\0');
    }
}

static const char *decode(struct arena *arena, struct span body, bool is_base64, bool is_flowed)
{
    struct buf bytes = {0}, text = {0};
    if (is_base64)
        decode_base64(&bytes, body);
    else
        decode_quoted(&bytes, body);
    buf_addc(&bytes, '\0'); /* a NUL inside ends it: pages have none */
    if (is_flowed)
        unflow(&text, bytes.data);
    else
        buf_add(&text, bytes.data, strlen(bytes.data));
    const char *out = arena_strndup(arena, text.data ? text.data : "", text.len);
    buf_free(&bytes);
    buf_free(&text);
    return out;
}

const char *mime_part(struct arena *arena, const char *data, size_t len, const char *type)
{
    struct span rest = {data, data + len}, body, line;
    const char *wanted = arena_printf(arena, "Content-Type: %s;", type);
    const char *boundary = find_boundary(arena, &rest);
    if (!boundary || !next_boundary(&rest, boundary, &body))
        return NULL;
    for (;;) {
        bool is_wanted = false, is_base64 = false, is_flowed = false;
        while (next_line(&rest, &line) && line.at < line.end) {
            if (begins(line, wanted)) {
                is_wanted = true;
                is_flowed = memmem(line.at, (size_t)(line.end - line.at), "flowed", 6) != NULL;
            }
            is_base64 = is_base64 || begins(line, "Content-Transfer-Encoding: base64");
        }
        const bool has_more = next_boundary(&rest, boundary, &body);
        if (is_wanted)
            return decode(arena, body, is_base64, is_flowed);
        if (!has_more)
            return NULL;
    }
}

const char *mime_head(struct arena *arena, const char *data, size_t len)
{
    struct span rest = {data, data + len}, line;
    struct buf head = {0};
    while (next_line(&rest, &line) && line.at < line.end) {
        buf_add(&head, line.at, (size_t)(line.end - line.at));
        buf_addc(&head, '\n');
    }
    const char *out = arena_strdup(arena, head.data ? head.data : "");
    buf_free(&head);
    return out;
}
