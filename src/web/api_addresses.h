/*
 * web/api_addresses: how a program sends and wants a list of addresses: the three forms as media
 * types.
 */
#ifndef ASSENT_WEB_API_ADDRESSES_H
#define ASSENT_WEB_API_ADDRESSES_H

#include "base/address_list.h"
#include "web/visit.h"

/* "application/json"; static. */
const char *api_addresses_type(enum address_form form);

/* The form of the body. False: it is another type, and that was answered with 415. */
bool api_addresses_read_type(struct visit *visit, enum address_form *out);

/* The form of the answer: the body's, unless Accept names others alone. */
enum address_form api_addresses_read_accept(struct visit *visit, enum address_form form);

#endif
