/*
 * Fuzzes form bodies. The first byte chooses the encoding; a multipart body follows its content
 * type and a line feed. What is taken is UTF-8 without NUL or carriage return, within the limit,
 * and reads back the same when written anew.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fold.h"
#include "base/form.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

static void check_text(const char *text)
{
    want(fold_is_utf8(text, strlen(text)));
    want(!strchr(text, '\r'));
}

static void check(struct arena *arena, const struct form *form)
{
    struct form again;
    struct buf body = {0};
    want(form->count <= FORM_MAX_FIELDS);
    for (size_t i = 0; i < form->count; i++) {
        check_text(form->fields[i].name);
        check_text(form->fields[i].value);
        want(form_get(form, form->fields[i].name) != NULL);
        want(form_has(form, form->fields[i].name, form->fields[i].value));
        int64_t number;
        if (form_get_int(form, form->fields[i].name, -5, 1000, &number))
            want(number >= -5 && number <= 1000);
        buf_url(&body, form->fields[i].name);
        buf_adds(&body, "=");
        buf_url(&body, form->fields[i].value);
        buf_adds(&body, "&");
    }
    want(form_parse_urlencoded(arena, body.data, body.len, &again) == STATUS_OK);
    want(again.count == form->count);
    for (size_t i = 0; i < form->count; i++) {
        want(strcmp(again.fields[i].name, form->fields[i].name) == 0);
        want(strcmp(again.fields[i].value, form->fields[i].value) == 0);
    }
    buf_free(&body);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct form form;
    enum status status = STATUS_INVALID;
    const char *body = (const char *)data + 1;
    if (size && data[0] % 2) {
        const char *line = memchr(body, '\n', size - 1);
        if (line) {
            const char *type = arena_strndup(arena, body, (size_t)(line - body));
            size_t len = size - 2 - (size_t)(line - body);
            status = form_parse_multipart(arena, type, line + 1, len, &form);
        }
    } else if (size) {
        status = form_parse_urlencoded(arena, body, size - 1, &form);
    }
    if (status == STATUS_OK)
        check(arena, &form);
    arena_free(arena);
    return 0;
}
