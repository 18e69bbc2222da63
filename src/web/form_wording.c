/*
 * web/form_wording: see form_wording.h.
 */
#include "web/form_wording.h"

int32_t form_wording(const struct visit *visit)
{
    int64_t wording = 0;

    if (!form_get_int(&visit->form, "wording", 0, INT32_MAX, &wording))
        return 0;
    return (int32_t)wording;
}
