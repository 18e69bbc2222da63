/*
 * service/outbox_fault: what a mail server, or libcurl, meant by what it said of a letter that was
 * not taken: a kind that can be told in plain words. What comes next never depends on it: that is
 * decided where the mail is sent, by the reply's code.
 */
#ifndef ASSENT_SERVICE_OUTBOX_FAULT_H
#define ASSENT_SERVICE_OUTBOX_FAULT_H

enum outbox_fault {
    OUTBOX_FAULT_NONE,
    OUTBOX_FAULT_MAILBOX,  /* there is none of that name */
    OUTBOX_FAULT_FULL,     /* the mailbox is */
    OUTBOX_FAULT_UNWANTED, /* policy, spam */
    OUTBOX_FAULT_LOGIN,
    OUTBOX_FAULT_SIZE,
    OUTBOX_FAULT_NEVER, /* another refusal for good */
    OUTBOX_FAULT_LATER, /* another one for now */
    OUTBOX_FAULT_NAME,  /* the server's host is not known */
    OUTBOX_FAULT_TIME,
    OUTBOX_FAULT_TRUST, /* TLS */
    OUTBOX_FAULT_AWAY,  /* no connection, or one that broke */
    OUTBOX_FAULT_ADDRESS,
    OUTBOX_FAULT_KEYLESS,
    OUTBOX_FAULT_OTHER,
    OUTBOX_FAULT_COUNT
};

/* fault: struct letter's; "" is OUTBOX_FAULT_NONE. */
enum outbox_fault outbox_fault_of(const char *fault);

#endif
