/*
 * web/reply_send: what reply.c and reply_stream.c share.
 */
#ifndef ASSENT_WEB_REPLY_SEND_H
#define ASSENT_WEB_REPLY_SEND_H

#include "web/visit.h"

/* Marks the visit as answered and sets the headers that every answer carries; type NULL: none. The
 * caller gives the answer to Kore next. */
void reply_send_head(struct visit *visit, const char *type);

#endif
