/*
 * base/fold: what names and search terms are compared, sorted and found by (libunistring).
 */
#ifndef ASSENT_BASE_FOLD_H
#define ASSENT_BASE_FOLD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/* Whether len bytes are well-formed UTF-8 without NUL. */
bool fold_is_utf8(const char *text, size_t len);

/* text case-folded, in compatibility form (full width as half width), accents of Latin, Greek and
 * Cyrillic letters taken off and a few letters that do not decompose mapped (ø o, ł l, đ ð d, ı i,
 * æ ae, œ oe, þ th, ’ '), runs of white space as one space, trimmed, in NFC; so that "olafs" finds
 * "Ólafsdóttir". A key's key is itself. text is valid UTF-8. Never NULL. */
const char *fold_key(struct arena *arena, const char *text);

/* text in NFC, trimmed, runs of white space and control characters as one space, without invisible
 * characters that hide or turn text (zero-width spaces, bidirectional overrides). Valid UTF-8 in,
 * valid UTF-8 out. Never NULL. */
const char *fold_clean(struct arena *arena, const char *text);

/* Up to two initials of a name for an avatar, upper case; "?" when there are none. */
const char *fold_initials(struct arena *arena, const char *name);

#endif
