/*
 * Fuzzes the guard's parser, and what it promises about every head that it lets through: it is one
 * that Kore's parser can only read in one way, it is at most a few bytes longer than what came,
 * and reading it again gives the same head. How the bytes arrive makes no difference.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "web/guard_parse.h"

#define BODY_MAX   65536
#define LINES_MAX  24 /* Kore forgets what comes behind */
#define LONGER_MAX 30

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(int is_so)
{
    if (!is_so)
        abort();
}

static void check_head(const char *head, size_t len)
{
    size_t lines = 0, hosts = 0;
    want(len >= 4 && memcmp(head + len - 4, "\r\n\r\n", 4) == 0);
    for (const char *at = head; at < head + len - 2;) {
        const char *eol = memchr(at, '\r', (size_t)(head + len - at));
        want(eol != NULL && eol[1] == '\n' && eol > at);
        for (const char *c = at; c < eol; c++)
            want((unsigned char)*c >= ' ' && (unsigned char)*c < 0x7f);
        if (lines > 0) {
            const char *colon = memchr(at, ':', (size_t)(eol - at));
            want(colon != NULL && colon > at && colon + 1 < eol);
            hosts += memcmp(at, "host", 4) == 0;
        }
        lines++;
        at = eol + 2;
    }
    want(lines <= LINES_MAX && hosts == 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char out[GUARD_OUT_BYTES], again[GUARD_OUT_BYTES], stepwise[GUARD_OUT_BYTES];
    struct guard_result first, second, third;
    const char *text = (const char *)data;

    guard_parse(text, size, 0, BODY_MAX, out, &first);

    size_t scanned = 0;
    third.verdict = GUARD_MORE;
    for (size_t len = size / 3; third.verdict == GUARD_MORE && len < size; len += 1 + size / 5) {
        guard_parse(text, len, scanned, BODY_MAX, stepwise, &third);
        scanned = len;
    }
    if (third.verdict == GUARD_MORE)
        guard_parse(text, size, scanned, BODY_MAX, stepwise, &third);
    if (first.verdict == GUARD_PASS) {
        want(third.verdict == GUARD_PASS && third.head_len == first.head_len);
        want(third.out_len == first.out_len && memcmp(out, stepwise, first.out_len) == 0);
    }
    if (first.verdict == GUARD_REFUSE)
        want(first.code >= 400 && first.why != NULL && third.verdict == GUARD_REFUSE);
    if (first.verdict != GUARD_PASS)
        return 0;

    want(first.head_len <= size && first.body_len <= BODY_MAX);
    want(first.out_len <= first.head_len + LONGER_MAX);
    check_head(out, first.out_len);
    guard_parse(out, first.out_len, 0, BODY_MAX, again, &second);
    want(second.verdict == GUARD_PASS && second.out_len == first.out_len);
    want(memcmp(out, again, first.out_len) == 0 && second.body_len == first.body_len);
    return 0;
}
