/*
 * base/mime: one mail as bytes: its header, its words as plain text, and the same as HTML
 * (RFC 5322, 2045, 2046, 2047, 3676, 6532). No attachments.
 *
 * A writer of our own, though libcurl has one: a mail that is not sent but kept as a file is made
 * by the same code as one that is sent, with no mail server and no libcurl in sight, and what it
 * lets through is small enough to test whole. curl_mime gives its bytes to a transfer only, and
 * leaves header fields, their folding and encoded-words to the caller anyway.
 *
 * Lines end with CRLF; none is longer than 78 characters, but where an address or a link alone is,
 * and then never longer than 998. All is ASCII, unless an address has a local part that is not
 * (RFC 6532). No value can begin a new header line: control characters, line ends of Unicode and
 * bytes that are not UTF-8 never get through.
 */
#ifndef ASSENT_BASE_MIME_H
#define ASSENT_BASE_MIME_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/status.h"

struct mime_mail {
    const char *from_name;    /* "": the address alone; so with to_name */
    const char *from_address; /* both as mime_address gives them */
    const char *to_name;
    const char *to_address;
    const char *subject;
    const char *message_id; /* without the brackets: [A-Za-z0-9.@-] */
    int64_t date_s;
    const char *language;              /* a BCP 47 tag */
    const char *list_unsubscribe;      /* RFC 2369, and RFC 8058's companion; NULL: neither */
    const char *list_unsubscribe_post; /* exactly as it shall stand */
    const char *text;                  /* UTF-8, lines end with LF; long ones are wrapped */
    const char *html;                  /* UTF-8 */
};

/* Appends the whole message. */
void mime_write(struct buf *out, const struct mime_mail *mail);

/* An address as mail servers take it: the local part as written, the domain as A-labels.
 * STATUS_INVALID: it is none (see base/email). RFC 5890, RFC 6531. */
enum status mime_address(struct arena *arena, const char *written, const char **out) MUST_CHECK;

/* The bytes of the part of that type ("text/html", "text/plain") in a message that mime_write made,
 * decoded: UTF-8, lines ending with LF. NULL: it holds none, or is not ours. The text's soft line
 * ends are gone again. */
const char *mime_part(struct arena *arena, const char *data, size_t len, const char *type);

/* The message's header lines as they stand, ending with LF, without the empty one behind them. A
 * NUL among them ends them. */
const char *mime_head(struct arena *arena, const char *data, size_t len);

#endif
