/*
 * service/check: see check.h.
 */
#include "service/check.h"

#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

#include "base/email.h"
#include "store/directory_map.h"
#include "store/sent_reports.h"
#include "store/topics.h"

#define NO_KEY UINT32_MAX /* offset of what is no address */
#define AHEAD  16
#define ASKED  256 /* looked up in the directory at once */

/* For a directory that another process is bringing forward: that takes less, or so much that the
 * file is quicker. */
#define DIRECTORY_WAIT_MS 250

struct check_item {
    uint64_t prefix[2];     /* the key's first bytes as numbers: tell most keys apart */
    uint32_t offset, index; /* of the key in keys; of the answer */
    uint32_t key_len;
};
static_assert(sizeof(struct check_answer) == 8, "a call's answers stay small");

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
    if (status == STATUS_OK)
        status = verdict_frame_narrow(service, &check.frame);
    if (status != STATUS_OK) {
        store_snapshot_end(service->store);
        return status;
    }
    check.offers_frequency = (check.frame.offering & TOPIC_BIT(check.topic.id)) != 0;
    check.directory = store_directory(service->store);
    /* Frequencies are the file's alone. */
    if (check.offers_frequency ||
        !directory_map_serves(check.directory, service->store, DIRECTORY_WAIT_MS))
        check.directory = NULL;
    if (check.directory != NULL)
        check.fills = directory_map_fills(check.directory);
    check.scratch = arena_new();
    *out = check;
    return STATUS_OK;
}

enum status check_begin_past(const struct service *service, struct arena *arena, const char *topic,
                             int64_t at_s, struct check *out)
{
    struct check check = {.service = service, .is_past = true};
    enum status status = store_snapshot_begin(service->store);
    if (status != STATUS_OK)
        return status;
    status = find_topic(service, arena, topic, &check.topic);
    if (status == STATUS_OK)
        status = as_of_begin(service, arena, check.topic.id, at_s, &check.as_of);
    if (status != STATUS_OK) {
        store_snapshot_end(service->store);
        return status;
    }
    check.position = check.as_of.position;
    for (size_t i = 0; i < check.as_of.topics_count; i++)
        if (check.as_of.topics[i].position.value <= check.position.value)
            check.offers_frequency = check.as_of.topics[i].offers_frequency;
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
    return verdict_decide(check->service, &check->frame, email.key, verdict, advice);
}

static struct check_item *next_item(struct check *check)
{
    if (check->count == check->room) {
        check->room = check->room > 0 ? check->room * 2 : 64;
        check->items = realloc(check->items, check->room * sizeof *check->items);
        if (check->items == NULL)
            abort();
    }
    return &check->items[check->count];
}

void check_put(struct check *check, const char *text, size_t len)
{
    assert(!check_is_full(check));
    struct email email;
    struct check_item *item = next_item(check);
    *item = (struct check_item){.offset = NO_KEY, .index = (uint32_t)check->count++};
    arena_reset(check->scratch);
    if (email_parse(check->scratch, text, len, &email, NULL) != STATUS_OK)
        return;
    size_t key_len = strlen(email.key);
    memcpy(item->prefix, email.key, key_len < sizeof item->prefix ? key_len : sizeof item->prefix);
    item->prefix[0] = be64toh(item->prefix[0]);
    item->prefix[1] = be64toh(item->prefix[1]);
    item->offset = (uint32_t)check->keys.len;
    item->key_len = (uint32_t)key_len;
    buf_add(&check->keys, email.key, key_len + 1);
}

bool check_is_full(const struct check *check)
{
    return check->count >= CHECK_BATCH || check->keys.len >= CHECK_BATCH_BYTES;
}

static int compare(const void *left, const void *right, void *keys)
{
    const struct check_item *a = left, *b = right;
    for (int i = 0; i < 2; i++)
        if (a->prefix[i] != b->prefix[i])
            return a->prefix[i] < b->prefix[i] ? -1 : 1;
    if (a->offset == NO_KEY || b->offset == NO_KEY)
        return (a->offset == NO_KEY) - (b->offset == NO_KEY);
    return strcmp((char *)keys + a->offset, (char *)keys + b->offset);
}

static enum status decide_one(struct check *check, const char *key, struct check_answer *out)
{
    struct verdict_advice advice = {0};
    enum verdict verdict;
    enum status status = verdict_decide(check->service, &check->frame, key, &verdict,
                                        check->offers_frequency ? &advice : NULL);
    if (status == STATUS_OK)
        *out = (struct check_answer){.verdict = verdict,
                                     .frequency = advice.frequency,
                                     .last_sent_at = advice.last_sent_at,
                                     .is_address = 1};
    return status;
}

/* The newest report is the newest of then only where it was made by then. */
static enum status decide_one_past(struct check *check, const char *key, struct check_answer *out,
                                   struct position *decided)
{
    const struct as_of *as_of = &check->as_of;
    struct as_of_answer answer;
    int64_t sent_at = 0;
    arena_reset(check->scratch);
    enum status status = as_of_decide(as_of, check->scratch, key, &answer);
    if (status == STATUS_OK && check->offers_frequency && answer.person.value != 0)
        status = sent_reports_get(check->service->store, answer.person, as_of->topic, &sent_at);
    if (status != STATUS_OK)
        return status;
    *out = (struct check_answer){.verdict = as_of_verdict(answer.why),
                                 .frequency = answer.frequency,
                                 .last_sent_at = sent_at <= as_of->at_s ? sent_at : 0,
                                 .why = answer.why,
                                 .is_past = 1,
                                 .is_address = 1};
    *decided = answer.decided;
    return STATUS_OK;
}

/* Keys lie in the order in which they came: the next ones are fetched while one is looked up. */
static void fetch_ahead(const struct check *check, size_t i)
{
    if (i + AHEAD < check->count && check->items[i + AHEAD].offset != NO_KEY)
        __builtin_prefetch(check->keys.data + check->items[i + AHEAD].offset);
}

/* Whether what the directory says holds at the check's position: it may know of later changes. */
static bool is_of_position(const struct check *check, const struct directory_ask *ask)
{
    if (ask->status == STATUS_OK)
        return ask->row.head.value <= check->position.value;
    return ask->status == STATUS_NOT_FOUND &&
           directory_map_left(check->directory).value <= check->position.value &&
           directory_map_fills(check->directory) == check->fills;
}

static enum status decide_asked(struct check *check, const struct directory_ask *ask,
                                struct check_answer *out)
{
    if (!is_of_position(check, ask))
        return decide_one(check, ask->key, out);
    const struct contact contact = {.id = ask->row.id,
                                    .status = ask->row.status,
                                    .choices = ask->row.choices,
                                    .paused_until = ask->row.paused_until};
    enum verdict verdict;
    enum status status = verdict_decide_known(check->service, &check->frame, ask->key,
                                              ask->status == STATUS_OK ? &contact : NULL, &verdict);
    if (status == STATUS_OK)
        *out = (struct check_answer){.verdict = verdict, .is_address = 1};
    return status;
}

/* In the order in which they came. */
static enum status decide_by_directory(struct check *check, struct check_answer *answers)
{
    struct directory_ask asks[ASKED];
    uint32_t places[ASKED];
    enum status status = STATUS_OK;
    for (size_t i = 0; i < check->count && status == STATUS_OK;) {
        size_t asked = 0;
        for (; i < check->count && asked < ASKED; i++) {
            const struct check_item *item = &check->items[i];
            answers[item->index] = (struct check_answer){0};
            if (item->offset == NO_KEY)
                continue;
            const char *key = check->keys.data + item->offset;
            asks[asked] = (struct directory_ask){.key = key, .len = item->key_len};
            places[asked++] = item->index;
        }
        directory_map_find(check->directory, asks, asked);
        for (size_t n = 0; n < asked && status == STATUS_OK; n++)
            status = decide_asked(check, &asks[n], &answers[places[n]]);
    }
    return status;
}

/* decided NULL: of now. */
static enum status decide_by_file(struct check *check, struct check_answer *answers,
                                  struct position *decided)
{
    const struct check_item *before = NULL;
    struct check_answer answer = {0};
    struct position by = {0};
    enum status status = STATUS_OK;
    char *keys = check->keys.data;
    if (check->count > 0)
        qsort_r(check->items, check->count, sizeof *check->items, compare, keys);
    for (size_t i = 0; i < check->count && status == STATUS_OK; i++) {
        const struct check_item *item = &check->items[i];
        fetch_ahead(check, i);
        answers[item->index] = (struct check_answer){0};
        if (decided)
            decided[item->index].value = 0;
        if (item->offset == NO_KEY)
            continue;
        if (before == NULL || compare(before, item, keys) != 0)
            status = decided ? decide_one_past(check, keys + item->offset, &answer, &by)
                             : decide_one(check, keys + item->offset, &answer);
        if (status == STATUS_OK)
            answers[item->index] = answer;
        if (status == STATUS_OK && decided)
            decided[item->index] = by;
        before = item;
    }
    return status;
}

/* decided NULL: of now. The batch is empty afterwards. */
static enum status decide_batch(struct check *check, struct check_answer *answers,
                                struct position *decided)
{
    enum status status = check->directory != NULL ? decide_by_directory(check, answers)
                                                  : decide_by_file(check, answers, decided);
    check->count = 0;
    buf_clear(&check->keys);
    return status;
}

enum status check_decide(struct check *check, struct check_answer *answers)
{
    assert(!check->is_past);
    return decide_batch(check, answers, NULL);
}

enum status check_decide_past(struct check *check, struct check_answer *answers,
                              struct position *decided)
{
    assert(check->is_past);
    return decide_batch(check, answers, decided);
}

void check_end(struct check *check)
{
    arena_free(check->scratch);
    buf_free(&check->keys);
    free(check->items);
    store_snapshot_end(check->service->store);
}

const char *check_key(struct check_answer answer)
{
    if (!answer.is_address)
        return "invalid";
    return answer.is_past ? as_of_key((enum as_of_why)answer.why)
                          : verdict_key((enum verdict)answer.verdict);
}
