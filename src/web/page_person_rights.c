/*
 * web/page_person_rights: /admin/people/ID/data and …/erase: for who wrote in: what is held of them
 * as a file, and erasing them. Each wants a reason, and erasing a word that it was they.
 */
#include "base/catalogue.h"
#include "service/person_data.h"
#include "view/admin.h"
#include "view/person_data.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/gate.h"
#include "web/reply.h"
#include "web/write.h"

int page_person_data(struct http_request *request);
int page_person_erase(struct http_request *request);

struct rights_job {
    const struct auth_session *session;
    struct public_id id;
    enum rights_act act;
    const char *reason;
    struct origin origin;
    struct contact person;
    enum approval_gate gate;
};

static void answer_nobody(struct visit *visit, const struct auth_session *session)
{
    admit_admin_error(visit, session, 404, ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NOBODY),
                      ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NOBODY_ADVICE));
}

static void show(struct visit *visit, const struct auth_session *session, int code,
                 const struct person_rights *rights)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct buf page = {0};

    view_person_rights(&page, visit->arena, &shell, rights);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static void answer_file(struct visit *visit, const struct rights_job *job)
{
    struct person_data data;
    struct buf file = {0};
    enum status status =
        person_data_read(visit->service, visit->arena, job->person.id, visit->now_s, &data);

    if (status == STATUS_NOT_FOUND) {
        answer_nobody(visit, job->session);
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_person_rights");
        return;
    }
    view_person_data(&file, &data);
    reply_header(visit, "content-disposition", PERSON_DATA_DISPOSITION);
    reply_json(visit, 200, &file);
    buf_free(&file);
}

static enum status act_run(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct rights_job *job = context;
    enum status status = STATUS_OK;
    int64_t approval;

    if (job->act == RIGHTS_ERASE)
        status =
            approvals_gate(service, txn, arena,
                           &(struct approval_ask){
                               .kind = APPROVAL_ERASE, .person = job->id, .reason = job->reason},
                           &job->origin, &job->gate, &approval);
    if (status != STATUS_OK || job->gate != APPROVAL_NOT_NEEDED)
        return status;
    return rights_for(service, txn, arena, job->id, job->act, &job->origin, job->reason,
                      &job->person);
}

static void act_done(struct visit *visit, void *context, enum status status)
{
    const struct rights_job *job = context;

    if (status == STATUS_NOT_FOUND)
        answer_nobody(visit, job->session);
    else if (status != STATUS_OK)
        reply_failure(visit, status, "page_person_rights");
    else if (gate_answers(visit, job->gate))
        return;
    else if (job->act == RIGHTS_ERASE)
        show(visit, job->session, 200,
             &(struct person_rights){.act = RIGHTS_ERASE, .is_done = true});
    else
        answer_file(visit, job);
}

static void act(struct visit *visit, const struct auth_session *session, struct public_id id,
                struct person_rights *rights)
{
    struct rights_job *job = arena_alloc(visit->arena, sizeof *job);
    const char *typed = form_get(&visit->form, "reason");

    *job = (struct rights_job){.session = session,
                               .id = id,
                               .act = rights->act,
                               .origin = auth_origin(session, visit->address, visit->agent)};
    rights->reason = typed;
    rights->lacks_reason = !rights_reason(visit->arena, typed, &job->reason);
    rights->lacks_word = rights->act == RIGHTS_ERASE && !form_has(&visit->form, "sure", "yes");
    if (rights->lacks_reason || rights->lacks_word)
        show(visit, session, 422, rights);
    else
        write_and_sleep(visit, act_run, job, act_done);
}

/* Viewers see neither: what is held of somebody is handed out by those who may change them. */
static void page(struct visit *visit, enum rights_act wanted)
{
    const struct auth_session *session = admit_admin(visit, ROLE_MANAGER);
    const char *text = admit_segment(visit, 2);
    struct person_rights rights = {.act = wanted, .id = text};
    struct contact person;
    struct public_id id;

    if (!session)
        return;
    if (!text || !public_id_parse(text, &id) || id.value == 0) {
        answer_nobody(visit, session);
        return;
    }
    enum status status = rights_person(visit->service, visit->arena, id, &person);
    if (status == STATUS_NOT_FOUND) {
        answer_nobody(visit, session);
    } else if (status != STATUS_OK) {
        reply_failure(visit, status, "page_person_rights");
    } else {
        rights.email = person.email;
        rights.name = person.name;
        if (visit->method == VISIT_POST)
            act(visit, session, id, &rights);
        else
            show(visit, session, 200, &rights);
    }
}

static void person_data(struct visit *visit)
{
    page(visit, RIGHTS_GIVE);
}

static void person_erase(struct visit *visit)
{
    page(visit, RIGHTS_ERASE);
}

EXPORT int page_person_data(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, person_data);
}

EXPORT int page_person_erase(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, person_erase);
}
