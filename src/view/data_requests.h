/*
 * view/data_requests: Communications → Requests: what people asked for by letter, phone or mail, by
 * deadline, and one of them. The conventions are view/admin.h's.
 */
#ifndef ASSENT_VIEW_DATA_REQUESTS_H
#define ASSENT_VIEW_DATA_REQUESTS_H

#include "service/data_requests.h"
#include "view/admin.h"

struct data_requests_show {
    int64_t now_s;
    bool can_change;                      /* else what is there is shown, and nothing that acts */
    bool is_closed;                       /* the list of closed ones */
    bool is_first;                        /* the list's first page */
    const struct data_request_edit *edit; /* after a form that was refused; else NULL: */
    const struct data_request_saved *saved;
    bool can_undo; /* one request: the notice offers to take its end or extension back */
};

/* /admin/requests. */
void view_data_requests(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                        const struct data_request_list *list,
                        const struct data_requests_show *show);

/* /admin/requests/ID. */
void view_data_request(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                       const struct data_request_line *line, const struct data_requests_show *show);

#endif
