/*
 * view/admin_model: what the templates of the admins' pages are filled from. Made by view/admin,
 * view/people, view/person and view/topics only.
 */
#ifndef ASSENT_VIEW_ADMIN_MODEL_H
#define ASSENT_VIEW_ADMIN_MODEL_H

#include "service/pause.h"
#include "view/admin.h"
#include "view/film.h"

struct admin_frame {
    struct admin_shell shell;
    const char *title;
    bool on_overview, on_people, on_activity, on_topics, on_outbox, on_import, on_requests,
        on_link_keys, on_approvals, on_hooks, on_api_keys, on_api, on_team, on_settings, on_help,
        on_account;
    const char *undo_url; /* where the notice's Undo posts to; NULL: none */
    struct position undoes;
};

struct option {
    const char *value, *label;
    bool is_selected;
};

struct sort_link {
    const char *label, *url;
    const char *aria; /* "ascending", "descending" or "none" */
};

struct letter_link {
    const char *label, *url;
    bool is_current;
};

struct drop_link { /* one filter, and the view without it */
    const char *label, *url;
};

struct people_view {
    struct admin_frame frame;
    struct people_list list;
    int subscribed_percent, opted_in_percent, everyone_percent;
    struct option statuses[3], subscriptions[3], types[TYPE_COUNT + 1];
    size_t statuses_count, subscriptions_count, types_count;
    const char *sort, *dir; /* for the form; "" with the default */
    struct sort_link by_name, by_email, by_updated, by_type, by_status;
    struct letter_link *letters; /* to jump to */
    size_t letters_count;
    struct drop_link drops[4];
    size_t drops_count;
    bool is_filtered;
    const char *previous_url, *next_url, *export_url;
};

struct choice_box {
    const char *key, *name, *description;
    bool is_on, is_retired;
    bool offers_frequency;
    enum frequency frequency;
};

struct person_view {
    struct admin_frame frame;
    struct person_page page;
    bool is_new;
    const char *heading;
    /* The form's values: as stored, or as typed where it was refused. */
    const char *email, *name, *language, *consent;
    struct option types[TYPE_COUNT];
    size_t types_count;
    struct option languages[LOCALE_COUNT + 2]; /* not known, ours, and another tag if it has one */
    size_t languages_count;
    const char *language_words; /* "Deutsch (de)", of the stored one; "" where not known */
    bool is_in;
    struct choice_box *boxes;
    size_t boxes_count;
    struct option pauses[PAUSE_LENGTHS + 2];
    size_t pauses_count;
    bool can_hand_out;  /* their data, and erase them */
    bool needs_consent; /* they are opted out: opting in needs its reason */
    bool opens_details; /* a fault is in there */
    /* What is wrong: one of these, the others NULL. */
    const char *email_fault, *name_fault, *type_fault, *language_fault, *consent_fault;
    const char *pause_fault;
    const char *fault;
    const char *fault_field; /* id of the field that fault speaks of, or NULL */
    const char *const *changed;
    size_t changed_count;
    bool is_stale;               /* changed meanwhile */
    struct history_line *latest; /* 0 or 1 of page.history */
    size_t latest_count;
};

struct person_rights_view { /* their data handed out, or they erased, for who wrote in */
    struct admin_frame frame;
    const char *heading, *id, *email;
    bool is_erasing, is_done;
    const char *reason;              /* as typed where it was refused */
    const char *fault, *fault_field; /* NULL: none */
    bool lacks_reason, lacks_word;
};

struct topic_words_row { /* one language of one topic's form */
    const char *tag, *language, *name, *description;
    const char *usual_name, *usual_description; /* what is said while those are blank */
};

struct topic_row {
    struct topic_line topic;
    bool is_first, is_last, is_open;
    const char *name, *description; /* the form's: as typed where it was refused */
    bool offers_frequency, double_opt_in, on_join;
    struct topic_words_row words[LOCALE_COUNT];
    size_t words_count;
    bool opens_words;
    const char *languages; /* "de, fr": in which it has words of their own; or "" */
    const char *fault, *words_fault;
    const char *csrf;
};

struct topics_view {
    struct admin_frame frame;
    struct topic_row *rows, *retired;
    size_t rows_count, retired_count;
    struct topic_line asked; /* the retirement to confirm */
    bool asks;
    const char *new_name, *new_description, *new_fault;
    bool new_offers_frequency, new_double_opt_in, new_on_join;
    bool opens_new, can_add;
};

struct help_view {
    struct admin_frame frame;
    struct film film;
};

struct admin_error_view {
    struct admin_frame frame;
    int code;
    const char *advice;
};

struct login_view {
    const char *email, *next;
    enum login_fault fault;
    int64_t wait_s;
};

/* The frame of a page: title for the window; item: a letter for its place in the navigation, see
 * admin.c; 0: none. */
struct admin_frame admin_frame_of(const struct admin_shell *shell, const char *title, char item);

#endif
