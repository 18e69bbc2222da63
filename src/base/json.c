/*
 * base/json: see json.h.
 */
#include "base/json.h"

#include <string.h>

bool json_is_shallow(const char *text, size_t len)
{
    int depth = 0;
    bool is_in_string = false;

    for (size_t i = 0; i < len; i++) {
        const char c = text[i];
        if (is_in_string && c == '\\') {
            i++;
            continue;
        }
        if (c == '"')
            is_in_string = !is_in_string;
        if (is_in_string)
            continue;
        depth += (c == '{' || c == '[') - (c == '}' || c == ']');
        if (depth > JSON_DEPTH_MAX)
            return false;
    }
    return true;
}

enum status json_read_object(struct arena *arena, const char *text, size_t len, json_t **out,
                             const char **fault)
{
    json_error_t error;

    if (!json_is_shallow(text, len)) {
        *fault = "It is nested too deeply.";
        return STATUS_INVALID;
    }
    /* jansson passes over one that follows a number. */
    if (len > 0 && memchr(text, '\0', len) != NULL) {
        *fault = "It holds a NUL byte.";
        return STATUS_INVALID;
    }
    json_t *value = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
    if (value == NULL) {
        *fault =
            arena_printf(arena, "Line %d, column %d: %s.", error.line, error.column, error.text);
        return STATUS_INVALID;
    }
    if (!json_is_object(value)) {
        json_decref(value);
        *fault = "It is not an object.";
        return STATUS_INVALID;
    }
    *out = value;
    return STATUS_OK;
}
