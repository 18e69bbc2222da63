/*
 * Fuzzes lists of addresses. The first byte says the form and where the rest is cut in two: both
 * ways of reading must give the same addresses and the same end.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/address_list.h"
#include "base/buf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

static bool add(void *context, const char *text, size_t len)
{
    struct buf *out = context;
    want(len <= 4096);
    buf_addc(out, '[');
    buf_add(out, text, len);
    buf_addc(out, ']');
    return true;
}

static void add_topic(void *context, const char *text, size_t len)
{
    buf_addc(context, '#');
    add(context, text, len > 4096 ? 4096 : len);
}

static enum status read_cut(enum address_form form, const char *data, size_t len, size_t cut,
                            struct buf *out)
{
    struct arena *arena = arena_new();
    struct address_list *list = address_list_new(
        form, &(struct address_list_sink){.context = out, .address = add, .topic = add_topic});
    enum status status = cut > 0 ? address_list_feed(list, data, cut) : STATUS_OK;
    if (status == STATUS_OK)
        status = address_list_feed(list, data + cut, len - cut);
    if (status == STATUS_OK)
        status = address_list_end(list);
    want(status == STATUS_OK || status == STATUS_INVALID);
    want(strncmp(address_list_fault(list, arena), "Line ", 5) == 0);
    address_list_free(list);
    arena_free(arena);
    return status;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    enum address_form form = data[0] % ADDRESS_FORM_COUNT;
    const char *text = (const char *)data + 1;
    size_t len = size - 1, cut = len > 0 ? data[0] / ADDRESS_FORM_COUNT % len : 0;
    struct buf whole = {0}, parts = {0};
    enum status status = read_cut(form, text, len, 0, &whole);
    want(read_cut(form, text, len, cut, &parts) == status);
    want(whole.len == parts.len && (whole.len == 0 || !memcmp(whole.data, parts.data, whole.len)));
    buf_free(&whole);
    buf_free(&parts);
    return 0;
}
