/*
 * service/operator: what the command looks up for an operator: a person by address, topics, the
 * ledger's own lines, counts, keys, admins. It changes nothing; changes to people are
 * service/people and service/change, settings service/settings.
 */
#ifndef ASSENT_SERVICE_OPERATOR_H
#define ASSENT_SERVICE_OPERATOR_H

#include "base/email.h"
#include "crypto/password.h"
#include "service/service.h"
#include "store/admins.h"

/* The person of an address as typed. STATUS_INVALID: no address, *fault says why.
 * STATUS_NOT_FOUND: nobody's. */
enum status operator_find(const struct service *service, struct arena *arena, const char *email,
                          struct contact *out, enum email_fault *fault) MUST_CHECK;

/* All topics by rank, retired ones last. */
enum status operator_topics(const struct service *service, struct arena *arena, struct topic **out,
                            size_t *count) MUST_CHECK;

/* A person's entries from newest on, at most limit. */
enum status operator_history(const struct service *service, struct arena *arena,
                             const struct contact *contact, int limit, struct entry **out,
                             size_t *count) MUST_CHECK;

struct operator_stats {
    int64_t total, subscribed, opted_in;
    int64_t by_type[TYPE_COUNT];
    int64_t by_topic[TOPIC_MAX + 1];
    int64_t bounces, complaints; /* that mailers ever reported */
    struct position position;    /* of the ledger, at which the numbers hold */
};
enum status operator_count(const struct service *service, struct arena *arena, int64_t now_s,
                           struct operator_stats *out) MUST_CHECK;

enum status operator_admins(const struct service *service, struct arena *arena, struct admin **out,
                            size_t *count) MUST_CHECK; /* those who may log in */

/* A password's hash, for service/auth. STATUS_INVALID: the password breaks a rule, *fault says
 * which. Takes about 100 ms: before the transaction, not in it. REQUIREMENTS S1. */
enum status operator_hash_password(const char *password, char out[PASSWORD_HASH_BYTES],
                                   const char **fault) MUST_CHECK;

/* A new password of at least 80 random bits. */
void operator_make_password(char out[PASSWORD_GENERATED_BYTES]);

/* An Ed25519 public key as base64 or base64url, padded or not. False: it is not 32 bytes of it. */
bool operator_read_public_key(const char *text, uint8_t out[LINK_PUBLIC_BYTES]);

#endif
