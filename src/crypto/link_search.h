/*
 * crypto/link_search: finds what could be a link token inside other text, such as a mail's subject.
 * It says only that the shape is right (link_token_peek); nothing it finds is believed before
 * link_token_verify.
 */
#ifndef ASSENT_CRYPTO_LINK_SEARCH_H
#define ASSENT_CRYPTO_LINK_SEARCH_H

#include "base/arena.h"
#include "crypto/link_token.h"

struct link_search {
    const char *whole;  /* the text as it is */
    const char *joined; /* the text without white space and invisible characters */
    size_t at;
    bool is_joined; /* the first way is done */
};

/* text: UTF-8; what is found lives in the caller's own memory, the search in the arena. */
void link_search_begin(struct arena *arena, const char *text, struct link_search *out);

/* The next candidate: first words of exactly a token's length, then any such length of a token's
 * characters once white space is taken out, so that a token is found that folding has broken or
 * that is stuck to other words. *rest: what follows it. False: no more. Letters keep their case. */
bool link_search_next(struct link_search *search, char out[LINK_TOKEN_TEXT_BYTES],
                      const char **rest);

#endif
