/*
 * view/wording_model: what the templates of view/wording are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_WORDING_MODEL_H
#define ASSENT_VIEW_WORDING_MODEL_H

#include "view/admin_model.h"
#include "view/recipient_model.h"
#include "view/wording.h"

struct wording_topic_row {
    const char *name, *description; /* "" when there is none */
    const char *offers;             /* for admins; NULL: nothing */
};

struct wording_texts { /* in their own language */
    const char *tag;
    bool is_rtl;
    const char **lines; /* without their tags */
    size_t lines_count;
    struct wording_topic_row *topics;
    size_t topics_count;
    const char **own;
    size_t own_count;
};

struct seen_view {
    enum locale lang;
    struct sheet_frame frame;
    struct past_seen seen;
    const char *language; /* of the texts, in that language */
    struct wording_texts texts;
    const char *back_url;
};

struct wording_link {
    const char *label, *url, *tag;
    bool is_here;
};

struct wording_view {
    struct admin_frame frame;
    struct wording_shown shown;
    const char *page, *language, *set, *set_url, *entry, *entry_url;
    bool has_topics, is_by_hand;
    struct wording_texts texts;
    struct wording_link pages[WORDING_PAGE_COUNT];
    size_t pages_count;
    struct wording_link languages[LOCALE_COUNT];
    size_t languages_count;
};

struct wording_row {
    const char *set, *url, *hash;
    int64_t at;
    const char *moved;
};

struct wording_list_view {
    struct admin_frame frame;
    struct wording_row *rows;
    size_t rows_count;
    const char *older_url; /* NULL: there are none */
};

#endif
