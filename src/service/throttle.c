/*
 * service/throttle: see the header.
 */
#include "service/throttle.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

static const uint8_t v4_in_v6[12] = {[10] = 0xff, [11] = 0xff};

void throttle_network(const char *address, char out[THROTTLE_NETWORK_BYTES])
{
    uint8_t v4[4], v6[16];

    if (address == NULL)
        address = "";
    bool is_v4 = inet_pton(AF_INET, address, v4) == 1;
    if (!is_v4 && inet_pton(AF_INET6, address, v6) == 1) {
        if (memcmp(v6, v4_in_v6, sizeof v4_in_v6) != 0) {
            snprintf(out, THROTTLE_NETWORK_BYTES, "6:%02x%02x%02x%02x%02x%02x%02x%02x", v6[0],
                     v6[1], v6[2], v6[3], v6[4], v6[5], v6[6], v6[7]);
            return;
        }
        memcpy(v4, v6 + sizeof v4_in_v6, sizeof v4);
        is_v4 = true;
    }
    if (is_v4)
        snprintf(out, THROTTLE_NETWORK_BYTES, "4:%02x%02x%02x", v4[0], v4[1], v4[2]);
    else
        snprintf(out, THROTTLE_NETWORK_BYTES, "?:%s", address);
}

void throttle_bucket(const struct service *service, const char *email_key, const char *address_text,
                     uint8_t out[THROTTLE_BUCKET_BYTES])
{
    char network[THROTTLE_NETWORK_BYTES];
    char text[THROTTLE_NETWORK_BYTES + EMAIL_MAX_BYTES * 4];

    throttle_network(address_text, network);
    snprintf(text, sizeof text, "%s %s", network, email_key);
    secrets_bucket_hash(service->secrets, text, out);
}

int64_t throttle_wait_s(const struct throttle *throttle, int64_t now_s)
{
    int64_t wait_s = 1;

    if (throttle->failures <= THROTTLE_FREE || now_s - throttle->last_at >= THROTTLE_FORGET_S ||
        throttle->last_at - now_s > THROTTLE_FORGET_S) /* a wrong clock's: nobody waits for years */
        return 0;
    for (int i = THROTTLE_FREE; i < throttle->failures && wait_s < THROTTLE_MAX_WAIT_S; i++)
        wait_s *= 2;
    if (wait_s > THROTTLE_MAX_WAIT_S)
        wait_s = THROTTLE_MAX_WAIT_S;
    int64_t left_s = throttle->last_at + wait_s - now_s;
    if (left_s > wait_s) /* the clock was set back */
        return wait_s;
    return left_s > 0 ? left_s : 0;
}

enum status throttle_fail(struct txn *txn, const uint8_t bucket[THROTTLE_BUCKET_BYTES],
                          int64_t now_s)
{
    struct throttle throttle;
    enum status status = throttles_get(txn_store(txn), bucket, &throttle);

    if (status != STATUS_OK)
        return status;
    if (now_s - throttle.last_at >= THROTTLE_FORGET_S)
        throttle.failures = 0;
    if (throttle.failures < INT32_MAX)
        throttle.failures++;
    throttle.last_at = now_s;
    return throttles_put(txn, bucket, &throttle);
}
