/*
 * web/page_asof: Communications → Activity → could we have mailed them then: the form and the
 * answer.
 *
 * An address in a link ends in logs and histories, so it is sent by POST; the answer about somebody
 * on the list then stands at an address that names them by their public id, which can be kept as a
 * bookmark. What is asked of an address that is nobody's is answered in place. Nothing is written.
 */
#include "view/asof.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"

int page_asof(struct http_request *request);

static void asof(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    const bool is_post = visit->method == VISIT_POST;
    const struct form *form = is_post ? &visit->form : &visit->query;
    struct as_of_page found;
    struct buf page = {0};

    if (!session)
        return;
    const struct as_of_typed typed = {
        .email = is_post ? form_get(form, "email") : NULL,
        .person = is_post ? NULL : form_get(form, "person"),
        .topic = form_get(form, "topic"),
        .at = form_get(form, "at"),
        .is_sent = is_post || form_get(form, "at") != NULL,
    };
    enum status status =
        as_of_page_read(visit->service, visit->arena, &typed, visit->now_s, &found);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_asof");
        return;
    }
    if (is_post && found.is_theirs) {
        reply_redirect(visit, view_asof_url(visit->arena, &found.told));
        return;
    }
    struct admin_shell shell = admit_admin_shell(session, NULL);
    view_asof(&page, visit->arena, &shell, &typed, &found);
    reply_html(visit,
               found.fault == AS_OF_FINE     ? 200
               : found.fault == AS_OF_NOBODY ? 404
                                             : 422,
               &page);
    buf_free(&page);
}

EXPORT int page_asof(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, asof);
}
