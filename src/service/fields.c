/*
 * service/fields: see the header.
 */
#include "service/fields.h"

#include <string.h>

#include "base/fold.h"

enum status fields_text(struct arena *arena, const char *text, size_t max_bytes, const char **out)
{
    if (!fold_is_utf8(text, strlen(text)))
        return STATUS_INVALID;
    const char *clean = fold_clean(arena, text);
    if (strlen(clean) > max_bytes)
        return STATUS_INVALID;
    *out = clean;
    return STATUS_OK;
}

enum status fields_name(struct arena *arena, const char *text, const char **out)
{
    return fields_text(arena, text, NAME_MAX_BYTES, out);
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

static char upper(char c)
{
    return (char)(c >= 'a' && c <= 'z' ? c & ~0x20 : c);
}

/* RFC 5646 section 2.1.1: two letters after the first subtag are a region, four are a script;
 * everything after a one-letter subtag is an extension and stays lower case. */
static void set_case(char *subtag, size_t len, bool is_first, bool is_extension)
{
    for (size_t i = 0; i < len; i++)
        subtag[i] = lower(subtag[i]);
    if (is_first || is_extension)
        return;
    if (len == 2)
        for (size_t i = 0; i < len; i++)
            subtag[i] = upper(subtag[i]);
    if (len == 4 && is_letter(subtag[0]))
        subtag[0] = upper(subtag[0]);
}

static bool subtag_is_valid(const char *subtag, size_t len, bool is_first)
{
    if (len < (is_first ? 2 : 1) || len > 8)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!is_letter(subtag[i]) && (is_first || !is_digit(subtag[i])))
            return false;
    return true;
}

enum status fields_language(struct arena *arena, const char *text, const char **out)
{
    size_t space = strspn(text, " \t");
    size_t len = strlen(text + space);

    while (len > 0 && (text[space + len - 1] == ' ' || text[space + len - 1] == '\t'))
        len--;
    if (len > LANGUAGE_MAX_BYTES)
        return STATUS_INVALID;
    char *tag = arena_strndup(arena, text + space, len);
    if (len == 0) {
        *out = tag;
        return STATUS_OK;
    }
    bool is_extension = false;
    for (size_t at = 0; at <= len;) {
        char *subtag = tag + at;
        size_t size = strcspn(subtag, "-_"); /* en_GB is how many systems write it */
        if (!subtag_is_valid(subtag, size, at == 0))
            return STATUS_INVALID;
        set_case(subtag, size, at == 0, is_extension);
        is_extension = is_extension || size == 1;
        if (subtag[size] != '\0')
            subtag[size] = '-';
        at += size + 1;
    }
    *out = tag;
    return STATUS_OK;
}
