/*
 * web/admit_admin: the one place where an admin's request is admitted: session, Origin, CSRF token,
 * role (REQUIREMENTS S3, S4, S10). Every page under /admin but the login begins here.
 */
#ifndef ASSENT_WEB_ADMIT_ADMIN_H
#define ASSENT_WEB_ADMIT_ADMIN_H

#include "service/auth.h"
#include "view/admin.h"
#include "web/visit.h"

/* Whoever is signed in, if they may do what a page asks of role least. NULL: no, and it was
 * answered: a GET goes to the login and comes back after it, a POST is refused with 401 or 403 and
 * changes nothing. The session lives in the visit's arena. */
const struct auth_session *admit_admin(struct visit *visit, enum admin_role least);

/* The same for what viewers may have only where addresses are shown to them whole: files of many
 * people, mails as they were sent. All else that a masked viewer is answered is masked by
 * web/reply, whatever page makes it. */
const struct auth_session *admit_admin_whole(struct visit *visit);

/* The same for a POST whose form lies in a long body that is read later: its CSRF token is left to
 * the caller, and to auth_csrf_is_right. */
const struct auth_session *admit_admin_file(struct visit *visit, enum admin_role least);

/* The same as admit_admin, also for who must have a second factor and has none: for the page that
 * sets it up, and the way out. Everywhere else they are led there. */
const struct auth_session *admit_admin_unready(struct visit *visit, enum admin_role least);

/* Whether a Cookie header's value shows a session: for the guard, before a long body is let in. */
bool admit_admin_knows(const char *cookies);

/* The least role for a page that managers may change and viewers may see. */
enum admin_role admit_admin_least(const struct visit *visit);

/* What the views of admins need; notice NULL for none. */
struct admin_shell admit_admin_shell(const struct auth_session *session, const char *notice);

/* An error inside the shell for people, a problem for programs. */
void admit_admin_error(struct visit *visit, const struct auth_session *session, int code,
                       const char *title, const char *advice);

#endif
