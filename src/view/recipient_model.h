/*
 * view/recipient_model: what the templates of recipients' pages, and of errors, are filled from.
 * Made by view/recipient, view/requests and view/error only.
 */
#ifndef ASSENT_VIEW_RECIPIENT_MODEL_H
#define ASSENT_VIEW_RECIPIENT_MODEL_H

#include "service/confirm.h"
#include "service/join.h"
#include "service/receipt.h"
#include "service/receipt_check.h"
#include "service/rights.h"
#include "service/selfservice.h"
#include "view/requests.h"

struct sheet_lang { /* a link to the same page in another language */
    const char *tag, *name;
    const char *and_rest; /* "&c=…", "&entry=17": what else the page's address asks for */
    bool is_here;
};

/* From view/sheet. */
struct sheet_frame {
    enum locale lang;
    const char *tag;          /* of lang */
    const char *lang_name;    /* in its own words */
    const char *query;        /* "?lang=de" behind the addresses of links, or "" */
    const char *and_query;    /* the same behind another question: "&lang=de", or "" */
    const char *and_campaign; /* "&c=…" behind "?lang=de", or "" */
    const char *title;
    bool is_rtl;
    struct brand brand;
    int logo_width, logo_height; /* as shown */
    bool has_privacy;            /* privacy_url is one that a link may lead to */
    bool is_home, is_how;
    struct sheet_lang langs[LOCALE_COUNT];
    size_t langs_count;
};

/* Which texts the page of a form shows, for the entry of what is sent with it. */
struct wording_field {
    int32_t seen; /* base/wording */
};

struct sheet_notice {
    enum locale lang;
    struct wording_field wording;
    const char *text; /* NULL: none */
    bool is_warning;
    struct position undoes;  /* 0: no Undo */
    const char *receipt_url; /* NULL: no receipt */
};

struct reason_option {
    const char *key, *words;
};

struct fresh_form { /* asks for a fresh manage link */
    enum locale lang;
    const char *query;
    const char *typed;
    bool is_wrong;
};

struct recipient_view {
    enum locale lang;
    struct sheet_frame frame;
    struct sheet_notice notice;
    struct wording_field wording;
    struct self_page self;
    struct reason_option reasons[LEAVE_OFFERED_COUNT];
    size_t reasons_count;
    bool can_manage; /* the link at hand opens the preferences */
    bool can_stop;   /* it can't, but may stop everything */
    bool is_paused, can_pause;
    bool can_keep; /* mails to them come in another language than the page */
    bool is_pause_refused, is_address_refused;
    bool opens_until,
        opens_address; /* their fields are there: a text field delays the first paint */
    struct fresh_form fresh;
    const char *check_url; /* of /how: where a receipt is checked */
};

struct asked_view {
    enum locale lang;
    struct sheet_frame frame;
    enum asked asked;
    const char *email;
};

struct language_option {
    const char *tag, *name;
    bool is_chosen;
};

struct join_view {
    enum locale lang;
    struct sheet_frame frame;
    struct wording_field wording;
    struct join_page page;
    bool is_email_wrong, is_name_wrong, is_topic_wrong;
    struct language_option languages[LOCALE_COUNT];
    size_t languages_count;
};

struct confirm_view {
    enum locale lang;
    struct sheet_frame frame;
    struct wording_field wording;
    struct confirm_page page;
    const char *notice; /* NULL: none */
    bool is_warning, has_undo;
    bool offers_join;
};

struct past_row {
    int64_t at;
    const char **what; /* phrases, a line each */
    size_t what_count;
    const char *who;
    const char *receipt_url; /* NULL: there is none */
    const char *seen_url;    /* what stood on the page; NULL: not kept, or nobody read one */
};

struct past_year {
    enum locale lang;
    const char *year, *id;
    struct past_row *rows;
    size_t rows_count;
};

struct past_view {
    enum locale lang;
    struct sheet_frame frame;
    struct past_page page;
    struct past_year *years; /* newest first */
    size_t years_count;
    const char *older_url, *newest_url; /* NULL: none */
};

struct purpose_row {
    const char *name;
    const char *state; /* "agreed", "withdrawn", with how often */
};

struct receipt_view {
    enum locale lang;
    struct sheet_frame frame;
    struct receipt receipt;
    struct past_row row;
    struct purpose_row *purposes;
    size_t purposes_count;
    const char *file_url, *back_url;
    const char *seen_url; /* what stood on its page; NULL: not kept, or nobody read one */
    const char *check_url;
    bool is_unsubscribe;
    bool is_admin; /* who hands it out, on the dashboard */
};

struct receipt_check_view {
    enum locale lang;
    struct sheet_frame frame;
    const char *fault; /* NULL: nothing was handed in, or it is valid */
    const char *typed; /* what was pasted and is not valid; "" */
    bool is_valid;
    struct receipt_said said; /* with is_valid */
    const char *what, *who;   /* what "": its purposes say all */
    struct position position;
    struct purpose_row *purposes;
    size_t purposes_count;
};

struct rights_view {
    enum locale lang;
    struct sheet_frame frame;
    struct rights_page page;
};

struct error_view {
    enum locale lang;
    struct sheet_frame frame;
    int code;
    const char *advice;
    const char *back_url, *back_label;
};

#endif
