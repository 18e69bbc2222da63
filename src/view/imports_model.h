/*
 * view/imports_model: what the templates of view/imports are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_IMPORTS_MODEL_H
#define ASSENT_VIEW_IMPORTS_MODEL_H

#include "view/admin_model.h"
#include "view/imports.h"

struct import_line {
    const char *url, *name, *summary, *state;
    bool is_good, is_bad, is_going;
};

struct imports_view {
    struct admin_frame frame;
    struct import_line *rows;
    size_t rows_count;
    const char *busy_url; /* of the one under way; NULL: none */
    const char *fault, *consent_fault, *consent;
    bool can_change, opens_consent;
};

struct import_meaning {
    const char *title, *sample, *meaning;
    bool is_ignored;
};

struct import_case {
    const char *line, *email, *what;
};

struct import_group {
    const char *title;
    struct import_case *rows;
    size_t rows_count;
};

struct import_view {
    struct admin_frame frame;
    const char *path, *name, *admin, *headline, *advice, *consent;
    const char *progress_words, *permille, *percent;
    int64_t asked_at, undo_until;
    int64_t total, added, updated, unchanged, kept_out, rejected, changes;
    bool is_working, is_done, has_counts, has_rejected, can_change, has_acts;
    bool can_start, can_stop, can_discard, can_undo, can_resume;
    struct import_meaning *columns;
    size_t columns_count;
    struct import_group groups[4];
    size_t groups_count;
};

#endif
