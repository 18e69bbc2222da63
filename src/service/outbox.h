/*
 * service/outbox: mails that wait in the database until the courier has sent them.
 *
 * Asking for a mail is one row written in the caller's transaction, whoever it is for: whether the
 * address is known is looked at when it is sent, so that a page that asks takes the same time
 * either way. No link and no text is kept: both are made when it is sent (service/letters,
 * view/letter).
 */
#ifndef ASSENT_SERVICE_OUTBOX_H
#define ASSENT_SERVICE_OUTBOX_H

#include "service/service.h"

/* Stored: never renumbered, only added to. */
enum letter_kind {
    LETTER_LINK = 1,    /* a new manage link, if the address is somebody's */
    LETTER_JOIN,        /* please confirm that you signed up; to who is in already: that they are */
    LETTER_NEW_ADDRESS, /* to a new address: please confirm it */
    LETTER_OLD_ADDRESS, /* to the one before: it was replaced */
    LETTER_TEST,        /* an admin tries whether mail goes out */
    LETTER_KIND_COUNT
};

enum letter_outcome {
    LETTER_WAITS,
    LETTER_SENT,
    LETTER_DEAD,    /* refused for good, or tried too often */
    LETTER_DROPPED, /* there was nobody to tell */
    LETTER_OUTCOME_COUNT
};

#define LETTER_ID_BYTES 16

struct letter {
    int64_t id;
    uint8_t message_id[LETTER_ID_BYTES]; /* the same with every try */
    enum letter_kind kind;
    struct contact_id contact; /* whom it is about; 0: not known, or nobody */
    int64_t confirmation;      /* of service/confirm; 0: none */
    const char *address;       /* where it goes, as written */
    const char *language;      /* a tag that base/locale knows, or "": the person's */
    int64_t created_at, due_at;
    int tries;
    enum letter_outcome outcome;
    int64_t ended_at;
    const char *fault; /* what the mail server said last, or "" */
};

/* Puts one into the outbox; of letter, kind, contact, confirmation, address and language count. */
enum status outbox_put(const struct service *service, struct txn *txn, const struct letter *letter,
                       int64_t now_s) MUST_CHECK;

#endif
