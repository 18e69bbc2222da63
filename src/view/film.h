/*
 * view/film: the film of a Help page. Films are assets, recorded by `make films`: NAME.webm, its
 * captions NAME.vtt, its first picture NAME.webp, and NAME.txt: the length in words, then what it
 * shows, a line for each step. No film is made or read anywhere else.
 */
#ifndef ASSENT_VIEW_FILM_H
#define ASSENT_VIEW_FILM_H

#include "base/arena.h"

struct film_line {
    const char *text;
};

struct film {
    const char *title;
    const char *url; /* NULL: this page has none */
    const char *captions_url, *poster_url;
    const char *length; /* "34 seconds" */
    struct film_line *lines;
    size_t lines_count;
};

/* task: as in ?task=, the films' file name. Texts live in the arena; title stays the caller's. */
struct film film_of(struct arena *arena, const char *task, const char *title);

#endif
