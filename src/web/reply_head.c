/*
 * web/reply_head: the headers of every answer. See reply_head.h.
 */
#include "web/reply_head.h"

#include <string.h>
#include <time.h>

#include "base/clock.h"

const struct reply_field reply_head_always[] = {
    {"x-content-type-options", "nosniff"},
    {"referrer-policy", "no-referrer"},
    {"cross-origin-resource-policy", "same-origin"},
};
const size_t reply_head_always_count = sizeof(reply_head_always) / sizeof(reply_head_always[0]);

static const struct {
    int code;
    const char *phrase;
} phrases[] = {
    {200, "OK"},
    {201, "Created"},
    {204, "No Content"},
    {206, "Partial Content"},
    {303, "See Other"},
    {304, "Not Modified"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {415, "Unsupported Media Type"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {503, "Service Unavailable"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

void reply_head_date(char out[REPLY_HEAD_DATE_BYTES])
{
    time_t now = (time_t)clock_now_s();
    struct tm parts;
    gmtime_r(&now, &parts);
    strftime(out, REPLY_HEAD_DATE_BYTES, "%a, %d %b %Y %H:%M:%S GMT", &parts);
}

const char *reply_head_phrase(int code)
{
    for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++)
        if (phrases[i].code == code)
            return phrases[i].phrase;
    return "Error";
}

bool reply_head_is_https(const char *public_url)
{
    return strncmp(public_url, "https://", 8) == 0;
}

void reply_head_refusal(struct buf *out, int code, const struct buf *body, const char *type,
                        const char *language, bool is_https)
{
    char date[REPLY_HEAD_DATE_BYTES];
    reply_head_date(date);
    buf_printf(out, "HTTP/1.1 %d %s\r\ndate: %s\r\n", code, reply_head_phrase(code), date);
    buf_adds(out, "content-security-policy: " REPLY_HEAD_POLICY "\r\n");
    for (size_t i = 0; i < reply_head_always_count; i++)
        buf_printf(out, "%s: %s\r\n", reply_head_always[i].name, reply_head_always[i].value);
    buf_adds(out, "x-frame-options: DENY\r\n");
    if (is_https)
        buf_adds(out, "strict-transport-security: " REPLY_HEAD_HSTS "\r\n");
    if (code == 401)
        buf_adds(out, "www-authenticate: Bearer\r\n");
    if (code == 503 || code == 507)
        buf_adds(out, "retry-after: " REPLY_RETRY_AFTER_S "\r\n");
    buf_printf(out,
               "cache-control: no-store\r\nconnection: close\r\ncontent-language: %s\r\n"
               "content-type: %s\r\ncontent-length: %zu\r\n\r\n",
               language, type, body->len);
    buf_add(out, body->data, body->len);
}
