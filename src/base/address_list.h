/*
 * base/address_list: reads a list of addresses as programs send it, piece by piece, so that its
 * length costs no memory. It gives each text as it stands: whether it is an address is
 * base/email's.
 *
 * Three forms: lines (one address each, blanks around it dropped, empty lines passed over); NDJSON
 * (values "a@b" or {"address": "a@b"}); JSON ({"topic": "key", "addresses": [ … ]}, whose elements
 * are as NDJSON's values). Built on yajl: jansson would hold the whole document.
 */
#ifndef ASSENT_BASE_ADDRESS_LIST_H
#define ASSENT_BASE_ADDRESS_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

enum address_form { ADDRESS_LINES, ADDRESS_NDJSON, ADDRESS_JSON, ADDRESS_FORM_COUNT };

struct address_list_sink {
    void *context;
    /* False stops the reading: address_list_feed then gives STATUS_REFUSED. text is not
     * NUL-terminated. */
    bool (*address)(void *context, const char *text, size_t len);
    void (*topic)(void *context, const char *text, size_t len); /* ADDRESS_JSON; NULL: ignored */
    /* ADDRESS_JSON: the member "campaign", which is allowed only where this is set. */
    void (*campaign)(void *context, const char *text, size_t len);
};

struct address_list;

/* The caller frees. sink is copied. Never NULL. */
struct address_list *address_list_new(enum address_form form, const struct address_list_sink *sink);
void address_list_free(struct address_list *list); /* NULL is allowed */

/* STATUS_INVALID: it is not of that form; address_list_fault says where and why. */
enum status address_list_feed(struct address_list *list, const char *data, size_t len) MUST_CHECK;

/* After the last piece. STATUS_INVALID: it was cut short. */
enum status address_list_end(struct address_list *list) MUST_CHECK;

/* A sentence in English, with the line; holds nothing of the data. */
const char *address_list_fault(const struct address_list *list, struct arena *arena);

#endif
