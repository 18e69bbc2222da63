/*
 * web/page_hooks: Setup → Hooks: the list, one hook, and what is done with it. Whoever changes one
 * decides where people's data goes: owners alone.
 */
#include <stdlib.h>
#include <string.h>

#include "base/catalogue.h"
#include "service/hook_kinds.h"
#include "view/hooks.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"
#include "web/write.h"

int page_hooks(struct http_request *request);
int page_hook(struct http_request *request);

static const char *const act_names[HOOK_ACT_COUNT] = {
    [HOOK_ADD] = "add",
    [HOOK_EDIT] = "edit",
    [HOOK_STOP] = "stop",
    [HOOK_RESUME] = "resume",
    [HOOK_REMOVE] = "remove",
    [HOOK_RESTORE] = "undo",
    [HOOK_ROTATE] = "rotate",
    [HOOK_TEST] = "test",
    [HOOK_REPLAY] = "replay",
    [HOOK_REPLAY_ALL] = "replay_all",
    [HOOK_SHOW_SECRET] = "secret",
};

static bool read_act(const char *name, enum hook_act *out)
{
    for (int i = 0; name && i < HOOK_ACT_COUNT; i++)
        if (strcmp(act_names[i], name) == 0) {
            *out = (enum hook_act)i;
            return true;
        }
    return false;
}

/* What the act before this page did to hook, as far as the hook bears it out. */
static const char *notice_of(struct visit *visit, const struct hook *hook)
{
    static const enum text texts[HOOK_ACT_COUNT] = {
        [HOOK_ADD] = TEXT_ADMIN_HOOKS_DID_ADD,
        [HOOK_EDIT] = TEXT_ADMIN_HOOKS_DID_EDIT,
        [HOOK_STOP] = TEXT_ADMIN_HOOKS_DID_STOP,
        [HOOK_RESUME] = TEXT_ADMIN_HOOKS_DID_RESUME,
        [HOOK_REMOVE] = TEXT_ADMIN_HOOKS_DID_REMOVE,
        [HOOK_RESTORE] = TEXT_ADMIN_HOOKS_DID_RESTORE,
        [HOOK_ROTATE] = TEXT_ADMIN_HOOKS_DID_ROTATE,
        [HOOK_TEST] = TEXT_ADMIN_HOOKS_DID_TEST,
        [HOOK_REPLAY] = TEXT_ADMIN_HOOKS_DID_REPLAY,
        [HOOK_REPLAY_ALL] = TEXT_ADMIN_HOOKS_DID_REPLAY,
    };
    enum hook_act act;

    if (!read_act(form_get(&visit->query, "did"), &act) || act == HOOK_SHOW_SECRET ||
        (act == HOOK_REMOVE) != (hook->removed_at != 0) ||
        (act == HOOK_STOP && hook->state != HOOK_STOPPED) ||
        (act == HOOK_RESUME && hook->state != HOOK_ON) ||
        (act == HOOK_ROTATE && hook->generation == 1))
        return NULL;
    return ADMIN_TEXT(visit->arena, texts[act], ARG("url", hook->url));
}

struct hook_job {
    const struct auth_session *session;
    struct hook_edit edit;
    struct hook_saved saved;
};

static bool can_change(const struct auth_session *session)
{
    return session->admin.role >= ROLE_OWNER;
}

/* The hook whose removal led to this page, while it can be undone; an id of 0: none. */
static enum status find_removed(struct visit *visit, struct hook *out)
{
    const char *id = form_get(&visit->query, "removed");
    enum status status = hook_admin_removed(visit->service, visit->arena,
                                            id ? strtoll(id, NULL, 10) : 0, visit->now_s, out);

    if (status != STATUS_NOT_FOUND)
        return status;
    *out = (struct hook){0};
    return STATUS_OK;
}

static void answer_list(struct visit *visit, const struct auth_session *session, int code,
                        const struct hook_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct hooks_show show = {.now_s = visit->now_s, .can_change = can_change(session)};
    struct hook_list list;
    struct hook removed = {0};
    struct buf page = {0};
    enum status status = hook_admin_list(visit->service, visit->arena, &list);

    if (status == STATUS_OK && !job)
        status = find_removed(visit, &removed);
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_hooks");
        return;
    }
    if (removed.id != 0) {
        shell.notice = notice_of(visit, &removed);
        show.removed = shell.notice && show.can_change ? removed.id : 0;
    }
    if (job) {
        show.edit = &job->edit;
        show.saved = &job->saved;
    }
    view_hooks(&page, visit->arena, &shell, &list, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static void answer_one(struct visit *visit, const struct auth_session *session, int code,
                       int64_t id, const struct hook_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct hooks_show show = {.now_s = visit->now_s,
                              .can_change = can_change(session),
                              .asks_remove = form_get(&visit->query, "remove") != NULL};
    const char *before = form_get(&visit->query, "before");
    struct hook_page hook;
    struct buf page = {0};
    enum status status =
        hook_admin_get(visit->service, visit->arena, id, before ? strtoll(before, NULL, 10) : 0,
                       visit->now_s, &hook);

    if (status == STATUS_NOT_FOUND) {
        struct hook_saved gone = {.fault = HOOK_GONE};
        admit_admin_error(visit, session, 404, hook_fault_words(&gone), NULL);
        return;
    }
    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_hook");
        return;
    }
    if (job) {
        show.edit = &job->edit;
        show.saved = &job->saved;
    } else {
        shell.notice = notice_of(visit, &hook.line.hook);
    }
    view_hook(&page, visit->arena, &shell, &hook, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct hook_job *job = context;

    return hook_admin_save(service, txn, arena, &job->edit, &job->saved);
}

static int code_of(enum hook_fault fault)
{
    return fault == HOOK_GONE ? 404
           : fault == HOOK_TOO_MANY || fault == HOOK_IS_STOPPED || fault == HOOK_DELIVERY_GONE ||
                   fault == HOOK_RESTORE_LATE
               ? 409
               : 422;
}

static void done(struct visit *visit, void *context, enum status status)
{
    const struct hook_job *job = context;
    const bool is_fine = job->saved.fault == HOOK_FINE;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_hooks");
    else if (is_fine && job->edit.act == HOOK_REMOVE)
        reply_redirect(visit, arena_printf(visit->arena, "/admin/hooks?did=remove&removed=%lld",
                                           (long long)job->saved.id));
    else if (is_fine && job->edit.act != HOOK_SHOW_SECRET)
        reply_redirect(visit, arena_printf(visit->arena, "/admin/hooks/%lld?did=%s",
                                           (long long)job->saved.id, act_names[job->edit.act]));
    else if (job->edit.act == HOOK_ADD || job->edit.act == HOOK_RESTORE)
        answer_list(visit, job->session, code_of(job->saved.fault), job);
    else
        answer_one(visit, job->session, is_fine ? 200 : code_of(job->saved.fault), job->edit.id,
                   job);
}

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value ? value : "";
}

static uint64_t kinds_of(const struct visit *visit)
{
    uint64_t kinds = 0, bit;

    for (size_t i = 0; i < visit->form.count; i++)
        if (strcmp(visit->form.fields[i].name, "kind") == 0 &&
            hook_kinds_parse(visit->form.fields[i].value, &bit))
            kinds |= bit;
    return kinds;
}

/* id 0: of the list, which can add alone. */
static void post(struct visit *visit, const struct auth_session *session, int64_t id)
{
    struct hook_job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct hook_job){
        .session = session,
        .edit = {.id = id,
                 .url = text_of(visit, "url"),
                 .about = text_of(visit, "about"),
                 .kinds = kinds_of(visit),
                 .delivery = strtoll(text_of(visit, "delivery"), NULL, 10),
                 .origin = auth_origin(session, visit->address, visit->agent)},
    };
    if (!hook_signing_parse(text_of(visit, "signing"), &job->edit.signing))
        job->edit.signing = 0;
    if (read_act(form_get(&visit->form, "do"), &job->edit.act) &&
        (job->edit.act == HOOK_ADD) == (id == 0))
        write_and_sleep(visit, run, job, done);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE), NULL);
}

static const struct auth_session *enter(struct visit *visit)
{
    return admit_admin(visit, visit->method == VISIT_POST ? ROLE_OWNER : ROLE_VIEWER);
}

static void hooks(struct visit *visit)
{
    const struct auth_session *session = enter(visit);

    if (session && visit->method == VISIT_POST)
        post(visit, session, 0);
    else if (session)
        answer_list(visit, session, 200, NULL);
}

static void hook(struct visit *visit)
{
    const struct auth_session *session = enter(visit);
    const char *id_text = admit_segment(visit, 2);
    const int64_t id = id_text ? strtoll(id_text, NULL, 10) : 0;

    if (session && visit->method == VISIT_POST && id > 0)
        post(visit, session, id);
    else if (session)
        answer_one(visit, session, 200, id, NULL);
}

EXPORT int page_hooks(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, hooks);
}

EXPORT int page_hook(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, hook);
}
