/*
 * base/svg_rules: see the header.
 */
#include "base/svg_rules.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

struct rule {
    const char *name;
    int kind;
};

static const struct rule elements[] = {
    {"svg", SVG_ROOT},
    {"g", SVG_DRAWN},
    {"defs", SVG_DRAWN},
    {"symbol", SVG_DRAWN},
    {"path", SVG_DRAWN},
    {"rect", SVG_DRAWN},
    {"circle", SVG_DRAWN},
    {"ellipse", SVG_DRAWN},
    {"line", SVG_DRAWN},
    {"polyline", SVG_DRAWN},
    {"polygon", SVG_DRAWN},
    {"linearGradient", SVG_DRAWN},
    {"radialGradient", SVG_DRAWN},
    {"stop", SVG_DRAWN},
    {"text", SVG_TEXT},
    {"tspan", SVG_TEXT},
    {"clipPath", SVG_CLIP},
    {"mask", SVG_CLIP},
    {"use", SVG_REUSES},
    {"title", SVG_DROPPED},
    {"desc", SVG_DROPPED},
    {"metadata", SVG_DROPPED},
};

static const struct rule attributes[] = {
    {"id", SVG_ATTRIBUTE_ID},
    {"href", SVG_ATTRIBUTE_HREF},
    {"style", SVG_ATTRIBUTE_STYLE},
    /* Shapes. */
    {"d", SVG_ATTRIBUTE_PLAIN},
    {"points", SVG_ATTRIBUTE_PLAIN},
    {"pathLength", SVG_ATTRIBUTE_PLAIN},
    {"x", SVG_ATTRIBUTE_PLAIN},
    {"y", SVG_ATTRIBUTE_PLAIN},
    {"x1", SVG_ATTRIBUTE_PLAIN},
    {"y1", SVG_ATTRIBUTE_PLAIN},
    {"x2", SVG_ATTRIBUTE_PLAIN},
    {"y2", SVG_ATTRIBUTE_PLAIN},
    {"cx", SVG_ATTRIBUTE_PLAIN},
    {"cy", SVG_ATTRIBUTE_PLAIN},
    {"r", SVG_ATTRIBUTE_PLAIN},
    {"rx", SVG_ATTRIBUTE_PLAIN},
    {"ry", SVG_ATTRIBUTE_PLAIN},
    {"width", SVG_ATTRIBUTE_PLAIN},
    {"height", SVG_ATTRIBUTE_PLAIN},
    {"transform", SVG_ATTRIBUTE_PLAIN},
    {"viewBox", SVG_ATTRIBUTE_PLAIN},
    {"preserveAspectRatio", SVG_ATTRIBUTE_PLAIN},
    /* Gradients, clips, masks. */
    {"fx", SVG_ATTRIBUTE_PLAIN},
    {"fy", SVG_ATTRIBUTE_PLAIN},
    {"fr", SVG_ATTRIBUTE_PLAIN},
    {"offset", SVG_ATTRIBUTE_PLAIN},
    {"gradientUnits", SVG_ATTRIBUTE_PLAIN},
    {"gradientTransform", SVG_ATTRIBUTE_PLAIN},
    {"spreadMethod", SVG_ATTRIBUTE_PLAIN},
    {"clipPathUnits", SVG_ATTRIBUTE_PLAIN},
    {"maskUnits", SVG_ATTRIBUTE_PLAIN},
    {"maskContentUnits", SVG_ATTRIBUTE_PLAIN},
    /* Text. */
    {"dx", SVG_ATTRIBUTE_PLAIN},
    {"dy", SVG_ATTRIBUTE_PLAIN},
    {"rotate", SVG_ATTRIBUTE_PLAIN},
    {"textLength", SVG_ATTRIBUTE_PLAIN},
    {"lengthAdjust", SVG_ATTRIBUTE_PLAIN},
    /* What programs and screen readers make of the file, not how it looks. */
    {"class", SVG_ATTRIBUTE_DROPPED},
    {"version", SVG_ATTRIBUTE_DROPPED},
    {"baseProfile", SVG_ATTRIBUTE_DROPPED},
    {"enable-background", SVG_ATTRIBUTE_DROPPED},
    {"zoomAndPan", SVG_ATTRIBUTE_DROPPED},
    {"contentScriptType", SVG_ATTRIBUTE_DROPPED},
    {"contentStyleType", SVG_ATTRIBUTE_DROPPED},
    {"role", SVG_ATTRIBUTE_DROPPED},
    {"focusable", SVG_ATTRIBUTE_DROPPED},
    {"tabindex", SVG_ATTRIBUTE_DROPPED},
    {"lang", SVG_ATTRIBUTE_DROPPED},
};

static const struct rule properties[] = {
    {"fill", SVG_ATTRIBUTE_PAINT},
    {"stroke", SVG_ATTRIBUTE_PAINT},
    {"clip-path", SVG_ATTRIBUTE_CLIP},
    {"mask", SVG_ATTRIBUTE_CLIP},
    {"fill-opacity", SVG_ATTRIBUTE_PLAIN},
    {"fill-rule", SVG_ATTRIBUTE_PLAIN},
    {"clip-rule", SVG_ATTRIBUTE_PLAIN},
    {"stroke-width", SVG_ATTRIBUTE_PLAIN},
    {"stroke-opacity", SVG_ATTRIBUTE_PLAIN},
    {"stroke-linecap", SVG_ATTRIBUTE_PLAIN},
    {"stroke-linejoin", SVG_ATTRIBUTE_PLAIN},
    {"stroke-miterlimit", SVG_ATTRIBUTE_PLAIN},
    {"stroke-dasharray", SVG_ATTRIBUTE_PLAIN},
    {"stroke-dashoffset", SVG_ATTRIBUTE_PLAIN},
    {"stop-color", SVG_ATTRIBUTE_PLAIN},
    {"stop-opacity", SVG_ATTRIBUTE_PLAIN},
    {"opacity", SVG_ATTRIBUTE_PLAIN},
    {"color", SVG_ATTRIBUTE_PLAIN},
    {"display", SVG_ATTRIBUTE_PLAIN},
    {"visibility", SVG_ATTRIBUTE_PLAIN},
    {"overflow", SVG_ATTRIBUTE_PLAIN},
    {"paint-order", SVG_ATTRIBUTE_PLAIN},
    {"vector-effect", SVG_ATTRIBUTE_PLAIN},
    {"mask-type", SVG_ATTRIBUTE_PLAIN},
    {"color-interpolation", SVG_ATTRIBUTE_PLAIN},
    {"shape-rendering", SVG_ATTRIBUTE_PLAIN},
    {"text-rendering", SVG_ATTRIBUTE_PLAIN},
    {"color-rendering", SVG_ATTRIBUTE_PLAIN},
    {"image-rendering", SVG_ATTRIBUTE_PLAIN},
    {"font-family", SVG_ATTRIBUTE_PLAIN},
    {"font-size", SVG_ATTRIBUTE_PLAIN},
    {"font-weight", SVG_ATTRIBUTE_PLAIN},
    {"font-style", SVG_ATTRIBUTE_PLAIN},
    {"font-stretch", SVG_ATTRIBUTE_PLAIN},
    {"letter-spacing", SVG_ATTRIBUTE_PLAIN},
    {"word-spacing", SVG_ATTRIBUTE_PLAIN},
    {"text-anchor", SVG_ATTRIBUTE_PLAIN},
    {"text-decoration", SVG_ATTRIBUTE_PLAIN},
    {"dominant-baseline", SVG_ATTRIBUTE_PLAIN},
    {"baseline-shift", SVG_ATTRIBUTE_PLAIN},
    {"direction", SVG_ATTRIBUTE_PLAIN},
    {"writing-mode", SVG_ATTRIBUTE_PLAIN},
    {"isolation", SVG_ATTRIBUTE_DROPPED},
    {"mix-blend-mode", SVG_ATTRIBUTE_DROPPED},
    {"color-interpolation-filters", SVG_ATTRIBUTE_DROPPED},
    {"solid-color", SVG_ATTRIBUTE_DROPPED},
    {"solid-opacity", SVG_ATTRIBUTE_DROPPED},
    {"line-height", SVG_ATTRIBUTE_DROPPED},
    {"white-space", SVG_ATTRIBUTE_DROPPED},
    {"shape-padding", SVG_ATTRIBUTE_DROPPED},
    {"text-align", SVG_ATTRIBUTE_DROPPED},
    {"text-indent", SVG_ATTRIBUTE_DROPPED},
    {"text-transform", SVG_ATTRIBUTE_DROPPED},
    {"text-orientation", SVG_ATTRIBUTE_DROPPED},
};

static int look_up(const struct rule *rules, size_t count, const char *name, int otherwise)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(rules[i].name, name) == 0)
            return rules[i].kind;
    return otherwise;
}

#define LOOK_UP(rules, name, otherwise)                                                            \
    look_up(rules, sizeof(rules) / sizeof *(rules), name, otherwise)

static bool begins(const char *text, const char *with)
{
    return strncasecmp(text, with, strlen(with)) == 0;
}

enum svg_element svg_element_of(const char *name)
{
    return (enum svg_element)LOOK_UP(elements, name, SVG_REFUSED);
}

/* Properties that only editors and writing systems know: longer names of the same. */
static bool is_aside(const char *name)
{
    return *name == '-' || begins(name, "font-") || begins(name, "text-decoration-") ||
           begins(name, "text-emphasis");
}

enum svg_attribute svg_property_of(const char *name)
{
    return (enum svg_attribute)LOOK_UP(
        properties, name, is_aside(name) ? SVG_ATTRIBUTE_DROPPED : SVG_ATTRIBUTE_REFUSED);
}

enum svg_attribute svg_attribute_of(const char *name)
{
    int kind = LOOK_UP(attributes, name, -1);

    if (kind >= 0)
        return (enum svg_attribute)kind;
    if (begins(name, "data-") || begins(name, "aria-"))
        return SVG_ATTRIBUTE_DROPPED;
    return svg_property_of(name);
}

bool svg_is_id(const char *text, size_t len)
{
    return len > 0 && len <= 100 && (strchr(LETTERS "_", *text) != NULL) &&
           strspn(text, LETTERS DIGITS "._-") >= len;
}

/* url(#id), quoted or not, and behind it, for a paint, what to take if that is not there. */
static bool is_local_url(enum svg_attribute kind, const char *value)
{
    char quote = '\0';

    value += strlen("url(");
    value += strspn(value, " ");
    if (*value == '"' || *value == '\'')
        quote = *value++;
    if (*value++ != '#')
        return false;
    size_t len = strspn(value, LETTERS DIGITS "._-");
    if (!svg_is_id(value, len))
        return false;
    value += len;
    if (quote != '\0' && *value++ != quote)
        return false;
    value += strspn(value, " ");
    if (*value++ != ')')
        return false;
    if (kind == SVG_ATTRIBUTE_CLIP || *value == '\0')
        return *value == '\0';
    return *value == ' ' && svg_value_is_safe(SVG_ATTRIBUTE_PLAIN, value);
}

bool svg_value_is_safe(enum svg_attribute kind, const char *value)
{
    switch (kind) {
    case SVG_ATTRIBUTE_ID:
        return svg_is_id(value, strlen(value));
    case SVG_ATTRIBUTE_HREF:
        return *value == '#' && svg_is_id(value + 1, strlen(value + 1));
    case SVG_ATTRIBUTE_CLIP:
        return strcmp(value, "none") == 0 || (begins(value, "url(") && is_local_url(kind, value));
    case SVG_ATTRIBUTE_PAINT:
        if (begins(value, "url("))
            return is_local_url(kind, value);
        break;
    case SVG_ATTRIBUTE_PLAIN:
        break;
    case SVG_ATTRIBUTE_REFUSED:
    case SVG_ATTRIBUTE_DROPPED:
    case SVG_ATTRIBUTE_STYLE:
        return false;
    }
    /* No colon, slash, backslash or at sign: no address can be written without them. */
    return value[strspn(value, LETTERS DIGITS " \t\n\r#.,%()+-_'\"!")] == '\0' &&
           strcasestr(value, "url") == NULL && strcasestr(value, "expression") == NULL;
}

bool svg_read_length(const char *text, double *out)
{
    static const struct {
        const char *unit;
        double pixels;
    } units[] = {{"", 1},           {"px", 1},        {"in", 96},     {"cm", 96 / 2.54},
                 {"mm", 96 / 25.4}, {"pt", 96 / 72.}, {"pc", 96 / 6.}};
    char *end = NULL;

    if (text[strspn(text, DIGITS ".+-eEpxincmtc")] != '\0')
        return false; /* strtod would read hexadecimals, infinities */
    double value = strtod(text, &end);
    if (end == text || !isfinite(value) || value <= 0)
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(end, units[i].unit) == 0) {
            *out = value * units[i].pixels;
            return true;
        }
    return false;
}
