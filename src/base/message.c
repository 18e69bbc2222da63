/*
 * base/message: the header of a message as its fields, and encoded-words as text. See the header.
 */
#include "base/message.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"
#define MARK        "\xef\xbb\xbf" /* a byte-order mark, which some put before the first field */

struct span {
    const char *at;
    size_t len;
};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The line at *rest, without its end; moves on. False: nothing is left. CRs before an LF belong to
 * the line's end, so that CR CR LF is not an empty line. */
static bool take_line(struct span *rest, struct span *line)
{
    if (rest->len == 0)
        return false;
    size_t len = 0, past;
    while (len < rest->len && rest->at[len] != '\n' && rest->at[len] != '\r')
        len++;
    past = len;
    while (past < rest->len && rest->at[past] == '\r')
        past++;
    if (past < rest->len && rest->at[past] == '\n')
        past++;
    else if (past > len)
        past = len + 1;
    *line = (struct span){rest->at, len};
    *rest = (struct span){rest->at + past, rest->len - past};
    return true;
}

/* Splits a field's line: its name, printable ASCII but the colon (RFC 5322 section 3.6.8), and
 * what stands behind the colon. White space before the colon is the obsolete syntax of 4.5. */
static bool split_field(struct span line, struct span *name, struct span *value)
{
    size_t len = 0, colon;
    while (len < line.len && line.at[len] > ' ' && line.at[len] <= '~' && line.at[len] != ':')
        len++;
    colon = len;
    while (colon < line.len && is_blank(line.at[colon]))
        colon++;
    if (len == 0 || colon == line.len || line.at[colon] != ':')
        return false;
    *name = (struct span){line.at, len};
    *value = (struct span){line.at + colon + 1, line.len - colon - 1};
    return true;
}

static bool is_envelope_line(struct span line)
{
    const size_t skip = line.len > 0 && line.at[0] == '>';
    return line.len >= skip + 5 && memcmp(line.at + skip, "From ", 5) == 0;
}

static size_t count_lines(const char *data, size_t len)
{
    size_t count = 1;
    for (size_t i = 0; i < len; i++)
        count += data[i] == '\n' || data[i] == '\r';
    return count;
}

static void add_line(struct buf *value, struct span line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] == '\0')
            buf_addc(value, ' ');
        else
            buf_addc(value, line.at[i]);
}

static const char *lower(struct arena *arena, struct span name)
{
    char *out = arena_strndup(arena, name.at, name.len);
    for (char *c = out; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return out;
}

static const char *trimmed(struct arena *arena, const struct buf *value)
{
    size_t from = 0, to = value->len;
    while (from < to && is_blank(value->data[from]))
        from++;
    while (to > from && is_blank(value->data[to - 1]))
        to--;
    return arena_strndup(arena, to > from ? value->data + from : "", to - from);
}

void message_parse(struct arena *arena, const char *data, size_t len, struct message *out)
{
    struct span rest = {data, len}, line, name, first;
    struct buf value = {0};
    struct message_field *fields;
    size_t count = 0;

    if (rest.len >= 3 && memcmp(rest.at, MARK, 3) == 0)
        rest = (struct span){rest.at + 3, rest.len - 3};
    fields = arena_array(arena, count_lines(data, len), sizeof *fields);
    while (take_line(&rest, &line) && line.len > 0) {
        if (!is_blank(line.at[0]) && split_field(line, &name, &first)) {
            if (count > 0)
                fields[count - 1].value = trimmed(arena, &value);
            buf_clear(&value);
            fields[count++].name = lower(arena, name);
            add_line(&value, first);
        } else if (count > 0) {
            if (!is_blank(line.at[0]))
                buf_addc(&value, ' ');
            add_line(&value, line);
        } else if (!is_envelope_line(line)) {
            break;
        }
    }
    if (count > 0)
        fields[count - 1].value = trimmed(arena, &value);
    buf_free(&value);
    *out = (struct message){.fields = fields, .count = count};
}

const char *message_next(const struct message *message, const char *name, size_t *at)
{
    while (*at < message->count) {
        const struct message_field *field = &message->fields[(*at)++];
        if (strcmp(field->name, name) == 0)
            return field->value;
    }
    return NULL;
}

const char *message_get(const struct message *message, const char *name)
{
    size_t at = 0;
    return message_next(message, name, &at);
}

/* "=?charset?B?text?=": what is needed of it. */
struct word {
    bool is_base64;
    struct span text;
    const char *end;
};

/* The encoded-word at the beginning of at. *has_ends is cleared once no "?=" is left, so that many
 * beginnings of words that never end cost one search. */
static bool read_word(const char *at, bool *has_ends, struct word *out)
{
    if (at[0] != '=' || at[1] != '?' || !*has_ends)
        return false;
    const char *charset = at + 2;
    const char *c = charset;
    while (*c > ' ' && *c <= '~' && *c != '?')
        c++;
    if (c == charset || c[0] != '?' || !c[1] || !strchr("BbQq", c[1]) || c[2] != '?')
        return false;
    const char *end = strstr(c + 3, "?=");
    *has_ends = end != NULL;
    if (!end)
        return false;
    *out = (struct word){.is_base64 = c[1] == 'B' || c[1] == 'b',
                         .text = {c + 3, (size_t)(end - c - 3)},
                         .end = end + 2};
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static void add_quoted(struct buf *out, struct span text)
{
    for (size_t i = 0; i < text.len; i++) {
        const int high = i + 2 < text.len && text.at[i] == '=' ? hex_digit(text.at[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text.at[i + 2]) : -1;
        if (low >= 0) {
            buf_addc(out, (char)(high << 4 | low));
            i += 2;
        } else {
            buf_addc(out, (char)(text.at[i] == '_' ? ' ' : text.at[i]));
        }
    }
}

/* Base64 on its way through several words. */
struct bits {
    uint32_t held;
    int count;
};

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

static void add_base64(struct buf *out, struct span text, struct bits *bits)
{
    for (size_t i = 0; i < text.len; i++) {
        const int digit = base64_digit(text.at[i]);
        if (text.at[i] == '=')
            *bits = (struct bits){0};
        if (digit < 0)
            continue;
        bits->held = (bits->held << 6 | (uint32_t)digit) & 0xffff;
        bits->count += 6;
        if (bits->count >= 8) {
            bits->count -= 8;
            buf_addc(out, (char)(bits->held >> bits->count & 0xff));
        }
    }
}

/* Text that can be shown and searched: see message_decode. */
static const char *scrubbed(struct arena *arena, const struct buf *raw)
{
    struct buf clean = {0};
    for (size_t at = 0; at < raw->len;) {
        uint32_t rune = 0;
        const size_t len = utf8_step(raw->data + at, raw->len - at, &rune);
        if (len == 0)
            buf_adds(&clean, REPLACEMENT);
        else if (rune < ' ' || rune == 0x7f)
            buf_addc(&clean, ' ');
        else
            buf_add(&clean, raw->data + at, len);
        at += len ? len : 1;
    }
    const char *out = arena_strndup(arena, clean.len ? clean.data : "", clean.len);
    buf_free(&clean);
    return out;
}

const char *message_decode(struct arena *arena, const char *value)
{
    struct buf raw = {0};
    struct bits bits = {0};
    bool has_ends = true;
    const char *gap = NULL; /* white space after a word, which counts unless a word follows */

    for (const char *at = value; *at;) {
        struct word word;
        if (read_word(at, &has_ends, &word)) {
            if (!word.is_base64 || !gap)
                bits = (struct bits){0};
            if (word.is_base64)
                add_base64(&raw, word.text, &bits);
            else
                add_quoted(&raw, word.text);
            at = gap = word.end;
        } else if (gap && is_blank(*at)) {
            at++;
        } else {
            if (gap)
                buf_add(&raw, gap, (size_t)(at - gap));
            gap = NULL;
            buf_addc(&raw, *at++);
        }
    }
    const char *out = scrubbed(arena, &raw);
    buf_free(&raw);
    return out;
}
