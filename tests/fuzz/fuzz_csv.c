/*
 * Fuzzes CSV files. Reading ends, lines only rise, every field is where it says, the whole file is
 * read, and rows that are taken read back the same when written anew.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(int is_so)
{
    if (!is_so)
        abort();
}

/* The row's fields, each quoted. */
static void write_row(struct buf *out, const struct csv_row *row)
{
    for (size_t i = 0; i < row->count; i++) {
        buf_adds(out, i ? ",\"" : "\"");
        for (size_t c = 0; c < row->lens[i]; c++)
            buf_add(out, row->fields[i][c] == '"' ? "\"\"" : &row->fields[i][c],
                    row->fields[i][c] == '"' ? 2 : 1);
        buf_adds(out, "\"");
    }
    buf_adds(out, "\n");
}

static void read_file(const void *data, size_t size, struct buf *rows)
{
    FILE *file = fmemopen((void *)(uintptr_t)data, size, "r");
    struct csv_reader *reader = csv_open(file);
    struct csv_row row;
    int64_t line = 0;
    enum status status;
    while ((status = csv_next(reader, &row)) == STATUS_OK) {
        want(row.line > line);
        line = row.line;
        want(row.count <= CSV_ROW_MAX_FIELDS);
        want(!row.fault == (row.count > 0));
        if (row.fault)
            want(row.raw && row.raw_len <= CSV_ROW_MAX_BYTES && row.raw[row.raw_len] == '\0');
        for (size_t i = 0; i < row.count; i++)
            want(row.fields[i][row.lens[i]] == '\0');
        if (!row.fault)
            write_row(rows, &row);
    }
    want(status == STATUS_NOT_FOUND);
    want(csv_offset(reader) == (int64_t)size);
    csv_close(reader);
    fclose(file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf once = {0}, twice = {0};
    if (size == 0)
        return 0;
    read_file(data, size, &once);
    /* Quoting makes rows longer: what was just short enough may then be too long. */
    if (once.len && size < CSV_ROW_MAX_BYTES / 4) {
        read_file(once.data, once.len, &twice);
        want(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
    }
    buf_free(&once);
    buf_free(&twice);
    return 0;
}
