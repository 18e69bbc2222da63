/*
 * service/import_row: see the header.
 */
#include "service/import_row.h"

#include <string.h>
#include <strings.h>

#include "base/email.h"
#include "base/fold.h"
#include "service/fields.h"

#define QUOTED_CHARS 60 /* how much of a wrong cell a reason repeats */

static void keep_raw(struct arena *arena, const struct csv_row *csv, struct import_row *row)
{
    size_t size = 0;

    for (size_t i = 0; i < csv->count; i++)
        size += csv->lens[i] + 1;
    char *raw = arena_alloc(arena, size), *at = raw;
    for (size_t i = 0; i < csv->count; i++) {
        size_t len = strlen(csv->fields[i]); /* a NUL ends what is kept */
        memcpy(at, csv->fields[i], len + 1);
        at += len + 1;
    }
    row->raw = raw;
    row->raw_count = csv->count;
}

/* Our own exports put an apostrophe before what a spreadsheet would run as a formula. */
static const char *without_guard(const char *text)
{
    return text[0] == '\'' && text[1] != '\0' && strchr("=+-@\t\r", text[1]) != NULL ? text + 1
                                                                                     : text;
}

static const char *trim(struct arena *arena, const char *text)
{
    static const char blanks[] = " \t\r\n";

    text += strspn(text, blanks);
    size_t len = strlen(text);
    if (len == 0 || strchr(blanks, text[len - 1]) == NULL)
        return text;
    while (len > 0 && strchr(blanks, text[len - 1]) != NULL)
        len--;
    return arena_strndup(arena, text, len);
}

static const char *quote(struct arena *arena, const char *text)
{
    size_t len = strlen(text);

    if (len <= QUOTED_CHARS)
        return arena_printf(arena, "\"%s\"", text);
    len = QUOTED_CHARS;
    while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
        len--;
    return arena_printf(arena, "\"%.*s…\"", (int)len, text);
}

/* 1: yes; 0: no; -1: neither. */
static int read_flag(const char *text)
{
    static const char *const yes[] = {"yes", "y", "true", "on", "x", "1"};
    static const char *const no[] = {"no", "n", "false", "off", "0"};

    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
        if (strcasecmp(text, yes[i]) == 0)
            return 1;
    for (size_t i = 0; i < sizeof no / sizeof *no; i++)
        if (strcasecmp(text, no[i]) == 0)
            return 0;
    return -1;
}

static const char *read_topic(struct arena *arena, const struct import_column *column,
                              const char *text, struct import_row *row)
{
    int flag = read_flag(text);

    if (flag < 0)
        return arena_printf(arena,
                            "%s: %s is neither yes nor no; write yes or no, or leave it "
                            "empty",
                            column->title, quote(arena, text));
    if (flag == 1)
        row->turn_on |= TOPIC_BIT(column->topic);
    else
        row->turn_off |= TOPIC_BIT(column->topic);
    return NULL;
}

static const char *read_frequency(struct arena *arena, const struct import_column *column,
                                  const char *text, struct import_row *row)
{
    enum frequency often;

    if (!frequency_parse(fold_key(arena, text), &often))
        return arena_printf(arena, "%s: %s is not known; write all, daily or weekly", column->title,
                            quote(arena, text));
    row->sets_frequency |= TOPIC_BIT(column->topic);
    if (often == FREQUENCY_DAILY)
        row->daily |= TOPIC_BIT(column->topic);
    if (often == FREQUENCY_WEEKLY)
        row->weekly |= TOPIC_BIT(column->topic);
    return NULL;
}

/* Reads one cell that is not blank. NULL, or what is wrong with it. */
static const char *read_cell(struct arena *arena, const struct import_column *column,
                             const char *text, struct import_row *row)
{
    switch (column->kind) {
    case COLUMN_NAME:
        if (fields_name(arena, text, &row->name) == STATUS_OK)
            return NULL;
        return arena_printf(arena, "the name is longer than %d bytes; shorten it", NAME_MAX_BYTES);
    case COLUMN_TYPE:
        row->sets_type = contact_type_parse(text, &row->type);
        if (row->sets_type)
            return NULL;
        return arena_printf(arena, "%s: %s is not known; write client, partner or franchisee",
                            column->title, quote(arena, text));
    case COLUMN_STATUS:
        row->sets_status = contact_status_parse(text, &row->status);
        if (row->sets_status)
            return NULL;
        return arena_printf(arena, "%s: %s is not known; write Opted In or Opted Out",
                            column->title, quote(arena, text));
    case COLUMN_LANGUAGE:
        if (fields_language(arena, text, &row->language) == STATUS_OK)
            return NULL;
        return arena_printf(arena, "%s: %s is no language tag; write one such as en or pt-BR",
                            column->title, quote(arena, text));
    case COLUMN_TOPIC:
        return read_topic(arena, column, text, row);
    case COLUMN_FREQUENCY:
        return read_frequency(arena, column, text, row);
    case COLUMN_EMAIL:
    case COLUMN_IGNORED:
    case COLUMN_REMARK:
    case COLUMN_KIND_COUNT:
        break;
    }
    return NULL;
}

static const char *read_email(struct arena *arena, const char *text, struct import_row *row)
{
    struct email email;
    enum email_fault fault;

    if (email_parse(arena, text, strlen(text), &email, &fault) != STATUS_OK)
        return email_fault_words(fault);
    row->email = email.written;
    row->key = email.key;
    return NULL;
}

/* Cells beyond the header's are let pass when they are empty: spreadsheets leave such. */
static const char *check_shape(struct arena *arena, const struct import_columns *columns,
                               const struct csv_row *csv)
{
    size_t count = csv->count;

    if (csv->fault != NULL)
        return arena_strdup(arena, csv->fault);
    while (count > columns->count && csv->lens[count - 1] == 0)
        count--;
    if (count != columns->count)
        return arena_printf(arena,
                            "the row has %zu cells where the first row has %zu; look for a missing "
                            "or a spare comma or quote",
                            count, columns->count);
    for (size_t i = 0; i < count; i++)
        if (!fold_is_utf8(csv->fields[i], csv->lens[i]))
            return "the row is not UTF-8 text; save the file as CSV in UTF-8";
    return NULL;
}

static const char *read_cells(struct arena *arena, const struct import_columns *columns,
                              const struct csv_row *csv, struct import_row *row)
{
    const char *reason = check_shape(arena, columns, csv);

    for (size_t i = 0; i < columns->count && reason == NULL; i++) {
        const struct import_column *column = &columns->items[i];
        if (column->kind == COLUMN_IGNORED || column->kind == COLUMN_REMARK)
            continue;
        const char *text = trim(arena, without_guard(csv->fields[i]));
        if (column->kind == COLUMN_EMAIL)
            reason = read_email(arena, text, row);
        else if (*text != '\0')
            reason = read_cell(arena, column, text, row);
    }
    return reason;
}

void import_row_read(struct arena *arena, const struct import_columns *columns,
                     const struct csv_row *csv, bool keeps_raw, struct import_row *out)
{
    struct import_row row = {.line = csv->line};

    const char *reason = read_cells(arena, columns, csv, &row);
    if (reason != NULL)
        row = (struct import_row){.line = csv->line, .reason = reason};
    if (reason != NULL || keeps_raw)
        keep_raw(arena, csv, &row);
    *out = row;
}
