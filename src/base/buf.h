/*
 * base/buf: a growing text buffer, and the only ways to put a value into HTML, JSON, CSV or a URL.
 *
 * The safe way to print a value is the short way: buf_html escapes, and templates have no raw
 * form. Growth doubles. Memory that can't be had ends the process (see base/arena).
 */
#ifndef ASSENT_BASE_BUF_H
#define ASSENT_BASE_BUF_H

#include <stddef.h>
#include <stdint.h>

/* data is NUL-terminated whenever it is not NULL; len does not count the NUL.
 * An all-zero struct is an empty buffer. */
struct buf {
    char *data;
    size_t len;
    size_t cap;
};

void buf_free(struct buf *buf);                 /* frees data and zeroes the struct */
void buf_clear(struct buf *buf);                /* len 0, memory kept */
void buf_reserve(struct buf *buf, size_t more); /* room for more bytes past len */
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_adds(struct buf *buf, const char *text); /* program text only, never a user's value */
void buf_addc(struct buf *buf, char c);
void buf_printf(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_int(struct buf *buf, int64_t value); /* 1234 */

/* text with & < > " ' escaped, safe between tags and in quoted attributes. NULL adds nothing.
 * Invalid UTF-8 and control characters other than tab and newline become U+FFFD. */
void buf_html(struct buf *buf, const char *text);

/* value with thousands separated by commas: 12,408. */
void buf_grouped(struct buf *buf, int64_t value);

/* text as a quoted JSON string (RFC 8259 section 7); NULL adds null; invalid UTF-8 as U+FFFD. */
void buf_json(struct buf *buf, const char *text);

/* The same of len bytes, of which some may be NUL. */
void buf_json_bytes(struct buf *buf, const char *text, size_t len);

/* text as one CSV field (RFC 4180), quoted where needed. A field that a spreadsheet would run as
 * a formula (it begins with = + - @ tab or CR) gets a leading apostrophe. NULL adds nothing. */
void buf_csv(struct buf *buf, const char *text);

/* The same for programs, that join by what they read: nothing is added to a formula. */
void buf_csv_exact(struct buf *buf, const char *text, size_t len);

/* text percent-encoded for a query value or a path segment (RFC 3986 unreserved kept). */
void buf_url(struct buf *buf, const char *text);

#endif
