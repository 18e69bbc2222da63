/*
 * service/confirm: what waits for a button behind a mailed link, /c/TOKEN: a sign-up, or somebody's
 * new address.
 *
 * A request is a row that expires; its link names the row, and is made when the mail is sent.
 * Nothing is changed before the button is pressed, and then through service/change alone. The link
 * was mailed to the address in question: its token is the authority for that request, and for
 * taking back within the hour what it did, and for nothing else.
 */
#ifndef ASSENT_SERVICE_CONFIRM_H
#define ASSENT_SERVICE_CONFIRM_H

#include "base/email.h"
#include "base/locale.h"
#include "service/outbox.h"
#include "service/selfservice.h"
#include "store/confirmations.h"

/* After "I did not ask for this", requests of that kind for that address are quiet; an answered
 * request is shown as such when its link is opened again. Both for so long. */
#define CONFIRM_KEEP_S (INT64_C(30) * 86400)

/* Adds a request and the letter that asks; of confirmation everything but id, public_id,
 * expires_at, ended_at and outcome counts. */
enum status confirm_begin(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct confirmation *confirmation, enum letter_kind letter,
                          int64_t now_s) MUST_CHECK;

struct confirm_address {
    const char *typed; /* the new one; NULL counts as "" */
    const char *language;
    const char *address, *agent; /* of the client */
};

/* contact wants another address. Only the newest request of a contact waits; the quota of the new
 * mailbox and of the network holds. Whether the address can be had is not looked at here, and not
 * told to who asks: the letter tells the owner of that mailbox. *is_address: false when what was
 * typed is none; then nothing was written. */
enum status confirm_ask_address(const struct service *service, struct txn *txn, struct arena *arena,
                                const struct contact *contact,
                                const struct confirm_address *request, int64_t now_s,
                                bool *is_address) MUST_CHECK;

enum confirm_state {
    CONFIRM_BROKEN,   /* not a link of ours, or altered */
    CONFIRM_REVOKED,  /* its key was revoked */
    CONFIRM_EXPIRED,  /* too old, replaced by a newer request, or the links of then were voided */
    CONFIRM_OPEN,     /* waits for the button */
    CONFIRM_DONE,     /* confirmed */
    CONFIRM_DECLINED, /* "I did not ask for this" */
    CONFIRM_CLOSED,   /* can't be done any more: topics retired, the address taken or refused */
    CONFIRM_STATE_COUNT
};

struct confirm_opened {
    enum confirm_state state;
    enum locale lang;                 /* that its page is read in: up to the one who opens it */
    struct link_claims claims;        /* unless BROKEN or REVOKED */
    struct confirmation confirmation; /* with OPEN, DONE, DECLINED */
};

/* Reads only. Costs an Ed25519 verification. A token of another purpose is BROKEN (S6). */
enum status confirm_open(const struct service *service, struct arena *arena, const char *token,
                         int64_t now_s, struct confirm_opened *out) MUST_CHECK;

enum confirm_act {
    CONFIRM_LOOK,
    CONFIRM_YES,
    CONFIRM_NO,   /* "I did not ask for this" */
    CONFIRM_UNDO, /* of either, within the hour: the request waits again */
    CONFIRM_ACT_COUNT
};

enum confirm_notice {
    CONFIRM_NOTICE_NONE,
    CONFIRM_NOTICE_UNDONE,
    CONFIRM_NOTICE_UNDO_LATE,
    CONFIRM_NOTICE_COUNT
};

struct confirm_page {
    enum confirm_state state;
    enum confirmation_kind kind; /* unless BROKEN, REVOKED or EXPIRED */
    const char *token;
    struct brand brand;
    const char *masked_email; /* the address to confirm; "" where it is not known */
    const char *language;     /* of the page that was used to ask; "" where it is not known */
    const char **topics;      /* OPEN: asked for; DONE: of these, what is on now. Names */
    size_t topics_count;
    int64_t expires_at;   /* OPEN */
    int64_t paused_until; /* DONE: nothing comes before; 0: no pause */
    enum confirm_notice notice;
    int32_t wording_set; /* of the texts on it; 0: not known */
    bool can_undo;
    const char *manage; /* DONE, within the hour: a fresh manage link's token; else NULL */
    bool can_join;      /* the sign-up form is open */
};

/* The page as it stands. */
enum status confirm_look(const struct service *service, struct arena *arena,
                         const struct confirm_opened *link, const char *token, int64_t now_s,
                         struct confirm_page *out) MUST_CHECK;

struct confirm_request {
    enum confirm_act act;
    enum locale lang;            /* of the page that was read */
    int32_t wording;             /* that its form says it showed; 0: nothing */
    const char *address, *agent; /* of the client */
};

/* Acts, then gives the page that says what happened. What is done already is not done again; what
 * can't be done any more is not done: the page's state says so. The request is read anew in txn. */
enum status confirm_act(const struct service *service, struct txn *txn, struct arena *arena,
                        const struct confirm_opened *link, const char *token,
                        const struct confirm_request *request, int64_t now_s,
                        struct confirm_page *out) MUST_CHECK;

/* Deletes requests whose time is over, some at a time, and counts of service/quota that are
 * forgotten. *is_done: nothing is left for now. */
enum status confirm_sweep(const struct service *service, struct txn *txn, int64_t now_s,
                          bool *is_done) MUST_CHECK;

#endif
