/*
 * service/selfservice: what a recipient sees and does at /p/TOKEN and /u/TOKEN.
 *
 * The token is the authority; it was opened by service/links. Nothing here shows a name or a whole
 * address, and an unsubscribe link shows no choice but its own topic.
 *
 * Who may do what: a good manage link SAVE, STOP_ALL, PAUSE, RESUME, VOID_LINKS, ADDRESS, LANGUAGE,
 * SEND_LINK, UNDO and REASON; an expired or void one STOP_ALL, SEND_LINK, and UNDO and REASON of
 * its own stop (and a void one may ask to be void again, which changes nothing); an unsubscribe
 * link STOP_TOPIC, STOP_ALL, and UNDO and REASON of its own stop. "Its own" is what the same link,
 * on the same kind of page, by one-click or by mail, turned off: such a link can bring back what it
 * took, within the hour, and nothing else.
 */
#ifndef ASSENT_SERVICE_SELFSERVICE_H
#define ASSENT_SERVICE_SELFSERVICE_H

#include "service/brand.h"
#include "service/change.h"
#include "service/links.h"

struct choice {
    const char *key;
    const char *name;
    const char *description;
    bool is_on;
    bool offers_frequency;    /* they may choose daily or weekly at most */
    enum frequency frequency; /* as chosen, on or off */
};

enum self_act { /* what a recipient may do */
                SELF_LOOK,
                SELF_SAVE,       /* manage links: choices as the form says */
                SELF_STOP_TOPIC, /* unsubscribe links: their topic */
                SELF_STOP_ALL,   /* any well-signed link, expired and void ones too */
                SELF_UNDO,
                SELF_REASON,
                SELF_PAUSE,      /* everything, until the day that the form says */
                SELF_RESUME,     /* ends a pause before its day */
                SELF_SEND_LINK,  /* a fresh manage link, by mail to the address on file */
                SELF_ADDRESS,    /* another address, once its owner confirmed it */
                SELF_LANGUAGE,   /* keeps the language that the page is read in */
                SELF_VOID_LINKS, /* all manage links made until now, the one at hand too */
                SELF_ACT_COUNT
};

enum self_notice {
    SELF_NOTICE_NONE,
    SELF_NOTICE_SAVED,   /* turned_on, turned_off say what */
    SELF_NOTICE_SAME,    /* saved, and nothing was different */
    SELF_NOTICE_STOPPED, /* one topic */
    SELF_NOTICE_STOPPED_ALL,
    SELF_NOTICE_WAS_STOPPED, /* asked again: nothing left to stop */
    SELF_NOTICE_UNDONE,
    SELF_NOTICE_UNDO_LATE,
    SELF_NOTICE_THANKS, /* for the reason */
    SELF_NOTICE_PAUSED,
    SELF_NOTICE_PAUSE_REFUSED,    /* the day is not one to pause until; nothing was written */
    SELF_NOTICE_NOTHING_TO_PAUSE, /* opted out: nothing comes as it is */
    SELF_NOTICE_RESUMED,
    SELF_NOTICE_NOT_PAUSED, /* asked to resume, and no pause was running */
    SELF_NOTICE_LINKS_VOID,
    SELF_NOTICE_LINK_SENT,
    SELF_NOTICE_ADDRESS_ASKED,   /* typed_email says which */
    SELF_NOTICE_ADDRESS_REFUSED, /* it is none; nothing was written */
    SELF_NOTICE_LANGUAGE,        /* kept, or kept already */
    SELF_NOTICE_COUNT
};

/* What of a manage page stands open, with its field, because it was asked for. */
enum self_part { SELF_PART_NONE, SELF_PART_UNTIL, SELF_PART_ADDRESS };

struct self_page {
    enum locale lang;   /* of the words that service gives, and of the page: link's */
    bool lang_is_asked; /* set by the web: see struct speech */
    enum link_state link;
    enum link_purpose purpose;
    const char *token;        /* for the forms' action */
    const char *campaign;     /* set by the web: what the link noted; NULL: nothing */
    enum self_part part;      /* set by the web */
    int32_t wording_set;      /* of the texts on it; 0: not known */
    const char *masked_email; /* "" when the link is BROKEN, REVOKED or NOBODY */
    struct brand brand;
    enum contact_status status;
    int64_t paused_until;            /* manage links only; 0: no pause runs */
    int64_t pause_first, pause_last; /* manage links only: the days it may end on */
    const char *pause_typed;         /* PAUSE_REFUSED: the date as typed, or "" */
    bool pause_moved;                /* by what was just done */
    enum locale usual;               /* manage links: what they are written in without asking */
    bool usual_is_own;               /* it is the person's; else the site's */
    const char *typed_email;         /* ADDRESS_ASKED, ADDRESS_REFUSED: as typed; else "" */
    struct choice *choices;          /* manage links only; topics in use, by rank */
    size_t choices_count;
    const char *topic_name; /* unsubscribe links: "" means everything */
    bool topic_is_on;       /* unsubscribe links: there is something to stop */
    bool any_is_on;
    enum self_notice notice;
    const char **turned_on; /* names, for SAVED and UNDONE */
    size_t turned_on_count;
    const char **turned_off;
    size_t turned_off_count;
    struct self_often { /* names, for SAVED and UNDONE: what is wanted so often from now on */
        const char **names;
        size_t names_count;
    } often[FREQUENCY_COUNT];
    struct position undoable; /* 0: nothing to undo */
    struct position receipt;  /* the change that the notice speaks of, if a receipt can be had */
    bool asks_reason;         /* after an opt-out, and only after */
};

/* The page as it stands. */
enum status selfservice_look(const struct service *service, struct arena *arena,
                             const struct link_opened *link, const char *token,
                             struct self_page *out) MUST_CHECK;

struct self_request {
    enum self_act act;
    bool is_one_click;      /* a mail program's POST: actor is ACTOR_ONE_CLICK */
    uint64_t choices_on;    /* SELF_SAVE: the boxes that were ticked */
    uint64_t choices_shown; /* SELF_SAVE: the boxes that were on the page; others are left alone */
    uint64_t often_shown;   /* SELF_SAVE: the topics whose frequency was on the page */
    uint64_t daily, weekly; /* SELF_SAVE: among them; no bit in both */
    const char *days;       /* SELF_PAUSE: one of service/pause's lengths; NULL or "": none */
    const char *until;      /* SELF_PAUSE: YYYY-MM-DD, which goes before days; NULL or "": none */
    const char *email;      /* SELF_ADDRESS, as typed; NULL: none */
    struct position undoes; /* SELF_UNDO, SELF_REASON */
    enum leave_reason reason;
    const char *comment;         /* SELF_REASON, "" or up to REASON_MAX_BYTES */
    const char *address, *agent; /* of the client */
    const char *campaign;        /* what the link noted (base/campaign); NULL: nothing */
    int32_t wording;             /* that the form says its page showed: base/wording; 0: nothing */
};

/* Acts, then gives the page that says what happened. An act that the link does not allow gives
 * STATUS_REFUSED and writes nothing. The person is read anew in txn; link says only who it is. With
 * is_one_click, which nobody reads, only link, purpose, token, status, notice and undoable are set:
 * a mail program's POST costs no read that it does not need. */
enum status selfservice_act(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct link_opened *link, const char *token,
                            const struct self_request *request, struct self_page *out) MUST_CHECK;

/* The boxes of a form named "topic", by key, as a mask. Topics retired since the page was made are
 * known still (SELF_SAVE leaves them alone); STATUS_INVALID: a key that never was. */
enum status selfservice_read_keys(const struct service *service, struct arena *arena,
                                  const char *const *keys, size_t count, uint64_t *out) MUST_CHECK;

#endif
