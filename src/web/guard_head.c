/*
 * web/guard_head: see the header.
 */
#include "web/guard_head.h"

#include <string.h>

const struct guard_kept_header guard_head_kept[GUARD_KEPT_COUNT] = {
    [GUARD_KEPT_ACCEPT] = {"accept", GUARD_REPEAT_FIRST},
    [GUARD_KEPT_ACCEPT_LANGUAGE] = {"accept-language", GUARD_REPEAT_FIRST},
    [GUARD_KEPT_AUTHORIZATION] = {"authorization", GUARD_REPEAT_REFUSED},
    [GUARD_KEPT_CONTENT_TYPE] = {"content-type", GUARD_REPEAT_REFUSED},
    [GUARD_KEPT_COOKIE] = {"cookie", GUARD_REPEAT_REFUSED},
    [GUARD_KEPT_IDEMPOTENCY_KEY] = {"idempotency-key", GUARD_REPEAT_REFUSED},
    [GUARD_KEPT_IF_MATCH] = {"if-match", GUARD_REPEAT_REFUSED},
    [GUARD_KEPT_IF_NONE_MATCH] = {"if-none-match", GUARD_REPEAT_FIRST},
    [GUARD_KEPT_IF_RANGE] = {"if-range", GUARD_REPEAT_FIRST},
    [GUARD_KEPT_LAST_EVENT_ID] = {"last-event-id", GUARD_REPEAT_REFUSED},
    [GUARD_KEPT_ORIGIN] = {"origin", GUARD_REPEAT_REFUSED},
    [GUARD_KEPT_RANGE] = {"range", GUARD_REPEAT_FIRST},
    [GUARD_KEPT_SEC_FETCH_SITE] = {"sec-fetch-site", GUARD_REPEAT_REFUSED},
    [GUARD_KEPT_USER_AGENT] = {"user-agent", GUARD_REPEAT_FIRST},
    [GUARD_KEPT_X_FORWARDED_FOR] = {"x-forwarded-for", GUARD_REPEAT_LAST},
    [GUARD_KEPT_X_FORWARDED_PROTO] = {"x-forwarded-proto", GUARD_REPEAT_LAST},
};

struct out {
    char *at;
    size_t len;
};

static void put(struct out *out, const char *text, size_t len)
{
    memcpy(out->at + out->len, text, len);
    out->len += len;
}

static void put_text(struct out *out, const char *text)
{
    put(out, text, strlen(text));
}

/* Kore refuses tabs and bytes beyond ASCII in values; browsers and proxies send them. */
static void put_value(struct out *out, struct guard_slice value)
{
    for (size_t i = 0; i < value.len; i++) {
        unsigned char c = (unsigned char)value.at[i];
        if (c == '\t')
            c = ' ';
        else if (c >= 0x80)
            c = '?';
        out->at[out->len++] = (char)c;
    }
    put_text(out, "\r\n");
}

static void put_number(struct out *out, uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (count > 0)
        out->at[out->len++] = digits[--count];
}

size_t guard_head_write(const struct guard_head *head, char to[GUARD_OUT_BYTES])
{
    struct out out = {.at = to};
    put(&out, head->method.at, head->method.len);
    put_text(&out, " ");
    if (head->target.len == 0 || head->target.at[0] != '/')
        put_text(&out, "/");
    put(&out, head->target.at, head->target.len);
    put_text(&out, head->is_http10 ? " HTTP/1.0\r\nhost:" : " HTTP/1.1\r\nhost:");
    if (head->host.len > 0)
        put(&out, head->host.at, head->host.len);
    else
        put_text(&out, "none");
    put_text(&out, "\r\n");
    if (head->has_body) {
        put_text(&out, "content-length:");
        put_number(&out, head->length);
        put_text(&out, "\r\n");
    }
    if (head->is_close)
        put_text(&out, "connection:close\r\n");
    for (int i = 0; i < GUARD_KEPT_COUNT; i++) {
        if (head->kept[i].len == 0)
            continue;
        put_text(&out, guard_head_kept[i].name);
        put_text(&out, ":");
        put_value(&out, head->kept[i]);
    }
    put_text(&out, "\r\n");
    return out.len;
}

void guard_head_host(struct guard_slice host, char out[GUARD_HOST_MAX + 1])
{
    const char *port = host.len > 0 && host.at[0] == '[' ? memchr(host.at, ']', host.len)
                                                         : memchr(host.at, ':', host.len);
    size_t len = port == NULL ? host.len : (size_t)(port - host.at) + (*port == ']');
    for (size_t i = 0; i < len; i++) {
        char c = host.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        out[i] = c;
    }
    out[len] = '\0';
}
