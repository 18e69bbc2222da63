/*
 * Fuzzes what a mail server hands over: the header's fields, encoded-words, and the search for a
 * token in both. Fields are what the header promises; decoded text is UTF-8 on one line; what the
 * search finds has a token's shape, in the order of the text, and the search ends.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/fold.h"
#include "base/message.h"
#include "crypto/crypto.h"
#include "crypto/link_search.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

static void check_search(struct arena *arena, const char *text)
{
    struct link_search search;
    struct link_key_id id;
    char token[LINK_TOKEN_TEXT_BYTES];
    const char *rest;
    size_t found = 0;
    link_search_begin(arena, text, &search);
    while (link_search_next(&search, token, &rest)) {
        want(link_token_peek(token, strlen(token), &id) == STATUS_OK);
        want(strlen(rest) + strlen(token) <= strlen(text));
        want(++found <= 2 * strlen(text));
    }
    want(!link_search_next(&search, token, &rest));
}

static void check_field(struct arena *arena, const struct message_field *field)
{
    const size_t len = strlen(field->value);
    want(*field->name != '\0');
    for (const char *c = field->name; *c; c++)
        want(*c > ' ' && *c <= '~' && *c != ':' && !(*c >= 'A' && *c <= 'Z'));
    want(!strpbrk(field->value, "\r\n"));
    want(len == 0 || (!strchr(" \t", field->value[0]) && !strchr(" \t", field->value[len - 1])));
    const char *text = message_decode(arena, field->value);
    want(fold_is_utf8(text, strlen(text)));
    want(!strpbrk(text, "\r\n\t\x1b"));
    check_search(arena, text);
    check_search(arena, field->value);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct message message;
    message_parse(arena, (const char *)data, size, &message);
    for (size_t i = 0; i < message.count; i++) {
        size_t at = i;
        check_field(arena, &message.fields[i]);
        want(message_next(&message, message.fields[i].name, &at) == message.fields[i].value);
        want(at == i + 1);
        want(message_get(&message, message.fields[i].name) != NULL);
    }
    arena_free(arena);
    return 0;
}
