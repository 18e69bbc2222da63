/*
 * view/link_keys: Setup → Links & keys. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_LINK_KEYS_H
#define ASSENT_VIEW_LINK_KEYS_H

#include "service/key_ring.h"
#include "view/admin.h"

enum link_keys_act {
    LINK_KEYS_LOOK,
    LINK_KEYS_ROTATE,
    LINK_KEYS_ADD,
    LINK_KEYS_REVOKE,
    LINK_KEYS_ACT_COUNT
};

struct link_keys_show {
    int64_t now_s;
    bool can_change; /* else what is there is shown, and nothing that acts */
    bool asks;       /* asks for the confirmation of asked's revocation, if it is there */
    struct link_key_id asked;
    enum link_keys_act did; /* what was done before this page; LOOK: nothing */
    struct link_key_id did_id;
    /* After a form that was refused; else FINE. */
    enum key_fault fault;
    enum link_keys_act faulty;
    const char *owner, *text; /* the form's fields, as typed; NULL: none was sent */
    bool has_no_file;         /* a new key's secret could not be written */
};

/* /admin/keys. */
void view_link_keys(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                    const struct key_ring *ring, const struct link_keys_show *show);

#endif
