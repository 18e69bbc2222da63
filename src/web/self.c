/*
 * web/self: see self.h.
 */
#include "web/self.h"

#include <string.h>

#include "base/campaign.h"
#include "view/recipient.h"
#include "web/form_topics.h"
#include "web/form_wording.h"
#include "web/link_count.h"
#include "web/reply.h"
#include "web/speak.h"
#include "web/write.h"

#define PAGE_USUAL_BYTES 8000 /* of HTML */

const struct link_opened *self_admit_token(struct visit *visit, const char *token,
                                           enum link_purpose purpose)
{
    struct link_opened *link = arena_alloc(visit->arena, sizeof *link);
    enum status status =
        links_open(visit->service, visit->arena, token, purpose, visit->now_s, link);

    if (status == STATUS_OK) {
        if (visit->method == VISIT_POST || token == visit->rest)
            link_count(visit, token, link->state, &link->claims);
        link->lang = speak(visit, self_can_act(link) ? link->contact.language : NULL).lang;
        return link;
    }
    reply_failure(visit, status, "self_admit");
    return NULL;
}

const struct link_opened *self_admit(struct visit *visit, enum link_purpose purpose)
{
    return self_admit_token(visit, visit->rest, purpose);
}

bool self_can_act(const struct link_opened *link)
{
    return link->state == LINK_GOOD || link->state == LINK_EXPIRED || link->state == LINK_VOID;
}

enum self_act self_act_of(const struct visit *visit)
{
    static const char *const names[SELF_ACT_COUNT] = {
        [SELF_SAVE] = "save",           [SELF_STOP_TOPIC] = "stop_topic",
        [SELF_STOP_ALL] = "stop_all",   [SELF_UNDO] = "undo",
        [SELF_REASON] = "reason",       [SELF_PAUSE] = "pause",
        [SELF_RESUME] = "resume",       [SELF_VOID_LINKS] = "void_links",
        [SELF_SEND_LINK] = "send_link", [SELF_ADDRESS] = "change_address",
        [SELF_LANGUAGE] = "language",
    };
    const char *wanted = form_get(&visit->form, "do");

    for (int act = 0; wanted && act < SELF_ACT_COUNT; act++)
        if (names[act] && strcmp(names[act], wanted) == 0)
            return (enum self_act)act;
    return SELF_LOOK;
}

static bool refuse(struct visit *visit, enum text advice)
{
    reply_error(visit, 400, speak_text(visit, TEXT_ERROR_FORM), speak_text(visit, advice));
    return false;
}

static bool read_save(struct visit *visit, struct self_request *out)
{
    enum status status = form_topics_read(visit, "topic", &out->choices_on, NULL);

    if (status == STATUS_OK)
        status = form_topics_read(visit, "shown", &out->choices_shown, NULL);
    if (status == STATUS_OK)
        status = form_topics_read_often(visit, &out->often_shown, &out->daily, &out->weekly);
    if (status == STATUS_OK)
        return true;
    if (status != STATUS_INVALID) {
        reply_failure(visit, status, "self_read");
        return false;
    }
    return refuse(visit, TEXT_ERROR_NO_TOPIC);
}

static bool read_reason(struct visit *visit, struct self_request *out)
{
    const char *reason = form_get(&visit->form, "reason");
    const char *comment = form_get(&visit->form, "comment");

    if (reason && *reason &&
        (!leave_reason_parse(reason, &out->reason) || out->reason >= LEAVE_OFFERED_COUNT))
        return refuse(visit, TEXT_ERROR_NO_REASON);
    out->comment = comment ? comment : "";
    if (strlen(out->comment) > REASON_MAX_BYTES)
        return refuse(visit, TEXT_ERROR_LONG_COMMENT);
    return true;
}

bool self_read(struct visit *visit, enum self_act act, struct self_request *out)
{
    struct self_request request = {
        .act = act,
        .comment = "",
        .address = visit->address,
        .agent = visit->agent,
        .campaign = campaign_or_null(form_get(&visit->query, "c")),
        .wording = form_wording(visit),
    };

    if (act == SELF_SAVE && !read_save(visit, &request))
        return false;
    if (act == SELF_REASON && !read_reason(visit, &request))
        return false;
    if (act == SELF_PAUSE) {
        request.days = form_get(&visit->form, "days");
        request.until = form_get(&visit->form, "until");
    }
    if (act == SELF_ADDRESS)
        request.email = form_get(&visit->form, "email");
    if ((act == SELF_UNDO || act == SELF_REASON) &&
        !form_get_int(&visit->form, "undoes", 1, INT64_MAX, &request.undoes.value))
        return refuse(visit, TEXT_ERROR_NO_CHANGE);
    *out = request;
    return true;
}

/* A page that still offers something is 200; what is gone is gone, what never was is not found. To
 * a mail program a link of someone who is gone is as good as done (U4). */
static int code_of(enum link_state state, bool as_text)
{
    switch (state) {
    case LINK_GOOD:
    case LINK_EXPIRED:
    case LINK_VOID:
        return 200;
    case LINK_NOBODY:
        return as_text ? 200 : 410;
    case LINK_REVOKED:
        return 410;
    case LINK_BROKEN:
    case LINK_STATE_COUNT:
        break;
    }
    return 404;
}

/* ?show=until and ?show=address. */
static enum self_part part_of(const struct visit *visit)
{
    if (visit->method == VISIT_POST)
        return SELF_PART_NONE;
    if (form_has(&visit->query, "show", "until"))
        return SELF_PART_UNTIL;
    return form_has(&visit->query, "show", "address") ? SELF_PART_ADDRESS : SELF_PART_NONE;
}

static void answer(struct visit *visit, struct self_page *self, bool as_text)
{
    const bool is_refused =
        self->notice == SELF_NOTICE_PAUSE_REFUSED || self->notice == SELF_NOTICE_ADDRESS_REFUSED;
    int code = is_refused ? 422 : code_of(self->link, as_text);
    struct buf page = {0};

    if (as_text) {
        view_self_plain(&page, self);
        reply_text(visit, code, page.data);
    } else {
        self->lang_is_asked = visit->speech.is_asked;
        self->campaign = campaign_or_null(form_get(&visit->query, "c"));
        buf_reserve(&page, PAGE_USUAL_BYTES);
        self->part = self->purpose == PURPOSE_MANAGE ? part_of(visit) : SELF_PART_NONE;
        view_self_page(&page, visit->arena, self);
        reply_html(visit, code, &page);
    }
    buf_free(&page);
}

void self_show(struct visit *visit, const struct link_opened *link, bool as_text)
{
    struct self_page page;
    enum status status = selfservice_look(visit->service, visit->arena, link, visit->rest, &page);

    if (status == STATUS_OK)
        answer(visit, &page, as_text);
    else
        reply_failure(visit, status, "self_show");
}

struct act_job {
    const struct link_opened *link;
    const char *token;
    struct self_request request;
    bool as_text;
    bool is_refused;
    struct self_page page;
};

static enum status act_run(const struct service *service, struct txn *txn, struct arena *arena,
                           void *context)
{
    struct act_job *job = context;
    enum status status =
        selfservice_act(service, txn, arena, job->link, job->token, &job->request, &job->page);

    job->is_refused = status == STATUS_REFUSED;
    return job->is_refused ? STATUS_OK : status;
}

static void act_done(struct visit *visit, void *context, enum status status)
{
    struct act_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "self_do");
    else if (job->is_refused)
        reply_error(visit, 403, speak_text(visit, TEXT_ERROR_LINK),
                    speak_text(visit, TEXT_ERROR_LINK_ADVICE));
    else
        answer(visit, &job->page, job->as_text);
}

void self_do(struct visit *visit, const struct link_opened *link,
             const struct self_request *request, bool as_text)
{
    struct act_job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct act_job){
        .link = link, .token = visit->rest, .request = *request, .as_text = as_text};
    write_and_sleep(visit, act_run, job, act_done);
}
