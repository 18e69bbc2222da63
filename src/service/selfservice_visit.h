/*
 * service/selfservice_visit: what the parts of service/selfservice have in common. For
 * selfservice.c and selfservice_show.c alone.
 */
#ifndef ASSENT_SERVICE_SELFSERVICE_VISIT_H
#define ASSENT_SERVICE_SELFSERVICE_VISIT_H

#include "service/selfservice.h"

/* One request on its way: who, by which link, and what came of it. */
struct visit {
    const struct service *service; /* its store is the transaction's, where there is one */
    struct txn *txn;
    struct arena *arena;
    const struct link_opened *link;
    const struct self_request *request;
    struct origin origin;
    struct contact contact; /* as it stands now */
    struct self_page page;
    uint64_t went_on, went_off;      /* to be named on the page */
    uint64_t often[FREQUENCY_COUNT]; /* what is wanted so often by what was just done */
};

/* Whether the link tells whose it is. */
bool selfservice_is_known(enum link_state state);

bool selfservice_is_manage(const struct link_opened *link);

/* Fills the page from the contact as it stands. */
enum status selfservice_show(struct visit *visit) MUST_CHECK;

#endif
