/*
 * service/fresh_link: somebody asks for a new manage link, by mail.
 *
 * Whether an address is anybody's is looked at when the letter is sent, never here: the same is
 * written, in the same time, whoever asks for whom (REQUIREMENTS S8).
 */
#ifndef ASSENT_SERVICE_FRESH_LINK_H
#define ASSENT_SERVICE_FRESH_LINK_H

#include "base/email.h"
#include "service/service.h"

struct fresh_link_request {
    struct email email;        /* as typed; or that of contact */
    struct contact_id contact; /* whom an old link was made for; 0: only an address is known */
    const char *address;       /* of the client */
};

/* Puts one letter into the outbox, unless the quota of the mailbox or the network is used up; tells
 * neither. */
enum status fresh_link_ask(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct fresh_link_request *request, int64_t now_s) MUST_CHECK;

#endif
