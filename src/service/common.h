/*
 * service/common: what recipients' pages have in common: brand, topics, the number of the texts,
 * link keys, a few settings. Never anything about a person.
 *
 * Fifteen reads a page, each a transaction, would cost half as much as the link's signature; and
 * what they read changes a few times a year. So a worker keeps it between requests. It can't be
 * stale: common_look asks the database first whether anybody has committed anything since, be it
 * another process, and forgets all of it if so. What is read after that look is at least as new.
 */
#ifndef ASSENT_SERVICE_COMMON_H
#define ASSENT_SERVICE_COMMON_H

#include "base/locale.h"
#include "service/brand.h"
#include "service/service.h"
#include "store/link_keys.h"

struct common_kept;

/* What one request sees. Texts that it gives live in arena. */
struct common {
    const struct service *service;
    struct arena *arena;
    struct common_kept *kept; /* NULL: everything is read from the service's store */
};

/* Lets service keep what it reads, for a thread that serves many requests; setup_close frees it. A
 * copy of service with another store keeps nothing. */
void common_keep(struct service *service);
void common_free(struct common_kept *kept); /* NULL is allowed */

/* Begins: what is then got stood in the database at this moment or later. */
enum status common_look(const struct service *service, struct arena *arena,
                        struct common *out) MUST_CHECK;

/* The same for one who has read from service's store just before: seen is the store's
 * store_data_version_seen after that. What is then got stood in the database at that read or
 * later, and as long as nobody has committed anything the database isn't asked again. */
enum status common_look_after(const struct service *service, struct arena *arena, int64_t seen,
                              struct common *out) MUST_CHECK;

/* What is kept, however old it may be. For who then reads from service's store and asks whether it
 * all still stood at that read, by store_data_version_seen; until it did, none of it may be
 * believed. False: nothing is kept. */
bool common_recall(const struct service *service, struct arena *arena, struct common *out);
bool common_stood_at(const struct common *common, int64_t seen);

enum status common_brand(const struct common *common, struct brand *out) MUST_CHECK;

/* As topics_list has them, with their texts in lang. The rows are the caller's to change. */
enum status common_topics(const struct common *common, enum locale lang, struct topic **out,
                          size_t *count) MUST_CHECK;

/* As wording_now. */
enum status common_wording(const struct common *common, int32_t *out) MUST_CHECK;

/* STATUS_NOT_FOUND: there is none of that id. *out has no owner. */
enum status common_link_key(const struct common *common, const uint8_t id[LINK_KEY_STORE_ID_BYTES],
                            struct link_key *out) MUST_CHECK;

/* SETTING_LINK_LIFE_DAYS and SETTING_SITE_LANGUAGE. */
enum status common_link_life(const struct common *common, int64_t *days) MUST_CHECK;
enum status common_locale(const struct common *common, enum locale *out) MUST_CHECK;

#endif
