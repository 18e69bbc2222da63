/*
 * service/fresh_link: somebody asks for a new manage link, by mail.
 *
 * Whether an address is anybody's is looked at when the letter is sent, never here: the same is
 * written, in the same time, whoever asks for whom (REQUIREMENTS S8).
 */
#ifndef ASSENT_SERVICE_FRESH_LINK_H
#define ASSENT_SERVICE_FRESH_LINK_H

#include "base/email.h"
#include "base/locale.h"
#include "service/service.h"

/* Puts one letter into the outbox, unless the quota of the mailbox or the network is used up; tells
 * neither. lang: that it was asked in, for who has none on file. address: of the client, or NULL.
 */
enum status fresh_link_ask(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct email *email, enum locale lang, const char *address,
                           int64_t now_s) MUST_CHECK;

/* The same for the person whom an old link was made for. */
enum status fresh_link_ask_for(const struct service *service, struct txn *txn, struct arena *arena,
                               const struct contact *contact, enum locale lang, const char *address,
                               int64_t now_s) MUST_CHECK;

#endif
