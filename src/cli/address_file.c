/*
 * cli/address_file: see address_file.h.
 */
#include "cli/address_file.h"

#include <string.h>

static struct address_row row_of(struct arena *arena, const struct csv_row *row, size_t column)
{
    struct address_row out = {.email = "", .line = row->line};

    if (row->fault)
        out.fault = arena_strdup(arena, row->fault);
    else if (row->count > column)
        out.email = arena_strdup(arena, row->fields[column]);
    return out;
}

/* A file without a header has its addresses in the first column. */
enum cli_exit address_file_open(const struct args *args, struct arena *arena, FILE *file,
                                struct address_file *out)
{
    struct csv_row row;
    bool has_address = false;

    *out = (struct address_file){.reader = csv_open(file)};
    enum status status = csv_next(out->reader, &row);
    if (status == STATUS_NOT_FOUND)
        return cli_refused(args, "the file is empty.");
    if (status != STATUS_OK)
        return cli_failed(args, status, "The file can't be read");
    for (size_t i = 0; !row.fault && i < row.count; i++) {
        const char *field = row.fields[i] + strspn(row.fields[i], " \t");
        if (strncasecmp(field, "email", 5) == 0 && field[5 + strspn(field + 5, " \t")] == '\0') {
            out->column = i;
            return CLI_DONE;
        }
        has_address = has_address || strchr(field, '@');
    }
    if (!row.fault && row.count > 1 && !has_address)
        return cli_refused(args, "the header has no column named email.");
    out->has_first = true;
    out->first = row_of(arena, &row, 0);
    return CLI_DONE;
}

enum status address_file_next(struct address_file *file, struct arena *arena,
                              struct address_row *out)
{
    struct csv_row row;

    if (file->has_first) {
        file->has_first = false;
        *out = file->first;
        return STATUS_OK;
    }
    enum status status = csv_next(file->reader, &row);
    if (status == STATUS_OK)
        *out = row_of(arena, &row, file->column);
    return status;
}

void address_file_close(struct address_file *file)
{
    if (file->reader)
        csv_close(file->reader);
}
