/*
 * view/settings_model: what assets/settings*.html are filled from. Made by view/settings only.
 */
#ifndef ASSENT_VIEW_SETTINGS_MODEL_H
#define ASSENT_VIEW_SETTINGS_MODEL_H

#include "view/admin_model.h"
#include "view/settings.h"

struct settings_field {
    const char *key, *label, *hint;
    const char *value;       /* as stored, or as typed */
    const char *placeholder; /* what holds while it is empty, or "" */
    const char *fault;       /* NULL: none */
    const char *offer;       /* a colour that holds, or NULL */
    const char *swatch;      /* the colour as it is, or NULL */
    const char *locked;      /* why it can't be changed, where others can; NULL: nothing to say */
    bool is_long, is_choice, is_number, is_color, is_line, is_disabled;
    const char *type; /* of the input */
    int min, max;
    struct option *options;
    size_t options_count;
};

struct settings_section {
    const char *title, *lead;
    struct settings_field *fields;
    size_t fields_count;
};

/* What is kept, for people, and for how long. */
struct settings_kept {
    const char *what, *how_long;
};
#define SETTINGS_KEPT_MAX 20

struct settings_view {
    struct admin_frame frame;
    struct brand brand;
    int logo_width, logo_height;
    const char *logo_fault;
    int64_t version;
    struct settings_section sections[8];
    size_t sections_count;
    struct settings_kept kept[SETTINGS_KEPT_MAX];
    size_t kept_count;
    struct settings_field *faults; /* those with a fault */
    size_t faults_count;
    bool can_change, is_trial;
    const char *snippet;
    struct settings_preview preview;
    struct option *pages, *languages;
    size_t pages_count, languages_count;
};

/* Fills kept; in settings_kept.c. */
void view_settings_kept(struct settings_view *view, struct arena *arena,
                        const struct settings_page *settings);

#endif
