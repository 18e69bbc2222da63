/*
 * base/mime_body: the bodies of a mail's parts and their transfer encodings. For base/mime; see
 * there.
 */
#ifndef ASSENT_BASE_MIME_BODY_H
#define ASSENT_BASE_MIME_BODY_H

#include "base/buf.h"

/* Append one part: its own header lines, the empty one, its body, no line end after it. Text is
 * wrapped as RFC 3676 says. */
void mime_body_text(struct buf *out, const char *text);
void mime_body_html(struct buf *out, const char *html);

/* Appends data as base64 (RFC 4648 section 4), with CRLF after each line_chars characters but the
 * last; 0: on one line. line_chars is a multiple of four. */
void mime_base64(struct buf *out, const void *data, size_t len, size_t line_chars);

#endif
