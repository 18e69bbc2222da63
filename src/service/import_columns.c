/*
 * service/import_columns: see the header.
 */
#include "service/import_columns.h"

#include <string.h>

#include "base/buf.h"
#include "base/fold.h"

static const struct {
    const char *title;
    enum import_column_kind kind;
} known[] = {
    {"email", COLUMN_EMAIL}, {"e_mail", COLUMN_EMAIL},  {"email_address", COLUMN_EMAIL},
    {"name", COLUMN_NAME},   {"user", COLUMN_NAME},     {"contact_type", COLUMN_TYPE},
    {"type", COLUMN_TYPE},   {"status", COLUMN_STATUS}, {"language", COLUMN_LANGUAGE},
    {"line", COLUMN_REMARK}, {"reason", COLUMN_REMARK},
};

/* Folded, with every blank and hyphen an underscore. */
static char *comparable(struct arena *arena, const char *title)
{
    char *key = arena_strdup(arena, fold_key(arena, title));

    for (char *c = key; *c != '\0'; c++)
        if (*c == ' ' || *c == '-')
            *c = '_';
    return key;
}

/* Whether title is what topics are called, with that behind it. */
static bool is_called(const char *title, const char *called, const char *behind)
{
    size_t len = strlen(called);
    return strncmp(title, called, len) == 0 && strcmp(title + len, behind) == 0;
}

/* A topic's own column goes before another topic's frequency. */
static void recognise_topic(struct arena *arena, const char *title, const struct topic *topics,
                            size_t topics_count, enum import_column_kind kind,
                            struct import_column *column)
{
    const char *behind = kind == COLUMN_FREQUENCY ? "_frequency" : "";

    for (size_t i = 0; i < topics_count && column->kind == COLUMN_IGNORED; i++) {
        const struct topic *topic = &topics[i];
        if (topic->retired_at != 0 || (kind == COLUMN_FREQUENCY && !topic->offers_frequency) ||
            (!is_called(title, topic->key, behind) &&
             !is_called(title, comparable(arena, topic->name), behind)))
            continue;
        column->kind = kind;
        column->topic = topic->id;
    }
}

static struct import_column recognise(struct arena *arena, const char *title,
                                      const struct topic *topics, size_t topics_count)
{
    struct import_column column = {.kind = COLUMN_IGNORED, .title = title};
    const char *key = comparable(arena, title);

    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(key, known[i].title) == 0)
            column.kind = known[i].kind;
    recognise_topic(arena, key, topics, topics_count, COLUMN_TOPIC, &column);
    recognise_topic(arena, key, topics, topics_count, COLUMN_FREQUENCY, &column);
    return column;
}

static bool is_same(const struct import_column *a, const struct import_column *b)
{
    return a->kind == b->kind && a->kind != COLUMN_IGNORED && a->kind != COLUMN_REMARK &&
           a->topic.value == b->topic.value;
}

/* The titles of one kind, or of all that have one: "phone, city, column 7". */
static const char *titles(struct arena *arena, const struct import_columns *columns,
                          bool only_ignored)
{
    struct buf list = {0};

    for (size_t i = 0; i < columns->count; i++) {
        if (only_ignored && columns->items[i].kind != COLUMN_IGNORED)
            continue;
        if (list.len > 0)
            buf_adds(&list, ", ");
        if (*columns->items[i].title == '\0')
            buf_printf(&list, "column %zu, which has no title", i + 1);
        else
            buf_add(&list, columns->items[i].title, strlen(columns->items[i].title));
    }
    const char *text = list.len > 0 ? arena_strndup(arena, list.data, list.len) : "";
    buf_free(&list);
    return text;
}

static bool has_address(const struct import_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strchr(columns->items[i].title, '@') != NULL)
            return true;
    return false;
}

static const char *find_fault(struct arena *arena, const struct import_columns *columns)
{
    bool has_email = false;

    for (size_t i = 0; i < columns->count; i++) {
        has_email = has_email || columns->items[i].kind == COLUMN_EMAIL;
        for (size_t k = 0; k < i; k++)
            if (is_same(&columns->items[i], &columns->items[k]))
                return arena_printf(arena,
                                    "The columns \"%s\" and \"%s\" mean the same; keep one of "
                                    "them.",
                                    columns->items[k].title, columns->items[i].title);
    }
    if (has_email)
        return NULL;
    if (columns->count == 1 && strpbrk(columns->items[0].title, ";\t") != NULL)
        return "The columns are not divided by commas; save the file as CSV with commas.";
    if (has_address(columns)) /* it would be kept with the job */
        return "There is no column \"email\". The first row must name the columns; it looks like a "
               "person's.";
    return arena_printf(arena,
                        "There is no column \"email\". The first row must name the columns; it "
                        "has: %s.",
                        titles(arena, columns, false));
}

enum status import_columns_read(struct arena *arena, const struct csv_row *header,
                                const struct topic *topics, size_t topics_count,
                                struct import_columns *out, const char **fault)
{
    struct import_columns columns = {.count = header->count};

    if (header->fault != NULL) {
        *fault = arena_printf(arena, "The first row, which names the columns, can't be read: %s",
                              header->fault);
        return STATUS_INVALID;
    }
    columns.items = arena_array(arena, columns.count, sizeof *columns.items);
    for (size_t i = 0; i < columns.count; i++) {
        if (!fold_is_utf8(header->fields[i], header->lens[i])) {
            *fault = "The first row is not UTF-8 text; save the file as CSV in UTF-8.";
            return STATUS_INVALID;
        }
        columns.items[i] =
            recognise(arena, fold_clean(arena, header->fields[i]), topics, topics_count);
    }
    const char *found = find_fault(arena, &columns);
    if (found != NULL) {
        *fault = found;
        return STATUS_INVALID;
    }
    columns.ignored = titles(arena, &columns, true);
    *out = columns;
    return STATUS_OK;
}
