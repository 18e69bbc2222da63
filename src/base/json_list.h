/*
 * base/json_list: the objects of a long list, found piece by piece and given one by one as the text
 * that they are, so that the length of a list costs no memory. Reading an object is base/json's.
 *
 * Two forms: NDJSON, an object a line, blank lines passed over; and JSON, one object whose one
 * member is the list: {"contacts": [ {…}, {…} ]}.
 */
#ifndef ASSENT_BASE_JSON_LIST_H
#define ASSENT_BASE_JSON_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

#define JSON_LIST_ELEMENT_MAX 65536 /* bytes of one object */

struct json_list_sink {
    void *context;
    /* False stops the reading: json_list_feed then gives STATUS_REFUSED, and goes on behind this
     * object when it is called again. text is not NUL-terminated. */
    bool (*object)(void *context, const char *text, size_t len);
};

/* The caller's to keep, and nobody else's to look into. */
struct json_list {
    bool is_lines;
    const char *member;
    struct json_list_sink sink;
    int place;
    size_t matched; /* of member, while its key is read */
    int depth;
    bool is_in_string, is_escaped;
    struct buf text; /* the object so far */
    size_t line;
    const char *fault;
};

/* member: the key of JSON's list; NULL: NDJSON. sink is copied. Ends with json_list_free. */
void json_list_begin(struct json_list *list, const char *member, const struct json_list_sink *sink);
void json_list_free(struct json_list *list);

/* *taken: bytes of data that were read; less than len only where the sink stopped it.
 * STATUS_INVALID: it is not of that form; json_list_fault says where and why. */
enum status json_list_feed(struct json_list *list, const char *data, size_t len,
                           size_t *taken) MUST_CHECK;

/* After the last piece. STATUS_INVALID: it was cut short. STATUS_REFUSED: the sink stopped at the
 * last object; there is none behind it. */
enum status json_list_end(struct json_list *list) MUST_CHECK;

/* The line that is being read, from 1. */
size_t json_list_line(const struct json_list *list);

/* A sentence in English, with the line. */
const char *json_list_fault(const struct json_list *list, struct arena *arena);

#endif
