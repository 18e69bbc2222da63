/*
 * base/qr: see the header.
 */
#include "base/qr.h"

#include <errno.h>
#include <qrencode.h>
#include <string.h>

#include "base/buf.h"

#define DARK 1 /* the lowest bit of each byte that libqrencode gives */

/* Each run of dark squares in a row as a bar of height 1. */
static void draw_row(struct buf *out, const unsigned char *row, int width, int y)
{
    for (int x = 0; x < width; x++) {
        const int from = x;
        while (x < width && (row[x] & DARK) != 0)
            x++;
        if (x > from)
            buf_printf(out, "M%d %dh%dv1h-%dz", from + QR_QUIET, y + QR_QUIET, x - from, x - from);
    }
}

enum status qr_draw(struct arena *arena, const char *text, struct qr *out)
{
    struct buf path = {0};
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);

    if (code == NULL)
        return errno == ENOMEM ? STATUS_FULL : STATUS_INVALID;
    for (int y = 0; y < code->width; y++)
        draw_row(&path, code->data + (size_t)y * (size_t)code->width, code->width, y);
    *out = (struct qr){.path = arena_strdup(arena, path.data), .side = code->width + 2 * QR_QUIET};
    if (path.data != NULL)
        explicit_bzero(path.data, path.len);
    buf_free(&path);
    QRcode_free(code);
    return STATUS_OK;
}
