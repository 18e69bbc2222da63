/*
 * crypto/link_search: finds what could be a link token inside other text. See the header.
 */
#include "crypto/link_search.h"

#include <string.h>

#define TOKEN_CHARS (LINK_TOKEN_TEXT_BYTES - 1)

static bool is_token_char(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Bytes of the white space or invisible character at text; 0: it is neither. Besides ASCII's: no-
 * break space, soft hyphen, the spaces and joiners of U+2000 to U+200F, line and paragraph
 * separator, word joiner, ideographic space, byte-order mark. */
static size_t gap_len(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] <= ' ')
        return s[0] != 0;
    if (s[0] == 0xc2)
        return s[1] == 0xa0 || s[1] == 0xad ? 2 : 0;
    if (s[0] == 0xe2 && s[1] == 0x80 && s[2])
        return s[2] <= 0x8f || s[2] == 0xa8 || s[2] == 0xa9 || s[2] == 0xaf ? 3 : 0;
    if (s[0] == 0xe2 && s[1] == 0x81)
        return s[2] == 0xa0 ? 3 : 0;
    if (s[0] == 0xe3 && s[1] == 0x80)
        return s[2] == 0x80 ? 3 : 0;
    return s[0] == 0xef && s[1] == 0xbb && s[2] == 0xbf ? 3 : 0;
}

void link_search_begin(struct arena *arena, const char *text, struct link_search *out)
{
    char *joined = arena_alloc(arena, strlen(text) + 1), *to = joined;
    for (const char *from = text; *from;) {
        const size_t gap = gap_len(from);
        if (gap)
            from += gap;
        else
            *to++ = *from++;
    }
    *out = (struct link_search){.whole = text, .joined = joined};
}

static size_t run_len(const char *text)
{
    size_t len = 0;
    while (is_token_char(text[len]))
        len++;
    return len;
}

static bool is_candidate(const char *at)
{
    struct link_key_id ignored;
    return link_token_peek(at, TOKEN_CHARS, &ignored) == STATUS_OK;
}

static const char *take(struct link_search *search, const char *found, const char *text,
                        char out[LINK_TOKEN_TEXT_BYTES])
{
    memcpy(out, found, TOKEN_CHARS);
    out[TOKEN_CHARS] = '\0';
    search->at = (size_t)(found - text) + 1;
    return found + TOKEN_CHARS;
}

bool link_search_next(struct link_search *search, char out[LINK_TOKEN_TEXT_BYTES],
                      const char **rest)
{
    while (!search->is_joined) {
        /* A word that was given last time is left from its second character on, and is then too
         * short to be given again. */
        const char *word = search->whole + search->at;
        if (*word == '\0') {
            search->is_joined = true;
            search->at = 0;
            break;
        }
        const size_t len = run_len(word);
        if (len == TOKEN_CHARS && is_candidate(word)) {
            *rest = take(search, word, search->whole, out);
            return true;
        }
        search->at += len ? len : 1;
    }
    const char *at = search->joined + search->at;
    for (size_t len = run_len(at); *at; at++) {
        if (len >= TOKEN_CHARS && is_candidate(at)) {
            *rest = take(search, at, search->joined, out);
            return true;
        }
        len = len ? len - 1 : run_len(at + 1);
    }
    search->at = (size_t)(at - search->joined);
    return false;
}
