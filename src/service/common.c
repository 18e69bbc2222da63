/*
 * service/common: see common.h. Each part is read when it is first asked for. A part that was read
 * later than the look that emptied the rest is newer than it; the next look then finds the
 * database changed, and empties all again.
 */
#include "service/common.h"

#include <stdlib.h>
#include <string.h>

#include "service/settings.h"
#include "service/wording.h"
#include "store/topic_texts.h"
#include "store/topics.h"

#define KEYS_MAX 64 /* of link keys; further ones are read each time */

struct kept_topics {
    bool is_known;
    struct topic *rows;
    size_t count;
};

struct common_kept {
    struct store *store; /* that version is of */
    struct arena *arena;
    bool has_version;
    int64_t version; /* at the look that emptied the rest */
    bool has_brand, has_wording, has_link_life, has_locale;
    struct brand brand;
    int32_t wording;
    int64_t link_life;
    enum locale locale;
    struct kept_topics topics[LOCALE_COUNT];
    struct link_key keys[KEYS_MAX];
    size_t keys_count;
};

void common_keep(struct service *service)
{
    service->kept = calloc(1, sizeof *service->kept);
    if (service->kept == NULL)
        return; /* slower, and as right */
    service->kept->store = service->store;
    service->kept->arena = arena_new();
}

void common_free(struct common_kept *kept)
{
    if (kept == NULL)
        return;
    arena_free(kept->arena);
    free(kept);
}

static void empty(struct common_kept *kept)
{
    arena_reset(kept->arena);
    *kept = (struct common_kept){.store = kept->store, .arena = kept->arena};
}

enum status common_look(const struct service *service, struct arena *arena, struct common *out)
{
    struct common_kept *kept = service->kept;
    int64_t version;

    *out = (struct common){.service = service, .arena = arena};
    if (kept == NULL || kept->store != service->store)
        return STATUS_OK;
    enum status status = store_data_version(service->store, &version);
    if (status != STATUS_OK)
        return status;
    if (!kept->has_version || kept->version != version) {
        empty(kept);
        kept->has_version = true;
        kept->version = version;
    }
    out->kept = kept;
    return STATUS_OK;
}

bool common_recall(const struct service *service, struct arena *arena, struct common *out)
{
    struct common_kept *kept = service->kept;

    if (kept == NULL || kept->store != service->store || !kept->has_version)
        return false;
    *out = (struct common){.service = service, .arena = arena, .kept = kept};
    return true;
}

bool common_stood_at(const struct common *common, int64_t seen)
{
    return common->kept->version == seen;
}

enum status common_look_after(const struct service *service, struct arena *arena, int64_t seen,
                              struct common *out)
{
    if (common_recall(service, arena, out) && common_stood_at(out, seen))
        return STATUS_OK;
    return common_look(service, arena, out);
}

static struct brand copy_brand(struct arena *arena, const struct brand *brand)
{
    struct brand copy = *brand;

    copy.name = arena_strdup(arena, brand->name);
    copy.postal_address = arena_strdup(arena, brand->postal_address);
    copy.privacy_url = arena_strdup(arena, brand->privacy_url);
    copy.welcome = arena_strdup(arena, brand->welcome);
    copy.goodbye = arena_strdup(arena, brand->goodbye);
    copy.style = arena_strdup(arena, brand->style);
    copy.logo = arena_strdup(arena, brand->logo);
    return copy;
}

enum status common_brand(const struct common *common, struct brand *out)
{
    struct common_kept *kept = common->kept;

    if (kept == NULL)
        return brand_get(common->service, common->arena, out);
    if (!kept->has_brand) {
        enum status status = brand_get(common->service, kept->arena, &kept->brand);
        if (status != STATUS_OK)
            return status;
        kept->has_brand = true;
    }
    *out = copy_brand(common->arena, &kept->brand);
    return STATUS_OK;
}

static enum status read_topics(const struct service *service, struct arena *arena, enum locale lang,
                               struct topic **out, size_t *count)
{
    enum status status = topics_list(service->store, arena, out, count);

    return status == STATUS_OK ? topic_texts_apply(service->store, arena, lang, *out, *count)
                               : status;
}

enum status common_topics(const struct common *common, enum locale lang, struct topic **out,
                          size_t *count)
{
    if (common->kept == NULL)
        return read_topics(common->service, common->arena, lang, out, count);
    struct kept_topics *kept = &common->kept->topics[lang];
    if (!kept->is_known) {
        enum status status =
            read_topics(common->service, common->kept->arena, lang, &kept->rows, &kept->count);
        if (status != STATUS_OK)
            return status;
        kept->is_known = true;
    }
    struct topic *rows = arena_array(common->arena, kept->count + 1, sizeof *rows);
    for (size_t i = 0; i < kept->count; i++) {
        rows[i] = kept->rows[i];
        rows[i].key = arena_strdup(common->arena, rows[i].key);
        rows[i].name = arena_strdup(common->arena, rows[i].name);
        rows[i].description = arena_strdup(common->arena, rows[i].description);
    }
    *out = rows;
    *count = kept->count;
    return STATUS_OK;
}

enum status common_wording(const struct common *common, int32_t *out)
{
    struct common_kept *kept = common->kept;

    if (kept == NULL)
        return wording_now(common->service, out);
    if (!kept->has_wording) {
        enum status status = wording_now(common->service, &kept->wording);
        if (status != STATUS_OK)
            return status;
        kept->has_wording = true;
    }
    *out = kept->wording;
    return STATUS_OK;
}

enum status common_link_key(const struct common *common, const uint8_t id[LINK_KEY_STORE_ID_BYTES],
                            struct link_key *out)
{
    struct common_kept *kept = common->kept;
    struct link_key key;

    for (size_t i = 0; kept != NULL && i < kept->keys_count; i++) {
        if (memcmp(kept->keys[i].id, id, LINK_KEY_STORE_ID_BYTES) == 0) {
            *out = kept->keys[i];
            return STATUS_OK;
        }
    }
    enum status status = link_keys_get(common->service->store, common->arena, id, &key);
    if (status != STATUS_OK)
        return status;
    key.owner = NULL;
    if (kept != NULL && kept->keys_count < KEYS_MAX)
        kept->keys[kept->keys_count++] = key;
    *out = key;
    return STATUS_OK;
}

enum status common_link_life(const struct common *common, int64_t *days)
{
    struct common_kept *kept = common->kept;
    struct store *store = common->service->store;

    if (kept == NULL)
        return settings_number(store, common->arena, SETTING_LINK_LIFE_DAYS, days);
    if (!kept->has_link_life) {
        enum status status =
            settings_number(store, common->arena, SETTING_LINK_LIFE_DAYS, &kept->link_life);
        if (status != STATUS_OK)
            return status;
        kept->has_link_life = true;
    }
    *days = kept->link_life;
    return STATUS_OK;
}

enum status common_locale(const struct common *common, enum locale *out)
{
    struct common_kept *kept = common->kept;
    struct store *store = common->service->store;

    if (kept == NULL)
        return settings_locale(store, common->arena, out);
    if (!kept->has_locale) {
        enum status status = settings_locale(store, common->arena, &kept->locale);
        if (status != STATUS_OK)
            return status;
        kept->has_locale = true;
    }
    *out = kept->locale;
    return STATUS_OK;
}
