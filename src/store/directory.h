/*
 * store/directory: the one place that searches, filters, sorts, pages and counts people.
 *
 * Where a directory_map serves, pages come from its orders and a search term scans memory. Without
 * one (in the command, or while it is filled) the file is scanned, whatever is asked. Pages go by
 * key, never by OFFSET.
 */
#ifndef ASSENT_STORE_DIRECTORY_H
#define ASSENT_STORE_DIRECTORY_H

#include "store/store.h"

enum directory_sort {
    DIRECTORY_BY_NAME,
    DIRECTORY_BY_EMAIL,
    DIRECTORY_BY_UPDATED,
    DIRECTORY_BY_TYPE,   /* then by name, this and the next */
    DIRECTORY_BY_STATUS, /* opted out first */
    DIRECTORY_SORT_COUNT
};

enum directory_any { DIRECTORY_ANY = -1 };

struct directory_filter {
    int status;       /* DIRECTORY_ANY or enum contact_status */
    int subscribed;   /* DIRECTORY_ANY, 0 or 1 */
    int type;         /* DIRECTORY_ANY or enum contact_type */
    const char *term; /* "" or a substring of name_key or email_key, folded by fold_key */
};

/* A place between rows: the sort key and id of the row before (or after) it. */
struct directory_place {
    bool is_set;      /* false: the first page (or the last, when backward) */
    bool is_backward; /* rows before the place, the nearest ones */
    const char *text; /* DIRECTORY_BY_EMAIL: email_key; BY_UPDATED: not used; else name_key */
    int64_t number;   /* DIRECTORY_BY_UPDATED: updated_at; BY_TYPE, BY_STATUS: type, status */
    struct contact_id id;
};

/* The place of a row of a page. */
struct directory_place directory_beside(enum directory_sort sort, const struct contact *row,
                                        bool is_backward);

#define DIRECTORY_PAGE_MAX    1000
#define DIRECTORY_FILE_PEOPLE 50000 /* a scan of fewer is soon over */

struct directory_page {
    struct contact *rows;
    size_t count;
    bool has_previous;
    bool has_next;
    int64_t matches; /* exactly, at position */
    int64_t before;  /* of them, those before the first row; -1: not known */
    struct position position;
};

/* limit rows (1..DIRECTORY_PAGE_MAX) that match filter, in sort order, beside place. Ties go by id.
 * now_s decides which pauses have ended. STATUS_BUSY: interrupted (store_interrupt); or the map is
 * not filled yet, and the list longer than DIRECTORY_FILE_PEOPLE. */
enum status directory_query(struct store *store, struct arena *arena,
                            const struct directory_filter *filter, enum directory_sort sort,
                            bool is_descending, const struct directory_place *place, int limit,
                            int64_t now_s, struct directory_page *out) MUST_CHECK;

/* The first letters of names or addresses that there are, in order, upper case, each as a text of
 * one character: of scripts with many of them only some, DIRECTORY_LETTERS_MAX in all. None where
 * no order is kept in memory, or by another sort. */
#define DIRECTORY_LETTERS_MAX 60
enum status directory_letters(struct store *store, struct arena *arena, enum directory_sort sort,
                              const char ***out, size_t *count) MUST_CHECK;

struct directory_counts {
    int64_t total;
    int64_t subscribed;
    int64_t opted_in;
    int64_t by_topic[TOPIC_MAX + 1]; /* opted in and the choice on, retired topics too */
    struct position position;
};

enum status directory_count(struct store *store, int64_t now_s,
                            struct directory_counts *out) MUST_CHECK;

#endif
