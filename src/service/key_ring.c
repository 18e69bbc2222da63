/*
 * service/key_ring: see key_ring.h.
 */
#include "service/key_ring.h"

#include <string.h>

#include "base/clock.h"
#include "service/fields.h"

#define DAY_S 86400

int64_t key_counts_used(const struct key_counts *counts)
{
    return counts->opened + counts->acted + counts->refused;
}

static void add(struct key_counts *counts, const struct link_use *use)
{
    counts->opened += use->opened;
    counts->acted += use->acted;
    counts->machine += use->machine;
    counts->refused += use->refused;
}

/* Two workers' counts may be written in another order than they were counted in. */
static void lift(struct key_counts *counts)
{
    int64_t *all[] = {&counts->opened, &counts->acted, &counts->machine, &counts->refused};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (*all[i] < 0)
            *all[i] = 0;
}

static struct link_key_id id_of(const struct link_key *key)
{
    struct link_key_id id;
    memcpy(id.value, key->id, sizeof id.value);
    return id;
}

/* One key's row and its part of the days. uses: room for all that is kept. */
static enum status load_row(const struct service *service, const struct link_key *key,
                            int32_t today, struct link_use *uses, struct key_ring *ring,
                            struct key_row *out)
{
    const struct link_signer *signer = keys_signer(service);
    const int32_t first = today - KEY_RING_DAYS + 1;
    size_t count = 0;
    struct key_row row = {.key = *key};
    if (signer != NULL) {
        const struct link_key_id id = keys_signer_id(signer);
        row.signs_here = memcmp(id.value, key->id, sizeof id.value) == 0;
    }
    enum status status = link_uses_list(service->store, key->id, today - KEY_RING_KEPT_DAYS, uses,
                                        KEY_RING_KEPT_DAYS + 2, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct key_counts day = {0};
        add(&day, &uses[i]);
        lift(&day);
        if (key_counts_used(&day) + day.machine > 0)
            row.used_day_s = (int64_t)uses[i].day * DAY_S;
        if (uses[i].day < first || uses[i].day > today)
            continue;
        add(&row.uses, &uses[i]);
        add(&ring->days[uses[i].day - first], &uses[i]);
    }
    lift(&row.uses);
    if (status == STATUS_OK)
        *out = row;
    return status;
}

enum status key_ring_load(const struct service *service, struct arena *arena, int64_t now_s,
                          struct key_ring *out)
{
    const int32_t today = (int32_t)(now_s / DAY_S);
    struct link_use *uses = arena_array(arena, KEY_RING_KEPT_DAYS + 2, sizeof *uses);
    struct key_ring ring = {.first_day_s = ((int64_t)today - KEY_RING_DAYS + 1) * DAY_S};
    struct link_key *keys = NULL;
    enum status status = link_keys_list(service->store, arena, &keys, &ring.count);
    if (status != STATUS_OK)
        return status;
    ring.rows = arena_array(arena, ring.count + 1, sizeof *ring.rows);
    for (size_t i = 0; i < ring.count && status == STATUS_OK; i++)
        status = load_row(service, &keys[i], today, uses, &ring, &ring.rows[i]);
    for (size_t i = 0; i < KEY_RING_DAYS; i++)
        lift(&ring.days[i]);
    if (status == STATUS_OK)
        *out = ring;
    return status;
}

enum status key_ring_uses(const struct service *service, struct link_key_id id, int64_t now_s,
                          struct key_counts *out)
{
    const int32_t today = (int32_t)(now_s / DAY_S);
    struct link_use uses[KEY_RING_DAYS + 1];
    struct key_counts counts = {0};
    size_t count = 0;
    enum status status = link_uses_list(service->store, id.value, today - KEY_RING_DAYS + 1, uses,
                                        KEY_RING_DAYS + 1, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (uses[i].day <= today)
            add(&counts, &uses[i]);
    lift(&counts);
    if (status == STATUS_OK)
        *out = counts;
    return status;
}

enum status key_ring_count(struct txn *txn, const struct link_use *rows, size_t count,
                           int64_t now_s)
{
    const int32_t oldest = (int32_t)(now_s / DAY_S) - KEY_RING_KEPT_DAYS;
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        status = link_uses_add(txn, &rows[i]);
        if (status == STATUS_OK)
            status = link_uses_trim(txn, rows[i].key, oldest);
    }
    return status;
}

enum status key_ring_sweep(struct txn *txn, struct arena *arena, int64_t now_s)
{
    const int32_t oldest = (int32_t)(now_s / DAY_S) - KEY_RING_KEPT_DAYS;
    struct link_key *keys = NULL;
    size_t count = 0;
    enum status status = link_keys_list(txn_store(txn), arena, &keys, &count);
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        status = link_uses_trim(txn, keys[i].id, oldest);
    return status;
}

/* What rotating and adding ask of the ring. */
static enum status check_ring(struct txn *txn, struct arena *arena, const char *newest,
                              struct link_key **keys, size_t *count, enum key_fault *fault)
{
    char text[LINK_KEY_ID_TEXT_BYTES] = "";
    enum status status = link_keys_list(txn_store(txn), arena, keys, count);
    if (status != STATUS_OK)
        return status;
    if (*count > 0)
        link_key_id_text(id_of(&(*keys)[0]), text);
    *fault = KEY_FINE;
    if (newest != NULL && strcmp(newest, text) != 0)
        *fault = KEY_MEANWHILE;
    else if (*count >= KEY_RING_MAX)
        *fault = KEY_FULL;
    return STATUS_OK;
}

enum status key_ring_rotate(const struct service *service, struct txn *txn, struct arena *arena,
                            const char *newest, const struct origin *origin, struct key_done *out)
{
    struct key_done done = {.owner = KEY_OWNER_OURSELVES};
    struct link_key *keys = NULL;
    size_t count = 0;
    enum status status = check_ring(txn, arena, newest, &keys, &count, &done.fault);
    if (status != STATUS_OK)
        return status;
    if (done.fault == KEY_FINE)
        status = keys_new(service, txn, done.owner, origin, &done.id);
    for (size_t i = 0; i < count && status == STATUS_OK && done.fault == KEY_FINE; i++)
        if (keys[i].state == KEY_SIGNING && keys_is_ours(service, id_of(&keys[i])))
            status = keys_set_state(service, txn, id_of(&keys[i]), KEY_VERIFYING, origin);
    if (status == STATUS_OK)
        *out = done;
    return status;
}

enum key_fault key_fault_of(enum public_key_fault fault)
{
    switch (fault) {
    case PUBLIC_KEY_FINE:
        return KEY_FINE;
    case PUBLIC_KEY_PRIVATE:
        return KEY_PRIVATE;
    case PUBLIC_KEY_OTHER_KIND:
        return KEY_OTHER_KIND;
    case PUBLIC_KEY_NO_POINT:
        return KEY_NO_POINT;
    case PUBLIC_KEY_SMALL_ORDER:
        return KEY_SMALL_ORDER;
    case PUBLIC_KEY_UNREADABLE:
    case PUBLIC_KEY_FAULT_COUNT:
        break;
    }
    return KEY_UNREADABLE;
}

enum status key_ring_add(const struct service *service, struct txn *txn, struct arena *arena,
                         const char *text, const char *owner, const struct origin *origin,
                         struct key_done *out)
{
    uint8_t public_key[LINK_PUBLIC_BYTES];
    struct key_done done = {0};
    struct link_key *keys = NULL;
    size_t count = 0;
    enum status status = check_ring(txn, arena, NULL, &keys, &count, &done.fault);
    if (status != STATUS_OK)
        return status;
    if (done.fault == KEY_FINE &&
        (fields_text(arena, owner, KEY_OWNER_MAX_BYTES, &done.owner) != STATUS_OK ||
         *done.owner == '\0'))
        done.fault = KEY_OWNER_BAD;
    if (done.fault == KEY_FINE)
        done.fault = key_fault_of(public_key_read(text, public_key));
    if (done.fault == KEY_FINE) {
        status = keys_add(service, txn, public_key, done.owner, origin, &done.id);
        if (status == STATUS_CONFLICT) {
            done.fault = KEY_THERE;
            status = STATUS_OK;
        }
    }
    if (status == STATUS_OK)
        *out = done;
    return status;
}

enum status key_ring_revoke(const struct service *service, struct txn *txn, struct arena *arena,
                            struct link_key_id id, const struct origin *origin,
                            struct key_done *out)
{
    struct key_done done = {.id = id};
    struct link_key key;
    enum status status = link_keys_get(txn_store(txn), arena, id.value, &key);
    if (status == STATUS_NOT_FOUND) {
        done.fault = KEY_GONE;
        status = STATUS_OK;
    } else if (status == STATUS_OK && key.state == KEY_REVOKED) {
        done.fault = KEY_ENDED;
    } else if (status == STATUS_OK) {
        done.owner = key.owner;
        status = keys_set_state(service, txn, id, KEY_REVOKED, origin);
    }
    if (status == STATUS_OK)
        *out = done;
    return status;
}
