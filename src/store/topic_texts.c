/*
 * store/topic_texts: see topic_texts.h.
 */
#include "store/topic_texts.h"

#include <string.h>

#include "base/catalogue.h"
#include "store/query.h"

#define ROWS_MAX ((size_t)TOPIC_MAX * LOCALE_COUNT)

enum status topic_texts_list(struct store *store, struct arena *arena, struct topic_text **out,
                             size_t *count)
{
    struct topic_text *rows = arena_array(arena, ROWS_MAX, sizeof *rows);
    size_t n = 0;
    struct query query = query_begin(store, STATEMENT_TOPIC_TEXTS_LIST);
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK && n < ROWS_MAX) {
        struct topic_text *row = &rows[n];
        row->topic.value = (uint8_t)query_get_int(&query);
        const char *tag = query_get_text(&query, arena);
        row->name = query_get_text(&query, arena);
        row->description = query_get_text(&query, arena);
        n += locale_parse(tag, &row->lang);
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status == STATUS_OK ? STATUS_CORRUPT : status;
    *out = rows;
    *count = n;
    return STATUS_OK;
}

/* The topics of migration 0001. */
static const struct {
    const char *key;
    enum text name, description;
} begun[] = {
    {"newsletter", TEXT_TOPIC_NEWSLETTER, TEXT_TOPIC_NEWSLETTER_ABOUT},
    {"product_updates", TEXT_TOPIC_PRODUCT_UPDATES, TEXT_TOPIC_PRODUCT_UPDATES_ABOUT},
    {"marketing", TEXT_TOPIC_MARKETING, TEXT_TOPIC_MARKETING_ABOUT},
    {"system_alerts", TEXT_TOPIC_SYSTEM_ALERTS, TEXT_TOPIC_SYSTEM_ALERTS_ABOUT},
};

static const char *usual(struct arena *arena, enum locale lang, const struct topic *topic,
                         const char *own, bool is_name)
{
    for (size_t i = 0; i < sizeof begun / sizeof *begun; i++) {
        const enum text text = is_name ? begun[i].name : begun[i].description;
        if (strcmp(topic->key, begun[i].key) == 0 && strcmp(own, TEXT(arena, LOCALE_EN, text)) == 0)
            return TEXT(arena, lang, text);
    }
    return own;
}

const char *topic_texts_usual_name(struct arena *arena, enum locale lang, const struct topic *topic)
{
    return usual(arena, lang, topic, topic->name, true);
}

const char *topic_texts_usual_description(struct arena *arena, enum locale lang,
                                          const struct topic *topic)
{
    return usual(arena, lang, topic, topic->description, false);
}

enum status topic_texts_apply(struct store *store, struct arena *arena, enum locale lang,
                              struct topic *topics, size_t count)
{
    const char *names[TOPIC_MAX + 1] = {0}, *descriptions[TOPIC_MAX + 1] = {0};
    struct query query = query_begin(store, STATEMENT_TOPIC_TEXTS_IN);
    query_text(&query, locale_tag(lang));
    enum status status;
    while ((status = query_row(&query)) == STATUS_OK) {
        int64_t topic = query_get_int(&query) & TOPIC_MAX;
        names[topic] = query_get_text(&query, arena);
        descriptions[topic] = query_get_text(&query, arena);
    }
    query_end(&query);
    if (status != STATUS_NOT_FOUND)
        return status;
    for (size_t i = 0; i < count; i++) {
        const char *name = names[topics[i].id.value];
        const char *description = descriptions[topics[i].id.value];
        const struct topic topic = topics[i];
        topics[i].name = name != NULL && *name ? name : topic_texts_usual_name(arena, lang, &topic);
        topics[i].description = description != NULL && *description
                                    ? description
                                    : topic_texts_usual_description(arena, lang, &topic);
    }
    return STATUS_OK;
}

enum status topic_texts_put(struct txn *txn, const struct topic_text *text)
{
    bool removes = *text->name == '\0' && *text->description == '\0';
    struct query query =
        query_begin_write(txn, removes ? STATEMENT_TOPIC_TEXTS_REMOVE : STATEMENT_TOPIC_TEXTS_PUT);
    query_int(&query, text->topic.value);
    query_text(&query, locale_tag(text->lang));
    if (!removes) {
        query_text(&query, text->name);
        query_text(&query, text->description);
    }
    return query_run(&query, NULL);
}
