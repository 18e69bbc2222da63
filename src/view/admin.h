/*
 * view/admin: the admins' pages. The list and its CSV are in view/people.h.
 *
 * Each takes the shell (who is signed in, and a notice) and what a service returned. After a
 * refused form the same view is called with what was typed (edit) and the refusal (saved), both
 * NULL otherwise; the answer's status code is the handler's.
 */
#ifndef ASSENT_VIEW_ADMIN_H
#define ASSENT_VIEW_ADMIN_H

#include "base/arena.h"
#include "base/buf.h"
#include "service/people.h"
#include "service/rights.h"
#include "service/topic_admin.h"

struct admin_shell {
    const char *admin_name; /* the email's where there is no name */
    const char *admin_email;
    const char *csrf;
    bool can_change;      /* people and settings: no viewer */
    bool sees_addresses;  /* whole; else what would show them so is not offered */
    const char *notice;   /* what the last act did ("Saved. Marketing on."); NULL: nothing */
    bool notice_is_fault; /* it was not done */
    int64_t dead_mails;   /* mails of ours that were given up: the menu says so on every page */
    bool has_more_dead;   /* than that */
    int64_t open_requests, overdue_requests; /* of people's rights: the menu says so too */
    int64_t approvals_waiting;               /* for this admin: the menu says so too */
    bool is_live; /* the page changes by itself: browsers without the script load it again */
};

/* /admin/people/PUBLICID. With a notice, and page->undoable set, the notice offers Undo. After
 * EDIT_CHANGED_MEANWHILE pass the page as it stands now: it shows that, and what changed. */
void view_person(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct person_page *page, const struct person_edit *edit,
                 const struct person_saved *saved);

/* /admin/people/new. topics: all; those in use are shown. */
void view_person_new(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                     const struct topic_page *topics, const struct person_edit *edit,
                     const struct person_saved *saved);

/* /admin/people/PUBLICID/data and …/erase. */
struct person_rights {
    const char *id, *email, *name;
    enum rights_act act;
    bool is_done;                  /* erased: email and name are not set any more */
    const char *reason;            /* as typed; NULL: nothing yet */
    bool lacks_reason, lacks_word; /* what was missing */
};
void view_person_rights(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                        const struct person_rights *rights);

/* /admin/topics. retire_key: ?retire=KEY asks for the confirmation of that retirement (a POST with
 * do=retire follows); NULL or unknown: the list alone. */
void view_topics(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct topic_page *topics, const char *retire_key,
                 const struct topic_edit *edit, const struct topic_saved *saved);

/* /admin/help?task=NAME. NULL or unknown: the contents. */
void view_help(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const char *task);

/* An error inside the shell, for someone signed in. */
void view_admin_error(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                      int code, const char *title, const char *advice);

enum login_fault {
    LOGIN_FINE,
    LOGIN_WRONG,     /* address or password: never says which (S8) */
    LOGIN_THROTTLED, /* wait_s says how long */
    LOGIN_ENDED,     /* the session is over; sign in again */
    LOGIN_LEFT,      /* signed out */
    LOGIN_WELCOME,   /* invited, and the password is set */
    LOGIN_AGAIN,     /* the second step is over: from the beginning */
    LOGIN_FAULT_COUNT
};

/* /admin/login. email: as typed, or NULL; next: where to go after, a path of ours, or NULL. */
void view_login(struct buf *out, const char *email, const char *next, enum login_fault fault,
                int64_t wait_s);

#endif
