/*
 * view/asof_model: what the templates of view/asof are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_ASOF_MODEL_H
#define ASSENT_VIEW_ASOF_MODEL_H

#include "view/admin_model.h"
#include "view/asof.h"

struct asof_form {
    const char *csrf;
    const char *person; /* whom it is asked of, by id; NULL: by address */
    const char *email, *at;
    struct option *topics;
    size_t topics_count;
    const char *email_fault, *topic_fault, *at_fault; /* NULL: none */
};

struct asof_view {
    struct admin_frame frame;
    struct asof_form form;
    const char *email; /* of the person whom it is asked of; NULL: by address */
    const char *gone;  /* that person is not there; NULL: they are */
    bool is_answered, is_yes, is_lost;
    struct as_of_told told;
    const char *key, *heading;
    const char *decided, *since, *until, *position; /* entries as numbers; NULL: none */
    const char *often;                              /* NULL: the topic did not offer it */
    const char *person_url;                         /* NULL: nobody of today's list */
};

/* The form, with the faults of page, which may be NULL: nothing was asked. */
struct asof_form view_asof_form(struct arena *arena, const char *csrf, const struct topic *topics,
                                size_t count, const struct as_of_typed *typed,
                                const struct as_of_page *page);

#endif
