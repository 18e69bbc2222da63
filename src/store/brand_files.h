/*
 * store/brand_files: pictures of the brand by name. What may be one is decided elsewhere
 * (base/picture).
 */
#ifndef ASSENT_STORE_BRAND_FILES_H
#define ASSENT_STORE_BRAND_FILES_H

#include "store/store.h"

#define BRAND_FILE_MAX 131072 /* bytes of data */

struct brand_file {
    const char *type; /* "image/png" */
    int width, height;
    const char *version; /* of its content, as in its address */
    int64_t changed_at;
    const void
        *data; /* only from brand_files_data, where width, height and changed_at are not set */
    size_t len;
};

/* STATUS_NOT_FOUND: there is none. find leaves data alone. */
enum status brand_files_find(struct store *store, struct arena *arena, const char *name,
                             struct brand_file *out) MUST_CHECK;
enum status brand_files_data(struct store *store, struct arena *arena, const char *name,
                             struct brand_file *out) MUST_CHECK;

/* In the place of the one of that name, if there is one. */
enum status brand_files_put(struct txn *txn, const char *name,
                            const struct brand_file *file) MUST_CHECK;

/* Under another name, in the place of the one that had it. STATUS_OK also when there is none. */
enum status brand_files_rename(struct txn *txn, const char *name, const char *to) MUST_CHECK;

/* STATUS_OK also when there is none. */
enum status brand_files_remove(struct txn *txn, const char *name) MUST_CHECK;

#endif
