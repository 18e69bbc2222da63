/*
 * web/form_wording: the field of a recipient's form that says which texts its page showed.
 */
#ifndef ASSENT_WEB_FORM_WORDING_H
#define ASSENT_WEB_FORM_WORDING_H

#include "web/visit.h"

/* The number of base/wording in the form's field "wording"; 0 where there is none, or it is no
 * number: nothing is refused for it. */
int32_t form_wording(const struct visit *visit);

#endif
