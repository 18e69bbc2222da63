/*
 * base/campaign: a sender's own reference on the links of a mail ("spring-sale-3"): ?c=REFERENCE
 * behind their addresses. It is not signed, proves nothing and decides nothing; one that makes no
 * sense is as good as none, so that it never stands between a person and an opt-out.
 */
#ifndef ASSENT_BASE_CAMPAIGN_H
#define ASSENT_BASE_CAMPAIGN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

#define CAMPAIGN_MAX_BYTES 64

/* 1 to 64 bytes of well-formed UTF-8 without control characters. */
bool campaign_is_fine(const char *text, size_t len);

/* text where it is fine, else NULL; NULL gives NULL. */
const char *campaign_or_null(const char *text);

/* "?c=…", percent-encoded; "" for NULL. */
const char *campaign_query(struct arena *arena, const char *campaign);

/* The campaign of text that begins with what campaign_query gives; NULL: it does not. */
const char *campaign_parse(struct arena *arena, const char *text);

#endif
