/*
 * service/import_chunk: some tens of thousands of rows of an import file in memory, read in the
 * file's order and sorted by address. For service/import alone. No store.
 */
#ifndef ASSENT_SERVICE_IMPORT_CHUNK_H
#define ASSENT_SERVICE_IMPORT_CHUNK_H

#include <stdio.h>

#include "base/csv.h"
#include "service/import_row.h"

struct import_chunk {
    struct arena *arena, *packed_arena;
    struct import_row *rows; /* in the file's order; room for `room` */
    size_t room, count;
    struct import_row **sorted; /* the good ones by address; the same address by line */
    struct import_row *packed;  /* the same, copied in that order, without raw, texts and all: what
                                   writes them goes through memory from front to back */
    size_t sorted_count;
    int64_t offset; /* bytes of the file read when the chunk was full */
    bool is_last;   /* the file ended */
};

void import_chunk_init(struct import_chunk *chunk, size_t room);
void import_chunk_free(struct import_chunk *chunk);

/* Empties the chunk and fills it again from reader, with at most limit rows. keeps_raw: see
 * import_row_read. STATUS_IO: reading failed. May run in a thread of its own. */
enum status import_chunk_fill(struct import_chunk *chunk, struct csv_reader *reader,
                              const struct import_columns *columns, bool keeps_raw,
                              size_t limit) MUST_CHECK;

/* Writes the rows that have a reason to file, in the file's order; header is written first when
 * *has_header is false. STATUS_IO: the file can't be written. */
enum status import_chunk_write_rejected(const struct import_chunk *chunk,
                                        const struct import_columns *columns, FILE *file,
                                        bool *has_header) MUST_CHECK;

#endif
