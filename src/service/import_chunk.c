/*
 * service/import_chunk: see the header.
 */
#include "service/import_chunk.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/fold.h"
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
    *chunk = (struct import_chunk){.arena = arena_new(), .packed_arena = arena_new(), .room = room};
    chunk->rows = allocate(room, sizeof *chunk->rows);
    chunk->sorted = allocate(room, sizeof(struct import_row *));
    chunk->packed = allocate(room, sizeof *chunk->packed);
}

void import_chunk_free(struct import_chunk *chunk)
{
    arena_free(chunk->arena);
    free(chunk->rows);
    free(chunk->sorted);
    free(chunk->packed);
    arena_free(chunk->packed_arena);
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
        chunk->packed[i].id_salt = salts[--left];
    }
}

static char *put(char *at, const char **text)
{
    size_t size = *text != NULL ? strlen(*text) + 1 : 0;

    if (size != 0)
        *text = memcpy(at, *text, size);
    return at + size;
}

static size_t size_of(const char *text)
{
    return text != NULL ? strlen(text) + 1 : 0;
}

static void pack(struct import_chunk *chunk)
{
    struct arena *scratch = arena_new();

    arena_reset(chunk->packed_arena);
    for (size_t i = 0; i < chunk->sorted_count; i++) {
        struct import_row *row = &chunk->packed[i];
        *row = *chunk->sorted[i];
        row->raw = NULL;
        row->raw_count = 0;
        row->name_key = row->name != NULL ? fold_key(scratch, row->name) : NULL;
        char *at = arena_alloc(chunk->packed_arena,
                               size_of(row->key) + size_of(row->email) + size_of(row->name) +
                                   size_of(row->name_key) + size_of(row->language));
        at = put(at, &row->key);
        at = put(at, &row->email);
        at = put(at, &row->name);
        at = put(at, &row->name_key);
        put(at, &row->language);
        arena_reset(scratch);
    }
    arena_free(scratch);
}

enum status import_chunk_fill(struct import_chunk *chunk, struct csv_reader *reader,
                              const struct import_columns *columns, bool keeps_raw, size_t limit)
{
    const int64_t from = csv_offset(reader);
    struct csv_row csv;
    enum status status = STATUS_OK;

    arena_reset(chunk->arena);
    chunk->count = chunk->sorted_count = 0;
    if (limit > chunk->room)
        limit = chunk->room;
    while (chunk->count < limit && csv_offset(reader) - from < CHUNK_BYTES) {
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
    qsort(chunk->sorted, chunk->sorted_count, sizeof(struct import_row *), compare);
    pack(chunk);
    draw_salts(chunk);
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
