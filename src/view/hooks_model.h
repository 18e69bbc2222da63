/*
 * view/hooks_model: what the templates of view/hooks are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_HOOKS_MODEL_H
#define ASSENT_VIEW_HOOKS_MODEL_H

#include "service/hook_kinds.h"
#include "view/admin_model.h"
#include "view/hooks.h"

struct hook_kind_box {
    const char *key, *words;
    bool is_on;
};

/* The fields of a hook, as stored or as typed. */
struct hook_form {
    const char *url, *about;
    /* What is wrong: one of these, the others NULL. */
    const char *url_fault, *about_fault, *kinds_fault, *signing_fault;
    bool is_disabled; /* it is shown, not asked */
    struct hook_kind_box kinds[HOOK_KINDS_COUNT];
    size_t kinds_count;
    struct option signings[3];
    size_t signings_count;
};

struct hook_row {
    int64_t id;
    const char *id_text, *url, *about, *last, *waiting, *lost;
    const char *fault;
    bool is_on, is_failing, is_stopped, is_failed, is_overdue;
};

struct hooks_view {
    struct admin_frame frame;
    struct hook_row *rows;
    size_t rows_count;
    struct hook_form form;
    bool can_change, can_add, opens_new;
};

struct hook_try {
    const char *id_text, *message_id, *type, *result, *next;
    int64_t created_at;
    int tries;
    bool waits, is_delivered, is_lost, can_replay;
    const char *csrf, *path;
};

struct hook_view {
    struct admin_frame frame;
    struct hook_row row;
    struct hook_form form;
    const char *path, *public_key, *older_public_key, *secret, *older_secret, *older_url;
    bool can_change, opens_edit, asks_remove, has_hmac, shows_secret;
    struct hook_try *tries;
    size_t tries_count;
};

#endif
