/*
 * base/json_list: see json_list.h. Only the brackets, quotes and commas between objects are judged
 * here; whether an object is JSON is for who reads it.
 */
#include "base/json_list.h"

#include <string.h>

enum place {
    PLACE_BEGIN, /* JSON: before the whole's brace */
    PLACE_KEY,   /* before the member's quote */
    PLACE_IN_KEY,
    PLACE_COLON,
    PLACE_LIST,  /* before the list's bracket */
    PLACE_FIRST, /* before the first object, or the list's end */
    PLACE_OBJECT,
    PLACE_BEHIND, /* behind an object */
    PLACE_NEXT,   /* behind a comma */
    PLACE_CLOSE,  /* before the whole's closing brace */
    PLACE_END,
    PLACE_LINE, /* NDJSON */
};

void json_list_begin(struct json_list *list, const char *member, const struct json_list_sink *sink)
{
    *list = (struct json_list){
        .is_lines = member == NULL,
        .member = member,
        .sink = *sink,
        .place = member == NULL ? PLACE_LINE : PLACE_BEGIN,
        .line = 1,
    };
}

void json_list_free(struct json_list *list)
{
    buf_free(&list->text);
}

static enum status refuse(struct json_list *list, const char *fault)
{
    list->fault = fault;
    return STATUS_INVALID;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static enum status give(struct json_list *list)
{
    const bool goes_on = list->sink.object(list->sink.context, list->text.data, list->text.len);

    buf_clear(&list->text);
    return goes_on ? STATUS_OK : STATUS_REFUSED;
}

static enum status add(struct json_list *list, const char *data, size_t len)
{
    if (list->text.len + len > JSON_LIST_ELEMENT_MAX)
        return refuse(list, "an object is longer than 65,536 bytes");
    buf_add(&list->text, data, len);
    return STATUS_OK;
}

static enum status end_line(struct json_list *list)
{
    struct buf *text = &list->text;

    while (text->len > 0 && is_blank(text->data[text->len - 1]))
        text->data[--text->len] = '\0';
    return text->len > 0 ? give(list) : STATUS_OK;
}

static enum status feed_lines(struct json_list *list, const char *data, size_t len, size_t *taken)
{
    for (size_t at = 0; at < len;) {
        const char *end = memchr(data + at, '\n', len - at);
        const size_t part = end != NULL ? (size_t)(end - data) - at : len - at;
        enum status status = add(list, data + at, part);
        if (status != STATUS_OK)
            return status;
        at += part;
        if (end == NULL)
            break;
        at++;
        status = end_line(list);
        list->line++;
        if (status != STATUS_OK) {
            *taken = at;
            return status;
        }
    }
    *taken = len;
    return STATUS_OK;
}

/* One byte of an object. */
static enum status step_object(struct json_list *list, char c)
{
    enum status status = add(list, &c, 1);

    if (status != STATUS_OK)
        return status;
    if (list->is_in_string) {
        if (list->is_escaped)
            list->is_escaped = false;
        else if (c == '\\')
            list->is_escaped = true;
        else if (c == '"')
            list->is_in_string = false;
        return STATUS_OK;
    }
    list->is_in_string = c == '"';
    list->depth += (c == '{' || c == '[') - (c == '}' || c == ']');
    if (list->depth > 0)
        return STATUS_OK;
    list->place = PLACE_BEHIND;
    return give(list);
}

static enum status step_key(struct json_list *list, char c)
{
    if (list->member[list->matched] == '\0' && c == '"') {
        list->place = PLACE_COLON;
        return STATUS_OK;
    }
    if (list->member[list->matched] != c || c == '\0')
        return refuse(list, "the whole is an object with one member, the list");
    list->matched++;
    return STATUS_OK;
}

static enum status expect(struct json_list *list, char c, char wanted, enum place next,
                          const char *fault)
{
    if (c != wanted)
        return refuse(list, fault);
    list->place = next;
    return STATUS_OK;
}

static enum status begin_object(struct json_list *list, char c)
{
    if (c != '{')
        return refuse(list, "an element of the list is not an object");
    list->place = PLACE_OBJECT;
    list->depth = 0;
    list->is_in_string = list->is_escaped = false;
    return step_object(list, c);
}

/* One byte between objects that is no blank. */
static enum status step_between(struct json_list *list, char c)
{
    static const char whole[] = "the whole is an object with one member, the list";

    switch ((enum place)list->place) {
    case PLACE_BEGIN:
        return expect(list, c, '{', PLACE_KEY, whole);
    case PLACE_KEY:
        return expect(list, c, '"', PLACE_IN_KEY, whole);
    case PLACE_COLON:
        return expect(list, c, ':', PLACE_LIST, whole);
    case PLACE_LIST:
        return expect(list, c, '[', PLACE_FIRST, whole);
    case PLACE_FIRST:
        if (c != ']')
            return begin_object(list, c);
        list->place = PLACE_CLOSE;
        return STATUS_OK;
    case PLACE_NEXT:
        return begin_object(list, c);
    case PLACE_BEHIND:
        if (c == ',')
            list->place = PLACE_NEXT;
        else
            return expect(list, c, ']', PLACE_CLOSE, "a comma or the list's end is missing");
        return STATUS_OK;
    case PLACE_CLOSE:
        return expect(list, c, '}', PLACE_END, whole);
    case PLACE_END:
        return refuse(list, "something stands behind the end");
    case PLACE_IN_KEY:
    case PLACE_OBJECT:
    case PLACE_LINE:
        break;
    }
    return refuse(list, whole);
}

static enum status step(struct json_list *list, char c)
{
    list->line += c == '\n';
    if (list->place == PLACE_OBJECT)
        return step_object(list, c);
    if (list->place == PLACE_IN_KEY)
        return step_key(list, c);
    return is_blank(c) ? STATUS_OK : step_between(list, c);
}

enum status json_list_feed(struct json_list *list, const char *data, size_t len, size_t *taken)
{
    if (list->is_lines)
        return feed_lines(list, data, len, taken);
    for (size_t i = 0; i < len; i++) {
        enum status status = step(list, data[i]);
        *taken = i + 1;
        if (status != STATUS_OK)
            return status;
    }
    *taken = len;
    return STATUS_OK;
}

enum status json_list_end(struct json_list *list)
{
    if (list->is_lines)
        return end_line(list);
    return list->place == PLACE_END ? STATUS_OK : refuse(list, "the list is cut short");
}

size_t json_list_line(const struct json_list *list)
{
    return list->line;
}

const char *json_list_fault(const struct json_list *list, struct arena *arena)
{
    return arena_printf(arena, "Line %zu: %s.", list->line,
                        list->fault != NULL ? list->fault : "nothing is wrong");
}
