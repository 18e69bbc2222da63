/*
 * base/endpoint: which URLs may be told of changes (REQUIREMENTS W6, as far as text can say).
 *
 * What the host's name resolves to is looked at when it is connected to (post/hook); a host that is
 * an address is looked at here too, so that whoever types it hears at once.
 */
#ifndef ASSENT_BASE_ENDPOINT_H
#define ASSENT_BASE_ENDPOINT_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

#define ENDPOINT_MAX_BYTES 500

enum endpoint_fault {
    ENDPOINT_FINE,
    ENDPOINT_EMPTY,
    ENDPOINT_TOO_LONG,
    ENDPOINT_BAD_CHARACTER, /* white space, a control, or what must be written as %XX */
    ENDPOINT_NOT_HTTPS,
    ENDPOINT_HAS_USER,     /* user:password@ */
    ENDPOINT_HAS_FRAGMENT, /* #… */
    ENDPOINT_BAD_HOST,
    ENDPOINT_BAD_PORT,
    ENDPOINT_NOT_PUBLIC,
    ENDPOINT_FAULT_COUNT
};

/* Reads text, trimmed, as the URL of an endpoint: https, or http too where allows_private; a host
 * name of ASCII (an international one as its A-labels) or an address; no user, no fragment.
 * STATUS_INVALID sets *fault and nothing else. */
enum status endpoint_parse(struct arena *arena, const char *text, bool allows_private,
                           const char **out, enum endpoint_fault *fault) MUST_CHECK;

/* What is wrong and what to do, one sentence in English. Static. */
const char *endpoint_fault_words(enum endpoint_fault fault);

#endif
