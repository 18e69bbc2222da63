/*
 * Fuzzes PNG pictures. What is taken comes out as a PNG of the same size, within the limit, that is
 * taken again.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/png.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct picture picture, again;
    const char *fault = NULL;

    if (png_read(arena, data, size, &picture, &fault) == STATUS_OK) {
        want(picture.width >= PICTURE_MIN && picture.width <= PICTURE_MAX);
        want(picture.height >= PICTURE_MIN && picture.height <= PICTURE_MAX);
        want(picture.len <= PICTURE_WRITTEN_MAX && png_is(picture.data, picture.len));
        want(png_read(arena, picture.data, picture.len, &again, &fault) == STATUS_OK);
        want(again.width == picture.width && again.height == picture.height);
    } else {
        want(fault != NULL && *fault != '\0');
    }
    arena_free(arena);
    return 0;
}
