/*
 * view/outbox_model: what the templates of view/outbox are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_OUTBOX_MODEL_H
#define ASSENT_VIEW_OUTBOX_MODEL_H

#include "view/admin_model.h"
#include "view/outbox.h"

struct mail_row {
    const char *id_text, *address, *kind, *subject, *fault;
    const char *when; /* it is due, or ended */
    int tries;
    int64_t at_s; /* the same */
    bool shows_tries, waits, is_sent, is_dead, can_try, can_hasten;
    const char *csrf, *back; /* of the form */
};

struct outbox_card {
    const char *label, *about, *url, *count;
    bool is_current;
};

struct outbox_view {
    struct admin_frame frame;
    struct outbox_list list;
    struct outbox_card cards[3];
    size_t cards_count;
    struct option states[4];
    size_t states_count;
    struct mail_row *rows;
    size_t rows_count;
    const char *back; /* the state, for the way back after an act */
    const char *empty, *empty_about;
    bool is_new; /* no mail was ever asked for */
    bool is_filtered;
    bool can_try_all;
    const char *previous_url, *next_url;
};

struct mail_link {
    const char *label, *path;
};

struct mail_view {
    struct admin_frame frame;
    struct mail_row row;
    const char *path, *heading, *person_url, *message_id, *server_words;
    int64_t asked_at;
    const char *source; /* where the words come from, or why there are none */
    const char *head, *text, *html_url, *eml_url;
    struct mail_link links[8];
    size_t links_count;
    bool can_discard;
};

#endif
