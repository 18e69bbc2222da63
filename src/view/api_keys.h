/*
 * view/api_keys: Setup → API keys. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_API_KEYS_H
#define ASSENT_VIEW_API_KEYS_H

#include "service/api_keys.h"
#include "view/admin.h"

/* The form's fields, as typed. */
struct api_key_typed {
    const char *name, *expires;
    unsigned scopes;
};

struct api_keys_show {
    int64_t now_s;
    bool can_change;     /* else what is there is shown, and nothing that acts */
    int64_t asked;       /* asks for the confirmation of this one's revocation; 0: of none */
    const char *revoked; /* the name of the one that was revoked before this page; NULL: none */
    /* After the form was sent; else NULL. With FINE, made's key is shown: this page alone has it.
     */
    const struct api_key_typed *typed;
    const struct api_key_made *made;
    bool is_gone; /* the one to be revoked was not there */
};

/* /admin/api-keys. keys: newest first. */
void view_api_keys(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                   const struct api_key *keys, size_t count, const struct api_keys_show *show);

#endif
