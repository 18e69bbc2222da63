/*
 * service/hook_message: what a delivery says: its JSON body and its signed header fields, after
 * Standard Webhooks (REQUIREMENTS W1 to W3).
 *
 * The body follows from the ledger alone, so that each try sends the same bytes and none need be
 * kept: an address is given as it was at that entry, whatever it is now. Only where a person was
 * erased meanwhile is it left out.
 */
#ifndef ASSENT_SERVICE_HOOK_MESSAGE_H
#define ASSENT_SERVICE_HOOK_MESSAGE_H

#include "service/service.h"
#include "store/hook_deliveries.h"
#include "store/hooks.h"

/* "msg_", 32 hex digits, NUL: the webhook-id. */
#define HOOK_MESSAGE_ID_TEXT_BYTES 37
void hook_message_id_text(const uint8_t id[HOOK_MESSAGE_ID_BYTES],
                          char out[HOOK_MESSAGE_ID_TEXT_BYTES]);

#define HOOK_MESSAGE_HEADERS 4

struct hook_message {
    const char *headers[HOOK_MESSAGE_HEADERS + 1]; /* "name: value", then NULL */
    const char *body;
    size_t len;
};

/* The body of delivery: {"type", "timestamp", "data"}. STATUS_CORRUPT: it tells of an entry that
 * is not there. */
enum status hook_message_body(const struct service *service, struct arena *arena,
                              const struct hook_delivery *delivery, const char **body,
                              size_t *len) MUST_CHECK;

/* Body and header fields, signed for a try at now_s: with the hook's secret, and with the one
 * before it for as long as that signs too. */
enum status hook_message_make(const struct service *service, struct arena *arena,
                              const struct hook *hook, const struct hook_delivery *delivery,
                              int64_t now_s, struct hook_message *out) MUST_CHECK;

#endif
