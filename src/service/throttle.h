/*
 * service/throttle: how long failed logins make the next one wait (REQUIREMENTS S8).
 *
 * Failures are counted per address and network (IPv4 /24, IPv6 /64) together: who guesses from
 * elsewhere never makes the owner of the account wait, and nobody waits longer than
 * THROTTLE_MAX_WAIT_S. Whether the account exists plays no part.
 */
#ifndef ASSENT_SERVICE_THROTTLE_H
#define ASSENT_SERVICE_THROTTLE_H

#include "service/service.h"
#include "store/admins.h"

#define THROTTLE_FREE       4 /* failures that cost nothing: typing errors */
#define THROTTLE_MAX_WAIT_S 60
#define THROTTLE_FORGET_S   (INT64_C(24) * 3600) /* since the last failure */

#define THROTTLE_BUCKET_BYTES  32
#define THROTTLE_NETWORK_BYTES 48

/* The network that address_text (an IP in text form, or NULL) is in: "4:c00002" for a /24,
 * "6:20010db800000000" for a /64. What is no IP address is itself, cut short. */
void throttle_network(const char *address_text, char out[THROTTLE_NETWORK_BYTES]);

/* Names the bucket of an address and the network that address_text (an IP in text form) is in: a
 * keyed hash, so that what was typed can't be read from the database. */
void throttle_bucket(const struct service *service, const char *email_key, const char *address_text,
                     uint8_t out[THROTTLE_BUCKET_BYTES]);

/* Seconds until the next attempt is let in: 0 for the first THROTTLE_FREE failures, then 2, 4, 8 …
 * after the last one. */
int64_t throttle_wait_s(const struct throttle *throttle, int64_t now_s);

/* Counts one more failure of the bucket. */
enum status throttle_fail(struct txn *txn, const uint8_t bucket[THROTTLE_BUCKET_BYTES],
                          int64_t now_s) MUST_CHECK;

#endif
