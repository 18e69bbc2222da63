/*
 * store/brand_files: see brand_files.h.
 */
#include "store/brand_files.h"

#include "store/query.h"

enum status brand_files_find(struct store *store, struct arena *arena, const char *name,
                             struct brand_file *out)
{
    struct query query = query_begin(store, STATEMENT_BRAND_FILES_FIND);
    query_text(&query, name);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        struct brand_file file = {.type = query_get_text(&query, arena)};
        file.width = (int)query_get_int(&query);
        file.height = (int)query_get_int(&query);
        file.version = query_get_text(&query, arena);
        file.changed_at = query_get_int(&query);
        *out = file;
    }
    query_end(&query);
    return status;
}

enum status brand_files_data(struct store *store, struct arena *arena, const char *name,
                             struct brand_file *out)
{
    struct query query = query_begin(store, STATEMENT_BRAND_FILES_DATA);
    query_text(&query, name);
    enum status status = query_row(&query);
    if (status == STATUS_OK) {
        struct brand_file file = {.type = query_get_text(&query, arena)};
        file.version = query_get_text(&query, arena);
        void *data = arena_alloc(arena, BRAND_FILE_MAX);
        file.data = data;
        if (query_get_blob_up_to(&query, data, BRAND_FILE_MAX, &file.len))
            *out = file;
        else
            status = STATUS_CORRUPT;
    }
    query_end(&query);
    return status;
}

enum status brand_files_put(struct txn *txn, const char *name, const struct brand_file *file)
{
    struct query query = query_begin_write(txn, STATEMENT_BRAND_FILES_PUT);
    query_text(&query, name);
    query_text(&query, file->type);
    query_int(&query, file->width);
    query_int(&query, file->height);
    query_text(&query, file->version);
    query_int(&query, file->changed_at);
    query_blob(&query, file->data, file->len);
    return query_run(&query, NULL);
}

enum status brand_files_remove(struct txn *txn, const char *name)
{
    struct query query = query_begin_write(txn, STATEMENT_BRAND_FILES_REMOVE);
    query_text(&query, name);
    return query_run(&query, NULL);
}

enum status brand_files_rename(struct txn *txn, const char *name, const char *to)
{
    struct query query = query_begin_write(txn, STATEMENT_BRAND_FILES_RENAME);
    query_text(&query, name);
    query_text(&query, to);
    return query_run(&query, NULL);
}
