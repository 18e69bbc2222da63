/*
 * base/svg_rules: which elements, attributes and values of SVG base/svg lets through.
 */
#ifndef ASSENT_BASE_SVG_RULES_H
#define ASSENT_BASE_SVG_RULES_H

#include <stdbool.h>
#include <stddef.h>

enum svg_element {
    SVG_REFUSED, /* unknown, or on no list */
    SVG_DROPPED, /* with all in it: metadata, title, desc */
    SVG_DRAWN,
    SVG_TEXT,   /* its text is kept */
    SVG_CLIP,   /* clipPath, mask: may not use another one */
    SVG_ROOT,   /* svg */
    SVG_REUSES, /* use */
};

enum svg_attribute {
    SVG_ATTRIBUTE_REFUSED,
    SVG_ATTRIBUTE_DROPPED, /* says nothing about the picture */
    SVG_ATTRIBUTE_PLAIN,   /* numbers, lists, keywords, colours */
    SVG_ATTRIBUTE_PAINT,   /* the same, or url(#id) */
    SVG_ATTRIBUTE_CLIP,    /* none, or url(#id) */
    SVG_ATTRIBUTE_ID,
    SVG_ATTRIBUTE_HREF, /* #id */
    SVG_ATTRIBUTE_STYLE,
};

enum svg_element svg_element_of(const char *name);
enum svg_attribute svg_attribute_of(const char *name);

/* What a declaration of a style attribute is as an attribute: PLAIN, PAINT or CLIP; DROPPED: it is
 * an editor's own, or speaks of text only; REFUSED: it would change the picture. */
enum svg_attribute svg_property_of(const char *name);

/* Whether value may stand in an attribute of that kind. */
bool svg_value_is_safe(enum svg_attribute kind, const char *value);

/* len bytes are an id: letters, digits, . _ -; begins with a letter or _. */
bool svg_is_id(const char *text, size_t len);

/* "12.5", "12.5px", in, cm, mm, pt, pc: as pixels. False: anything else. */
bool svg_read_length(const char *text, double *out);

#endif
