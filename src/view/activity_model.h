/*
 * view/activity_model: what the templates of view/activity are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_ACTIVITY_MODEL_H
#define ASSENT_VIEW_ACTIVITY_MODEL_H

#include "view/activity.h"
#include "view/admin_model.h"
#include "view/asof_model.h"

struct activity_row {
    const char *position; /* as a number */
    int64_t at;
    const char *what, *who, *proof, *note, *campaign;
    const char *person;       /* name or address; NULL: about nobody */
    const char *person_email; /* "" where it is what person says */
    const char *person_url;   /* all activity of this person */
};

struct activity_choice { /* one of several people */
    const char *name, *email, *url;
};

#define ACTIVITY_DROPS_MAX 7

struct activity_view {
    struct admin_frame frame;
    struct activity_typed typed;
    struct option kinds[GROUP_COUNT + 2], ways[ACTOR_COUNT + 2];
    size_t kinds_count, ways_count;
    struct option *admins, *keys, *topics;
    size_t admins_count, keys_count, topics_count;
    const char *fault; /* NULL: none */
    bool actor_is_bad, kind_is_bad, topic_is_bad, from_is_bad, to_is_bad, search_is_bad;
    /* With a person: */
    const char *person, *person_email, *person_url, *everyone_url;
    bool person_is_gone;
    struct activity_choice *choices;
    size_t choices_count;
    bool has_more_choices;
    struct activity_row *rows;
    size_t rows_count;
    bool is_filtered, is_new, is_cut, is_listed;
    int64_t looked_at;
    struct drop_link drops[ACTIVITY_DROPS_MAX];
    size_t drops_count;
    const char *older_url, *newer_url, *further_url, *csv_url, *json_url; /* NULL: none */
    struct asof_form asof;
};

struct activity_fact {
    const char *label, *before, *after;
    bool has_moved;
};

struct activity_raw {
    const char *label, *value, *url; /* url NULL: no link */
    bool is_code;
};

struct activity_entry_view {
    struct admin_frame frame;
    const char *position, *group, *what;
    int64_t at;
    const char *at_text; /* RFC 3339 */
    const char *person, *person_email, *person_url, *manage_url, *all_url;
    bool person_is_gone;
    struct activity_fact facts[5];
    size_t facts_count;
    struct activity_raw who[16];
    size_t who_count;
    const char *note, *campaign, *reason;
    const char *blanked; /* which private words are gone; NULL: none */
    struct activity_raw links[7];
    size_t links_count;
    const char *hash, *hash_before, *private_hash;
    const char *older_url, *newer_url;  /* in the ledger */
    const char *json_url, *receipt_url; /* receipt_url NULL: there is none of such an entry */
};

#endif
