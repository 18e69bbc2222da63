/*
 * Contrast of colours: known pairs, the nearest colour that holds, and the surfaces of the style
 * sheet.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/contrast.h"
#include "unit/support.h"

static struct colour colour(const char *text)
{
    struct colour parsed = {0};
    assert_true(colour_parse(text, &parsed));
    return parsed;
}

static const char *text_of(struct colour value)
{
    static char text[COLOUR_TEXT_BYTES];
    colour_text(value, text);
    return text;
}

static void colours_are_read_and_written(void **state)
{
    struct colour left = {1, 2, 3};

    assert_string_equal(text_of(colour("#1F5fd6")), "#1f5fd6");
    assert_string_equal(text_of(colour("1f5fd6")), "#1f5fd6");
    assert_string_equal(text_of(colour("#Abc")), "#aabbcc");
    static const char *const wrong[] = {"",       "#",        "#12",        "#1234",   "#12345",
                                        "#1f5fd", "#1f5fd6a", "red",        "#ggg",    "##fff",
                                        " #fff",  "#fff ",    "rgb(0,0,0)", "#12345g", "#+1+1+1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(colour_parse(wrong[i], &left));
        assert_int_equal(left.green, 2);
    }
}

/* Pairs whose ratio is published in WCAG's understanding documents and the like. */
static void known_pairs_have_their_ratio(void **state)
{
    static const struct {
        const char *a, *b;
        double ratio;
    } pairs[] = {
        {"#000000", "#ffffff", 21.0},  {"#ffffff", "#ffffff", 1.0},  {"#777777", "#ffffff", 4.48},
        {"#767676", "#ffffff", 4.54},  {"#949494", "#ffffff", 3.03}, {"#959595", "#ffffff", 2.99},
        {"#ff0000", "#ffffff", 4.00},  {"#0000ff", "#ffffff", 8.59}, {"#00ff00", "#ffffff", 1.37},
        {"#ffff00", "#000000", 19.56},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        double ratio = contrast_ratio(colour(pairs[i].a), colour(pairs[i].b));
        if (ratio < pairs[i].ratio - 0.006 || ratio > pairs[i].ratio + 0.006)
            fail_msg("%s on %s: %.3f, not %.2f", pairs[i].a, pairs[i].b, ratio, pairs[i].ratio);
        assert_true(ratio == contrast_ratio(colour(pairs[i].b), colour(pairs[i].a)));
    }
}

static void a_pale_button_does_not_hold(void **state)
{
    assert_true(contrast_holds(colour("#1f5fd6"), CONTRAST_LIGHT));
    assert_true(contrast_holds(colour("#7aa7ff"), CONTRAST_DARK));
    assert_false(contrast_holds(colour("#ffcc00"), CONTRAST_LIGHT));
    assert_true(contrast_holds(colour("#ffcc00"), CONTRAST_DARK));
    assert_false(contrast_holds(colour("#0b1f4d"), CONTRAST_DARK));
    assert_true(contrast_holds(colour("#0b1f4d"), CONTRAST_LIGHT));
    assert_false(contrast_holds(colour("#ffffff"), CONTRAST_LIGHT));
    assert_false(contrast_holds(colour("#000000"), CONTRAST_DARK));
}

/* The smallest step back towards the colour no longer holds: nothing nearer does. */
static void the_nearest_holds_for_every_colour(void **state)
{
    for (int red = 0; red < 256; red += 51)
        for (int green = 0; green < 256; green += 51)
            for (int blue = 0; blue < 256; blue += 51)
                for (int mode = 0; mode < CONTRAST_MODE_COUNT; mode++) {
                    struct colour from = {(uint8_t)red, (uint8_t)green, (uint8_t)blue};
                    struct colour near = contrast_nearest(from, mode, CONTRAST_PART);
                    assert_true(contrast_holds(near, mode));
                    if (contrast_holds(from, mode))
                        assert_memory_equal(&from, &near, sizeof near);
                    else
                        assert_true(contrast_worst(near, mode) < CONTRAST_PART + 0.35);
                    struct contrast_scheme scheme = contrast_scheme_of(near, mode);
                    assert_true(contrast_ratio(scheme.text, scheme.accent) >= CONTRAST_TEXT);
                    assert_true(contrast_worst(scheme.link, mode) >= CONTRAST_TEXT);
                }
}

static void the_nearest_keeps_the_hue(void **state)
{
    struct colour amber = contrast_nearest(colour("#ffcc00"), CONTRAST_LIGHT, CONTRAST_PART);
    struct colour navy = contrast_nearest(colour("#0b1f4d"), CONTRAST_DARK, CONTRAST_PART);

    assert_true(amber.red > amber.green && amber.green > amber.blue && amber.blue < 40);
    assert_true(navy.blue > navy.green && navy.green > navy.red);
    struct colour grey = contrast_nearest(colour("#cccccc"), CONTRAST_LIGHT, CONTRAST_PART);
    assert_true(abs(grey.red - grey.green) <= 1 && abs(grey.green - grey.blue) <= 1);
}

/* The n-th value of a token in the style sheet: the first is the light one, the second the dark. */
static const char *token(const char *css, const char *name, int n)
{
    static char value[COLOUR_TEXT_BYTES];
    const char *at = css;
    for (int i = 0; i <= n; i++) {
        at = strstr(at, name);
        assert_non_null(at);
        at += strlen(name);
    }
    size_t len = strspn(at, "#0123456789abcdef");
    assert_true(len < sizeof value);
    memcpy(value, at, len);
    value[len] = '\0';
    return value;
}

static void the_surfaces_are_the_style_sheets(void **state)
{
    static char css[1 << 15];
    static const char *const names[] = {"--bg: ", "--surface: ", "--surface-2: "};
    FILE *file = fopen("assets/_base.css", "r");
    assert_non_null(file);
    css[fread(css, 1, sizeof css - 1, file)] = '\0';
    fclose(file);

    for (int mode = 0; mode < CONTRAST_MODE_COUNT; mode++) {
        double worst = 21;
        struct colour accent = mode == CONTRAST_LIGHT ? colour("#1f5fd6") : colour("#7aa7ff");
        for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
            struct colour surface = colour(token(css, names[i], mode));
            double here = contrast_ratio(accent, surface);
            worst = here < worst ? here : worst;
            /* A surface against itself: where it is one that is looked at, nothing is worse. */
            assert_true(contrast_worst(surface, mode) < 1.0001);
        }
        assert_true(worst == contrast_worst(accent, mode));
        assert_string_equal(token(css, "--accent: ", mode), text_of(accent));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(colours_are_read_and_written),
        cmocka_unit_test(known_pairs_have_their_ratio),
        cmocka_unit_test(a_pale_button_does_not_hold),
        cmocka_unit_test(the_nearest_holds_for_every_colour),
        cmocka_unit_test(the_nearest_keeps_the_hue),
        cmocka_unit_test(the_surfaces_are_the_style_sheets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
