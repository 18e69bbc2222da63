/*
 * base/campaign: see campaign.h.
 */
#include "base/campaign.h"

#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"

#define BEGIN "?c="

bool campaign_is_fine(const char *text, size_t len)
{
    if (len < 1 || len > CAMPAIGN_MAX_BYTES)
        return false;
    for (size_t at = 0; at < len;) {
        uint32_t rune;
        size_t step = utf8_step(text + at, len - at, &rune);
        if (step == 0 || rune < ' ' || (rune >= 0x7f && rune <= 0x9f))
            return false;
        at += step;
    }
    return true;
}

const char *campaign_or_null(const char *text)
{
    return text != NULL && campaign_is_fine(text, strlen(text)) ? text : NULL;
}

const char *campaign_query(struct arena *arena, const char *campaign)
{
    if (campaign == NULL)
        return "";
    struct buf out = {0};
    buf_adds(&out, BEGIN);
    buf_url(&out, campaign);
    const char *query = arena_strndup(arena, out.data, out.len);
    buf_free(&out);
    return query;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
                                  : -1;
}

static bool is_unreserved(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c != '\0' && strchr("-._~", c) != NULL);
}

const char *campaign_parse(struct arena *arena, const char *text)
{
    char out[CAMPAIGN_MAX_BYTES + 1];
    size_t len = 0;

    if (strncmp(text, BEGIN, sizeof BEGIN - 1) != 0)
        return NULL;
    for (const char *at = text + sizeof BEGIN - 1; len < sizeof out; len++) {
        if (is_unreserved(*at)) {
            out[len] = *at++;
        } else if (*at == '%' && hex(at[1]) >= 0 && hex(at[2]) >= 0) {
            out[len] = (char)(hex(at[1]) << 4 | hex(at[2]));
            at += 3;
        } else {
            break;
        }
    }
    return campaign_is_fine(out, len) ? arena_strndup(arena, out, len) : NULL;
}
