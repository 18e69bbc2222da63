/*
 * view/api_calls_model: what the template of Setup → API is filled from. Made by view/api_calls
 * only.
 */
#ifndef ASSENT_VIEW_API_CALLS_MODEL_H
#define ASSENT_VIEW_API_CALLS_MODEL_H

#include "view/admin_model.h"

struct api_calls_view {
    struct admin_frame frame;
    const char *url; /* the public one, which every example asks */
};

#endif
