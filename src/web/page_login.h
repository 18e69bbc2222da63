/*
 * web/page_login: what both steps of the login share.
 */
#ifndef ASSENT_WEB_PAGE_LOGIN_H
#define ASSENT_WEB_PAGE_LOGIN_H

#include "web/visit.h"

#define PAGE_LOGIN_FIRST "/admin/people" /* where a login without a next leads */

/* Where to go after: only a page of admins on this site, in characters that a header may hold.
 * NULL: nowhere in particular. */
const char *page_login_next(const char *next);

/* The cookie of a login whose password was right; NULL or "": none. */
const char *page_login_step(struct visit *visit);

/* Sends that cookie and goes on to the second step. */
void page_login_to_code(struct visit *visit, const char *cookie, const char *next);

#endif
