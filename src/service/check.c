/*
 * service/check: see check.h.
 */
#include "service/check.h"

#include <string.h>

#include "base/email.h"
#include "store/topics.h"

static enum status find_topic(const struct service *service, struct arena *arena, const char *key,
                              struct topic *out)
{
    struct topic *topics;
    size_t count;
    enum status status = topics_list(service->store, arena, &topics, &count);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < count; i++)
        if (strcmp(topics[i].key, key) == 0) {
            *out = topics[i];
            return STATUS_OK;
        }
    return STATUS_NOT_FOUND;
}

enum status check_begin(const struct service *service, struct arena *arena, const char *topic,
                        int64_t now_s, struct check *out)
{
    struct check check = {.service = service};
    enum status status = store_snapshot_begin(service->store);
    if (status != STATUS_OK)
        return status;
    status = store_position(service->store, &check.position);
    if (status == STATUS_OK)
        status = find_topic(service, arena, topic, &check.topic);
    if (status == STATUS_OK)
        status = verdict_frame_read(service, check.topic.id, now_s, &check.frame);
    if (status != STATUS_OK) {
        store_snapshot_end(service->store);
        return status;
    }
    check.scratch = arena_new();
    *out = check;
    return STATUS_OK;
}

enum status check_one(struct check *check, const char *text, size_t len, enum verdict *verdict,
                      struct verdict_advice *advice)
{
    struct email email;
    *verdict = VERDICT_UNKNOWN;
    arena_reset(check->scratch);
    enum status status = email_parse(check->scratch, text, len, &email, NULL);
    if (status != STATUS_OK)
        return status;
    return verdict_decide(check->service, check->scratch, &check->frame, email.key, verdict,
                          advice);
}

void check_end(struct check *check)
{
    arena_free(check->scratch);
    store_snapshot_end(check->service->store);
}
