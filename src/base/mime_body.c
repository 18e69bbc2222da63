/*
 * base/mime_body: see mime_body.h; and reading such a body again (mime_part, declared in mime.h).
 */
#include "base/mime_body.h"

#include <string.h>

#include "base/mime.h"
#include "base/utf8.h"

/* Characters of an encoded line (RFC 2045 sections 6.7 and 6.8), and of a wrapped one (RFC 3676
 * section 4.2). */
#define ENCODED_MAX 76
#define FLOWED_MAX  72

void mime_base64(struct buf *out, const void *data, size_t len, size_t line_chars)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *at = data;
    size_t column = 0;
    buf_reserve(out, (len + 2) / 3 * 4 + len / 18);
    for (size_t i = 0; i < len; i += 3) {
        const size_t left = len - i;
        const uint32_t group = (uint32_t)at[i] << 16 | (left > 1 ? (uint32_t)at[i + 1] << 8 : 0) |
                               (left > 2 ? at[i + 2] : 0);
        if (line_chars != 0 && column == line_chars) {
            buf_adds(out, "\r\n");
            column = 0;
        }
        buf_addc(out, digits[group >> 18 & 63]);
        buf_addc(out, digits[group >> 12 & 63]);
        buf_addc(out, left > 1 ? digits[group >> 6 & 63] : '=');
        buf_addc(out, left > 2 ? digits[group & 63] : '=');
        column += 4;
    }
}

/* One line of text without its end, as quoted-printable. "From " and a dot at its beginning are
 * encoded, since some programs on the way change them. */
static void add_quoted_line(struct buf *out, const char *line, size_t len)
{
    size_t column = 0;
    for (size_t i = 0; i < len; i++) {
        const unsigned char c = (unsigned char)line[i];
        const bool is_last = i + 1 == len;
        const bool is_plain =
            ((c >= '!' && c <= '~' && c != '=') || ((c == ' ' || c == '\t') && !is_last)) &&
            !(i == 0 && (c == '.' || (c == 'F' && len >= 5 && memcmp(line, "From ", 5) == 0)));
        const size_t cost = is_plain ? 1 : 3;
        if (column + cost > ENCODED_MAX - (is_last ? 0 : 1)) {
            buf_adds(out, "=\r\n");
            column = 0;
        }
        if (is_plain)
            buf_addc(out, (char)c);
        else
            buf_printf(out, "=%02X", c);
        column += cost;
    }
}

static void add_quoted(struct buf *out, const char *text, size_t len)
{
    for (size_t i = 0; i < len;) {
        const char *end = memchr(text + i, '\n', len - i);
        const size_t line = end ? (size_t)(end - text) - i : len - i;
        add_quoted_line(out, text + i, line);
        i += line + (end != NULL);
        if (end)
            buf_adds(out, "\r\n");
    }
}

/* Text with its line ends as CRLF, for base64, which encodes them too. */
static void add_base64(struct buf *out, const char *text, size_t len)
{
    struct buf lines = {0};
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\n')
            buf_addc(&lines, '\r');
        buf_addc(&lines, text[i]);
    }
    mime_base64(out, lines.data, lines.len, ENCODED_MAX);
    buf_free(&lines);
}

/* Well-formed UTF-8, without control characters but line ends and tabs. */
static void clean(struct buf *out, const char *text)
{
    const size_t len = strlen(text);
    for (size_t i = 0; i < len;) {
        uint32_t rune = 0xfffd;
        const size_t step = utf8_step(text + i, len - i, &rune);
        if (step == 0)
            buf_adds(out, "\xef\xbf\xbd");
        else if (rune == '\n' || rune == '\t' ||
                 (rune >= ' ' && rune != 0x7f && !(rune >= 0x80 && rune <= 0x9f)))
            buf_add(out, text + i, step);
        i += step ? step : 1;
    }
}

/* The encoding that comes out shorter, and keeps what is mostly ASCII legible. */
static void add_encoded(struct buf *out, const char *type, const struct buf *text)
{
    size_t wide = 0;
    for (size_t i = 0; i < text->len; i++)
        wide += (unsigned char)text->data[i] >= 0x80;
    const bool is_base64 = wide > text->len / 6;
    buf_printf(out, "Content-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n", type,
               is_base64 ? "base64" : "quoted-printable");
    if (is_base64)
        add_base64(out, text->data, text->len);
    else
        add_quoted(out, text->data, text->len);
}

static size_t characters(const char *text, size_t len)
{
    size_t count = 0;
    for (size_t i = 0; i < len; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* One line of text as RFC 3676 has it: broken behind blanks, which stay at the ends of lines to say
 * that the next goes on; a real end has none before it. */
static void add_flowed_line(struct buf *out, const char *line, size_t len)
{
    while (len > 0 && line[len - 1] == ' ')
        len--;
    size_t column = 0;
    for (size_t i = 0; i < len;) {
        size_t word = 0;
        while (i + word < len && line[i + word] != ' ')
            word++;
        while (i + word < len && line[i + word] == ' ')
            word++;
        const size_t wide = characters(line + i, word);
        if (column > 0 && column + wide > FLOWED_MAX) {
            buf_addc(out, '\n');
            column = 0;
        }
        const bool is_stuffed =
            column == 0 && (line[i] == ' ' || line[i] == '>' || strncmp(line + i, "From ", 5) == 0);
        if (is_stuffed)
            buf_addc(out, ' ');
        buf_add(out, line + i, word);
        column += wide + is_stuffed;
        i += word;
    }
    buf_addc(out, '\n');
}

void mime_body_text(struct buf *out, const char *text)
{
    struct buf whole = {0}, flowed = {0};
    clean(&whole, text);
    for (size_t i = 0; i < whole.len;) {
        const char *end = memchr(whole.data + i, '\n', whole.len - i);
        const size_t line = end ? (size_t)(end - whole.data) - i : whole.len - i;
        add_flowed_line(&flowed, whole.data + i, line);
        i += line + 1;
    }
    add_encoded(out, "text/plain; charset=utf-8; format=flowed", &flowed);
    buf_free(&whole);
    buf_free(&flowed);
}

void mime_body_html(struct buf *out, const char *html)
{
    struct buf whole = {0};
    clean(&whole, html);
    add_encoded(out, "text/html; charset=utf-8", &whole);
    buf_free(&whole);
}
