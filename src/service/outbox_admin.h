/*
 * service/outbox_admin: what admins see of the outbox, and what they may do there.
 *
 * A mail that became a file is shown as that file. Of one that went to a mail server no words are
 * kept, and of one that waits there are none yet: it is made anew from what is true now, and its
 * links are left out, so that nobody takes from here a confirmation that belongs to a mailbox.
 */
#ifndef ASSENT_SERVICE_OUTBOX_ADMIN_H
#define ASSENT_SERVICE_OUTBOX_ADMIN_H

#include "service/letters.h"
#include "store/admins.h"

#define OUTBOX_PAGE_ROWS 50

/* What waits longer than this after it was due is not being worked at. */
#define OUTBOX_OVERDUE_S 120

/* One press of "try all again" does so many: a transaction must not hold others up. */
#define OUTBOX_AGAIN_MAX 1000

/* The badge on every page counts up to here. */
#define OUTBOX_BADGE_MAX 99

/* The list as the URL asks for it, texts as received. */
struct outbox_query {
    int outcome;         /* LETTER_WAITS, LETTER_SENT, LETTER_DEAD, or LETTER_ANY */
    const char *address; /* "": all; else those to it alone, whole but in any case */
    const char *cursor;  /* "" or what an earlier page gave; one that is not ours: the first page */
    bool is_backward;
};

struct outbox_list {
    struct outbox_query query;   /* the address trimmed */
    int64_t waiting, sent, dead; /* counted up to OUTBOX_COUNT_MAX */
    struct letter *letters;
    size_t count;
    const char *previous_cursor, *next_cursor; /* NULL: none */
    bool is_overdue;                           /* something waits that nobody tries */
    bool has_smtp;                             /* else mails become files */
};

enum status outbox_admin_list(const struct service *service, struct arena *arena,
                              const struct outbox_query *query, int64_t now_s,
                              struct outbox_list *out) MUST_CHECK;

enum outbox_source {
    OUTBOX_FILE,    /* its bytes as they were written */
    OUTBOX_MADE,    /* page: as it would be made now, without its links */
    OUTBOX_OVER,    /* what it was about has ended: there is nothing to make it from */
    OUTBOX_KEYLESS, /* this server has no key to sign links with, so it can't be made */
};

struct outbox_mail {
    struct letter letter;
    const char *person; /* public id of who has its address now; NULL: nobody on the list */
    enum outbox_source source;
    const char *file; /* OUTBOX_FILE */
    size_t file_len;
    struct letter_page page; /* OUTBOX_MADE */
    bool shows_links; /* OUTBOX_FILE: the reader may use what stands in it; else mask_tokens */
    const char *public_url;
    bool has_smtp;
};

/* One mail for a reader of that role: owners alone get links that work. STATUS_NOT_FOUND: there is
 * none of that id (any more). */
enum status outbox_admin_get(const struct service *service, struct arena *arena, int64_t id,
                             enum admin_role role, int64_t now_s,
                             struct outbox_mail *out) MUST_CHECK;

enum outbox_act {
    OUTBOX_AGAIN,     /* a dead one waits again, as if never tried */
    OUTBOX_AGAIN_ALL, /* the same of up to OUTBOX_AGAIN_MAX */
    OUTBOX_NOW,       /* one that waits for its next try is due at once */
    OUTBOX_DISCARD,   /* a dead one is deleted */
    OUTBOX_ACT_COUNT
};

struct outbox_acted {
    bool is_gone;  /* it is not there, or not in that state any more: nothing was done */
    int64_t count; /* OUTBOX_AGAIN_ALL: how many wait again */
};

/* What was done stands in the ledger (an ENTRY_SETTING, as one of the installation's), by the
 * mail's number and kind: the mail goes when its reader is erased, the entry stays, and so it holds
 * no address. What does nothing leaves no entry. */
enum status outbox_admin_act(const struct service *service, struct txn *txn, struct arena *arena,
                             enum outbox_act act, int64_t id, int64_t now_s,
                             const struct origin *origin, struct outbox_acted *out) MUST_CHECK;

/* A mail to an admin's own address, to try whether mail goes out; in the ledger as the above. */
enum status outbox_admin_test(const struct service *service, struct txn *txn, const char *address,
                              int64_t now_s, const struct origin *origin) MUST_CHECK;

/* How a note of the above begins: it is no setting's. */
#define OUTBOX_NOTE "outbox: "

/* How many are dead, counted up to one more than OUTBOX_BADGE_MAX. */
enum status outbox_admin_dead(const struct service *service, int64_t *out) MUST_CHECK;

#endif
