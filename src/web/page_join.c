/*
 * web/page_join: /join, the sign-up form. It may be sent in from any site: there is no session, and
 * nothing happens but a mail that asks (service/join).
 */
#include "service/join.h"
#include "view/requests.h"
#include "web/admit.h"
#include "web/form_topics.h"
#include "web/form_wording.h"
#include "web/reply.h"
#include "web/speak.h"
#include "web/write.h"

int page_join(struct http_request *request);

static void answer(struct visit *visit, int code, const struct join_typed *typed)
{
    const struct speech speech = speak(visit, NULL);
    struct join_page page;
    struct buf out = {0};
    enum status status = join_look(visit->service, visit->arena, speech.lang, typed, &page);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_join");
        return;
    }
    view_join(&out, visit->arena, &page, speech);
    reply_html(visit, code, &out);
    buf_free(&out);
}

struct join_job {
    struct join_request request;
    struct brand brand;
    const char *typed;
    int64_t now_s;
};

static enum status join_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    const struct join_job *job = context;

    return join_ask(service, txn, arena, &job->request, job->now_s);
}

static void join_done(struct visit *visit, void *context, enum status status)
{
    const struct join_job *job = context;
    struct buf out = {0};

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_join");
        return;
    }
    view_asked(&out, visit->arena, &job->brand, speak_speech(visit), ASKED_JOIN, job->typed);
    reply_html(visit, 200, &out);
    buf_free(&out);
}

static void sign_up(struct visit *visit)
{
    struct join_job *job = arena_alloc(visit->arena, sizeof *job);
    const char *trap = form_get(&visit->form, JOIN_TRAP_FIELD);
    enum locale language = speak(visit, NULL).lang;
    uint64_t choices = 0;
    struct join_typed typed;
    struct join_page page;
    struct email email;
    bool is_right = false;
    enum status status;

    (void)locale_parse(form_get(&visit->form, "language"), &language);
    status = form_topics_read(visit, "topic", &choices, NULL);
    if (status == STATUS_INVALID) { /* a form of elsewhere may name what never was */
        choices = 0;
        status = STATUS_OK;
    }
    if (status == STATUS_OK)
        status = join_read(visit->service, visit->arena, form_get(&visit->form, "name"),
                           form_get(&visit->form, "email"), choices, language, &typed, &email,
                           &is_right);
    if (status == STATUS_OK)
        status = join_look(visit->service, visit->arena, language, &typed, &page);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_join");
    } else if (!page.is_open) {
        answer(visit, 403, NULL);
    } else if (!is_right) {
        answer(visit, 422, &typed);
    } else {
        *job = (struct join_job){.request = {.email = email,
                                             .name = typed.name,
                                             .choices = typed.choices,
                                             .language = language,
                                             .wording = form_wording(visit),
                                             .is_trapped = trap && *trap,
                                             .address = visit->address,
                                             .agent = visit->agent},
                                 .brand = page.brand,
                                 .typed = email.written,
                                 .now_s = visit->now_s};
        write_and_sleep(visit, join_run, job, join_done);
    }
}

static void join(struct visit *visit)
{
    if (visit->method == VISIT_POST)
        sign_up(visit);
    else
        answer(visit, 200, NULL);
}

EXPORT int page_join(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, join);
}
