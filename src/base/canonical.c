/*
 * base/canonical: see canonical.h.
 */
#include "base/canonical.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

struct member {
    const char *name;
    size_t len;
    json_t *value;
};

static enum status write_value(struct buf *out, json_t *value);

/* Where a rune stands in the order of UTF-16's units: those that take two units begin with one
 * that lies below U+E000. */
static uint32_t rank_of(uint32_t rune)
{
    if (rune > 0xffff)
        return rune - 0x10000 + 0xd800;
    return rune >= 0xe000 ? rune + 0x100000 : rune;
}

/* RFC 8785 §3.2.3: by UTF-16 code units, whatever the language. */
static int compare(const void *a, const void *b)
{
    const struct member *left = a, *right = b;
    size_t at = 0;
    while (at < left->len && at < right->len && left->name[at] == right->name[at])
        at++;
    if (at == left->len || at == right->len)
        return (left->len > right->len) - (left->len < right->len);
    while (at > 0 && ((unsigned char)left->name[at] & 0xc0) == 0x80)
        at--;
    uint32_t l = 0, r = 0;
    (void)utf8_step(left->name + at, left->len - at, &l);
    (void)utf8_step(right->name + at, right->len - at, &r);
    return (rank_of(l) > rank_of(r)) - (rank_of(l) < rank_of(r));
}

static enum status write_object(struct buf *out, json_t *object)
{
    const size_t count = json_object_size(object);
    struct member *members = calloc(count + 1, sizeof *members);
    enum status status = STATUS_OK;
    const char *name;
    size_t len, n = 0;
    json_t *value;

    if (members == NULL)
        abort();
    json_object_keylen_foreach(object, name, len, value) members[n++] =
        (struct member){name, len, value};
    qsort(members, n, sizeof *members, compare);
    buf_addc(out, '{');
    for (size_t i = 0; i < n && status == STATUS_OK; i++) {
        if (i > 0)
            buf_addc(out, ',');
        buf_json_bytes(out, members[i].name, members[i].len);
        buf_addc(out, ':');
        status = write_value(out, members[i].value);
    }
    buf_addc(out, '}');
    free(members);
    return status;
}

static enum status write_list(struct buf *out, json_t *list)
{
    enum status status = STATUS_OK;
    buf_addc(out, '[');
    for (size_t i = 0; i < json_array_size(list) && status == STATUS_OK; i++) {
        if (i > 0)
            buf_addc(out, ',');
        status = write_value(out, json_array_get(list, i));
    }
    buf_addc(out, ']');
    return status;
}

static enum status write_value(struct buf *out, json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return write_object(out, value);
    case JSON_ARRAY:
        return write_list(out, value);
    case JSON_STRING:
        buf_json_bytes(out, json_string_value(value), json_string_length(value));
        return STATUS_OK;
    case JSON_INTEGER:
        if (json_integer_value(value) > CANONICAL_NUMBER_MAX ||
            json_integer_value(value) < -CANONICAL_NUMBER_MAX)
            return STATUS_INVALID;
        buf_int(out, json_integer_value(value));
        return STATUS_OK;
    case JSON_REAL:
        return STATUS_INVALID;
    case JSON_TRUE:
        buf_adds(out, "true");
        return STATUS_OK;
    case JSON_FALSE:
        buf_adds(out, "false");
        return STATUS_OK;
    case JSON_NULL:
        break;
    }
    buf_adds(out, "null");
    return STATUS_OK;
}

enum status canonical_write(struct buf *out, json_t *value)
{
    return write_value(out, value);
}
