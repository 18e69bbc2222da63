/*
 * base/contrast: see the header. OKLab is Björn Ottosson's, as CSS Color 4 defines it.
 */
#include "base/contrast.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define SURFACES 3

static const struct colour surfaces[CONTRAST_MODE_COUNT][SURFACES] = {
    [CONTRAST_LIGHT] = {{0xff, 0xff, 0xff}, {0xf1, 0xf3, 0xf6}, {0xf6, 0xf7, 0xf9}},
    [CONTRAST_DARK] = {{0x16, 0x1b, 0x22}, {0x1d, 0x24, 0x2d}, {0x0e, 0x11, 0x16}},
};

/* On a button: the first that can be read there. One of white and black always can. */
static const struct colour inks[] = {{0xff, 0xff, 0xff}, {0x0b, 0x12, 0x20}, {0, 0, 0}};
#define INKS (sizeof inks / sizeof *inks)

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

bool colour_parse(const char *text, struct colour *out)
{
    uint8_t parts[6];

    text += *text == '#';
    size_t len = strlen(text);
    if (len != 3 && len != 6)
        return false;
    for (size_t i = 0; i < 6; i++) {
        int digit = hex_digit(text[len == 3 ? i / 2 : i]);
        if (digit < 0)
            return false;
        parts[i] = (uint8_t)digit;
    }
    *out = (struct colour){
        .red = (uint8_t)(parts[0] << 4 | parts[1]),
        .green = (uint8_t)(parts[2] << 4 | parts[3]),
        .blue = (uint8_t)(parts[4] << 4 | parts[5]),
    };
    return true;
}

void colour_text(struct colour colour, char out[COLOUR_TEXT_BYTES])
{
    snprintf(out, COLOUR_TEXT_BYTES, "#%02x%02x%02x", colour.red, colour.green, colour.blue);
}

/* One channel of sRGB as light, 0 to 1. */
static double linear(uint8_t channel)
{
    double value = channel / 255.0;

    return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4);
}

static double luminance(struct colour colour)
{
    return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) +
           0.0722 * linear(colour.blue);
}

double contrast_ratio(struct colour a, struct colour b)
{
    double one = luminance(a), other = luminance(b);

    return (fmax(one, other) + 0.05) / (fmin(one, other) + 0.05);
}

double contrast_worst(struct colour accent, enum contrast_mode mode)
{
    double worst = 21;

    for (size_t i = 0; i < SURFACES; i++)
        worst = fmin(worst, contrast_ratio(accent, surfaces[mode][i]));
    return worst;
}

bool contrast_holds(struct colour accent, enum contrast_mode mode)
{
    return contrast_worst(accent, mode) >= CONTRAST_PART;
}

struct oklch {
    double lightness, a, b; /* a and b are chroma times the cosine and sine of the hue */
};

static struct oklch to_oklch(struct colour colour)
{
    double red = linear(colour.red), green = linear(colour.green), blue = linear(colour.blue);
    double l = cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue);
    double m = cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue);
    double s = cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue);

    return (struct oklch){
        .lightness = 0.2104542553 * l + 0.7936177850 * m - 0.0040720468 * s,
        .a = 1.9779984951 * l - 2.4285922050 * m + 0.4505937099 * s,
        .b = 0.0259040371 * l + 0.7827717662 * m - 0.8086757660 * s,
    };
}

/* One channel of light as sRGB; false: out of its range by more than rounding. */
static bool encode(double light, uint8_t *out)
{
    if (light < -0.0002 || light > 1.0002)
        return false;
    light = fmin(fmax(light, 0), 1);
    *out = (uint8_t)lround(
        255 * (light <= 0.0031308 ? light * 12.92 : 1.055 * pow(light, 1 / 2.4) - 0.055));
    return true;
}

/* False: sRGB does not reach there. */
static bool from_oklch(struct oklch from, double chroma, struct colour *out)
{
    double a = from.a * chroma, b = from.b * chroma;
    double l = pow(from.lightness + 0.3963377774 * a + 0.2158037573 * b, 3);
    double m = pow(from.lightness - 0.1055613458 * a - 0.0638541728 * b, 3);
    double s = pow(from.lightness - 0.0894841775 * a - 1.2914855480 * b, 3);

    return encode(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, &out->red) &&
           encode(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, &out->green) &&
           encode(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s, &out->blue);
}

/* The colour of that lightness with as much of its chroma as sRGB reaches. */
static struct colour at_lightness(struct oklch from, double lightness)
{
    struct colour found = lightness < 0.5 ? inks[INKS - 1] : inks[0];
    double low = 0, high = 1;

    from.lightness = lightness;
    if (from_oklch(from, 1, &found))
        return found;
    for (int i = 0; i < 20; i++) {
        struct colour tried;
        double middle = (low + high) / 2;
        if (from_oklch(from, middle, &tried)) {
            found = tried;
            low = middle;
        } else {
            high = middle;
        }
    }
    return found;
}

struct colour contrast_nearest(struct colour accent, enum contrast_mode mode, double wanted)
{
    if (contrast_worst(accent, mode) >= wanted)
        return accent;
    struct oklch from = to_oklch(accent);
    for (int step = 1; step <= 500; step++) {
        for (int way = -1; way <= 1; way += 2) {
            double lightness = from.lightness + way * step * 0.002;
            if (lightness < 0 || lightness > 1)
                continue;
            struct colour tried = at_lightness(from, lightness);
            if (contrast_worst(tried, mode) >= wanted)
                return tried;
        }
    }
    return mode == CONTRAST_LIGHT ? inks[INKS - 1] : inks[0];
}

struct contrast_scheme contrast_scheme_of(struct colour accent, enum contrast_mode mode)
{
    struct contrast_scheme scheme = {
        .accent = accent,
        .text = inks[INKS - 1],
        .link = contrast_nearest(accent, mode, CONTRAST_TEXT),
    };

    for (size_t i = INKS; i-- > 0;)
        if (contrast_ratio(inks[i], accent) >= CONTRAST_TEXT)
            scheme.text = inks[i];
    return scheme;
}
