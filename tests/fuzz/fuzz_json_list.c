/*
 * Fuzzes lists of objects in JSON and NDJSON. However they are cut into pieces, and wherever the
 * reader stops and goes on, the same objects come out, or a fault; what is read as JSON then is an
 * object, and no deeper than it may be.
 */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/json_list.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

struct found {
    struct arena *arena;
    struct buf text;
    bool stops;
};

static bool take(void *context, const char *text, size_t len)
{
    struct found *found = context;
    const char *fault = NULL;
    json_t *object;
    want(len > 0 && len <= JSON_LIST_ELEMENT_MAX);
    buf_add(&found->text, text, len);
    buf_addc(&found->text, '\n');
    if (json_read_object(found->arena, text, len, &object, &fault) == STATUS_OK) {
        want(json_is_object(object) && json_is_shallow(text, len));
        json_decref(object);
    } else {
        want(fault != NULL && *fault != '\0');
    }
    return !found->stops;
}

static enum status read_in(const char *member, const char *data, size_t size, size_t piece,
                           struct found *found)
{
    struct json_list list;
    enum status status = STATUS_OK;
    json_list_begin(&list, member, &(struct json_list_sink){.context = found, .object = take});
    for (size_t at = 0; at < size && status != STATUS_INVALID;) {
        const size_t part = size - at < piece ? size - at : piece;
        size_t taken = 0;
        status = json_list_feed(&list, data + at, part, &taken);
        want(status == STATUS_INVALID || taken > 0);
        want(taken == part || status != STATUS_OK);
        at += taken;
    }
    if (status != STATUS_INVALID)
        status = json_list_end(&list);
    if (status == STATUS_INVALID)
        want(*json_list_fault(&list, found->arena) != '\0');
    json_list_free(&list);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new();
    const char *member = data[0] & 1 ? "contacts" : NULL;
    const char *text = (const char *)data + 1;
    struct found whole = {.arena = arena}, pieces = {.arena = arena, .stops = data[0] & 2};
    const enum status first = read_in(member, text, size - 1, size, &whole);
    const enum status second = read_in(member, text, size - 1, 1 + data[0] % 7, &pieces);
    want((first == STATUS_INVALID) == (second == STATUS_INVALID));
    if (first != STATUS_INVALID)
        want(whole.text.len == pieces.text.len &&
             (whole.text.len == 0 ||
              memcmp(whole.text.data, pieces.text.data, whole.text.len) == 0));
    buf_free(&whole.text);
    buf_free(&pieces.text);
    arena_free(arena);
    return 0;
}
