/*
 * base/mask: texts without the tokens in them, for those who may read a mail but not use its links;
 * and pages without whole addresses, for those who may see who there is but not write to them.
 */
#ifndef ASSENT_BASE_MASK_H
#define ASSENT_BASE_MASK_H

#include "base/arena.h"
#include "base/buf.h"

/* No word is as long; every token of ours is. */
#define MASK_TOKEN_CHARS 60

/* text with "..." in place of each run of MASK_TOKEN_CHARS or more characters of base64url (RFC
 * 4648 section 5); in ASCII, since header lines are masked too. NULL gives NULL. */
const char *mask_tokens(struct arena *arena, const char *text);

/* Adds text to out, with all but the first character of every email address' local part covered as
 * email_mask covers it, but those in keep, which are compared whole, ASCII in any case. text is
 * HTML, JSON or plain: an at sign may be percent-encoded, the rest of the local part escaped.
 * Rather too much is covered than too little: whatever could belong to a local part (RFC 5322
 * atext, RFC 6531) and stands before an at sign is taken for one. */
void mask_addresses(struct buf *out, const char *text, size_t len, const char *const *keep,
                    size_t keep_count);

#endif
