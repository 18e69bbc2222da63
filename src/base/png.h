/*
 * base/png: decodes a PNG and encodes its pixels anew (libpng), so that text, profiles, trailing
 * bytes and whatever else came in the file stay behind. For base/picture.
 */
#ifndef ASSENT_BASE_PNG_H
#define ASSENT_BASE_PNG_H

#include <stdbool.h>

#include "base/picture.h"

/* Whether it begins as PNG files do. */
bool png_is(const void *data, size_t len);

/* As picture_read. The size is looked at before memory is taken: at most 16 MB for the pixels.
 * ISO/IEC 15948. */
enum status png_read(struct arena *arena, const void *data, size_t len, struct picture *out,
                     const char **fault) MUST_CHECK;

#endif
