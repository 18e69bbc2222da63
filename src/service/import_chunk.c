/*
 * service/import_chunk: see the header.
 */
#include "service/import_chunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "crypto/crypto.h"

#define CHUNK_BYTES (INT64_C(32) << 20) /* of the file: long rows end a chunk early */

static void *allocate(size_t count, size_t size)
{
    void *data = calloc(count, size);

    if (data == NULL) {
        fputs("assent: out of memory (import)\n", stderr);
        abort();
    }
    return data;
}

void import_chunk_init(struct import_chunk *chunk, size_t room)
{
    *chunk = (struct import_chunk){.arena = arena_new(), .room = room};
    chunk->rows = allocate(room, sizeof *chunk->rows);
    chunk->sorted = allocate(room, sizeof(struct import_row *));
}

void import_chunk_free(struct import_chunk *chunk)
{
    arena_free(chunk->arena);
    free(chunk->rows);
    free(chunk->sorted);
    *chunk = (struct import_chunk){0};
}

static int compare(const void *a, const void *b)
{
    const struct import_row *first = *(const struct import_row *const *)a;
    const struct import_row *second = *(const struct import_row *const *)b;
    int order = strcmp(first->key, second->key);

    return order != 0 ? order : first->line < second->line ? -1 : first->line > second->line;
}

/* In blocks: the system takes as long for one as for some. */
static void draw_salts(struct import_chunk *chunk)
{
    uint32_t salts[1024];
    size_t left = 0;

    for (size_t i = 0; i < chunk->sorted_count; i++) {
        if (left == 0) {
            crypto_random(salts, sizeof salts);
            left = sizeof salts / sizeof *salts;
        }
        chunk->sorted[i]->id_salt = salts[--left];
    }
}

enum status import_chunk_fill(struct import_chunk *chunk, struct csv_reader *reader,
                              const struct import_columns *columns, bool keeps_raw)
{
    const int64_t from = csv_offset(reader);
    struct csv_row csv;
    enum status status = STATUS_OK;

    arena_reset(chunk->arena);
    chunk->count = chunk->sorted_count = 0;
    while (chunk->count < chunk->room && csv_offset(reader) - from < CHUNK_BYTES) {
        status = csv_next(reader, &csv);
        if (status != STATUS_OK)
            break;
        struct import_row *row = &chunk->rows[chunk->count++];
        import_row_read(chunk->arena, columns, &csv, keeps_raw, row);
        if (row->reason == NULL)
            chunk->sorted[chunk->sorted_count++] = row;
    }
    chunk->is_last = status == STATUS_NOT_FOUND;
    chunk->offset = csv_offset(reader);
    draw_salts(chunk);
    qsort(chunk->sorted, chunk->sorted_count, sizeof(struct import_row *), compare);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool is_remark(const struct import_columns *columns, size_t i)
{
    return i < columns->count && columns->items[i].kind == COLUMN_REMARK;
}

static void add_header(struct buf *out, const struct import_columns *columns)
{
    for (size_t i = 0; i < columns->count; i++) {
        if (is_remark(columns, i))
            continue;
        buf_csv(out, columns->items[i].title);
        buf_addc(out, ',');
    }
    buf_adds(out, "line,reason\r\n");
}

/* Cells that are missing are filled up with empty ones, so that line and reason stand below their
 * titles; cells too many stay, since they are what is wrong. */
static void add_row(struct buf *out, const struct import_columns *columns,
                    const struct import_row *row)
{
    const char *cell = row->raw;
    size_t count = row->raw_count > columns->count ? row->raw_count : columns->count;

    for (size_t i = 0; i < count; i++) {
        if (!is_remark(columns, i)) {
            if (i < row->raw_count)
                buf_csv(out, cell);
            buf_addc(out, ',');
        }
        if (i < row->raw_count)
            cell += strlen(cell) + 1;
    }
    buf_int(out, row->line);
    buf_addc(out, ',');
    buf_csv(out, row->reason);
    buf_adds(out, "\r\n");
}

enum status import_chunk_write_rejected(const struct import_chunk *chunk,
                                        const struct import_columns *columns, FILE *file,
                                        bool *has_header)
{
    struct buf out = {0};

    for (size_t i = 0; i < chunk->count; i++) {
        if (chunk->rows[i].reason == NULL)
            continue;
        if (!*has_header)
            add_header(&out, columns);
        *has_header = true;
        add_row(&out, columns, &chunk->rows[i]);
    }
    bool is_written = out.len == 0 || fwrite(out.data, 1, out.len, file) == out.len;
    buf_free(&out);
    return is_written && fflush(file) == 0 ? STATUS_OK : STATUS_IO;
}
