/*
 * cli/address_file: a file of addresses as verbs take it: one a line, or CSV with a column named
 * email.
 */
#ifndef ASSENT_CLI_ADDRESS_FILE_H
#define ASSENT_CLI_ADDRESS_FILE_H

#include "base/arena.h"
#include "base/csv.h"
#include "cli/cli.h"

struct address_row {
    const char *email; /* as the file has it */
    int64_t line;
    const char *fault; /* NULL, or why the row can't be read; then email is "" */
};

struct address_file {
    struct csv_reader *reader;
    size_t column;
    bool has_first; /* the file's first row is an address: it waits in first */
    struct address_row first;
};

/* Reads what of file says where the addresses are; arena outlives out. CLI_DONE, or what to return
 * after it has said what is wrong. address_file_close is due after either. */
enum cli_exit address_file_open(const struct args *args, struct arena *arena, FILE *file,
                                struct address_file *out) MUST_CHECK;

/* The next row, its texts in arena. STATUS_NOT_FOUND at the end. */
enum status address_file_next(struct address_file *file, struct arena *arena,
                              struct address_row *out) MUST_CHECK;

/* file may be all zero. The FILE stays the caller's. */
void address_file_close(struct address_file *file);

#endif
