/*
 * view/api_keys_model: what the template of view/api_keys is filled from. Made there only.
 */
#ifndef ASSENT_VIEW_API_KEYS_MODEL_H
#define ASSENT_VIEW_API_KEYS_MODEL_H

#include "view/admin_model.h"
#include "view/api_keys.h"

struct api_key_row {
    const char *id_text, *name, *hint, *scopes;
    const char *used;                           /* when last; NULL: never */
    int64_t created_at, expires_at, revoked_at; /* 0: never */
    bool is_in_use, is_expired, can_revoke;
};

struct api_key_scope_box {
    const char *key, *words;
    bool is_on;
};

struct api_keys_view {
    struct admin_frame frame;
    struct api_key_row *rows;
    size_t rows_count;
    struct api_key_row asked; /* the revocation to confirm */
    bool asks, can_change, can_add, opens_new;
    const char *made_name, *made_text; /* the key just made; NULL: none */
    const char *newest;
    /* The form's values, as typed where it was refused. */
    const char *name, *expires;
    struct api_key_scope_box scopes[API_SCOPES_COUNT];
    size_t scopes_count;
    /* What is wrong: one of these, the others NULL. */
    const char *name_fault, *scopes_fault, *expires_fault;
};

#endif
