/*
 * base/buf: a growing text buffer and its escapers. Each escaper copies runs of plain bytes whole
 * and stops only where a table says that the next byte needs a decision.
 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */
#define CAP_MIN     256

static void die(void)
{
    fputs("assent: out of memory (buf)\n", stderr);
    abort();
}

void buf_free(struct buf *buf)
{
    free(buf->data);
    *buf = (struct buf){0};
}

void buf_clear(struct buf *buf)
{
    buf->len = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

void buf_reserve(struct buf *buf, size_t more)
{
    if (more > SIZE_MAX / 4 - 1 - buf->len)
        die();
    size_t need = buf->len + more + 1;
    if (need <= buf->cap)
        return;
    size_t cap = buf->cap ? buf->cap : CAP_MIN;
    while (cap < need)
        cap *= 2;
    char *data = realloc(buf->data, cap);
    if (!data)
        die();
    buf->data = data;
    buf->cap = cap;
    buf->data[buf->len] = '\0';
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
    if (buf->cap - buf->len <= len) /* also when there is no memory yet */
        buf_reserve(buf, len);
    if (len)
        memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    buf->data[buf->len] = '\0';
}

void buf_adds(struct buf *buf, const char *text)
{
    buf_add(buf, text, strlen(text));
}

void buf_addc(struct buf *buf, char c)
{
    if (buf->cap - buf->len <= 1)
        buf_reserve(buf, 1);
    buf->data[buf->len++] = c;
    buf->data[buf->len] = '\0';
}

void buf_printf(struct buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        die();
    buf_reserve(buf, (size_t)len);
    va_start(args, format);
    vsnprintf(buf->data + buf->len, (size_t)len + 1, format, args);
    va_end(args);
    buf->len += (size_t)len;
}

/* The digits of value, right-aligned before end; group puts a comma every third. */
static char *digits_before(char *end, int64_t value, bool group)
{
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    int written = 0;
    do {
        if (group && written && written % 3 == 0)
            *--end = ',';
        *--end = (char)('0' + rest % 10);
        rest /= 10;
        written++;
    } while (rest);
    if (value < 0)
        *--end = '-';
    return end;
}

void buf_int(struct buf *buf, int64_t value)
{
    char text[32];
    char *end = text + sizeof text;
    const char *start = digits_before(end, value, false);
    buf_add(buf, start, (size_t)(end - start));
}

void buf_grouped(struct buf *buf, int64_t value)
{
    char text[32];
    char *end = text + sizeof text;
    const char *start = digits_before(end, value, true);
    buf_add(buf, start, (size_t)(end - start));
}

/* What stops a plain run: control characters and DEL everywhere, bytes past ASCII since they may
 * be malformed, and the characters that each format escapes. */
enum { STOP_HTML = 1, STOP_JSON = 2 };
#define BOTH (STOP_HTML | STOP_JSON)
static const uint8_t stops[256] = {
    [0x00 ... 0x08] = BOTH, [0x09 ... 0x0a] = STOP_JSON, [0x0b ... 0x1f] = BOTH, ['"'] = BOTH,
    ['&'] = STOP_HTML,      ['\''] = STOP_HTML,          ['<'] = STOP_HTML,      ['>'] = STOP_HTML,
    ['\\'] = STOP_JSON,     [0x7f] = STOP_HTML,          [0x80 ... 0xff] = BOTH,
};

static const char *html_escape_of(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return REPLACEMENT;
    }
}

void buf_html(struct buf *buf, const char *text)
{
    if (!text)
        return;
    const char *run = text, *at = text, *end = text + strlen(text);
    buf_reserve(buf, (size_t)(end - text));
    while (at < end) {
        if (!(stops[(uint8_t)*at] & STOP_HTML)) {
            at++;
            continue;
        }
        uint32_t rune = 0;
        size_t step = utf8_step(at, (size_t)(end - at), &rune);
        if (step > 1 && rune >= 0xa0) {
            at += step;
            continue;
        }
        buf_add(buf, run, (size_t)(at - run));
        buf_adds(buf, html_escape_of(*at));
        at += step ? step : 1;
        run = at;
    }
    buf_add(buf, run, (size_t)(end - run));
}

static void json_escape(struct buf *buf, char c)
{
    static const char names[] = "b\bf\fn\nr\rt\t\"\"\\\\";
    for (size_t i = 0; i + 1 < sizeof names; i += 2) {
        if (names[i + 1] == c) {
            const char pair[2] = {'\\', names[i]};
            buf_add(buf, pair, sizeof pair);
            return;
        }
    }
    buf_printf(buf, "\\u%04x", (unsigned)(uint8_t)c);
}

void buf_json(struct buf *buf, const char *text)
{
    if (!text) {
        buf_adds(buf, "null");
        return;
    }
    buf_json_bytes(buf, text, strlen(text));
}

void buf_json_bytes(struct buf *buf, const char *text, size_t len)
{
    const char *run = text, *at = text, *end = text + len;
    buf_reserve(buf, len + 2);
    buf_addc(buf, '"');
    while (at < end) {
        if (!(stops[(uint8_t)*at] & STOP_JSON)) {
            at++;
            continue;
        }
        size_t step = utf8_step(at, (size_t)(end - at), NULL);
        if (step > 1) {
            at += step;
            continue;
        }
        buf_add(buf, run, (size_t)(at - run));
        if (step == 1)
            json_escape(buf, *at);
        else
            buf_adds(buf, REPLACEMENT);
        at++;
        run = at;
    }
    buf_add(buf, run, (size_t)(end - run));
    buf_addc(buf, '"');
}

void buf_csv_exact(struct buf *buf, const char *text, size_t len)
{
    bool is_quoted = false;
    for (size_t i = 0; i < len && !is_quoted; i++)
        is_quoted = text[i] == '"' || text[i] == ',' || text[i] == '\r' || text[i] == '\n';
    if (!is_quoted) {
        buf_add(buf, text, len);
        return;
    }
    buf_addc(buf, '"');
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '"')
            buf_addc(buf, '"');
        buf_addc(buf, text[i]);
    }
    buf_addc(buf, '"');
}

void buf_csv(struct buf *buf, const char *text)
{
    if (!text || !*text)
        return;
    size_t len = strlen(text);
    bool is_formula = strchr("=+-@\t\r", text[0]) != NULL;
    bool is_quoted = strpbrk(text, ",\"\r\n\t") || text[0] == ' ' || text[len - 1] == ' ';
    if (is_quoted)
        buf_addc(buf, '"');
    if (is_formula)
        buf_addc(buf, '\'');
    const char *quote;
    while (is_quoted && (quote = strchr(text, '"')) != NULL) {
        buf_add(buf, text, (size_t)(quote - text) + 1);
        buf_addc(buf, '"');
        text = quote + 1;
    }
    buf_adds(buf, text);
    if (is_quoted)
        buf_addc(buf, '"');
}

static bool is_unreserved(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void buf_url(struct buf *buf, const char *text)
{
    static const char hex[] = "0123456789ABCDEF";
    for (; text && *text; text++) {
        if (is_unreserved(*text)) {
            buf_addc(buf, *text);
            continue;
        }
        uint8_t byte = (uint8_t)*text;
        const char escape[3] = {'%', hex[byte >> 4], hex[byte & 15]};
        buf_add(buf, escape, sizeof escape);
    }
}
