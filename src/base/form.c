/*
 * base/form: decoding of form bodies. Every byte is a stranger's: lengths are checked before they
 * are used, and the first broken rule ends the reading.
 */
#include "base/form.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fold.h"

#define BOUNDARY_MAX_BYTES 70   /* RFC 2046 section 5.1.1 */
#define HEADERS_MAX_BYTES  4096 /* of one part */

struct slice {
    const char *at;
    size_t len;
};

/* Fields as they come; grown in the arena, since few forms come near the limit. */
struct growing {
    struct arena *arena;
    struct form form;
    size_t cap;
    bool takes_file;
};

static bool add_field(struct growing *into, const char *name, const char *value)
{
    struct form *form = &into->form;
    if (form->count == FORM_MAX_FIELDS)
        return false;
    if (form->count == into->cap) {
        into->cap = into->cap ? into->cap * 2 : 16;
        struct form_field *fields = arena_array(into->arena, into->cap, sizeof *fields);
        if (form->count)
            memcpy(fields, form->fields, form->count * sizeof *fields);
        form->fields = fields;
    }
    form->fields[form->count++] = (struct form_field){.name = name, .value = value};
    return true;
}

/* CRLF and CR as LF, in place. Returns the new length. */
static size_t unify_line_ends(char *text, size_t len)
{
    if (!memchr(text, '\r', len))
        return len;
    size_t done = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] == '\r') {
            text[done++] = '\n';
            if (i + 1 < len && text[i + 1] == '\n')
                i++;
        } else {
            text[done++] = text[i];
        }
    }
    text[done] = '\0';
    return done;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 0x20);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* raw decoded, or NULL if it breaks a rule. */
static const char *decode(struct arena *arena, struct slice raw)
{
    char *out = arena_strndup(arena, raw.at, raw.len);
    size_t done = 0;
    for (size_t i = 0; i < raw.len; i++) {
        char c = raw.at[i];
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            int high = i + 2 < raw.len ? hex_value(raw.at[i + 1]) : -1;
            int low = i + 2 < raw.len ? hex_value(raw.at[i + 2]) : -1;
            if (high < 0 || low < 0)
                return NULL;
            c = (char)(high << 4 | low);
            i += 2;
        }
        out[done++] = c;
    }
    out[done] = '\0';
    if (!fold_is_utf8(out, done))
        return NULL;
    unify_line_ends(out, done);
    return out;
}

enum status form_parse_urlencoded(struct arena *arena, const char *data, size_t len,
                                  struct form *out)
{
    struct growing fields = {.arena = arena};
    for (size_t at = 0; at < len;) {
        const char *start = data + at;
        const char *end = memchr(start, '&', len - at);
        size_t part = end ? (size_t)(end - start) : len - at;
        at += part + 1;
        if (part == 0)
            continue;
        const char *equals = memchr(start, '=', part);
        size_t name_len = equals ? (size_t)(equals - start) : part;
        size_t value_at = equals ? name_len + 1 : part;
        const char *name = decode(arena, (struct slice){start, name_len});
        const char *value = decode(arena, (struct slice){start + value_at, part - value_at});
        if (!name || !value || !add_field(&fields, name, value))
            return STATUS_INVALID;
    }
    *out = fields.form;
    return STATUS_OK;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct slice trimmed(struct slice text)
{
    while (text.len && is_blank(text.at[0])) {
        text.at++;
        text.len--;
    }
    while (text.len && is_blank(text.at[text.len - 1]))
        text.len--;
    return text;
}

static bool is_token_char(char c)
{
    return c > ' ' && c < 0x7f && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* In an unquoted value: what some clients put into a boundary without quoting it, too. */
static bool is_value_char(char c)
{
    return is_token_char(c) || c == '/' || c == ':' || c == '?' || c == '=';
}

/* Reads a token or a quoted string from *text's front, and moves past it. NULL: neither. */
static const char *take_value(struct arena *arena, struct slice *text)
{
    bool is_quoted = text->len && text->at[0] == '"';
    size_t end = is_quoted, done = 0;
    while (end < text->len && (is_quoted ? text->at[end] != '"' : is_value_char(text->at[end])))
        end += is_quoted && text->at[end] == '\\' ? 2 : 1;
    if (end > text->len || (is_quoted ? end == text->len : end == 0))
        return NULL;
    char *value = arena_strndup(arena, text->at + is_quoted, end - is_quoted);
    for (size_t i = is_quoted; i < end; i++) {
        if (is_quoted && text->at[i] == '\\' && i + 1 < end &&
            (text->at[i + 1] == '"' || text->at[i + 1] == '\\'))
            i++;
        value[done++] = text->at[i];
    }
    value[done] = '\0';
    text->at += end + is_quoted;
    text->len -= end + is_quoted;
    return memchr(value, '\0', done) ? NULL : value;
}

/* "…; a=b; c="d"": steps through the parameters of a header's value. False at the end; *name NULL
 * if what follows is malformed. */
static bool next_parameter(struct arena *arena, struct slice *rest, const char **name,
                           const char **value)
{
    *name = NULL;
    *rest = trimmed(*rest);
    if (rest->len == 0)
        return false;
    if (rest->at[0] != ';')
        return true;
    *rest = trimmed((struct slice){rest->at + 1, rest->len - 1});
    if (rest->len == 0)
        return false;
    size_t len = 0;
    while (len < rest->len && is_token_char(rest->at[len]))
        len++;
    if (len == 0 || len == rest->len || rest->at[len] != '=')
        return true;
    const char *found = arena_strndup(arena, rest->at, len);
    *rest = (struct slice){rest->at + len + 1, rest->len - len - 1};
    *value = take_value(arena, rest);
    if (*value)
        *name = found;
    return true;
}

static bool is_boundary(const char *text)
{
    size_t len = strlen(text);
    if (len == 0 || len > BOUNDARY_MAX_BYTES || text[len - 1] == ' ')
        return false;
    return strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                        "'()+_,-./:=? ") == len;
}

/* The boundary that a multipart/form-data header names, or NULL. */
static const char *boundary_of(struct arena *arena, const char *content_type)
{
    static const char kind[] = "multipart/form-data";
    struct slice rest = trimmed((struct slice){content_type, strlen(content_type)});
    if (rest.len > HEADERS_MAX_BYTES || rest.len < sizeof kind - 1 ||
        strncasecmp(rest.at, kind, sizeof kind - 1) != 0)
        return NULL;
    rest = (struct slice){rest.at + sizeof kind - 1, rest.len - (sizeof kind - 1)};
    const char *name, *value, *boundary = NULL;
    while (next_parameter(arena, &rest, &name, &value)) {
        if (!name)
            return NULL;
        if (strcasecmp(name, "boundary") != 0)
            continue;
        if (boundary)
            return NULL;
        boundary = value;
    }
    return boundary && is_boundary(boundary) ? boundary : NULL;
}

/* A field's name: browsers write a quote and line ends in it as %22, %0D and %0A (HTML standard,
 * multipart/form-data encoding), and nothing else that way. */
static const char *unescape_name(struct arena *arena, const char *name)
{
    static const char escapes[3][4] = {"%22", "%0D", "%0A"};
    static const char meanings[3] = {'"', '\r', '\n'};
    char *out = arena_strdup(arena, name);
    size_t done = 0;
    for (const char *c = name; *c; c++) {
        out[done] = *c;
        for (size_t i = 0; *c == '%' && i < 3; i++) {
            if (strncasecmp(c, escapes[i], 3) == 0) {
                out[done] = meanings[i];
                c += 2;
                break;
            }
        }
        done++;
    }
    out[done] = '\0';
    if (!fold_is_utf8(out, done))
        return NULL;
    unify_line_ends(out, done);
    return out;
}

/* The name in a part's "form-data; name=…", and what the file is called if it is one's; NULL if it
 * has none, or the file's name is written as only other protocols do (RFC 7578 section 4.2). */
static const char *disposition_name(struct arena *arena, struct slice value, const char **filename)
{
    static const char kind[] = "form-data";
    value = trimmed(value);
    if (value.len < sizeof kind - 1 || strncasecmp(value.at, kind, sizeof kind - 1) != 0)
        return NULL;
    struct slice rest = {value.at + sizeof kind - 1, value.len - (sizeof kind - 1)};
    const char *parameter, *text, *name = NULL;
    while (next_parameter(arena, &rest, &parameter, &text)) {
        if (!parameter || strcasecmp(parameter, "filename*") == 0)
            return NULL;
        if (strcasecmp(parameter, "filename") == 0)
            *filename = text;
        if (strcasecmp(parameter, "name") != 0)
            continue;
        if (name)
            return NULL;
        name = text;
    }
    return name ? unescape_name(arena, name) : NULL;
}

static bool is_plain_encoding(struct slice value)
{
    static const char *const plain[] = {"7bit", "8bit", "binary"};
    value = trimmed(value);
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        if (strlen(plain[i]) == value.len && strncasecmp(plain[i], value.at, value.len) == 0)
            return true;
    }
    return false;
}

/* Reads a part's header lines; the name its field goes by, or NULL. */
static const char *part_name(struct arena *arena, struct slice headers, const char **filename)
{
    static const char disposition[] = "content-disposition";
    static const char encoding[] = "content-transfer-encoding";
    const char *name = NULL;
    while (headers.len) {
        const char *end = memmem(headers.at, headers.len, "\r\n", 2);
        size_t line_len = end ? (size_t)(end - headers.at) : headers.len;
        const char *colon = memchr(headers.at, ':', line_len);
        if (!colon)
            return NULL;
        size_t key_len = (size_t)(colon - headers.at);
        struct slice value = {colon + 1, line_len - key_len - 1};
        if (key_len == sizeof disposition - 1 &&
            strncasecmp(headers.at, disposition, key_len) == 0) {
            if (name)
                return NULL;
            name = disposition_name(arena, value, filename);
            if (!name)
                return NULL;
        }
        if (key_len == sizeof encoding - 1 && strncasecmp(headers.at, encoding, key_len) == 0 &&
            !is_plain_encoding(value))
            return NULL;
        size_t used = end ? line_len + 2 : line_len;
        headers = (struct slice){headers.at + used, headers.len - used};
    }
    return name;
}

static bool add_file(struct growing *into, const char *name, const char *filename,
                     struct slice value)
{
    if (!into->takes_file || into->form.file)
        return false;
    struct form_file *file = arena_alloc(into->arena, sizeof *file);
    *file =
        (struct form_file){.name = name, .filename = filename, .data = value.at, .len = value.len};
    into->form.file = file;
    return true;
}

/* One part: its headers, an empty line, its value. */
static bool add_part(struct growing *into, struct slice part)
{
    /* The line end after the boundary stands in for one before the first header. */
    const char *gap = memmem(part.at, part.len, "\r\n\r\n", 4);
    if (!gap || part.len < 2)
        return false;
    struct slice headers = {part.at + 2, gap < part.at + 2 ? 0 : (size_t)(gap - part.at) - 2};
    const char *filename = NULL;
    const char *name =
        headers.len <= HEADERS_MAX_BYTES ? part_name(into->arena, headers, &filename) : NULL;
    if (!name)
        return false;
    const char *start = gap + 4;
    size_t len = part.len - (size_t)(start - part.at);
    if (filename)
        return add_file(into, name, filename, (struct slice){start, len});
    if (!fold_is_utf8(start, len))
        return false;
    char *value = arena_strndup(into->arena, start, len);
    unify_line_ends(value, len);
    return add_field(into, name, value);
}

static enum status parse_multipart(struct arena *arena, const char *content_type, const char *data,
                                   size_t len, bool takes_file, struct form *out)
{
    const char *boundary = boundary_of(arena, content_type);
    if (!boundary)
        return STATUS_INVALID;
    const char *mark = arena_printf(arena, "\r\n--%s", boundary);
    size_t mark_len = strlen(mark);
    struct growing fields = {.arena = arena, .takes_file = takes_file};
    /* The first mark may begin the body; what stands before it is the preamble. */
    const char *end = data + len, *at;
    if (len >= mark_len - 2 && memcmp(data, mark + 2, mark_len - 2) == 0)
        at = data + mark_len - 2;
    else if ((at = memmem(data, len, mark, mark_len)) != NULL)
        at += mark_len;
    else
        return STATUS_INVALID;
    for (;;) {
        if (end - at >= 2 && memcmp(at, "--", 2) == 0)
            break;
        while (at < end && is_blank(*at))
            at++;
        if (end - at < 2 || memcmp(at, "\r\n", 2) != 0)
            return STATUS_INVALID;
        const char *next = memmem(at, (size_t)(end - at), mark, mark_len);
        if (!next || !add_part(&fields, (struct slice){at, (size_t)(next - at)}))
            return STATUS_INVALID;
        at = next + mark_len;
    }
    *out = fields.form;
    return STATUS_OK;
}

enum status form_parse_multipart(struct arena *arena, const char *content_type, const char *data,
                                 size_t len, struct form *out)
{
    return parse_multipart(arena, content_type, data, len, false, out);
}

enum status form_parse_multipart_file(struct arena *arena, const char *content_type,
                                      const char *data, size_t len, struct form *out)
{
    return parse_multipart(arena, content_type, data, len, true, out);
}

const char *form_get(const struct form *form, const char *name)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0)
            return form->fields[i].value;
    }
    return NULL;
}

bool form_has(const struct form *form, const char *name, const char *value)
{
    for (size_t i = 0; i < form->count; i++) {
        if (strcmp(form->fields[i].name, name) == 0 && strcmp(form->fields[i].value, value) == 0)
            return true;
    }
    return false;
}

bool form_get_int(const struct form *form, const char *name, int64_t min, int64_t max, int64_t *out)
{
    const char *text = form_get(form, name);
    if (!text)
        return false;
    size_t digits = strspn(text + (*text == '-'), "0123456789");
    if (digits == 0 || text[(*text == '-') + digits] != '\0')
        return false;
    errno = 0;
    long long value = strtoll(text, NULL, 10);
    if (errno || value < min || value > max)
        return false;
    *out = value;
    return true;
}
