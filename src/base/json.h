/*
 * base/json: one JSON text from a stranger, read strictly (RFC 8259, I-JSON's rules of RFC 7493):
 * UTF-8, no member twice, no NUL, no half of a surrogate pair, and no deeper than it needs to be.
 * What the members mean is the caller's.
 */
#ifndef ASSENT_BASE_JSON_H
#define ASSENT_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

#define JSON_DEPTH_MAX 8

/* text as an object; the caller ends it with json_decref. STATUS_INVALID: it is none; *fault is a
 * sentence in English that says where and why, and may repeat some of text. */
enum status json_read_object(struct arena *arena, const char *text, size_t len, json_t **out,
                             const char **fault) MUST_CHECK;

/* Whether text opens no more than JSON_DEPTH_MAX objects and lists at a time. */
bool json_is_shallow(const char *text, size_t len);

#endif
