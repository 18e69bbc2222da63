/*
 * service/as_of_page: what the page that asks service/as_of_told needs: the form's fields read, the
 * topics to choose from, the answer.
 */
#ifndef ASSENT_SERVICE_AS_OF_PAGE_H
#define ASSENT_SERVICE_AS_OF_PAGE_H

#include "service/as_of_told.h"

/* As typed; "" or NULL: not. at also as a form's own field has it, "2026-01-31T12:00". */
struct as_of_typed {
    const char *email, *person, *topic, *at;
    bool is_sent; /* the form was, whatever stands in it */
};

struct as_of_page {
    struct topic *topics; /* by rank, retired ones last */
    size_t topics_count;
    const char *email; /* of the person that typed names, as of today; NULL: it names none */
    bool is_asked;     /* else nothing but a person was named */
    enum as_of_fault fault;
    struct as_of_told told; /* asked, and no fault */
    bool is_theirs;         /* asked by address, and of told.person the answer is the same: a link
                               that names them by id tells it again */
};

enum status as_of_page_read(const struct service *service, struct arena *arena,
                            const struct as_of_typed *typed, int64_t now_s,
                            struct as_of_page *out) MUST_CHECK;

#endif
