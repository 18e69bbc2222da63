/*
 * post/smtp: hands one message to the mail server, over a connection that is kept for the next
 * (RFC 5321; STARTTLS RFC 3207, login RFC 4954, SIZE RFC 1870, SMTPUTF8 RFC 6531).
 *
 * It knows no letters and tries nothing twice, but where a kept connection turns out to be at its
 * end before the message is on its way. Commands go one by one: libcurl has no pipelining for SMTP;
 * several of these side by side do as well.
 */
#ifndef ASSENT_POST_SMTP_H
#define ASSENT_POST_SMTP_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/conf.h"

/* One connection, used by one thread at a time. */
struct smtp;

enum smtp_result {
    SMTP_ACCEPTED, /* the server has taken the message over */
    SMTP_LATER,    /* not now: it said so (4xx), or could not be talked to */
    SMTP_NEVER     /* it refused this message for good (5xx) */
};

#define SMTP_WORDS_BYTES 500

struct smtp_reply {
    enum smtp_result result;
    bool is_down;                     /* LATER: no fault of this message, others would fare alike */
    char words[SMTP_WORDS_BYTES + 1]; /* what the server said, or what went wrong with it: one line
                                         of UTF-8; "" when accepted */
};

struct smtp_message {
    const char *from, *to; /* as base/mime's mime_address gives them */
    const char *data;      /* lines end with CRLF */
    size_t len;
};

/* Once a process, before the first thread. STATUS_IO: libcurl can't begin. */
enum status smtp_start(void) MUST_CHECK;

/* conf, password (NULL without a login) and helo (the name we give ourselves; NULL: the machine's)
 * must live as long. stop: while it is true, what is under way is given up within a second. Never
 * NULL. Nothing is connected yet. */
struct smtp *smtp_open(const struct conf *conf, const char *password, const char *helo,
                       const atomic_bool *stop);
void smtp_close(struct smtp *smtp); /* NULL is allowed */

/* Waits for the server for minutes if need be (RFC 5321 section 4.5.3.2). */
void smtp_send(struct smtp *smtp, const struct smtp_message *message, struct smtp_reply *out);

/* Lets go of the connection politely; the next smtp_send makes another. */
void smtp_rest(struct smtp *smtp);

#endif
