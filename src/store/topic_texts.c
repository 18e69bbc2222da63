/*
 * store/topic_texts: see topic_texts.h.
 */
#include "store/topic_texts.h"

#include <string.h>

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
        if (name != NULL && *name != '\0')
            topics[i].name = name;
        if (description != NULL && *description != '\0')
            topics[i].description = description;
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
