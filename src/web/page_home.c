/*
 * web/page_home: the front page with its form that asks for a fresh link, and what robots are told.
 */
#include <string.h>

#include "service/fresh_link.h"
#include "view/recipient.h"
#include "view/requests.h"
#include "web/admit.h"
#include "web/reply.h"
#include "web/speak.h"
#include "web/write.h"

int page_home(struct http_request *request);
int page_robots(struct http_request *request);

/* refused: what was typed as an address and is none; NULL: nothing. */
static void show_home(struct visit *visit, const struct brand *brand, const char *refused)
{
    struct buf page = {0};

    view_home(&page, visit->arena, brand, speak(visit, NULL), refused);
    reply_html(visit, refused ? 422 : 200, &page);
    buf_free(&page);
}

struct link_job {
    struct email email;
    const char *address;
    enum locale lang;
    int64_t now_s;
    struct brand brand;
};

static enum status link_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    const struct link_job *job = context;

    return fresh_link_ask(service, txn, arena, &job->email, job->lang, job->address, job->now_s);
}

static void link_done(struct visit *visit, void *context, enum status status)
{
    const struct link_job *job = context;
    struct buf page = {0};

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_home");
        return;
    }
    view_asked(&page, visit->arena, &job->brand, speak_speech(visit), ASKED_LINK,
               job->email.written);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

static void send_link(struct visit *visit, const struct brand *brand)
{
    struct link_job *job = arena_alloc(visit->arena, sizeof *job);
    const char *typed = form_get(&visit->form, "email");

    *job = (struct link_job){.address = visit->address, .now_s = visit->now_s, .brand = *brand};
    if (!typed)
        typed = "";
    job->lang = speak(visit, NULL).lang;
    if (email_parse(visit->arena, typed, strlen(typed), &job->email, NULL) == STATUS_OK)
        write_and_sleep(visit, link_run, job, link_done);
    else
        show_home(visit, brand, typed);
}

static void home(struct visit *visit)
{
    struct brand brand;
    enum status status = brand_get(visit->service, visit->arena, &brand);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_home");
    } else if (visit->method != VISIT_POST) {
        show_home(visit, &brand, NULL);
    } else {
        visit->flags |= ADMIT_PERSONAL;
        if (form_has(&visit->form, "do", "send_link"))
            send_link(visit, &brand);
        else
            reply_error(visit, 400, speak_text(visit, TEXT_ERROR_FORM),
                        speak_text(visit, TEXT_ERROR_NO_ACT));
    }
}

EXPORT int page_home(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST, home);
}

static void show_robots(struct visit *visit)
{
    reply_text(visit, 200,
               "User-agent: *\nDisallow: /p/\nDisallow: /u/\nDisallow: /c/\nDisallow: /admin\n");
}

EXPORT int page_robots(struct http_request *request)
{
    return admit(request, ADMIT_GET, show_robots);
}
