/*
 * base/csv: reads CSV (RFC 4180) row by row with its line numbers, through libcsv in strict mode.
 *
 * UTF-8 with or without BOM; CRLF, LF or CR ends; quoted fields may hold newlines. Blanks around a
 * field are not part of it, unless quoted. Memory is bounded by CSV_ROW_MAX_BYTES, whatever the
 * file.
 */
#ifndef ASSENT_BASE_CSV_H
#define ASSENT_BASE_CSV_H

#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

#define CSV_ROW_MAX_BYTES  65536
#define CSV_ROW_MAX_FIELDS 256

struct csv_reader;

struct csv_row {
    int64_t line;        /* of the row's first character, from 1 */
    const char **fields; /* valid until the next call */
    size_t *lens;        /* a field may hold NUL bytes; fields are NUL-terminated besides */
    size_t count;
    const char *fault; /* NULL, or why this row can't be used, in words (too long, bad quoting,
                          not UTF-8); then it has no fields, but raw */
    const char *raw;   /* with a fault: the row's first line as it is, cut at CSV_ROW_MAX_BYTES */
    size_t raw_len;
};

/* Reads from file, which the caller closes after csv_close. Never NULL. */
struct csv_reader *csv_open(FILE *file);
void csv_close(struct csv_reader *reader);

/* The next row that is not empty. STATUS_NOT_FOUND at the end, STATUS_IO if reading fails. A row
 * with a fault still counts as a row, and reading goes on at the line after its first, so that one
 * stray quote doesn't take the rows below with it. */
enum status csv_next(struct csv_reader *reader, struct csv_row *out) MUST_CHECK;

/* Bytes of the file whose rows are read: for progress. */
int64_t csv_offset(const struct csv_reader *reader);

#endif
