/*
 * service/import_row: one row of an import file, read: what it says about a person, or why it says
 * nothing. For service/import alone. Pure: no store.
 */
#ifndef ASSENT_SERVICE_IMPORT_ROW_H
#define ASSENT_SERVICE_IMPORT_ROW_H

#include "service/import_columns.h"

struct import_row {
    int64_t line;
    const char *reason; /* NULL: good. Else why not and what to do, and nothing else is set */
    const char *email, *key;
    const char *name, *language; /* NULL: blank, or no such column: leave as it is */
    const char *name_key;        /* fold_key of name: set by import_chunk, as what follows is */
    uint32_t id_salt;            /* random, for the public id of a person who is new */
    bool sets_type, sets_status;
    enum contact_type type;
    enum contact_status status;
    uint64_t turn_on, turn_off;
    uint64_t sets_frequency; /* topics whose frequency the row says: daily, weekly or neither */
    uint64_t daily, weekly;
    const char *raw; /* raw_count fields as the file has them, each with its NUL; NULL: not kept */
    size_t raw_count;
};

/* keeps_raw: keep the fields of good rows too (a rejected row always keeps them). A topic's cell
 * reads yes, y, true, on, x, 1, no, n, false, off, 0, in any case, and its frequency's all, daily,
 * weekly; blank says nothing. */
void import_row_read(struct arena *arena, const struct import_columns *columns,
                     const struct csv_row *csv, bool keeps_raw, struct import_row *out);

#endif
