/*
 * base/qr: a text as a QR code (ISO/IEC 18004, through libqrencode), as the path of an SVG drawing.
 *
 * It gives the dark squares alone; the page draws the light ground around them.
 */
#ifndef ASSENT_BASE_QR_H
#define ASSENT_BASE_QR_H

#include "base/arena.h"
#include "base/status.h"

#define QR_QUIET 4 /* light squares that must stand on every side */

struct qr {
    const char *path; /* for the attribute d: one square is one unit; from the arena */
    int side;         /* of the drawing, the quiet ground included */
};

/* Bytes of text as they are, with error correction M. STATUS_INVALID: too long for a code.
 * STATUS_FULL: no memory. */
enum status qr_draw(struct arena *arena, const char *text, struct qr *out) MUST_CHECK;

#endif
