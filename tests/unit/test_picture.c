/*
 * Logos: what is taken comes out anew and means the same; what could run, ask for anything outside,
 * or take too much is refused, with the line and the element.
 */
#include <png.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/picture.h"
#include "unit/support.h"

static struct arena *arena;

static int open_arena(void **state)
{
    arena = arena_new();
    return 0;
}

static int close_arena(void **state)
{
    arena_free(arena);
    return 0;
}

static const char *fault_of(const void *data, size_t len)
{
    struct picture picture;
    const char *fault = NULL;

    if (picture_read(arena, data, len, &picture, &fault) == STATUS_OK)
        return NULL;
    assert_non_null(fault);
    return fault;
}

static struct picture taken(const void *data, size_t len)
{
    struct picture picture = {0};
    const char *fault = NULL;

    if (picture_read(arena, data, len, &picture, &fault) != STATUS_OK)
        fail_msg("refused: %s", fault);
    return picture;
}

#define SVG(attributes, inside)                                                                    \
    "<svg xmlns=\"http://www.w3.org/2000/svg\" " attributes ">" inside "</svg>"
#define BOX(inside)  SVG("viewBox=\"0 0 24 24\"", inside)
#define LINK(inside) SVG("xmlns:xlink=\"http://www.w3.org/1999/xlink\" viewBox=\"0 0 9 9\"", inside)

/* Each is refused, and for the reason that its words name. */
static const struct {
    const char *svg, *words;
} hostile[] = {
    {BOX("<script>alert(1)</script>"), "<script>"},
    {BOX("<g><SCRIPT/></g>"), "<SCRIPT>"},
    {BOX("<style>path{fill:url(https://x.example)}</style>"), "<style>"},
    {BOX("<foreignObject><p xmlns=\"http://www.w3.org/1999/xhtml\"/></foreignObject>"),
     "<foreignObject>"},
    {BOX("<image href=\"https://x.example/a.png\"/>"), "<image>"},
    {BOX("<a href=\"https://x.example\"><path d=\"M0 0\"/></a>"), "<a>"},
    {BOX("<path d=\"M0 0\"><animate attributeName=\"href\" to=\"x\"/></path>"), "<animate>"},
    {BOX("<set attributeName=\"onload\" to=\"alert(1)\"/>"), "<set>"},
    {BOX("<filter id=\"f\"><feImage href=\"#x\"/></filter>"), "<filter>"},
    {BOX("<pattern id=\"p\"/>"), "<pattern>"},
    {BOX("<iframe/>"), "<iframe>"},
    {BOX("<use href=\"https://x.example/a.svg#b\"/>"), "<use>"},
    {BOX("<use href=\"a.svg#b\"/>"), "<use>"},
    {BOX("<use href=\"data:image/svg+xml,x\"/>"), "<use>"},
    {LINK("<use xlink:href=\"//x.example#b\"/>"), "<use>"},
    {BOX("<use/>"), "needs an href"},
    {SVG("viewBox=\"0 0 9 9\" onload=\"alert(1)\"", ""), "“onload”"},
    {BOX("<path d=\"M0 0\" onclick=\"alert(1)\"/>"), "“onclick”"},
    {BOX("<path ONMOUSEOVER=\"alert(1)\"/>"), "“ONMOUSEOVER”"},
    {BOX("<path fill=\"url(https://x.example/a#b)\"/>"), "fill="},
    {BOX("<path fill=\"url(//x.example#b)\"/>"), "fill="},
    {BOX("<path fill=\"URL( 'https://x.example' )\"/>"), "fill="},
    {BOX("<path style=\"fill:url(https://x.example/a)\"/>"), "fill="},
    {BOX("<path style=\"fill:u\\72l(https://x.example/a)\"/>"), "fill="},
    {BOX("<path style=\"background:url(#a)\"/>"), "“background”"},
    {BOX("<path style=\"@import 'https://x.example'\"/>"), "“@import"},
    {BOX("<path style=\"fill:expression(alert(1))\"/>"), "fill="},
    {BOX("<path filter=\"url(#f)\"/>"), "“filter”"},
    {BOX("<path marker-end=\"url(https://x.example)\"/>"), "“marker-end”"},
    {BOX("<path mask=\"url(https://x.example#m)\"/>"), "mask="},
    {BOX("<text font-family=\"url(https://x.example/f.woff)\">x</text>"), "font-family="},
    {BOX("<path d=\"javascript:alert(1)\"/>"), "d="},
    {BOX("<path id=\"a b\"/>"), "id="},
    {"<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"http://x.example/\">" BOX(""),
     "<!DOCTYPE"},
    {"<!DOCTYPE svg [<!ENTITY a \"b\"><!ENTITY b \"&a;&a;&a;\">]>" BOX("<text>&b;</text>"),
     "<!DOCTYPE"},
    {BOX("<text>&nbsp;</text>"), "not XML"},
    {"<svg viewBox=\"0 0 9 9\"/>", "xmlns"},
    {"<html xmlns=\"http://www.w3.org/1999/xhtml\"/>", "xmlns"},
    {BOX("<svg/>"), "inside another one"},
    {BOX("<g>"), "not XML"},
    {BOX("") "<p/>", "not XML"},
    {"<svg xmlns=\"http://www.w3.org/2000/svg\"/>", "no size"},
    {SVG("viewBox=\"0 0 0 9\"", ""), "viewBox"},
    {SVG("viewBox=\"0 0 nan 9\"", ""), "viewBox"},
    {SVG("viewBox=\"0 0 0x9 9\"", ""), "viewBox"},
    {SVG("viewBox=\"0 0 900 9\"", ""), "too narrow"},
    {BOX("<g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"/><use href=\"#a\"/>"), "holds a <use>"},
    {BOX("<g id=\"a\"><use href=\"#a\"/></g>"), "holds a <use>"},
    {BOX("<clipPath id=\"c\"><path clip-path=\"url(#d)\"/></clipPath>"), "inside another one"},
    {BOX("<mask id=\"m\"><g><clipPath/></g></mask>"), "inside another one"},
    {BOX("<text>x<path d=\"M0 0\"/></text>"), "<path> stands where"},
};

static void hostile_svg_is_refused_by_name(void **state)
{
    assert_true(sizeof hostile / sizeof *hostile >= 30);
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        const char *fault = fault_of(hostile[i].svg, strlen(hostile[i].svg));
        if (fault == NULL)
            fail_msg("taken: %s", hostile[i].svg);
        if (strncmp(fault, "Line ", 5) != 0 || strstr(fault, hostile[i].words) == NULL)
            fail_msg("%s: \"%s\" does not say %s", hostile[i].svg, fault, hostile[i].words);
    }
}

static void a_refusal_names_the_line(void **state)
{
    static const char svg[] = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">\n"
                              "<g>\n\n<script/></g></svg>";

    assert_string_equal(fault_of(svg, strlen(svg)), "Line 4: <script> may not stand in a logo.");
}

static const char *written(const char *svg)
{
    struct picture picture = taken(svg, strlen(svg));

    assert_string_equal(picture.type, "image/svg+xml");
    assert_int_equal(strlen(picture.data), picture.len);
    /* Written anew, it comes out the same. */
    struct picture again = taken(picture.data, picture.len);
    assert_string_equal(again.data, picture.data);
    assert_int_equal(again.width, picture.width);
    return picture.data;
}

#define OUT(inside)                                                                                \
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 24 24\" width=\"24\" "                \
    "height=\"24\">" inside "</svg>"

static void a_plain_picture_comes_out_anew(void **state)
{
    assert_string_equal(written(BOX("<path d=\"M1,2 L3 4z\" fill='#f00'/>")),
                        OUT("<path d=\"M1,2 L3 4z\" fill=\"#f00\"/>"));
    assert_string_equal(written(BOX("<text x=\"1\">A &amp; B &lt;3 <tspan>é</tspan></text>")),
                        OUT("<text x=\"1\">A &amp; B &lt;3 <tspan>é</tspan></text>"));
    assert_string_equal(
        written(BOX("<defs><linearGradient id=\"a\"><stop offset=\"1\" "
                    "stop-color=\"red\"/></linearGradient></defs><circle r=\"4\" fill=\"url(#a) "
                    "red\"/>")),
        OUT("<defs><linearGradient id=\"a\"><stop offset=\"1\" "
            "stop-color=\"red\"/></linearGradient></defs><circle r=\"4\" fill=\"url(#a) "
            "red\"/>"));
    assert_string_equal(written(BOX("<g id=\"a\"/><use href=\"#a\"/>")),
                        OUT("<g id=\"a\"/><use href=\"#a\"/>"));
}

static void what_editors_leave_is_left_out(void **state)
{
    static const char inkscape[] =
        "\xef\xbb\xbf<?xml version=\"1.0\" encoding=\"UTF-8\"?><?xml-stylesheet href=\"x\"?>"
        "<!-- Created with an editor -->"
        "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:e=\"http://editor.example/ns\" "
        "xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\" xml:space=\"preserve\" "
        "e:version=\"1\" viewBox=\"0 0 24 24\" class=\"x\" data-name=\"Layer 1\">"
        "<title>Logo</title><metadata><rdf xmlns=\"urn:r\"><script/></rdf></metadata>"
        "<e:namedview onload=\"x\"><g/></e:namedview>"
        "<g style=\"fill:none;-editor-font:x;font-variant-caps:normal\"> "
        "<path d=\"M0 0\" fill=\"red\" style=\"fill: blue ; stroke:#000;\" e:x=\"1\"/>"
        "<use xlink:href=\"#p\" xlink:type=\"simple\"/></g><![CDATA[ x ]]></svg>";

    assert_string_equal(written(inkscape),
                        OUT("<g fill=\"none\"><path d=\"M0 0\" fill=\"blue\" stroke=\"#000\"/>"
                            "<use href=\"#p\"/></g>"));
}

static void an_svg_has_a_size_in_pixels(void **state)
{
    static const struct {
        const char *attributes;
        int width, height;
    } cases[] = {
        {"width=\"120\" height=\"40px\"", 120, 40},
        {"width=\"1in\" height=\"2.54cm\"", 96, 96},
        {"width=\"100%\" height=\"100%\" viewBox=\"0,0,300,100\"", 300, 100},
        {"viewBox=\"-5 -5 8000 4000\"", 2000, 1000},
        {"viewBox=\"0 0 2 1\"", 32, 16},
        {"width=\"0\" height=\"10\" viewBox=\"0 0 20 20\"", 20, 20},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *svg = arena_printf(arena, "<svg xmlns=\"http://www.w3.org/2000/svg\" %s/>",
                                       cases[i].attributes);
        struct picture picture = taken(svg, strlen(svg));
        assert_int_equal(picture.width, cases[i].width);
        assert_int_equal(picture.height, cases[i].height);
        assert_non_null(strstr(picture.data, "viewBox"));
    }
}

static void depth_and_number_of_elements_are_bounded(void **state)
{
    struct buf svg = {0};

    buf_adds(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">");
    for (int i = 0; i < 40; i++)
        buf_adds(&svg, "<g>");
    for (int i = 0; i < 40; i++)
        buf_adds(&svg, "</g>");
    buf_adds(&svg, "</svg>");
    assert_non_null(strstr(fault_of(svg.data, svg.len), "too deep"));
    buf_clear(&svg);
    buf_adds(&svg, "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 9 9\">");
    for (int i = 0; i < 4000; i++)
        buf_adds(&svg, "<g/>");
    buf_adds(&svg, "</svg>");
    assert_non_null(strstr(fault_of(svg.data, svg.len), "4,000"));
    buf_free(&svg);
}

static void an_svg_cut_anywhere_is_refused(void **state)
{
    static const char svg[] = BOX("<g id=\"a\"><path d=\"M0 0\"/></g><use href=\"#a\"/>");

    taken(svg, strlen(svg));
    for (size_t len = 0; len < strlen(svg); len++)
        assert_non_null(fault_of(svg, len));
}

/* A PNG of pixels by a rule, in the arena. */
static void *make_png(uint32_t width, uint32_t height, bool is_noisy, png_alloc_size_t *size)
{
    png_image image = {
        .version = PNG_IMAGE_VERSION, .width = width, .height = height, .format = PNG_FORMAT_RGBA};
    uint8_t *pixels = calloc((size_t)width * height, 4);
    uint32_t seed = 7;

    assert_non_null(pixels);
    for (size_t i = 0; i < (size_t)width * height * 4; i++) {
        seed = seed * 1664525 + 1013904223;
        pixels[i] = is_noisy ? (uint8_t)(seed >> 24) : (uint8_t)(i % 4 == 3 ? 255 : i / 64 % 2);
    }
    assert_true(png_image_write_get_memory_size(image, *size, 0, pixels, 0, NULL));
    void *data = arena_alloc(arena, *size);
    assert_true(png_image_write_to_memory(&image, data, size, 0, pixels, 0, NULL));
    free(pixels);
    return data;
}

static bool holds(const struct picture *picture, const char *word)
{
    return memmem(picture->data, picture->len, word, strlen(word)) != NULL;
}

static void a_png_is_written_anew(void **state)
{
    png_alloc_size_t size;
    const unsigned char *png = make_png(60, 20, false, &size);
    /* With a text chunk of 8 bytes behind the header, and bytes behind the end. */
    static const unsigned char chunk[] = {0,   0,   0,   8,   't', 'E', 'X',  't',  'a',  0,
                                          's', 'e', 'c', 'r', 'e', 't', 0x0d, 0x2b, 0x74, 0x4f};
    unsigned char *with = arena_alloc(arena, size + sizeof chunk + 4);
    memcpy(with, png, 33);
    memcpy(with + 33, chunk, sizeof chunk);
    memcpy(with + 33 + sizeof chunk, png + 33, size - 33);
    memcpy(with + size + sizeof chunk, "tail", 4);

    struct picture picture = taken(with, size + sizeof chunk + 4);
    assert_string_equal(picture.type, "image/png");
    assert_int_equal(picture.width, 60);
    assert_int_equal(picture.height, 20);
    assert_false(holds(&picture, "secret"));
    assert_false(holds(&picture, "tail"));
    assert_true(holds(&picture, "PLTE"));

    png_image was = {.version = PNG_IMAGE_VERSION}, is = was;
    uint8_t before[60 * 20 * 4], after[60 * 20 * 4];
    assert_true(png_image_begin_read_from_memory(&was, png, size));
    assert_true(png_image_begin_read_from_memory(&is, picture.data, picture.len));
    was.format = is.format = PNG_FORMAT_RGBA;
    assert_true(png_image_finish_read(&was, NULL, before, 0, NULL));
    assert_true(png_image_finish_read(&is, NULL, after, 0, NULL));
    assert_memory_equal(before, after, sizeof before);
}

static void many_colours_are_kept(void **state)
{
    png_alloc_size_t size;
    const void *png = make_png(100, 50, true, &size);
    struct picture picture = taken(png, size);

    assert_false(holds(&picture, "PLTE"));
    png = make_png(200, 200, true, &size);
    assert_non_null(strstr(fault_of(png, size), "128 kB"));
}

static void a_png_out_of_bounds_is_refused(void **state)
{
    png_alloc_size_t size;
    const void *png = make_png(15, 200, false, &size);
    assert_non_null(strstr(fault_of(png, size), "15 × 200"));
    png = make_png(16, 16, false, &size);
    taken(png, size);
    png = make_png(2000, 2000, false, &size);
    taken(png, size);
    png = make_png(2001, 16, false, &size);
    assert_non_null(strstr(fault_of(png, size), "2001 × 16"));
}

/* A header that claims a giant, before a little data: refused by what it says, not by trying. */
static void a_bomb_is_refused_by_its_header(void **state)
{
    static const unsigned char bomb[] = {
        0x89, 'P',  'N',  'G',  '\r', '\n', 0x1a, '\n', 0,    0,    0,    13,   'I',  'H',  'D',
        'R',  0,    0,    0xff, 0xff, 0,    0,    0xff, 0xff, 8,    6,    0,    0,    0,    0xb6,
        0x05, 0xd9, 0x50, 0,    0,    0,    1,    'I',  'D',  'A',  'T',  0,    0x28, 0x38, 0x7d,
        0xe8, 0,    0,    0,    0,    'I',  'E',  'N',  'D',  0xae, 0x42, 0x60, 0x82};

    assert_non_null(strstr(fault_of(bomb, sizeof bomb), "65535 × 65535"));
}

static void a_png_cut_anywhere_is_refused(void **state)
{
    png_alloc_size_t size;
    const void *png = make_png(60, 20, false, &size);

    taken(png, size);
    for (size_t len = 0; len < size; len++)
        assert_non_null(fault_of(png, len));
}

static void other_files_are_refused_with_what_to_do(void **state)
{
    assert_non_null(strstr(fault_of("\xff\xd8\xff\xe0 JFIF", 9), "Save it as PNG"));
    assert_non_null(strstr(fault_of("GIF89a", 6), "Save it as PNG"));
    assert_non_null(strstr(fault_of("%PDF-1.7", 8), "neither"));
    assert_non_null(strstr(fault_of("", 0), "neither"));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(hostile_svg_is_refused_by_name),
        TEST(a_refusal_names_the_line),
        TEST(a_plain_picture_comes_out_anew),
        TEST(what_editors_leave_is_left_out),
        TEST(an_svg_has_a_size_in_pixels),
        TEST(depth_and_number_of_elements_are_bounded),
        TEST(an_svg_cut_anywhere_is_refused),
        TEST(a_png_is_written_anew),
        TEST(many_colours_are_kept),
        TEST(a_png_out_of_bounds_is_refused),
        TEST(a_bomb_is_refused_by_its_header),
        TEST(a_png_cut_anywhere_is_refused),
        TEST(other_files_are_refused_with_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
