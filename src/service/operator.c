/*
 * service/operator: what the command looks up for an operator.
 */
#include "service/operator.h"

#include <stdlib.h>
#include <string.h>

#include "store/contacts.h"
#include "store/counters.h"
#include "store/directory.h"
#include "store/entries.h"
#include "store/feedback.h"
#include "store/topics.h"

enum status operator_find(const struct service *service, struct arena *arena, const char *email,
                          struct contact *out, enum email_fault *fault)
{
    struct email parsed;
    enum status status = email_parse(arena, email, strlen(email), &parsed, fault);

    return status == STATUS_OK ? contacts_find_email(service->store, arena, parsed.key, out)
                               : status;
}

enum status operator_topics(const struct service *service, struct arena *arena, struct topic **out,
                            size_t *count)
{
    return topics_list(service->store, arena, out, count);
}

enum status operator_history(const struct service *service, struct arena *arena,
                             const struct contact *contact, int limit, struct entry **out,
                             size_t *count)
{
    return entries_history(service->store, arena, contact->head, limit, out, count);
}

static enum status count_types(const struct service *service, int64_t by_type[TYPE_COUNT])
{
    int64_t facets[FACET_COUNT];
    enum status status = counters_facets(service->store, facets);
    for (int facet = 0; facet < FACET_COUNT && status == STATUS_OK; facet++)
        by_type[FACET_TYPE(facet)] += facets[facet];
    return status;
}

enum status operator_count(const struct service *service, struct arena *arena, int64_t now_s,
                           struct operator_stats *out)
{
    struct operator_stats stats = {0};
    struct directory_counts counts;
    enum status status = store_snapshot_begin(service->store);

    if (status != STATUS_OK)
        return status;
    status = directory_count(service->store, now_s, &counts);
    if (status == STATUS_OK)
        status = count_types(service, stats.by_type);
    if (status == STATUS_OK)
        status = feedback_counts(service->store, &stats.bounces, &stats.complaints);
    store_snapshot_end(service->store);
    if (status != STATUS_OK)
        return status;
    stats.total = counts.total;
    stats.subscribed = counts.subscribed;
    stats.opted_in = counts.opted_in;
    memcpy(stats.by_topic, counts.by_topic, sizeof stats.by_topic);
    stats.position = counts.position;
    *out = stats;
    return STATUS_OK;
}

enum status operator_admins(const struct service *service, struct arena *arena, struct admin **out,
                            size_t *count)
{
    struct admin *all;
    size_t found, kept = 0;
    enum status status = admins_list(service->store, arena, &all, &found);

    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < found; i++)
        if (!all[i].removed_at)
            all[kept++] = all[i];
    *out = all;
    *count = kept;
    return STATUS_OK;
}

enum status operator_hash_password(const char *password, char out[PASSWORD_HASH_BYTES],
                                   const char **fault)
{
    enum password_fault found = password_check(password);

    if (found != PASSWORD_FINE) {
        *fault = password_fault_words(found);
        return STATUS_INVALID;
    }
    return password_hash(password, out);
}

void operator_make_password(char out[PASSWORD_GENERATED_BYTES])
{
    password_generate(out);
}

bool operator_read_public_key(const char *text, uint8_t out[LINK_PUBLIC_BYTES])
{
    char url[44];
    size_t len = strlen(text);

    while (len > 0 && text[len - 1] == '=' && len > 43)
        len--;
    if (len != 43)
        return false;
    for (size_t i = 0; i < len; i++)
        url[i] = (char)(text[i] == '+' ? '-' : text[i] == '/' ? '_' : text[i]);
    url[len] = '\0';
    return crypto_base64url_decode(url, len, out, LINK_PUBLIC_BYTES);
}
