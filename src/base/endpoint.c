/*
 * base/endpoint: see endpoint.h. RFC 3986 as far as it is needed, and stricter: what curl and a
 * person might read differently is refused.
 */
#include "base/endpoint.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/network.h"

#define HOST_MAX_BYTES  253
#define LABEL_MAX_BYTES 63

static const char *const words[] = {
    [ENDPOINT_FINE] = "",
    [ENDPOINT_EMPTY] = "Give the URL that is told of changes.",
    [ENDPOINT_TOO_LONG] = "The URL is longer than 500 characters.",
    [ENDPOINT_BAD_CHARACTER] =
        ("The URL holds a character that must be written as % and two digits; a host with letters "
         "beyond a to z is written in its xn-- form."),
    [ENDPOINT_NOT_HTTPS] =
        "The URL must begin with https://, unless the operator set hooks_private.",
    [ENDPOINT_HAS_USER] = "The URL must not hold a user or password: messages are signed instead.",
    [ENDPOINT_HAS_FRAGMENT] = "The URL must not hold a # part: it is never sent.",
    [ENDPOINT_BAD_HOST] = "The URL’s host is no name and no address.",
    [ENDPOINT_BAD_PORT] = "The URL’s port must be a number from 1 to 65535.",
    [ENDPOINT_NOT_PUBLIC] =
        ("The URL leads to this machine or into its own network, which the operator has not "
         "allowed (hooks_private)."),
};
static_assert(sizeof words / sizeof *words == ENDPOINT_FAULT_COUNT, "words for every fault");

const char *endpoint_fault_words(enum endpoint_fault fault)
{
    return words[fault];
}

static bool is_host_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_';
}

/* Whether it would be read as a number: then it must be an address (WHATWG URL, "ends in a
 * number"). */
static bool ends_in_number(const char *host)
{
    const char *dot = strrchr(host, '.');
    const char *last = dot ? dot + 1 : host;
    if (strncasecmp(last, "0x", 2) == 0)
        return last[2 + strspn(last + 2, "0123456789abcdefABCDEF")] == '\0';
    return last[strspn(last, "0123456789")] == '\0';
}

static bool is_name(const char *host)
{
    size_t label = 0;
    for (const char *at = host; *at; at++) {
        if (*at == '.' ? label == 0 : !is_host_character(*at))
            return false;
        label = *at == '.' ? 0 : label + 1;
        if (label > LABEL_MAX_BYTES)
            return false;
    }
    return label > 0 && !ends_in_number(host);
}

static bool is_local_name(const char *host)
{
    static const char local[] = "localhost";
    const size_t len = strlen(host), tail = sizeof local - 1;
    return len >= tail && strcasecmp(host + len - tail, local) == 0 &&
           (len == tail || host[len - tail - 1] == '.');
}

static enum endpoint_fault check_address(const char *host, bool allows_private)
{
    struct sockaddr_storage address;
    if (!network_parse(host, &address))
        return ENDPOINT_BAD_HOST;
    return allows_private || network_of((const struct sockaddr *)&address) == NETWORK_PUBLIC
               ? ENDPOINT_FINE
               : ENDPOINT_NOT_PUBLIC;
}

static enum endpoint_fault check_host(const char *host, bool is_bracketed, bool allows_private)
{
    if (strlen(host) > HOST_MAX_BYTES)
        return ENDPOINT_BAD_HOST;
    if (is_bracketed)
        return strchr(host, ':') ? check_address(host, allows_private) : ENDPOINT_BAD_HOST;
    if (!is_name(host))
        return check_address(host, allows_private);
    return allows_private || !is_local_name(host) ? ENDPOINT_FINE : ENDPOINT_NOT_PUBLIC;
}

/* text: what stands behind the host, up to the path. */
static bool is_port(const char *text, size_t len)
{
    unsigned port = 0;
    if (len < 2 || len > 6 || text[0] != ':')
        return false;
    for (size_t i = 1; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        port = port * 10 + (unsigned)(text[i] - '0');
    }
    return port >= 1 && port <= 65535;
}

static enum endpoint_fault check_authority(struct arena *arena, const char *authority, size_t len,
                                           bool allows_private)
{
    if (memchr(authority, '@', len))
        return ENDPOINT_HAS_USER;
    const bool is_bracketed = len > 0 && authority[0] == '[';
    size_t from = is_bracketed ? 1 : 0;
    size_t to = from;
    while (to < len && authority[to] != (is_bracketed ? ']' : ':'))
        to++;
    if (is_bracketed && to == len)
        return ENDPOINT_BAD_HOST;
    const size_t port = is_bracketed ? to + 1 : to;
    if (port < len && !is_port(authority + port, len - port))
        return ENDPOINT_BAD_PORT;
    return check_host(arena_strndup(arena, authority + from, to - from), is_bracketed,
                      allows_private);
}

/* Printable ASCII but for what RFC 3986 leaves out. */
static bool has_bad_character(const char *text)
{
    for (const char *at = text; *at; at++)
        if (*at <= ' ' || *at >= 0x7f || strchr("\"<>\\^`{|}", *at))
            return true;
    return false;
}

static enum endpoint_fault check(struct arena *arena, const char *url, bool allows_private)
{
    size_t scheme = strncasecmp(url, "https://", 8) == 0                    ? 8
                    : allows_private && strncasecmp(url, "http://", 7) == 0 ? 7
                                                                            : 0;
    if (*url == '\0')
        return ENDPOINT_EMPTY;
    if (strlen(url) > ENDPOINT_MAX_BYTES)
        return ENDPOINT_TOO_LONG;
    if (has_bad_character(url))
        return ENDPOINT_BAD_CHARACTER;
    if (scheme == 0)
        return ENDPOINT_NOT_HTTPS;
    if (strchr(url, '#'))
        return ENDPOINT_HAS_FRAGMENT;
    return check_authority(arena, url + scheme, strcspn(url + scheme, "/?"), allows_private);
}

enum status endpoint_parse(struct arena *arena, const char *text, bool allows_private,
                           const char **out, enum endpoint_fault *fault)
{
    text += strspn(text, " \t\r\n");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]))
        len--;
    const char *url = arena_strndup(arena, text, len);
    enum endpoint_fault found = check(arena, url, allows_private);
    if (found != ENDPOINT_FINE) {
        *fault = found;
        return STATUS_INVALID;
    }
    *out = url;
    return STATUS_OK;
}
