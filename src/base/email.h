/*
 * base/email: which addresses are accepted, how they are compared, how they are shown masked.
 *
 * RFC 5321 and 5322 addr-spec without comments, quoted local parts or address literals; RFC 6531
 * UTF-8 local parts; IDN domains by libidn2 (IDNA 2008, UTS 46 non-transitional).
 */
#ifndef ASSENT_BASE_EMAIL_H
#define ASSENT_BASE_EMAIL_H

#include "base/arena.h"
#include "base/status.h"

struct email {
    const char *written; /* trimmed, NFC, the local part's case as written */
    const char *key;     /* to compare by: local part NFC and case-folded, domain as A-labels */
};

enum email_fault {
    EMAIL_FINE,
    EMAIL_EMPTY,
    EMAIL_TOO_LONG,
    EMAIL_NOT_UTF8,
    EMAIL_NO_AT,
    EMAIL_BAD_LOCAL,
    EMAIL_BAD_DOMAIN,
    EMAIL_FAULT_COUNT
};

/* Reads len bytes of text as one address. STATUS_INVALID sets *fault and nothing else; fault may
 * be NULL. REQUIREMENTS U14. */
enum status email_parse(struct arena *arena, const char *text, size_t len, struct email *out,
                        enum email_fault *fault) MUST_CHECK;

/* What is wrong and what to do, one sentence in English. Static. */
const char *email_fault_words(enum email_fault fault);

/* "a•••••@example.com": the local part's first character, five bullets, the domain. */
const char *email_mask(struct arena *arena, const char *email);

#endif
