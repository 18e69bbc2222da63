/*
 * base/mask: see mask.h.
 */
#include "base/mask.h"

#include <string.h>

#include "base/buf.h"

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
