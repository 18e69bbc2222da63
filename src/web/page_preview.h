/*
 * web/page_preview: what the previews of pages and of mails share.
 */
#ifndef ASSENT_WEB_PAGE_PREVIEW_H
#define ASSENT_WEB_PAGE_PREVIEW_H

#include "service/preview.h"
#include "web/visit.h"

/* Admits who looks and reads what they ask for. False: it was answered. */
bool preview_read(struct visit *visit, struct preview_request *out);

/* False: there is no such page or person, or it can't be read, and that was answered. */
bool preview_is_found(struct visit *visit, enum status status);

#endif
