/*
 * base/csv: feeds libcsv one line of the file at a time, so that a row is whole exactly when its
 * callback came, its line number is known, and a faulty row can be left behind.
 */
#include "base/csv.h"

#include <csv.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

#define BUFFER_BYTES (4 * CSV_ROW_MAX_BYTES)
#define OPTIONS      (CSV_STRICT | CSV_STRICT_FINI)

static const char too_long[] = "the row is longer than 64 KiB";
static const char too_many[] = "the row has more than 256 fields";
static const char bad_quotes[] = "a quotation mark stands where none may, or is not doubled";
static const char open_quotes[] = "a quoted field is not closed";
static const char not_utf8[] = "the row is not UTF-8 text";
static const char is_utf16[] = "the file is UTF-16; save it as UTF-8";

struct csv_reader {
    FILE *file;
    struct csv_parser parser;
    bool is_begun, is_ended, has_failed;

    char buffer[BUFFER_BYTES];
    size_t at;      /* of the row being read */
    size_t end;     /* of what was read from the file */
    size_t lf;      /* none stands between the line being looked at and here */
    int64_t line;   /* of at */
    int64_t offset; /* of buffer[0] in the file */

    const char *fields[CSV_ROW_MAX_FIELDS];
    size_t lens[CSV_ROW_MAX_FIELDS];
    size_t count;
    char texts[CSV_ROW_MAX_BYTES + CSV_ROW_MAX_FIELDS + 1];
    size_t texts_len;
    bool is_row_whole, is_row_wide;
};

static void die(void)
{
    fputs("assent: out of memory (csv)\n", stderr);
    abort();
}

struct csv_reader *csv_open(FILE *file)
{
    struct csv_reader *reader = calloc(1, sizeof *reader);
    if (!reader || csv_init(&reader->parser, OPTIONS) != 0)
        die();
    reader->file = file;
    reader->line = 1;
    return reader;
}

void csv_close(struct csv_reader *reader)
{
    if (!reader)
        return;
    csv_free(&reader->parser);
    free(reader);
}

int64_t csv_offset(const struct csv_reader *reader)
{
    return reader->offset + (int64_t)reader->at;
}

/* Reads more after what there is, moving the row to the front first. False: nothing came. */
static bool refill(struct csv_reader *reader)
{
    if (reader->is_ended)
        return false;
    if (reader->at) {
        memmove(reader->buffer, reader->buffer + reader->at, reader->end - reader->at);
        reader->offset += (int64_t)reader->at;
        reader->end -= reader->at;
        reader->lf -= reader->at;
        reader->at = 0;
    }
    size_t room = sizeof reader->buffer - reader->end;
    size_t got = room ? fread(reader->buffer + reader->end, 1, room, reader->file) : 0;
    reader->end += got;
    if (got == 0 && room) {
        reader->is_ended = true;
        reader->has_failed = ferror(reader->file) != 0;
    }
    return got > 0;
}

/* The length of the line that begins done bytes into the row, its end included. Goes no further
 * than past limit bytes: *is_whole says whether an end was found, or the file ended. */
static size_t line_length(struct csv_reader *reader, size_t done, size_t limit, bool *is_whole)
{
    size_t seen = 0; /* of this line, without a carriage return */
    for (;;) {
        size_t start = reader->at + done;
        size_t have = reader->end - start;
        if (reader->lf < start)
            reader->lf = start;
        if (reader->lf < reader->end && reader->buffer[reader->lf] != '\n') {
            const char *lf = memchr(reader->buffer + reader->lf, '\n', reader->end - reader->lf);
            reader->lf = lf ? (size_t)(lf - reader->buffer) : reader->end;
        }
        size_t until = reader->lf - start;
        const char *cr = memchr(reader->buffer + start + seen, '\r', until - seen);
        if (cr)
            until = (size_t)(cr - reader->buffer) - start;
        *is_whole = true;
        if (until < have && (!cr || until + 1 < have || reader->is_ended)) {
            bool is_pair = cr && until + 1 < have && cr[1] == '\n';
            return until + 1 + is_pair;
        }
        *is_whole = false;
        /* A carriage return that came last may have its line feed yet to come. */
        if (have > limit && !(cr && until == 0))
            return until;
        seen = until;
        if (!refill(reader)) {
            *is_whole = true;
            if (!cr)
                return reader->end - reader->at - done;
        }
    }
}

static void on_field(void *data, size_t len, void *context)
{
    struct csv_reader *reader = context;
    if (reader->count == CSV_ROW_MAX_FIELDS) {
        reader->is_row_wide = true;
        return;
    }
    char *text = reader->texts + reader->texts_len;
    if (len)
        memcpy(text, data, len);
    text[len] = '\0';
    reader->fields[reader->count] = text;
    reader->lens[reader->count] = len;
    reader->count++;
    reader->texts_len += len + 1;
}

static void on_row(int end, void *context)
{
    struct csv_reader *reader = context;
    (void)end;
    reader->is_row_whole = true;
}

static void forget_row(struct csv_reader *reader)
{
    reader->count = 0;
    reader->texts_len = 0;
    reader->is_row_whole = false;
    reader->is_row_wide = false;
}

static bool is_blank(const char *line, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r' && line[i] != '\n')
            return false;
    }
    return true;
}

/* What the row's first line is made of, for the caller to show. */
static void keep_raw(struct csv_reader *reader, struct csv_row *out, size_t first)
{
    size_t len = first < CSV_ROW_MAX_BYTES ? first : CSV_ROW_MAX_BYTES;
    forget_row(reader);
    memcpy(reader->texts, reader->buffer + reader->at, len);
    while (len && (reader->texts[len - 1] == '\n' || reader->texts[len - 1] == '\r'))
        len--;
    reader->texts[len] = '\0';
    out->raw = reader->texts;
    out->raw_len = len;
}

/* Goes on behind the row's first line, where its end is in doubt. */
static void leave_row(struct csv_reader *reader, size_t first, bool is_whole)
{
    csv_free(&reader->parser);
    if (csv_init(&reader->parser, OPTIONS) != 0)
        die();
    reader->at += first;
    reader->lf = reader->at;
    while (!is_whole)
        reader->at += line_length(reader, 0, 0, &is_whole);
    reader->line++;
}

/* Skips a byte order mark. False: the file is in another encoding. */
static bool begin(struct csv_reader *reader)
{
    reader->is_begun = true;
    while (reader->end < 3 && refill(reader))
        ;
    if (reader->end >= 2 && (memcmp(reader->buffer, "\xff\xfe", 2) == 0 ||
                             memcmp(reader->buffer, "\xfe\xff", 2) == 0)) {
        reader->at = reader->end;
        reader->is_ended = true;
        return false;
    }
    if (reader->end >= 3 && memcmp(reader->buffer, "\xef\xbb\xbf", 3) == 0)
        reader->at = 3;
    return true;
}

/* A row's extent: bytes 0 while its end is in doubt. */
struct extent {
    size_t bytes;
    int64_t lines;
};

/* Feeds lines until a row is whole. NULL, or the fault found. */
static const char *read_row(struct csv_reader *reader, struct extent *out)
{
    size_t done = 0;
    int64_t lines = 0;
    for (; !reader->is_row_whole; lines++) {
        bool is_whole;
        size_t len = line_length(reader, done, CSV_ROW_MAX_BYTES - done, &is_whole);
        if (!is_whole || done + len > CSV_ROW_MAX_BYTES)
            return too_long;
        if (len == 0) {
            if (csv_fini(&reader->parser, on_field, on_row, reader) != 0)
                return open_quotes;
            break;
        }
        const char *line = reader->buffer + reader->at + done;
        if (csv_parse(&reader->parser, line, len, on_field, on_row, reader) != len) {
            if (csv_error(&reader->parser) == CSV_ENOMEM)
                die();
            return bad_quotes;
        }
        done += len;
    }
    *out = (struct extent){.bytes = done, .lines = lines};
    if (reader->is_row_wide)
        return too_many;
    return utf8_is_valid(reader->buffer + reader->at, done) ? NULL : not_utf8;
}

/* Steps over blank lines; the length of the first that is not, 0 at the end. */
static size_t find_row(struct csv_reader *reader, bool *is_whole)
{
    for (;;) {
        size_t len = line_length(reader, 0, CSV_ROW_MAX_BYTES, is_whole);
        if (len == 0 || !*is_whole || !is_blank(reader->buffer + reader->at, len))
            return len;
        reader->at += len;
        reader->line++;
    }
}

enum status csv_next(struct csv_reader *reader, struct csv_row *out)
{
    struct csv_row row = {.line = 1, .fields = reader->fields, .lens = reader->lens};
    if (!reader->is_begun && !begin(reader)) {
        row.fault = is_utf16;
        row.raw = "";
        *out = row;
        return STATUS_OK;
    }
    bool is_whole;
    struct extent extent = {0};
    size_t first = find_row(reader, &is_whole);
    if (first == 0)
        return reader->has_failed ? STATUS_IO : STATUS_NOT_FOUND;
    row.line = reader->line;
    forget_row(reader);
    row.fault = read_row(reader, &extent);
    if (reader->has_failed)
        return STATUS_IO;
    row.count = row.fault ? 0 : reader->count;
    if (row.fault)
        keep_raw(reader, &row, first);
    if (extent.bytes) {
        reader->at += extent.bytes;
        reader->line += extent.lines;
    } else {
        leave_row(reader, first, is_whole);
    }
    *out = row;
    return STATUS_OK;
}
