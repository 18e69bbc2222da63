/*
 * web/guard_parse: the strict reading of a request's head. See guard_parse.h.
 *
 * Three passes: the end of the head is looked for and every byte checked; the request line and the
 * headers are read into a struct; from that struct alone the new head is written (guard_head).
 */
#include "web/guard_parse.h"

#include <string.h>
#include <strings.h>

#include "web/guard_head.h"

#define METHOD_MAX 32 /* bytes in which a method must have ended */

static bool refuse(struct guard_result *result, int code, const char *why)
{
    result->verdict = GUARD_REFUSE;
    result->code = code;
    result->why = why;
    return false;
}

static bool is_token_char(unsigned char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool equals(struct guard_slice slice, const char *text)
{
    return slice.len == strlen(text) && memcmp(slice.at, text, slice.len) == 0;
}

static bool equals_any_case(struct guard_slice slice, const char *text)
{
    return slice.len == strlen(text) && strncasecmp(slice.at, text, slice.len) == 0;
}

/* Looks for the blank line. False: refused, or more is needed (the verdict says which). */
static bool find_end(const char *data, size_t len, size_t from, size_t *end,
                     struct guard_result *result)
{
    for (size_t i = from; i < len; i++) {
        unsigned char c = (unsigned char)data[i];
        if (c == '\r') {
            if (i + 1 < len && data[i + 1] != '\n')
                return refuse(result, 400, "A carriage return stands alone.");
        } else if (c == '\n') {
            if (i == 0 || data[i - 1] != '\r')
                return refuse(result, 400, "A line feed stands alone.");
            if (i >= 3 && data[i - 2] == '\n') {
                *end = i + 1;
                return true;
            }
        } else if ((c < ' ' && c != '\t') || c == 0x7f) {
            return refuse(result, 400, "A control byte stands in the head of the request.");
        }
    }
    if (len >= GUARD_HEAD_MAX) {
        if (memchr(data, '\n', len) == NULL)
            return refuse(result, 414, "The address is too long.");
        return refuse(result, 431, "The headers are too long.");
    }
    result->verdict = GUARD_MORE;
    return false;
}

/* host, host:port, [v6], [v6]:port; host's characters only, so that it is one. */
static bool host_is_valid(struct guard_slice host)
{
    size_t name = 0;
    if (host.len == 0 || host.len > GUARD_HOST_MAX)
        return false;
    if (host.at[0] == '[') {
        const char *close = memchr(host.at, ']', host.len);
        if (close == NULL)
            return false;
        name = (size_t)(close - host.at) + 1;
        for (size_t i = 1; i + 1 < name; i++)
            if (strchr("0123456789abcdefABCDEF:.", host.at[i]) == NULL)
                return false;
        if (name < 4)
            return false;
    } else {
        while (name < host.len && host.at[name] != ':') {
            unsigned char c = (unsigned char)host.at[name++];
            if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '-' || c == '_'))
                return false;
        }
        if (name == 0)
            return false;
    }
    if (name == host.len)
        return true;
    if (host.at[name] != ':' || host.len - name > 6)
        return false;
    for (size_t i = name + 1; i < host.len; i++)
        if (host.at[i] < '0' || host.at[i] > '9')
            return false;
    return true;
}

/* The forms of RFC 9112 section 3.2: origin, absolute, and asterisk with OPTIONS. */
static bool read_target(struct guard_head *head, struct guard_result *result)
{
    struct guard_slice target = head->target;
    for (size_t i = 0; i < target.len; i++) {
        unsigned char c = (unsigned char)target.at[i];
        if (c <= ' ' || c >= 0x7f || c == '#')
            return refuse(result, 400, "The address holds a character that none may hold.");
    }
    if (equals(target, "*")) {
        if (!equals(head->method, "OPTIONS"))
            return refuse(result, 400, "The address * is for OPTIONS alone.");
    } else if (target.len > 0 && target.at[0] != '/') {
        size_t scheme = target.len > 7 && strncasecmp(target.at, "http://", 7) == 0    ? 7
                        : target.len > 8 && strncasecmp(target.at, "https://", 8) == 0 ? 8
                                                                                       : 0;
        if (scheme == 0)
            return refuse(result, 400, "The address must begin with a slash.");
        size_t path = scheme;
        while (path < target.len && target.at[path] != '/' && target.at[path] != '?')
            path++;
        head->host = (struct guard_slice){target.at + scheme, path - scheme};
        head->is_absolute = true;
        if (!host_is_valid(head->host))
            return refuse(result, 400, "The host in the address is not one.");
        head->target = (struct guard_slice){target.at + path, target.len - path};
    }
    if (head->target.len > GUARD_TARGET_MAX)
        return refuse(result, 414, "The address is too long.");
    return true;
}

static bool read_request_line(struct guard_slice line, struct guard_head *head,
                              struct guard_result *result)
{
    const char *end = line.at + line.len;
    const char *space = memchr(line.at, ' ', line.len);
    const char *last = space == NULL ? NULL : memchr(space + 1, ' ', (size_t)(end - space - 1));
    if (last == NULL || memchr(last + 1, ' ', (size_t)(end - last - 1)) != NULL)
        return refuse(result, 400, "The request line is not method, address, version.");
    head->method = (struct guard_slice){line.at, (size_t)(space - line.at)};
    head->target = (struct guard_slice){space + 1, (size_t)(last - space - 1)};
    struct guard_slice version = {last + 1, (size_t)(end - last - 1)};

    for (size_t i = 0; i < head->method.len; i++)
        if (!is_token_char((unsigned char)head->method.at[i]))
            return refuse(result, 400, "The method is not one.");
    if (head->method.len == 0 || head->target.len == 0)
        return refuse(result, 400, "The request line is not method, address, version.");
    if (version.len != 8 || memcmp(version.at, "HTTP/", 5) != 0)
        return refuse(result, 400, "The request line does not end in a version of HTTP.");
    head->is_http10 = equals(version, "HTTP/1.0");
    if (!head->is_http10 && !equals(version, "HTTP/1.1"))
        return refuse(result, 505, "This server speaks HTTP/1.1.");

    head->has_body = equals(head->method, "POST") || equals(head->method, "PUT") ||
                     equals(head->method, "PATCH");
    if (!head->has_body && !equals(head->method, "GET") && !equals(head->method, "HEAD") &&
        !equals(head->method, "DELETE") && !equals(head->method, "OPTIONS"))
        return refuse(result, 501, "This server does not know that method.");
    if (head->is_http10 && !equals(head->method, "GET") && !equals(head->method, "HEAD") &&
        !equals(head->method, "POST"))
        return refuse(result, 501, "HTTP/1.0 does not know that method.");
    return read_target(head, result);
}

static bool read_length(struct guard_slice value, struct guard_head *head,
                        struct guard_result *result)
{
    if (head->has_length)
        return refuse(result, 400, "There are two Content-Length headers.");
    if (value.len == 0 || value.len > 18)
        return refuse(result, 400, "The Content-Length is not a number.");
    for (size_t i = 0; i < value.len; i++) {
        if (value.at[i] < '0' || value.at[i] > '9')
            return refuse(result, 400, "The Content-Length is not a number.");
        head->length = head->length * 10 + (uint64_t)(value.at[i] - '0');
    }
    head->has_length = true;
    return true;
}

static bool has_list_item(struct guard_slice value, const char *item)
{
    size_t start = 0;
    for (size_t i = 0; i <= value.len; i++) {
        if (i < value.len && value.at[i] != ',')
            continue;
        struct guard_slice part = {value.at + start, i - start};
        while (part.len > 0 && (*part.at == ' ' || *part.at == '\t'))
            part = (struct guard_slice){part.at + 1, part.len - 1};
        while (part.len > 0 && (part.at[part.len - 1] == ' ' || part.at[part.len - 1] == '\t'))
            part.len--;
        if (equals_any_case(part, item))
            return true;
        start = i + 1;
    }
    return false;
}

/* What a write hangs on must not be lost on its way: an empty header is left out of the head that
 * is written anew, and a byte beyond ASCII is put in as "?". */
static bool is_whole(struct guard_slice value)
{
    for (size_t i = 0; i < value.len; i++)
        if ((unsigned char)value.at[i] >= 0x80)
            return false;
    return value.len > 0;
}

static bool keep_header(struct guard_slice name, struct guard_slice value, struct guard_head *head,
                        struct guard_result *result)
{
    for (int i = 0; i < GUARD_KEPT_COUNT; i++) {
        if (!equals_any_case(name, guard_head_kept[i].name))
            continue;
        if (head->kept[i].at != NULL && guard_head_kept[i].repeat == GUARD_REPEAT_REFUSED)
            return refuse(result, 400, "A header that may stand once stands twice.");
        if ((i == GUARD_KEPT_IDEMPOTENCY_KEY || i == GUARD_KEPT_IF_MATCH) && !is_whole(value))
            return refuse(result, 400, "If-Match or Idempotency-Key is empty, or not ASCII.");
        if (head->kept[i].at == NULL || guard_head_kept[i].repeat == GUARD_REPEAT_LAST)
            head->kept[i] = value;
        break;
    }
    return true;
}

static bool read_header(struct guard_slice line, struct guard_head *head,
                        struct guard_result *result)
{
    if (line.at[0] == ' ' || line.at[0] == '\t')
        return refuse(result, 400, "A header is folded over two lines.");
    const char *colon = memchr(line.at, ':', line.len);
    if (colon == NULL || colon == line.at)
        return refuse(result, 400, "A header has no name or no colon.");
    struct guard_slice name = {line.at, (size_t)(colon - line.at)};
    for (size_t i = 0; i < name.len; i++)
        if (!is_token_char((unsigned char)name.at[i]))
            return refuse(result, 400, "A header's name holds a space or a character it may not.");
    struct guard_slice value = {colon + 1, line.len - name.len - 1};
    while (value.len > 0 && (*value.at == ' ' || *value.at == '\t'))
        value = (struct guard_slice){value.at + 1, value.len - 1};
    while (value.len > 0 && (value.at[value.len - 1] == ' ' || value.at[value.len - 1] == '\t'))
        value.len--;

    if (equals_any_case(name, "host")) {
        if (head->has_host)
            return refuse(result, 400, "There are two Host headers.");
        if (!host_is_valid(value))
            return refuse(result, 400, "The Host header is not a host.");
        head->has_host = true;
        if (!head->is_absolute)
            head->host = value;
    } else if (equals_any_case(name, "content-length")) {
        return read_length(value, head, result);
    } else if (equals_any_case(name, "transfer-encoding")) {
        head->is_chunked = !head->has_coding && equals_any_case(value, "chunked");
        head->has_coding = true;
    } else if (equals_any_case(name, "expect")) {
        head->expects = equals_any_case(value, "100-continue");
        head->expects_other = head->expects_other || !head->expects;
    } else if (equals_any_case(name, "connection")) {
        head->is_close = head->is_close || has_list_item(value, "close");
    } else {
        return keep_header(name, value, head, result);
    }
    return true;
}

static uint64_t longest_body(const struct guard_result *result, uint64_t body_max)
{
    uint64_t longest = result->is_upload ? body_max : GUARD_FORM_MAX;
    if (result->is_api)
        longest = GUARD_API_MAX;
    return longest < body_max ? longest : body_max;
}

static bool check_head(const struct guard_head *head, uint64_t body_max,
                       struct guard_result *result)
{
    if (!head->has_host && !head->is_http10)
        return refuse(result, 400, "There is no Host header.");
    if (head->has_coding) {
        if (head->has_length || head->is_http10)
            return refuse(result, 400, "The length of the body is said in two ways.");
        if (head->is_chunked)
            return refuse(result, 411, "Send the body with a Content-Length, not in chunks.");
        return refuse(result, 501, "This server does not know that Transfer-Encoding.");
    }
    if (!head->has_body && head->length > 0)
        return refuse(result, 400, "This method has no body.");
    if (head->length > longest_body(result, body_max))
        return refuse(result, 413,
                      result->is_upload
                          ? "The file is too long; \"assent import\" takes longer ones."
                          : "The body is too long.");
    if (head->expects_other)
        return refuse(result, 417, "This server knows no expectation but 100-continue.");
    return true;
}

static bool is_api(struct guard_slice target)
{
    static const char begin[] = "/api/";
    return target.len >= sizeof begin - 1 && memcmp(target.at, begin, sizeof begin - 1) == 0;
}

/* The same of a head that may never be read to its end, nor be a head. */
static bool begins_api(const char *at, size_t len)
{
    const char *space = memchr(at, ' ', len < METHOD_MAX ? len : METHOD_MAX);
    if (space == NULL)
        return false;
    return is_api((struct guard_slice){space + 1, len - (size_t)(space + 1 - at)});
}

/* A head of len bytes, its blank line included. */
static bool read_lines(const char *at, size_t len, struct guard_head *head,
                       struct guard_result *result)
{
    const char *stop = at + len - 2;
    for (bool is_first = true; at < stop; is_first = false) {
        const char *eol = memchr(at, '\r', (size_t)(stop - at));
        struct guard_slice line = {at, (size_t)(eol - at)};
        if (!(is_first ? read_request_line(line, head, result) : read_header(line, head, result)))
            return false;
        at = eol + 2;
    }
    return true;
}

static bool is_upload(struct guard_slice target)
{
    static const char path[] = "/admin/import";
    const size_t len = sizeof path - 1;
    return target.len >= len && memcmp(target.at, path, len) == 0 &&
           (target.len == len || target.at[len] == '?');
}

/* out: room for max and the NUL, all zero. */
static void take_kept(struct guard_slice kept, char *out, size_t max)
{
    if (kept.len > 0 && kept.len <= max)
        memcpy(out, kept.at, kept.len);
}

void guard_parse(const char *data, size_t len, size_t scanned, uint64_t body_max,
                 char out[GUARD_OUT_BYTES], struct guard_result *result)
{
    *result = (struct guard_result){.verdict = GUARD_REFUSE};

    /* RFC 9112 section 2.2: empty lines before the request line are let pass, a few. */
    size_t start = 0;
    while (start < 8 && len >= start + 2 && memcmp(data + start, "\r\n", 2) == 0)
        start += 2;
    if (len == start || (len == start + 1 && data[start] == '\r')) {
        result->verdict = GUARD_MORE;
        return;
    }

    result->is_api = begins_api(data + start, len - start);
    size_t end = 0;
    size_t from = scanned > start + 3 ? scanned - 3 : start;
    if (!find_end(data + start, len - start, from - start, &end, result))
        return;
    if (end > GUARD_HEAD_MAX) {
        refuse(result, 431, "The headers are too long.");
        return;
    }

    struct guard_head head = {.host = {"", 0}};
    bool is_good = read_lines(data + start, end, &head, result);
    result->target = head.target;
    result->accept = head.kept[GUARD_KEPT_ACCEPT];
    result->accept_language = head.kept[GUARD_KEPT_ACCEPT_LANGUAGE];
    if (is_good) {
        result->is_api = is_api(head.target);
        result->is_upload = is_upload(head.target);
        is_good = check_head(&head, body_max, result);
    }
    if (!is_good)
        return;

    result->verdict = GUARD_PASS;
    result->head_len = start + end;
    result->out_len = guard_head_write(&head, out);
    result->body_len = head.length;
    result->expects_continue = head.expects && !head.is_http10 && head.length > 0;
    result->is_close = head.is_close || head.is_http10;
    guard_head_host(head.host, result->host);
    take_kept(head.kept[GUARD_KEPT_AUTHORIZATION], result->authorization, GUARD_AUTHORIZATION_MAX);
    take_kept(head.kept[GUARD_KEPT_COOKIE], result->cookie, GUARD_COOKIE_MAX);
}
