/*
 * service/contact_list: the people page by page, for programs that walk through many. The order and
 * the filters are the directory's, as on the dashboard.
 */
#ifndef ASSENT_SERVICE_CONTACT_LIST_H
#define ASSENT_SERVICE_CONTACT_LIST_H

#include "service/contacts.h"
#include "service/people.h"

#define CONTACT_LIST_MAX 1000

struct contact_query {
    struct people_query people; /* cursor: "" or what an earlier page gave; first is not read */
    const char *topic;          /* key: only who has it on, opted in; NULL: whoever */
    int limit;                  /* 1 to CONTACT_LIST_MAX */
};

struct contact_list {
    struct contact_state *rows; /* all with the same topics; without tags */
    size_t count;               /* a page may have fewer than limit, or none, before the end */
    const char *next;           /* NULL: this was the last page */
    struct position position;   /* of the ledger, at which this page holds */
};

enum contact_list_fault { CONTACT_LIST_FINE, CONTACT_LIST_NO_TOPIC, CONTACT_LIST_BAD_CURSOR };

/* A fault is STATUS_OK, and *out is not set. STATUS_BUSY: interrupted. */
enum status contact_list_read(const struct service *service, struct arena *arena,
                              const struct contact_query *query, int64_t now_s,
                              enum contact_list_fault *fault, struct contact_list *out) MUST_CHECK;

#endif
