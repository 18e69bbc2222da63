/*
 * base/picture: a picture that a stranger sent, checked and written anew: nothing of its bytes is
 * kept that was not understood. PNG is base/png's, SVG base/svg's.
 */
#ifndef ASSENT_BASE_PICTURE_H
#define ASSENT_BASE_PICTURE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

#define PICTURE_MIN         16     /* pixels a side */
#define PICTURE_MAX         2000   /* the same */
#define PICTURE_WRITTEN_MAX 131072 /* bytes, of what comes out */

struct picture {
    const char *type; /* "image/png", "image/svg+xml". Static */
    int width, height;
    const void *data;
    size_t len;
};

/* The PNG or SVG of len bytes, told apart by how they begin, in the arena. STATUS_INVALID: *fault
 * says what is wrong and what to do, in sentences. */
enum status picture_read(struct arena *arena, const void *data, size_t len, struct picture *out,
                         const char **fault) MUST_CHECK;

#endif
