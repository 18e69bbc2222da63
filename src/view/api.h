/*
 * view/api: what programs read, as JSON. Errors are view/problem's.
 */
#ifndef ASSENT_VIEW_API_H
#define ASSENT_VIEW_API_H

#include "base/buf.h"
#include "base/contact.h"

/* GET /api/v1/topics. */
void view_api_topics(struct buf *out, const struct topic *topics, size_t count);

/* GET /api/v1/openapi.json: assets/openapi.json, with public_url as its server. */
void view_api_description(struct buf *out, const char *public_url);

#endif
