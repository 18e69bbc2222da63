/*
 * base/email: reads one address. ASCII addresses without A-labels take a short way; the rest goes
 * through libunistring (normal form, case) and libidn2 (domains).
 */
#include "base/email.h"

#include <assert.h>
#include <idn2.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>

#include "base/contact.h"
#include "base/fold.h"
#include "base/utf8.h"

#define LOCAL_MAX_BYTES  64  /* RFC 5321 section 4.5.3.1.1 */
#define DOMAIN_MAX_BYTES 253 /* RFC 1035: 255 octets on the wire */
#define LABEL_MAX_BYTES  63
#define INPUT_MAX_BYTES  640 /* of which cleaning may leave less */

/* Classes of ASCII bytes: atext of RFC 5322, and what a host name's label is made of. */
enum { ATEXT = 1, LDH = 2, DIGIT = 4 };
static const uint8_t classes[256] = {
    ['a' ... 'z'] = ATEXT | LDH,
    ['A' ... 'Z'] = ATEXT | LDH,
    ['0' ... '9'] = ATEXT | LDH | DIGIT,
    ['!'] = ATEXT,
    ['#' ... '\''] = ATEXT,
    ['*'] = ATEXT,
    ['+'] = ATEXT,
    ['-'] = ATEXT | LDH,
    ['/'] = ATEXT,
    ['='] = ATEXT,
    ['?'] = ATEXT,
    ['^' ... '`'] = ATEXT,
    ['{' ... '~'] = ATEXT,
};

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char lower(char c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
}

/* Characters past ASCII that may stand in a local part: no blanks, controls, unassigned, private
 * or invisible ones. */
static bool is_local_rune(uint32_t rune)
{
    const uint32_t refused = UC_CATEGORY_MASK_C | UC_CATEGORY_MASK_Z;
    return !uc_is_general_category_withtable(rune, refused) &&
           !uc_is_property_default_ignorable_code_point(rune);
}

/* dot-atom of RFC 5322 section 3.2.3, with UTF-8 as RFC 6531 section 3.3 adds. */
static bool is_local(const char *text, size_t len)
{
    if (len == 0 || len > LOCAL_MAX_BYTES || text[0] == '.' || text[len - 1] == '.')
        return false;
    for (size_t i = 0; i < len;) {
        uint8_t c = (uint8_t)text[i];
        if (c < 0x80) {
            if (!(classes[c] & ATEXT) && (c != '.' || text[i - 1] == '.'))
                return false;
            i++;
            continue;
        }
        uint32_t rune = 0;
        size_t step = utf8_step(text + i, len - i, &rune);
        if (step == 0 || !is_local_rune(rune))
            return false;
        i += step;
    }
    return true;
}

enum domain_kind { DOMAIN_BAD, DOMAIN_PLAIN, DOMAIN_IDN };

static enum domain_kind label_kind(const char *label, size_t len, bool *is_number)
{
    if (len == 0 || len > LABEL_MAX_BYTES || label[0] == '-' || label[len - 1] == '-')
        return DOMAIN_BAD;
    *is_number = true;
    for (size_t i = 0; i < len; i++) {
        uint8_t class = classes[(uint8_t)label[i]];
        if (!(class & LDH))
            return DOMAIN_BAD;
        if (!(class & DIGIT))
            *is_number = false;
    }
    return len >= 4 && label[2] == '-' && label[3] == '-' ? DOMAIN_IDN : DOMAIN_PLAIN;
}

/* A host name of two labels or more whose last is no number. DOMAIN_IDN: it has A-labels, or the
 * like, to be looked at. */
static enum domain_kind ascii_kind(const char *text, size_t len)
{
    enum domain_kind kind = DOMAIN_PLAIN;
    bool is_number = false;
    size_t labels = 0;
    if (len > DOMAIN_MAX_BYTES)
        return DOMAIN_BAD;
    for (size_t start = 0; start <= len; labels++) {
        const char *dot = memchr(text + start, '.', len - start);
        size_t end = dot ? (size_t)(dot - text) : len;
        enum domain_kind one = label_kind(text + start, end - start, &is_number);
        if (one == DOMAIN_BAD)
            return DOMAIN_BAD;
        if (one == DOMAIN_IDN)
            kind = DOMAIN_IDN;
        start = end + 1;
    }
    return labels >= 2 && !is_number ? kind : DOMAIN_BAD;
}

static bool is_ascii(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((uint8_t)text[i] >= 0x80)
            return false;
    }
    return true;
}

/* The domain as lower-case A-labels, or NULL. */
static char *to_a_labels(struct arena *arena, const char *text, size_t len)
{
    uint8_t *looked_up = NULL;
    char *domain = arena_strndup(arena, text, len), *out = NULL;
    /* IDN2_USE_STD3_ASCII_RULES would drop a "*" and let the rest pass for another domain.
     * ascii_kind is the one that knows what a host name may hold. */
    int result =
        idn2_lookup_u8((const uint8_t *)domain, &looked_up, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (result == IDN2_OK) {
        size_t out_len = strlen((const char *)looked_up);
        if (ascii_kind((const char *)looked_up, out_len) != DOMAIN_BAD) {
            out = arena_strndup(arena, (const char *)looked_up, out_len);
            for (char *c = out; *c; c++)
                *c = lower(*c);
        }
        idn2_free(looked_up);
    }
    return out;
}

static void die(void)
{
    fputs("assent: out of memory (email)\n", stderr);
    abort();
}

/* The local part case-folded, in NFC; its length in *len. */
static const char *folded(struct arena *arena, const char *text, size_t *len)
{
    uint8_t quick[LOCAL_MAX_BYTES * 4];
    size_t out_len = sizeof quick;
    uint8_t *out = u8_casefold((const uint8_t *)text, *len, NULL, UNINORM_NFC, quick, &out_len);
    if (!out)
        die();
    const char *kept = arena_strndup(arena, (const char *)out, out_len);
    if (out != quick)
        free(out);
    *len = out_len;
    return kept;
}

static enum email_fault parse_wide(struct arena *arena, const char *text, size_t len,
                                   struct email *out)
{
    if (!utf8_is_valid(text, len) || memchr(text, '\0', len))
        return EMAIL_NOT_UTF8;
    /* What is pasted may bring blanks that don't look like any. */
    const char *written = fold_clean(arena, arena_strndup(arena, text, len));
    len = strlen(written);
    if (len == 0)
        return EMAIL_EMPTY;
    if (len > EMAIL_MAX_BYTES)
        return EMAIL_TOO_LONG;
    const char *at = memrchr(written, '@', len);
    if (!at)
        return EMAIL_NO_AT;
    size_t local_len = (size_t)(at - written);
    if (!is_local(written, local_len))
        return EMAIL_BAD_LOCAL;
    const char *domain = to_a_labels(arena, at + 1, len - local_len - 1);
    if (!domain)
        return EMAIL_BAD_DOMAIN;
    const char *local = folded(arena, written, &local_len);
    if (local_len + 1 + strlen(domain) > EMAIL_MAX_BYTES)
        return EMAIL_TOO_LONG;
    const char *key = arena_printf(arena, "%.*s@%s", (int)local_len, local, domain);
    *out = (struct email){.written = written, .key = key};
    return EMAIL_FINE;
}

static enum email_fault parse(struct arena *arena, const char *text, size_t len, struct email *out)
{
    while (len && is_blank(text[0])) {
        text++;
        len--;
    }
    while (len && is_blank(text[len - 1]))
        len--;
    if (len == 0)
        return EMAIL_EMPTY;
    if (len > INPUT_MAX_BYTES)
        return EMAIL_TOO_LONG;
    if (!is_ascii(text, len))
        return parse_wide(arena, text, len, out);
    const char *at = memrchr(text, '@', len);
    if (len > EMAIL_MAX_BYTES)
        return EMAIL_TOO_LONG;
    if (!at)
        return EMAIL_NO_AT;
    size_t local_len = (size_t)(at - text);
    if (!is_local(text, local_len))
        return EMAIL_BAD_LOCAL;
    switch (ascii_kind(at + 1, len - local_len - 1)) {
    case DOMAIN_BAD:
        return EMAIL_BAD_DOMAIN;
    case DOMAIN_IDN:
        return parse_wide(arena, text, len, out);
    case DOMAIN_PLAIN:
        break;
    }
    char *key = arena_strndup(arena, text, len);
    for (size_t i = 0; i < len; i++)
        key[i] = lower(key[i]);
    *out = (struct email){.written = arena_strndup(arena, text, len), .key = key};
    return EMAIL_FINE;
}

enum status email_parse(struct arena *arena, const char *text, size_t len, struct email *out,
                        enum email_fault *fault)
{
    struct email email;
    enum email_fault found = parse(arena, text, len, &email);
    if (found != EMAIL_FINE) {
        if (fault)
            *fault = found;
        return STATUS_INVALID;
    }
    *out = email;
    return STATUS_OK;
}

const char *email_fault_words(enum email_fault fault)
{
    static const char *const words[] = {
        [EMAIL_FINE] = "This address is fine.",
        [EMAIL_EMPTY] = "Enter an email address.",
        [EMAIL_TOO_LONG] = "This address is too long; enter one of at most 320 bytes.",
        [EMAIL_NOT_UTF8] = "This address has broken characters; enter it as UTF-8 text.",
        [EMAIL_NO_AT] = "This address has no @; enter one like name@example.com.",
        [EMAIL_BAD_LOCAL] = "The part before the @ can't be right; enter one like "
                            "name@example.com, without spaces or quotes.",
        [EMAIL_BAD_DOMAIN] = "The part after the @ is no domain; enter one like "
                             "name@example.com.",
    };
    static_assert(sizeof words / sizeof *words == EMAIL_FAULT_COUNT, "words for every fault");
    return (unsigned)fault < EMAIL_FAULT_COUNT ? words[fault] : "";
}

const char *email_mask(struct arena *arena, const char *email)
{
    static const char bullets[] = "\u2022\u2022\u2022\u2022\u2022";
    const char *at = strrchr(email, '@');
    if (!at)
        return bullets;
    size_t first = utf8_step(email, (size_t)(at - email), NULL);
    return arena_printf(arena, "%.*s%s%s", (int)first, email, bullets, at);
}
