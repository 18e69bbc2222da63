/*
 * view/letter_model: what the template of mails is filled from. Made by view/letter only.
 */
#ifndef ASSENT_VIEW_LETTER_MODEL_H
#define ASSENT_VIEW_LETTER_MODEL_H

#include "service/letters.h"

struct letter_view {
    enum locale lang;
    const char *tag; /* of lang */
    bool is_rtl;
    struct letter_page page;
    const char *subject, *title, *lead;
    const char **topics;
    size_t topics_count;
    const char *note;   /* behind the button; NULL: none */
    const char *button; /* NULL: no button */
    const char *why;    /* why this mail came */
    bool has_manage;    /* the link below, where the button does not open the same */
    bool has_privacy;
};

#endif
