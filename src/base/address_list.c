/*
 * base/address_list: see address_list.h.
 */
#include "base/address_list.h"

#include <stdlib.h>
#include <string.h>
#include <yajl/yajl_parse.h>

#include "base/buf.h"
#include "base/fold.h"

#define TEXT_MAX_BYTES 4096 /* of a line or a text; a longer one is a fault, not an address */
/* yajl keeps a text until its end has come, however long; so much may come without an end. */
#define SILENCE_MAX 65536

enum place {
    PLACE_OUTSIDE, /* between values; ADDRESS_JSON: before and behind the object */
    PLACE_OBJECT,  /* in the whole's object */
    PLACE_TOPIC,   /* behind "topic": */
    PLACE_CAMPAIGN,
    PLACE_BEFORE_LIST,
    PLACE_LIST,
    PLACE_ITEM,    /* in an element's object */
    PLACE_ADDRESS, /* behind "address": */
    PLACE_BEHIND,  /* the whole's object has ended */
};

struct address_list {
    enum address_form form;
    struct address_list_sink sink;
    yajl_handle json;
    struct buf line; /* the beginning of a line whose end has not come */
    size_t line_number;
    size_t values, silence; /* of JSON: values so far; bytes since the newest */
    enum place place;
    bool has_list, has_topic, has_campaign, item_has_address, is_stopped;
    bool has_text; /* of NDJSON: more than blanks has come; yajl wants one value at least */
    const char *fault;
};

static int refuse(struct address_list *list, const char *fault)
{
    if (list->fault == NULL)
        list->fault = fault;
    return 0;
}

static int take(struct address_list *list, const char *text, size_t len)
{
    list->values++;
    if (len > TEXT_MAX_BYTES)
        return refuse(list, "a text is longer than 4096 bytes");
    if (list->sink.address(list->sink.context, text, len))
        return 1;
    list->is_stopped = true;
    return 0;
}

static enum place item_end(const struct address_list *list)
{
    return list->form == ADDRESS_JSON ? PLACE_LIST : PLACE_OUTSIDE;
}

static bool is_item_place(const struct address_list *list)
{
    return list->place == item_end(list);
}

static int on_string(void *context, const unsigned char *text, size_t len)
{
    struct address_list *list = context;
    const char *chars = (const char *)text;
    if (list->place == PLACE_TOPIC) {
        list->place = PLACE_OBJECT;
        if (list->sink.topic != NULL)
            list->sink.topic(list->sink.context, chars, len);
        return 1;
    }
    if (list->place == PLACE_CAMPAIGN) {
        list->place = PLACE_OBJECT;
        list->sink.campaign(list->sink.context, chars, len);
        return 1;
    }
    if (list->place == PLACE_ADDRESS) {
        list->place = PLACE_ITEM;
        list->item_has_address = true;
        return take(list, chars, len);
    }
    if (is_item_place(list))
        return take(list, chars, len);
    return refuse(list, "a text stands where none is expected");
}

static bool is_key(const char *name, const unsigned char *text, size_t len)
{
    return strlen(name) == len && memcmp(name, text, len) == 0;
}

static int on_key(void *context, const unsigned char *text, size_t len)
{
    struct address_list *list = context;
    if (list->place == PLACE_ITEM) {
        if (!is_key("address", text, len) || list->item_has_address)
            return refuse(list, "an element's object must have the one member \"address\"");
        list->place = PLACE_ADDRESS;
        return 1;
    }
    if (is_key("topic", text, len) && !list->has_topic) {
        list->has_topic = true;
        list->place = PLACE_TOPIC;
        return 1;
    }
    if (is_key("addresses", text, len) && !list->has_list) {
        list->has_list = true;
        list->place = PLACE_BEFORE_LIST;
        return 1;
    }
    if (list->sink.campaign == NULL)
        return refuse(list, "the object's members must be \"topic\" and \"addresses\", each once");
    if (is_key("campaign", text, len) && !list->has_campaign) {
        list->has_campaign = true;
        list->place = PLACE_CAMPAIGN;
        return 1;
    }
    return refuse(list, "the object's members must be \"topic\", \"campaign\" and \"addresses\", "
                        "each once");
}

static int on_object(void *context)
{
    struct address_list *list = context;
    if (is_item_place(list)) {
        list->place = PLACE_ITEM;
        list->item_has_address = false;
        return 1;
    }
    if (list->form == ADDRESS_JSON && list->place == PLACE_OUTSIDE) {
        list->place = PLACE_OBJECT;
        return 1;
    }
    return refuse(list, "an object stands where none is expected");
}

static int on_object_end(void *context)
{
    struct address_list *list = context;
    if (list->place != PLACE_ITEM) {
        list->place = PLACE_BEHIND;
        return 1;
    }
    list->place = item_end(list);
    return list->item_has_address || refuse(list, "an element has no member \"address\"");
}

static int on_array(void *context)
{
    struct address_list *list = context;
    if (list->place != PLACE_BEFORE_LIST)
        return refuse(list, "a list stands where none is expected");
    list->place = PLACE_LIST;
    return 1;
}

static int on_array_end(void *context)
{
    struct address_list *list = context;
    list->place = PLACE_OBJECT;
    return 1;
}

static int on_null(void *context)
{
    return refuse(context, "null stands where an address is expected");
}

static int on_boolean(void *context, int value)
{
    (void)value;
    return refuse(context, "true or false stands where an address is expected");
}

static int on_number(void *context, const char *text, size_t len)
{
    (void)text, (void)len;
    return refuse(context, "a number stands where an address is expected");
}

static const yajl_callbacks callbacks = {
    .yajl_null = on_null,
    .yajl_boolean = on_boolean,
    .yajl_number = on_number,
    .yajl_string = on_string,
    .yajl_start_map = on_object,
    .yajl_map_key = on_key,
    .yajl_end_map = on_object_end,
    .yajl_start_array = on_array,
    .yajl_end_array = on_array_end,
};

struct address_list *address_list_new(enum address_form form, const struct address_list_sink *sink)
{
    struct address_list *list = calloc(1, sizeof *list);
    if (list == NULL)
        abort();
    list->form = form;
    list->sink = *sink;
    list->line_number = 1;
    if (form != ADDRESS_LINES) {
        list->json = yajl_alloc(&callbacks, NULL, list);
        if (list->json == NULL)
            abort();
        if (form == ADDRESS_NDJSON)
            yajl_config(list->json, yajl_allow_multiple_values, 1);
    }
    return list;
}

void address_list_free(struct address_list *list)
{
    if (list == NULL)
        return;
    if (list->json != NULL)
        yajl_free(list->json);
    buf_free(&list->line);
    free(list);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static enum status end_line(struct address_list *list, const char *text, size_t len)
{
    while (len > 0 && is_blank(text[len - 1]))
        len--;
    while (len > 0 && is_blank(*text))
        text++, len--;
    if (len > TEXT_MAX_BYTES) {
        refuse(list, "a line is longer than 4096 bytes");
        return STATUS_INVALID;
    }
    if (!fold_is_utf8(text, len)) {
        refuse(list, "a line is not UTF-8");
        return STATUS_INVALID;
    }
    if (len > 0 && !take(list, text, len))
        return STATUS_REFUSED;
    list->line_number++;
    return STATUS_OK;
}

static enum status feed_lines(struct address_list *list, const char *data, size_t len)
{
    enum status status = STATUS_OK;
    while (len > 0 && status == STATUS_OK) {
        const char *end = memchr(data, '\n', len);
        size_t part = end != NULL ? (size_t)(end - data) : len;
        if (list->line.len + part > TEXT_MAX_BYTES * 2) {
            refuse(list, "a line is longer than 4096 bytes");
            return STATUS_INVALID;
        }
        if (end == NULL || list->line.len > 0)
            buf_add(&list->line, data, part);
        if (end == NULL)
            return STATUS_OK;
        if (list->line.len > 0)
            status = end_line(list, list->line.data, list->line.len);
        else
            status = end_line(list, data, part);
        buf_clear(&list->line);
        data += part + 1;
        len -= part + 1;
    }
    return status;
}

/* Lines are counted by what yajl has taken, so that a fault is found again in the file. */
static void count_lines(struct address_list *list, const char *data, size_t len)
{
    for (const char *at = data; (at = memchr(at, '\n', len - (size_t)(at - data))) != NULL; at++)
        list->line_number++;
}

static enum status outcome(struct address_list *list, yajl_status status)
{
    if (status == yajl_status_ok)
        return STATUS_OK;
    if (list->is_stopped)
        return STATUS_REFUSED;
    refuse(list, "this is not JSON");
    return STATUS_INVALID;
}

enum status address_list_feed(struct address_list *list, const char *data, size_t len)
{
    if (list->form == ADDRESS_LINES)
        return feed_lines(list, data, len);
    size_t before = list->values;
    for (size_t i = 0; i < len && !list->has_text; i++)
        list->has_text = data[i] != '\n' && !is_blank(data[i]);
    yajl_status status = yajl_parse(list->json, (const unsigned char *)data, len);
    list->silence = list->values == before ? list->silence + len : 0;
    if (status == yajl_status_ok && list->silence > SILENCE_MAX) {
        refuse(list, "there is no address in 65,536 bytes");
        return STATUS_INVALID;
    }
    size_t taken = status == yajl_status_ok ? len : yajl_get_bytes_consumed(list->json);
    count_lines(list, data, taken < len ? taken : len);
    return outcome(list, status);
}

enum status address_list_end(struct address_list *list)
{
    if (list->form == ADDRESS_LINES) {
        enum status status = STATUS_OK;
        if (list->line.len > 0)
            status = end_line(list, list->line.data, list->line.len);
        buf_clear(&list->line);
        return status;
    }
    if (list->form == ADDRESS_NDJSON && !list->has_text)
        return STATUS_OK;
    enum status status = outcome(list, yajl_complete_parse(list->json));
    if (status == STATUS_OK && list->form == ADDRESS_JSON && !list->has_list) {
        refuse(list, "there is no member \"addresses\"");
        return STATUS_INVALID;
    }
    if (status == STATUS_OK && list->form == ADDRESS_NDJSON && list->place != PLACE_OUTSIDE) {
        refuse(list, "the last value is cut short");
        return STATUS_INVALID;
    }
    return status;
}

const char *address_list_fault(const struct address_list *list, struct arena *arena)
{
    return arena_printf(arena, "Line %zu: %s.", list->line_number,
                        list->fault != NULL ? list->fault : "nothing is wrong");
}
