/*
 * base/svg: see the header.
 */
#include "base/svg.h"

#include <expat.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/svg_rules.h"

#define NAMESPACE     "http://www.w3.org/2000/svg"
#define XLINK         "http://www.w3.org/1999/xlink"
#define PART          '|' /* between a name's namespace and the name, as expat gives it */
#define DEPTH_MAX     32
#define ELEMENTS_MAX  4000
#define USES_MAX      100
#define ATTRIBUTE_MAX 40
#define NARROWEST     25 /* longer side by shorter one */

struct target { /* of a use */
    const char *id;
    unsigned long line;
};

struct reader {
    XML_Parser parser;
    struct arena *arena;
    struct buf out;
    const char *fault;
    enum svg_element kinds[DEPTH_MAX]; /* of the elements that are open */
    const char *ids[DEPTH_MAX];        /* theirs, or NULL */
    const char *names[DEPTH_MAX];
    unsigned depth, dropped; /* dropped: elements open in one that is left out, itself too */
    unsigned elements, clips;
    bool tag_is_open; /* its ">" is not written yet */
    struct target uses[USES_MAX];
    size_t uses_count;
    const char **tainted; /* ids of elements that hold a use: none of them may be used */
    size_t tainted_count, tainted_cap;
    double width, height;
};

struct attribute {
    const char *name, *value;
};

struct attributes {
    struct attribute list[ATTRIBUTE_MAX];
    size_t count;
};

static void refuse(struct reader *reader, const char *fault)
{
    if (reader->fault != NULL)
        return;
    reader->fault = arena_printf(reader->arena, "Line %lu: %s",
                                 (unsigned long)XML_GetCurrentLineNumber(reader->parser), fault);
    XML_StopParser(reader->parser, XML_FALSE);
}

/* A name or value as words: short, and in ASCII. */
static const char *shown(struct reader *reader, const char *text)
{
    char *copy = arena_strndup(reader->arena, text, strnlen(text, 40));

    for (char *c = copy; *c != '\0'; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return strlen(text) > 40 ? arena_printf(reader->arena, "%s…", copy) : copy;
}

/* Sets an attribute; what a style says goes before what stood alone. */
static void put(struct reader *reader, struct attributes *to, const char *name, const char *value)
{
    for (size_t i = 0; i < to->count; i++)
        if (strcmp(to->list[i].name, name) == 0) {
            to->list[i].value = value;
            return;
        }
    if (to->count == ATTRIBUTE_MAX)
        refuse(reader, "an element has too many attributes.");
    else
        to->list[to->count++] = (struct attribute){name, value};
}

static void put_checked(struct reader *reader, struct attributes *to, enum svg_attribute kind,
                        const char *element, const char *name, const char *value)
{
    if (kind == SVG_ATTRIBUTE_DROPPED)
        return;
    if (kind == SVG_ATTRIBUTE_REFUSED)
        refuse(reader, arena_printf(reader->arena, "<%s> has “%s”, which a logo may not have.",
                                    element, shown(reader, name)));
    else if (!svg_value_is_safe(kind, value))
        refuse(reader,
               arena_printf(reader->arena,
                            "<%s> has %s=\"%s\", which can't be taken: a logo may refer to nothing "
                            "but #names of its own.",
                            element, shown(reader, name), shown(reader, value)));
    else if (kind == SVG_ATTRIBUTE_CLIP && reader->clips > 0 && strcmp(value, "none") != 0)
        refuse(reader, "a clip or mask is used inside another one.");
    else
        put(reader, to, name, value);
}

static const char *trimmed(struct arena *arena, const char *text, size_t len)
{
    size_t gap = strspn(text, " \t\r\n");

    gap = gap < len ? gap : len;
    while (len > gap && strchr(" \t\r\n", text[len - 1]) != NULL)
        len--;
    return arena_strndup(arena, text + gap, len - gap);
}

/* "fill: red; stroke: none": each declaration as an attribute. */
static void put_style(struct reader *reader, struct attributes *to, const char *element,
                      const char *style)
{
    for (const char *at = style; *at != '\0' && reader->fault == NULL;) {
        size_t len = strcspn(at, ";");
        const char *colon = memchr(at, ':', len);
        if (colon != NULL) {
            const char *name = trimmed(reader->arena, at, (size_t)(colon - at));
            const char *value = trimmed(reader->arena, colon + 1, len - (size_t)(colon + 1 - at));
            put_checked(reader, to, svg_property_of(name), element, name, value);
        } else if (*trimmed(reader->arena, at, len) != '\0') {
            refuse(reader,
                   arena_printf(reader->arena, "<%s> has a style that can't be read.", element));
        }
        at += len + (at[len] == ';');
    }
}

static void read_attributes(struct reader *reader, const char *element, const char **given,
                            struct attributes *to)
{
    const char *style = NULL;

    for (; *given != NULL && reader->fault == NULL; given += 2) {
        const char *part = strrchr(given[0], PART);
        const char *name = part != NULL ? part + 1 : given[0];
        const char *value = trimmed(reader->arena, given[1], strlen(given[1]));
        if (part != NULL && strncmp(given[0], XLINK, strlen(XLINK)) != 0)
            continue; /* an editor's own, xml:space and the like */
        enum svg_attribute kind = svg_attribute_of(name);
        if (part != NULL && kind != SVG_ATTRIBUTE_HREF)
            continue; /* xlink:type, xlink:title */
        if (kind == SVG_ATTRIBUTE_STYLE)
            style = value;
        else
            put_checked(reader, to, kind, element, name, value);
    }
    if (style != NULL && reader->fault == NULL)
        put_style(reader, to, element, style);
}

static const char *value_of(const struct attributes *attributes, const char *name)
{
    for (size_t i = 0; i < attributes->count; i++)
        if (strcmp(attributes->list[i].name, name) == 0)
            return attributes->list[i].value;
    return NULL;
}

/* "0 0 24 24", with commas or without. */
static bool read_view_box(const char *text, double *width, double *height)
{
    static const char gaps[] = " ,\t\r\n";
    double numbers[4];

    if (text[strspn(text, "0123456789.+-eE ,\t\r\n")] != '\0')
        return false; /* strtod would read hexadecimals, infinities */
    for (int i = 0; i < 4; i++) {
        char *end = NULL;
        text += strspn(text, gaps);
        numbers[i] = strtod(text, &end);
        if (end == text || !isfinite(numbers[i]))
            return false;
        text = end;
    }
    *width = numbers[2];
    *height = numbers[3];
    return text[strspn(text, gaps)] == '\0' && *width > 0 && *height > 0;
}

/* The picture's own size, scaled so that its longer side is in bounds; and the attributes that say
 * so. */
static void settle_size(struct reader *reader, struct attributes *root)
{
    const char *width = value_of(root, "width"), *height = value_of(root, "height");
    const char *box = value_of(root, "viewBox");
    double box_width = 0, box_height = 0;

    if (box != NULL && !read_view_box(box, &box_width, &box_height)) {
        refuse(reader, "the viewBox of <svg> can't be read.");
        return;
    }
    bool has_size = width != NULL && height != NULL && svg_read_length(width, &reader->width) &&
                    svg_read_length(height, &reader->height);
    if (!has_size && box == NULL) {
        refuse(reader, "<svg> has no size: give it a viewBox.");
        return;
    }
    if (!has_size) {
        reader->width = box_width;
        reader->height = box_height;
    } else if (box == NULL) {
        put(reader, root, "viewBox",
            arena_printf(reader->arena, "0 0 %.6g %.6g", reader->width, reader->height));
    }
    double longer = fmax(reader->width, reader->height);
    double shorter = fmin(reader->width, reader->height);
    if (longer / shorter > NARROWEST) {
        refuse(reader, "the picture is too narrow: one side is over 25 times the other.");
        return;
    }
    double scale = longer > PICTURE_MAX                            ? PICTURE_MAX / longer
                   : shorter < PICTURE_MIN && longer < PICTURE_MAX ? PICTURE_MIN / shorter
                                                                   : 1;
    reader->width = fmin(fmax(round(reader->width * scale), 1), PICTURE_MAX);
    reader->height = fmin(fmax(round(reader->height * scale), 1), PICTURE_MAX);
    put(reader, root, "width", arena_printf(reader->arena, "%.0f", reader->width));
    put(reader, root, "height", arena_printf(reader->arena, "%.0f", reader->height));
}

/* A use may show only what holds no use itself: else a few lines could ask for billions of shapes.
 */
static void note_use(struct reader *reader, const struct attributes *attributes)
{
    const char *href = value_of(attributes, "href");

    if (href == NULL) {
        refuse(reader, "<use> says not what to use: it needs an href.");
        return;
    }
    if (reader->uses_count == USES_MAX) {
        refuse(reader, "there are more than 100 <use> elements.");
        return;
    }
    reader->uses[reader->uses_count++] =
        (struct target){href + 1, XML_GetCurrentLineNumber(reader->parser)};
    for (unsigned i = 0; i < reader->depth; i++) {
        if (reader->ids[i] == NULL)
            continue;
        if (reader->tainted_count == reader->tainted_cap) {
            size_t cap = reader->tainted_cap == 0 ? 64 : reader->tainted_cap * 2;
            const char **more = arena_array(reader->arena, cap, sizeof *more);
            if (reader->tainted_count > 0)
                memcpy(more, reader->tainted, reader->tainted_count * sizeof *more);
            reader->tainted = more;
            reader->tainted_cap = cap;
        }
        reader->tainted[reader->tainted_count++] = reader->ids[i];
    }
}

static void check_uses(struct reader *reader)
{
    for (size_t i = 0; i < reader->uses_count && reader->fault == NULL; i++)
        for (size_t j = 0; j < reader->tainted_count; j++)
            if (strcmp(reader->uses[i].id, reader->tainted[j]) == 0) {
                reader->fault = arena_printf(
                    reader->arena, "Line %lu: <use> shows #%s, which holds a <use> itself.",
                    reader->uses[i].line, shown(reader, reader->uses[i].id));
                return;
            }
}

static void write_tag(struct reader *reader, const char *name, const struct attributes *attributes)
{
    buf_addc(&reader->out, '<');
    buf_adds(&reader->out, name);
    if (reader->depth == 0)
        buf_adds(&reader->out, " xmlns=\"" NAMESPACE "\"");
    for (size_t i = 0; i < attributes->count; i++) {
        buf_addc(&reader->out, ' ');
        buf_adds(&reader->out, attributes->list[i].name);
        buf_adds(&reader->out, "=\"");
        buf_html(&reader->out, attributes->list[i].value);
        buf_addc(&reader->out, '"');
    }
    reader->tag_is_open = true;
}

static void close_tag(struct reader *reader)
{
    if (reader->tag_is_open)
        buf_addc(&reader->out, '>');
    reader->tag_is_open = false;
}

/* Whether an element of that kind may stand here. */
static bool is_in_place(struct reader *reader, enum svg_element kind, const char *name)
{
    const enum svg_element around = reader->depth > 0 ? reader->kinds[reader->depth - 1] : kind;

    if ((kind == SVG_ROOT) != (reader->depth == 0))
        refuse(reader, reader->depth == 0 ? "the file does not begin with <svg>."
                                          : "an <svg> stands inside another one.");
    else if (kind == SVG_CLIP && reader->clips > 0)
        refuse(reader, "a clip or mask stands inside another one.");
    else if (reader->depth > 0 &&
             (around == SVG_REUSES || (around == SVG_TEXT && kind != SVG_TEXT)))
        refuse(reader, arena_printf(reader->arena, "<%s> stands where it can't.", name));
    else if (reader->depth == DEPTH_MAX)
        refuse(reader, "the elements stand too deep in one another.");
    else if (++reader->elements > ELEMENTS_MAX)
        refuse(reader, "there are more than 4,000 elements.");
    return reader->fault == NULL;
}

static void XMLCALL on_start(void *data, const XML_Char *full, const XML_Char **given)
{
    struct reader *reader = data;
    const char *part = strrchr(full, PART);
    const char *name = part != NULL ? part + 1 : full;
    bool is_svg = part != NULL && (size_t)(part - full) == strlen(NAMESPACE) &&
                  strncmp(full, NAMESPACE, strlen(NAMESPACE)) == 0;
    enum svg_element kind = is_svg ? svg_element_of(name) : SVG_DROPPED;
    struct attributes attributes = {.count = 0};

    if (reader->fault != NULL)
        return;
    if (reader->depth == 0 && kind != SVG_ROOT) {
        refuse(reader, "the file does not begin with <svg xmlns=\"" NAMESPACE "\">.");
        return;
    }
    if (reader->dropped > 0 || kind == SVG_DROPPED) {
        reader->dropped++;
        return;
    }
    if (kind == SVG_REFUSED) {
        refuse(reader,
               arena_printf(reader->arena, "<%s> may not stand in a logo.%s", shown(reader, name),
                            strcmp(name, "style") == 0
                                ? " Save it with “presentation attributes” instead."
                                : ""));
        return;
    }
    if (!is_in_place(reader, kind, name))
        return;
    reader->clips += kind == SVG_CLIP;
    read_attributes(reader, name, given, &attributes);
    if (kind == SVG_ROOT && reader->fault == NULL)
        settle_size(reader, &attributes);
    if (kind == SVG_REUSES && reader->fault == NULL)
        note_use(reader, &attributes);
    if (reader->fault != NULL)
        return;
    close_tag(reader);
    write_tag(reader, name, &attributes);
    reader->kinds[reader->depth] = kind;
    reader->names[reader->depth] = arena_strdup(reader->arena, name);
    reader->ids[reader->depth++] = value_of(&attributes, "id");
}

static void XMLCALL on_end(void *data, const XML_Char *full)
{
    struct reader *reader = data;

    (void)full;
    if (reader->fault != NULL)
        return;
    if (reader->dropped > 0) {
        reader->dropped--;
        return;
    }
    reader->depth--;
    reader->clips -= reader->kinds[reader->depth] == SVG_CLIP;
    if (reader->tag_is_open) {
        buf_adds(&reader->out, "/>");
        reader->tag_is_open = false;
    } else {
        buf_adds(&reader->out, "</");
        buf_adds(&reader->out, reader->names[reader->depth]);
        buf_addc(&reader->out, '>');
    }
}

static void XMLCALL on_text(void *data, const XML_Char *text, int len)
{
    struct reader *reader = data;

    if (reader->fault != NULL || reader->dropped > 0 || reader->depth == 0 ||
        reader->kinds[reader->depth - 1] != SVG_TEXT)
        return;
    close_tag(reader);
    buf_html(&reader->out, arena_strndup(reader->arena, text, (size_t)len));
}

static void XMLCALL on_doctype(void *data, const XML_Char *name, const XML_Char *system_id,
                               const XML_Char *public_id, int has_internal_subset)
{
    (void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
    refuse(data, "<!DOCTYPE …> may not stand in a logo. Take it out and try again.");
}

static const char *parse(struct reader *reader, const void *data, size_t len)
{
    if (XML_Parse(reader->parser, data, (int)len, 1) != XML_STATUS_OK && reader->fault == NULL)
        reader->fault = arena_printf(reader->arena, "Line %lu: this is not XML: %s.",
                                     (unsigned long)XML_GetCurrentLineNumber(reader->parser),
                                     XML_ErrorString(XML_GetErrorCode(reader->parser)));
    if (reader->fault == NULL)
        check_uses(reader);
    if (reader->fault == NULL && reader->out.len > PICTURE_WRITTEN_MAX)
        reader->fault = "This picture takes more than 128 kB once it is written anew.";
    return reader->fault;
}

enum status svg_read(struct arena *arena, const void *data, size_t len, struct picture *out,
                     const char **fault)
{
    struct reader *reader = arena_alloc(arena, sizeof *reader);

    *reader = (struct reader){.parser = XML_ParserCreateNS(NULL, PART), .arena = arena};
    if (reader->parser == NULL || len > 1 << 20) {
        *fault = "This picture is too much to read.";
        XML_ParserFree(reader->parser);
        return STATUS_INVALID;
    }
    XML_SetUserData(reader->parser, reader);
    XML_SetElementHandler(reader->parser, on_start, on_end);
    XML_SetCharacterDataHandler(reader->parser, on_text);
    XML_SetStartDoctypeDeclHandler(reader->parser, on_doctype);
    *fault = parse(reader, data, len);
    XML_ParserFree(reader->parser);
    if (*fault == NULL)
        *out = (struct picture){.type = "image/svg+xml",
                                .width = (int)reader->width,
                                .height = (int)reader->height,
                                .data = arena_strndup(arena, reader->out.data, reader->out.len),
                                .len = reader->out.len};
    buf_free(&reader->out);
    return *fault == NULL ? STATUS_OK : STATUS_INVALID;
}
