/*
 * service/import_columns: what the columns of an import file are, from its header row. For
 * service/import alone.
 */
#ifndef ASSENT_SERVICE_IMPORT_COLUMNS_H
#define ASSENT_SERVICE_IMPORT_COLUMNS_H

#include "base/arena.h"
#include "base/contact.h"
#include "base/csv.h"

enum import_column_kind {
    COLUMN_IGNORED,
    COLUMN_REMARK, /* "line" and "reason" of a rejected file that comes back */
    COLUMN_EMAIL,
    COLUMN_NAME,
    COLUMN_TYPE,
    COLUMN_STATUS,
    COLUMN_LANGUAGE,
    COLUMN_TOPIC,
    COLUMN_FREQUENCY, /* of a topic that offers it: its key or name, then _frequency */
    COLUMN_KIND_COUNT
};

struct import_column {
    enum import_column_kind kind;
    struct topic_id topic; /* COLUMN_TOPIC, COLUMN_FREQUENCY */
    const char *title;     /* as the file has it */
};

struct import_columns {
    struct import_column *items;
    size_t count;
    const char *ignored; /* titles of the columns that nothing reads: "phone, city"; "" for none */
};

/* Titles are compared in any case, with spaces, hyphens and underscores alike; topics are known by
 * key or by name, retired ones not at all. STATUS_INVALID: *fault says what is wrong and what to
 * do: no email column, a column twice, not a CSV file with commas. */
enum status import_columns_read(struct arena *arena, const struct csv_row *header,
                                const struct topic *topics, size_t topics_count,
                                struct import_columns *out, const char **fault) MUST_CHECK;

#endif
