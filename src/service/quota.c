/*
 * service/quota: see the header.
 */
#include "service/quota.h"

#include "service/throttle.h"
#include "store/admins.h"

#define HOUR_S INT64_C(3600)
#define DAY_S  (24 * HOUR_S)

struct count {
    uint8_t bucket[THROTTLE_BUCKET_BYTES];
    int max;
    int64_t span_s;
    struct throttle row; /* failures: mails since last_at, when the first of them was asked for */
};

static enum status load(const struct service *service, struct txn *txn, const char *name,
                        int64_t now_s, struct count *count)
{
    secrets_bucket_hash(service->secrets, name, count->bucket);
    enum status status = throttles_get(txn_store(txn), count->bucket, &count->row);
    if (status != STATUS_OK)
        return status;
    const int64_t age_s = now_s - count->row.last_at;
    if (count->row.failures == 0 || age_s < 0 || age_s >= count->span_s)
        count->row = (struct throttle){.last_at = now_s};
    return STATUS_OK;
}

enum status quota_take(const struct service *service, struct txn *txn, struct arena *arena,
                       const char *email_key, const char *address_text, int64_t now_s, bool *out)
{
    enum { COUNTS = 3 };
    struct count counts[COUNTS] = {
        {.max = QUOTA_MAILBOX_HOUR, .span_s = HOUR_S},
        {.max = QUOTA_MAILBOX_DAY, .span_s = DAY_S},
        {.max = QUOTA_NETWORK_HOUR, .span_s = HOUR_S},
    };
    char network[THROTTLE_NETWORK_BYTES];
    throttle_network(address_text, network);
    const char *const names[COUNTS] = {
        arena_printf(arena, "mails an hour to %s", email_key),
        arena_printf(arena, "mails a day to %s", email_key),
        arena_printf(arena, "mails an hour from %s", network),
    };

    bool is_free = true;
    for (size_t i = 0; i < COUNTS; i++) {
        enum status status = load(service, txn, names[i], now_s, &counts[i]);
        if (status != STATUS_OK)
            return status;
        is_free = is_free && counts[i].row.failures < counts[i].max;
    }
    for (size_t i = 0; i < COUNTS; i++) {
        counts[i].row.failures += is_free;
        enum status status = throttles_put(txn, counts[i].bucket, &counts[i].row);
        if (status != STATUS_OK)
            return status;
    }
    *out = is_free;
    return STATUS_OK;
}
