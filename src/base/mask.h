/*
 * base/mask: texts without the tokens in them, for those who may read a mail but not use its links.
 */
#ifndef ASSENT_BASE_MASK_H
#define ASSENT_BASE_MASK_H

#include "base/arena.h"

/* No word is as long; every token of ours is. */
#define MASK_TOKEN_CHARS 60

/* text with "..." in place of each run of MASK_TOKEN_CHARS or more characters of base64url (RFC
 * 4648 section 5); in ASCII, since header lines are masked too. NULL gives NULL. */
const char *mask_tokens(struct arena *arena, const char *text);

#endif
