/*
 * base/png: see the header.
 */
#include "base/png.h"

#include <png.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define CHUNK_EXTRA_BYTES 12 /* length, type, checksum */
#define COLOURS_MAX       256
#define BUCKETS           1024 /* a power of two, well above COLOURS_MAX */

static const unsigned char signature[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

bool png_is(const void *data, size_t len)
{
    return len >= sizeof signature && memcmp(data, signature, sizeof signature) == 0;
}

static uint32_t read_u32(const unsigned char *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Whether the chunks follow one another to the last, IEND: libpng stops reading before it. */
static bool is_whole(const unsigned char *data, size_t len)
{
    size_t at = sizeof signature;

    while (len - at >= CHUNK_EXTRA_BYTES) {
        size_t size = read_u32(data + at);
        if (size > len - at - CHUNK_EXTRA_BYTES)
            return false;
        if (memcmp(data + at + 4, "IEND", 4) == 0)
            return true;
        at += size + CHUNK_EXTRA_BYTES;
    }
    return false;
}

/* The picture as numbers of a palette; NULL: it has too many colours. */
struct palette {
    uint8_t colours[COLOURS_MAX][4];
    unsigned count;
    int16_t buckets[BUCKETS]; /* a colour's number and one, 0: free */
};

/* The number of a colour, given if it is new; -1: there is none left. */
static int number_of(struct palette *palette, const uint8_t colour[4])
{
    unsigned at = (read_u32(colour) * 2654435761U) >> 22;

    for (;; at = (at + 1) % BUCKETS) {
        int number = palette->buckets[at] - 1;
        if (number >= 0 && memcmp(palette->colours[number], colour, 4) == 0)
            return number;
        if (number >= 0)
            continue;
        if (palette->count == COLOURS_MAX)
            return -1;
        memcpy(palette->colours[palette->count], colour, 4);
        palette->buckets[at] = (int16_t)(++palette->count);
        return (int)palette->count - 1;
    }
}

/* Pixels (four bytes each) as one byte each, in place. False: too many colours, and they are as
 * they were. */
static bool reduce(uint8_t *pixels, size_t count, struct palette *palette)
{
    for (size_t i = 0; i < count; i++)
        if (number_of(palette, pixels + i * 4) < 0)
            return false;
    for (size_t i = 0; i < count; i++)
        pixels[i] = (uint8_t)number_of(palette, pixels + i * 4);
    return true;
}

/* What can't be seen need not be told apart; and whether any can be seen through. */
static bool clear_hidden(uint8_t *pixels, size_t count)
{
    bool has_alpha = false;

    for (size_t i = 0; i < count; i++) {
        uint8_t alpha = pixels[i * 4 + 3];
        has_alpha = has_alpha || alpha != 255;
        if (alpha == 0)
            memset(pixels + i * 4, 0, 4);
    }
    return has_alpha;
}

static enum status write_anew(struct arena *arena, uint8_t *pixels, png_image *image,
                              struct picture *out, const char **fault)
{
    const size_t count = (size_t)image->width * image->height;
    struct palette *palette = arena_alloc(arena, sizeof *palette);
    png_alloc_size_t size = PICTURE_WRITTEN_MAX;
    void *data = arena_alloc(arena, PICTURE_WRITTEN_MAX);
    bool has_alpha = clear_hidden(pixels, count);

    image->flags = 0; /* what was read is sRGB now, whatever it was before */
    image->format = PNG_FORMAT_RGBA;
    if (reduce(pixels, count, palette)) {
        image->format = PNG_FORMAT_RGBA_COLORMAP;
        image->colormap_entries = palette->count;
    } else if (!has_alpha) {
        for (size_t i = 0; i < count; i++)
            memmove(pixels + i * 3, pixels + i * 4, 3);
        image->format = PNG_FORMAT_RGB;
    }
    if (!png_image_write_to_memory(image, data, &size, 0, pixels, 0, palette->colours)) {
        *fault = "This picture takes more than 128 kB once it is written anew. Make it smaller, or "
                 "give it fewer colours.";
        return STATUS_INVALID;
    }
    *out = (struct picture){.type = "image/png",
                            .width = (int)image->width,
                            .height = (int)image->height,
                            .data = data,
                            .len = size};
    return STATUS_OK;
}

static const char *size_fault(struct arena *arena, const png_image *image)
{
    if (image->width > PICTURE_MAX || image->height > PICTURE_MAX)
        return arena_printf(arena,
                            "This picture has %u × %u pixels. At most %d × %d can be taken: "
                            "make it smaller.",
                            image->width, image->height, PICTURE_MAX, PICTURE_MAX);
    if (image->width < PICTURE_MIN || image->height < PICTURE_MIN)
        return arena_printf(arena,
                            "This picture has %u × %u pixels, too few to be seen: each side needs "
                            "%d or more.",
                            image->width, image->height, PICTURE_MIN);
    return NULL;
}

enum status png_read(struct arena *arena, const void *data, size_t len, struct picture *out,
                     const char **fault)
{
    static const char broken[] = "This PNG file is broken, or ends too early. Save it anew.";
    png_image image = {.version = PNG_IMAGE_VERSION};
    enum status status = STATUS_INVALID;

    if (!png_is(data, len) || !is_whole(data, len) ||
        !png_image_begin_read_from_memory(&image, data, len)) {
        *fault = broken;
        return STATUS_INVALID;
    }
    *fault = size_fault(arena, &image);
    if (*fault != NULL) {
        png_image_free(&image);
        return STATUS_INVALID;
    }
    image.format = PNG_FORMAT_RGBA;
    uint8_t *pixels = malloc(PNG_IMAGE_SIZE(image));
    if (pixels == NULL)
        *fault = "There is not enough memory for this picture now. Try again later.";
    else if (!png_image_finish_read(&image, NULL, pixels, 0, NULL))
        *fault = broken;
    else
        status = write_anew(arena, pixels, &image, out, fault);
    png_image_free(&image);
    free(pixels);
    return status;
}
