/*
 * base/contrast: whether colours can be read: WCAG 2.2 contrast, and the colours of recipients'
 * pages that follow from a brand's one.
 *
 * The surfaces are those of assets/_base.css (--surface, --surface-2, --bg); a test compares them.
 */
#ifndef ASSENT_BASE_CONTRAST_H
#define ASSENT_BASE_CONTRAST_H

#include <stdbool.h>
#include <stdint.h>

#define COLOUR_TEXT_BYTES 8 /* "#1f5fd6" and the NUL */

struct colour {
    uint8_t red, green, blue; /* sRGB */
};

/* "#rgb" or "#rrggbb", in either case; the # may be missing. False: neither; *out is left alone. */
bool colour_parse(const char *text, struct colour *out);
void colour_text(struct colour colour, char out[COLOUR_TEXT_BYTES]); /* "#1f5fd6" */

/* From 1 to 21, whichever way round. WCAG 2.2, "contrast ratio" and "relative luminance". */
double contrast_ratio(struct colour a, struct colour b);

#define CONTRAST_TEXT 4.5 /* SC 1.4.3 (AA): text */
#define CONTRAST_PART 3.0 /* SC 1.4.11 (AA): buttons, focus rings */

enum contrast_mode { CONTRAST_LIGHT, CONTRAST_DARK, CONTRAST_MODE_COUNT };

/* What a page's accents look like. All hold when the accent does. */
struct contrast_scheme {
    struct colour accent; /* buttons, switches, focus */
    struct colour text;   /* on a button: at least CONTRAST_TEXT */
    struct colour
        link; /* words in that colour: the accent, or the nearest to it that can be read */
};

/* The accent against the surface of mode where it stands out least. */
double contrast_worst(struct colour accent, enum contrast_mode mode);

/* Whether a button of that colour stands out from every surface of mode by CONTRAST_PART. */
bool contrast_holds(struct colour accent, enum contrast_mode mode);

/* The colour of the same hue, lightness moved as little as can be (in OKLCH, chroma kept as far as
 * sRGB reaches), whose contrast_worst is at least wanted: the same colour if it is so already. */
struct colour contrast_nearest(struct colour accent, enum contrast_mode mode, double wanted);

struct contrast_scheme contrast_scheme_of(struct colour accent, enum contrast_mode mode);

#endif
