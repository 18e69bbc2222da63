/*
 * service/join: the sign-up form: what it offers, and what sending it in begins.
 *
 * The form may stand on any site; nobody is known who sends it, and nothing about an address is
 * told to them. What it begins is confirmed by mail (service/confirm), but for topics that ask for
 * no confirmation and people whom nobody has on the list.
 */
#ifndef ASSENT_SERVICE_JOIN_H
#define ASSENT_SERVICE_JOIN_H

#include "base/email.h"
#include "base/locale.h"
#include "service/selfservice.h"

/* A field that people don't see and programs fill in. */
#define JOIN_TRAP_FIELD "homepage"

/* What somebody filled in, and what is wrong with it. */
struct join_typed {
    const char *name, *email; /* "" at first */
    uint64_t choices;
    enum locale language; /* of the mails to come */
    enum email_fault email_fault;
    bool has_no_topic, name_is_too_long;
};

struct join_page {
    enum locale lang;
    struct brand brand;
    bool is_open; /* false: by the setting, or there is no topic to offer */
    struct join_typed typed;
    struct choice *topics; /* in use and offered, by rank; is_on: ticked */
    size_t topics_count;
    int32_t wording_set;  /* of the texts on it; 0: not known */
    const char *form_url; /* absolute: for a form on another site */
};

/* typed NULL: the empty form. */
enum status join_look(const struct service *service, struct arena *arena, enum locale lang,
                      const struct join_typed *typed, struct join_page *out) MUST_CHECK;

/* Reads a form as typed. choices: the boxes, by form_topics. False: something is wrong, out says
 * what; topics that are not offered any more count as not ticked. */
enum status join_read(const struct service *service, struct arena *arena, const char *name,
                      const char *email, uint64_t choices, enum locale language,
                      struct join_typed *out, struct email *address, bool *is_right) MUST_CHECK;

struct join_request {
    struct email email;
    const char *name;
    uint64_t choices;
    enum locale language;
    int32_t wording;             /* that the form says its page showed; 0: nothing */
    bool is_trapped;             /* the field that people don't see was filled in */
    const char *address, *agent; /* of the client */
};

/* Begins what was asked for, or quietly nothing: the quota is used up, the mailbox's owner said
 * lately that they did not ask, or it was a program. */
enum status join_ask(const struct service *service, struct txn *txn, struct arena *arena,
                     const struct join_request *request, int64_t now_s) MUST_CHECK;

#endif
