/*
 * base/message: the header of an RFC 5322 message, as its fields, and RFC 2047 encoded-words as
 * UTF-8. Reads what mail programs and gateways really write, never more than the header.
 *
 * It knows no field's meaning, no body and no MIME parts, and judges nothing: service/mailto does.
 */
#ifndef ASSENT_BASE_MESSAGE_H
#define ASSENT_BASE_MESSAGE_H

#include "base/arena.h"

/* No more than this of a message is worth reading: mail servers refuse far smaller headers. */
#define MESSAGE_HEAD_MAX_BYTES (256 * 1024)

struct message_field {
    const char *name;  /* in lower case */
    const char *value; /* unfolded and trimmed; no NUL, CR or LF in it; bytes as they came */
};

struct message {
    const struct message_field *fields; /* in the order of the message */
    size_t count;
};

/* Reads the header at the beginning of data; what follows its empty line is not looked at. Lines
 * end with LF, CRLF or CR, also mixed. A line that is no field goes on with the field before it,
 * folded rightly or not (RFC 5322 section 2.2.3 wants white space in front); a mailbox's "From "
 * line before the first field is passed over; any other beginning is a message without a header.
 * A NUL becomes a space. */
void message_parse(struct arena *arena, const char *data, size_t len, struct message *out);

/* The next field of that name (in lower case) from *at on, an index that begins at 0; NULL: no
 * more. */
const char *message_next(const struct message *message, const char *name, size_t *at);

/* The first field of that name, or NULL. */
const char *message_get(const struct message *message, const char *name);

/* value as UTF-8 text with its encoded-words decoded (RFC 2047), B and Q, white space between two
 * of them left out. What breaks the RFC and can still be read is read: words over 75 characters,
 * inside other text, base64 cut anywhere. Charsets are taken for UTF-8: of others, what is ASCII
 * comes out right. Bytes that are not UTF-8 become U+FFFD, control characters spaces. */
const char *message_decode(struct arena *arena, const char *value);

#endif
