/*
 * web/page_person: one person: the Manage dialog's content and page, adding someone, Copy link.
 */
#include "base/catalogue.h"
#include "view/admin.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/export_log.h"
#include "web/form_topics.h"
#include "web/reply.h"
#include "web/write.h"

int page_person(struct http_request *request);
int page_person_new(struct http_request *request);
int page_person_link(struct http_request *request);

#define PEOPLE_PATH "/admin/people/"

struct save_job {
    const struct auth_session *session;
    struct person_edit edit;
    struct person_saved saved;
};

static void answer_nobody(struct visit *visit, const struct auth_session *session)
{
    admit_admin_error(visit, session, 404, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NOBODY),
                      ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NOBODY_ADVICE));
}

static void show_person(struct visit *visit, const struct auth_session *session, int code,
                        const char *notice, const struct person_page *person,
                        const struct save_job *refused)
{
    struct admin_shell shell = admit_admin_shell(session, notice);
    struct buf page = {0};

    view_person(&page, visit->arena, &shell, person, refused ? &refused->edit : NULL,
                refused ? &refused->saved : NULL);
    reply_html(visit, code, &page);
    buf_free(&page);
}

/* What the page says of the save before it: ?said=POSITION, 0 when nothing was different. */
static const char *notice_of(const struct visit *visit, const char *words)
{
    return form_has(&visit->query, "said", "0")
               ? ADMIN_TEXT(visit->arena, TEXT_ADMIN_PERSON_NOTHING)
               : words;
}

/* The person as they stand now, after a look (refused NULL) or a refused form. */
static void answer_person(struct visit *visit, const struct auth_session *session,
                          struct public_id id, int code, const struct save_job *refused)
{
    struct position said = {0};
    struct person_page person;
    const char *words;
    enum status status;

    if (!refused && !form_get_int(&visit->query, "said", 1, INT64_MAX, &said.value))
        said.value = 0;
    status = people_look(visit->service, visit->arena, id, session->admin.id, visit->now_s, said,
                         &person, &words);
    if (status == STATUS_OK)
        show_person(visit, session, code, refused ? NULL : notice_of(visit, words), &person,
                    refused);
    else if (status == STATUS_NOT_FOUND)
        answer_nobody(visit, session);
    else
        reply_failure(visit, status, "page_person");
}

static void answer_new(struct visit *visit, const struct auth_session *session, int code,
                       const struct person_edit *edit, const struct person_saved *saved)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct topic_page topics;
    struct buf page = {0};
    enum status status = topic_admin_list(visit->service, visit->arena, &topics);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_person_new");
        return;
    }
    view_person_new(&page, visit->arena, &shell, &topics, edit, saved);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static bool read_undo(const struct visit *visit, struct person_edit *edit)
{
    return form_get_int(&visit->form, "undoes", 1, INT64_MAX, &edit->undoes.value);
}

static bool read_save(struct visit *visit, struct person_edit *edit, enum status *status)
{
    const char *text = form_get(&visit->form, "status");

    edit->email = form_get(&visit->form, "email");
    edit->name = form_get(&visit->form, "name");
    edit->language = form_get(&visit->form, "language");
    edit->type = form_get(&visit->form, "type");
    edit->has_status = text != NULL;
    if (text && !contact_status_parse(text, &edit->status))
        return false;
    *status = form_topics_read(visit, "topic", &edit->choices_on, NULL);
    if (*status == STATUS_OK)
        *status = form_topics_read(visit, "shown", &edit->choices_shown, &edit->has_choices);
    if (*status == STATUS_OK)
        *status = form_topics_read_often(visit, &edit->often_shown, &edit->daily, &edit->weekly);
    if (*status != STATUS_OK)
        return false;
    edit->pause = form_get(&visit->form, "pause");
    text = form_get(&visit->form, "consent");
    edit->consent = text ? text : "";
    return true;
}

/* The form as a typed edit; id is set by the caller. False: answered. */
static bool read_edit(struct visit *visit, const struct auth_session *session, bool is_new,
                      struct person_edit *edit)
{
    enum status status = STATUS_OK;
    bool is_read;

    edit->consent = "";
    edit->origin = auth_origin(session, visit->address, visit->agent);
    if (!is_new && !form_get_int(&visit->form, "version", 0, INT64_MAX, &edit->expected.value))
        edit->expected.value = 0;
    if (form_has(&visit->form, "do", "undo") && !is_new)
        is_read = read_undo(visit, edit);
    else if (form_has(&visit->form, "do", "save"))
        is_read = read_save(visit, edit, &status) && (is_new || edit->expected.value > 0);
    else
        is_read = false;
    if (is_read)
        return true;
    if (status == STATUS_OK || status == STATUS_INVALID)
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE_ADVICE));
    else
        reply_failure(visit, status, "page_person");
    return false;
}

static int code_of(enum edit_fault fault)
{
    switch (fault) {
    case EDIT_EMAIL_TAKEN:
    case EDIT_CHANGED_MEANWHILE:
    case EDIT_UNDO_LATE:
        return 409;
    case EDIT_GONE:
        return 404;
    case EDIT_FINE:
    case EDIT_EMAIL_BAD:
    case EDIT_NAME_BAD:
    case EDIT_TYPE_BAD:
    case EDIT_LANGUAGE_BAD:
    case EDIT_PAUSE_BAD:
    case EDIT_NEEDS_CONSENT:
    case EDIT_CONSENT_BAD:
    case EDIT_SUPPRESSED:
    case EDIT_FAULT_COUNT:
        break;
    }
    return 422;
}

static enum status save_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct save_job *job = context;

    return people_save(service, txn, arena, &job->edit, &job->saved);
}

static void save_done(struct visit *visit, void *context, enum status status)
{
    const struct save_job *job = context;
    const struct person_saved *saved = &job->saved;
    char id[PUBLIC_ID_TEXT_BYTES];

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_person");
    } else if (saved->fault == EDIT_FINE) {
        public_id_text(job->edit.id.value ? job->edit.id : saved->id, id);
        reply_redirect(visit,
                       arena_printf(visit->arena, PEOPLE_PATH "%s?said=%lld", id,
                                    saved->is_unchanged ? 0LL : (long long)saved->position.value));
    } else if (job->edit.id.value == 0) {
        answer_new(visit, job->session, code_of(saved->fault), &job->edit, saved);
    } else {
        answer_person(visit, job->session, job->edit.id, code_of(saved->fault), job);
    }
}

static void save(struct visit *visit, const struct auth_session *session, struct public_id id)
{
    struct save_job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct save_job){.session = session, .edit = {.id = id}};
    if (read_edit(visit, session, id.value == 0, &job->edit))
        write_and_sleep(visit, save_run, job, save_done);
}

static void person(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, admit_admin_least(visit));
    struct public_id id;

    if (!session)
        return;
    if (!public_id_parse(visit->rest, &id) || id.value == 0)
        answer_nobody(visit, session);
    else if (visit->method == VISIT_POST)
        save(visit, session, id);
    else
        answer_person(visit, session, id, 200, NULL);
}

EXPORT int page_person(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, person);
}

static void person_new(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, admit_admin_least(visit));

    if (!session)
        return;
    if (visit->method == VISIT_POST)
        save(visit, session, (struct public_id){0});
    else
        answer_new(visit, session, 200, NULL, NULL);
}

EXPORT int page_person_new(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, person_new);
}

struct link_job {
    const char *link;
};

static void link_logged(struct visit *visit, void *context, enum status status)
{
    const struct link_job *job = context;

    if (status == STATUS_OK)
        reply_text(visit, 200, job->link);
    else
        reply_failure(visit, status, "page_person_link");
}

/* The link opens the person's page to whoever holds it, so only those who may change them get it,
 * and the ledger says who did. */
static void person_link(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_MANAGER);
    const char *text = admit_segment(visit, 2);
    struct public_id id;
    struct link_job *job;
    enum status status;

    if (!session)
        return;
    if (!text || !public_id_parse(text, &id) || id.value == 0) {
        answer_nobody(visit, session);
        return;
    }
    job = arena_alloc(visit->arena, sizeof *job);
    status = people_link(visit->service, visit->arena, id, visit->now_s, &job->link);
    if (status == STATUS_OK)
        export_log_and_sleep(visit, session, arena_printf(visit->arena, "the link of %s", text),
                             job, link_logged);
    else if (status == STATUS_NOT_FOUND)
        answer_nobody(visit, session);
    else if (status == STATUS_REFUSED)
        admit_admin_error(visit, session, 409, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NO_LINKS),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NO_LINKS_ADVICE));
    else
        reply_failure(visit, status, "page_person_link");
}

EXPORT int page_person_link(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL, person_link);
}
