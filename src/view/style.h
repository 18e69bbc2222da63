/*
 * view/style: a brand's colours as the end of recipients' style sheet.
 */
#ifndef ASSENT_VIEW_STYLE_H
#define ASSENT_VIEW_STYLE_H

#include "base/buf.h"
#include "base/contrast.h"

/* The custom properties of assets/_base.css that follow from the accents, for both modes. */
void view_style(struct buf *out, const struct contrast_scheme *light,
                const struct contrast_scheme *dark);

#endif
