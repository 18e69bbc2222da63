/*
 * view/problem_model: what the template of /api/v1/problems is filled from. Made by view/problem
 * only.
 */
#ifndef ASSENT_VIEW_PROBLEM_MODEL_H
#define ASSENT_VIEW_PROBLEM_MODEL_H

#include <stddef.h>

struct problem_row {
    const char *key; /* behind the # */
    int code;        /* that it usually has */
    const char *title, *about;
};

struct problems_view {
    struct problem_row *rows;
    size_t rows_count;
};

#endif
