/*
 * web/page_settings: Setup → Settings: all settings in one form, the logo, a test mail, a preview.
 */
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "base/picture.h"
#include "service/join.h"
#include "service/outbox_admin.h"
#include "service/preview.h"
#include "view/settings.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/offload.h"
#include "web/reply.h"
#include "web/write.h"

int page_settings(struct http_request *request);

#define PATH "/admin/settings"

struct settings_job {
    const struct auth_session *session;
    struct settings_edit edit;
    struct settings_saved saved;
    bool is_undo, is_trial;
    const char *logo_fault;
    const void *upload;
    size_t upload_len;
    const struct picture *picture; /* NULL: the logo is removed */
    bool changed;
};

static const char *text_of(const struct form *form, const char *name)
{
    const char *value = form_get(form, name);

    return value ? value : "";
}

static bool is_query(const struct visit *visit, const char *name, const char *value)
{
    return strcmp(text_of(&visit->query, name), value) == 0;
}

/* Whether the act before this page can be taken back by a button in its notice. */
static bool can_undo(const struct visit *visit, const struct settings_page *page)
{
    if (page->last_record)
        return is_query(visit, "did", "logo") || is_query(visit, "did", "logo_remove");
    return page->is_undoable && is_query(visit, "did", "save");
}

/* What the act before this page did, as far as the settings bear it out. */
static const char *notice_of(struct visit *visit, const struct auth_session *session,
                             const struct settings_page *page)
{
    struct arena *arena = visit->arena;

    if (is_query(visit, "did", "save") && can_undo(visit, page))
        return ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_SAVED,
                          ARG("names", view_settings_names(arena, page->last_changed)));
    if (is_query(visit, "did", "same"))
        return ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_SAME);
    if (is_query(visit, "did", "late"))
        return ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_UNDO_LATE);
    if (is_query(visit, "did", "undo"))
        return ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_UNDONE);
    if (is_query(visit, "did", "logo"))
        return ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_LOGO_SAVED);
    if (is_query(visit, "did", "logo_remove"))
        return ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_LOGO_REMOVED);
    if (is_query(visit, "did", "test"))
        return ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_TEST_SENT, ARG("email", session->admin.email));
    return NULL;
}

/* The preview's form as asked for, and the address of what it frames; typed values with it. */
static struct settings_preview preview_of(struct visit *visit, const struct settings_job *job)
{
    struct settings_preview preview = {
        .page = text_of(&visit->query, "page"),
        .as = text_of(&visit->query, "as"),
        .lang = text_of(&visit->query, "lang"),
        .is_wide = is_query(visit, "wide", "1"),
    };
    struct buf url = {0};

    const bool is_mail = strncmp(preview.page, "mail_", 5) == 0;
    buf_adds(&url, is_mail ? PATH "/preview/mail?page=" : PATH "/preview?page=");
    buf_url(&url, *preview.page ? preview.page : "manage");
    buf_adds(&url, "&as=");
    buf_url(&url, preview.as);
    buf_adds(&url, "&lang=");
    buf_url(&url, preview.lang);
    for (int i = 0; job && job->is_trial && i <= SETTING_GOODBYE_WORDS; i++) {
        if (!job->edit.typed[i])
            continue;
        buf_printf(&url, "&%s=", setting_key((enum setting)i));
        buf_url(&url, job->edit.typed[i]);
    }
    preview.url = arena_strdup(visit->arena, url.data);
    buf_free(&url);
    return preview;
}

static enum status gather(struct visit *visit, const struct auth_session *session,
                          struct settings_show *show)
{
    const struct origin asker = auth_origin(session, visit->address, visit->agent);
    struct settings_page *page = arena_alloc(visit->arena, sizeof *page);
    struct brand *brand = arena_alloc(visit->arena, sizeof *brand);
    struct join_page *join = arena_alloc(visit->arena, sizeof *join);
    enum status status = settings_list(visit->service, visit->arena, &asker, visit->now_s, page);

    if (status == STATUS_OK)
        status = brand_get(visit->service, visit->arena, brand);
    if (status == STATUS_OK)
        status = join_look(visit->service, visit->arena, LOCALE_EN, NULL, join);
    show->settings = page;
    show->brand = brand;
    show->join = join;
    return status;
}

/* job NULL: the page as it stands. */
static void answer(struct visit *visit, const struct auth_session *session, int code,
                   const struct settings_job *job)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct settings_show show = {.smtp = visit->service->conf->smtp,
                                 .can_change = session->admin.role >= ROLE_MANAGER,
                                 .is_owner = session->admin.role == ROLE_OWNER};
    struct buf page = {0};
    enum status status = gather(visit, session, &show);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_settings");
        return;
    }
    show.preview = preview_of(visit, job);
    if (!job) {
        shell.notice = notice_of(visit, session, show.settings);
        shell.notice_is_fault = is_query(visit, "did", "late");
    } else {
        show.edit = job->upload ? NULL : &job->edit;
        show.saved = &job->saved;
        show.is_trial = job->is_trial;
        show.logo_fault = job->logo_fault;
        if (job->saved.is_stale) {
            shell.notice = ADMIN_TEXT(visit->arena, TEXT_ADMIN_SETTINGS_STALE);
            shell.notice_is_fault = true;
        }
    }
    show.can_undo = !job && show.can_change && can_undo(visit, show.settings);
    view_settings(&page, visit->arena, &shell, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static enum status save_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct settings_job *job = context;

    return job->is_undo ? brand_undo(service, txn, arena, &job->edit.origin, &job->saved)
                        : settings_save(service, txn, arena, &job->edit, &job->saved);
}

static void save_done(struct visit *visit, void *context, enum status status)
{
    struct settings_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_settings");
    else if (job->saved.needs_owner)
        admit_admin_error(visit, job->session, 403,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_SETTINGS_NEEDS_OWNER),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_SETTINGS_NEEDS_OWNER_ADVICE));
    else if (job->saved.is_stale || job->saved.is_refused)
        answer(visit, job->session, job->saved.is_stale ? 409 : 422, job);
    else if (job->is_undo)
        reply_redirect(visit, job->saved.undo_is_late ? PATH "?did=late" : PATH "?did=undo");
    else
        reply_redirect(visit, job->saved.changed ? PATH "?did=save" : PATH "?did=same");
}

/* A colour that was offered, instead of the one typed: "brand_color:#1f5fd6". */
static void take_offer(struct visit *visit, struct settings_edit *edit)
{
    const char *take = form_get(&visit->form, "take");
    const char *colon = take ? strchr(take, ':') : NULL;
    enum setting setting;

    if (colon && setting_parse(arena_strndup(visit->arena, take, (size_t)(colon - take)), &setting))
        edit->typed[setting] = colon + 1;
}

static enum status logo_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct settings_job *job = context;

    return brand_logo_put(service, txn, arena, job->picture, &job->edit.origin, &job->changed);
}

static void logo_done(struct visit *visit, void *context, enum status status)
{
    const struct settings_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_settings");
    else if (!job->changed)
        reply_redirect(visit, PATH "?did=same");
    else
        reply_redirect(visit, job->picture ? PATH "?did=logo" : PATH "?did=logo_remove");
}

/* In the offload thread: a picture may take a while to decode. */
static enum status read_run(const struct service *service, struct arena *arena, void *context)
{
    struct settings_job *job = context;
    struct picture *picture = arena_alloc(arena, sizeof *picture);

    if (picture_read(arena, job->upload, job->upload_len, picture, &job->logo_fault) == STATUS_OK)
        job->picture = picture;
    return STATUS_OK;
}

static void read_done(struct visit *visit, void *context, enum status status)
{
    struct settings_job *job = context;

    if (status != STATUS_OK)
        reply_failure(visit, status, "page_settings");
    else if (!job->picture)
        answer(visit, job->session, 422, job);
    else
        write_and_sleep(visit, logo_run, job, logo_done);
}

static void take_logo(struct visit *visit, struct settings_job *job)
{
    const struct form_file *file = visit->form.file;

    job->upload = file ? file->data : "";
    job->upload_len = file ? file->len : 0;
    if (job->upload_len == 0)
        job->logo_fault = ADMIN_TEXT(visit->arena, TEXT_ADMIN_SETTINGS_LOGO_MISSING);
    else if (job->upload_len > BRAND_LOGO_MAX_BYTES)
        job->logo_fault = ADMIN_TEXT(visit->arena, TEXT_ADMIN_SETTINGS_LOGO_LARGE);
    if (job->logo_fault)
        answer(visit, job->session, 422, job);
    else
        offload_and_sleep(visit, read_run, job, read_done);
}

static enum status test_run(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    const struct settings_job *job = context;

    return outbox_admin_test(service, txn, job->session->admin.email, clock_now_s(),
                             &job->edit.origin);
}

static void test_done(struct visit *visit, void *context, enum status status)
{
    if (status == STATUS_OK)
        reply_redirect(visit, PATH "?did=test");
    else
        reply_failure(visit, status, "page_settings");
}

static void read_edit(struct visit *visit, struct settings_edit *edit)
{
    for (int i = 0; i < SETTING_COUNT; i++)
        edit->typed[i] = form_get(&visit->form, setting_key((enum setting)i));
    take_offer(visit, edit);
    if (!form_get_int(&visit->form, "version", 0, INT64_MAX, &edit->version))
        edit->version = -2; /* of no form of ours: stale if anything differs */
}

static void try_out(struct visit *visit, struct settings_job *job)
{
    for (int i = 0; i < SETTING_COUNT; i++) {
        const char *value;
        if (job->edit.typed[i])
            (void)!setting_check(visit->arena, (enum setting)i, job->edit.typed[i], &value,
                                 &job->saved.faults[i], &job->saved.offers[i]);
    }
    job->is_trial = true;
    answer(visit, job->session, 200, job);
}

static void settings(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, admit_admin_least(visit));
    struct settings_job *job;
    const char *act = text_of(&visit->form, "do");

    if (!session)
        return;
    if (visit->method != VISIT_POST) {
        answer(visit, session, 200, NULL);
        return;
    }
    job = arena_alloc(visit->arena, sizeof *job);
    job->session = session;
    job->edit.origin = auth_origin(session, visit->address, visit->agent);
    job->is_undo = strcmp(act, "undo") == 0;
    read_edit(visit, &job->edit);
    if (strcmp(act, "preview") == 0)
        try_out(visit, job);
    else if (strcmp(act, "save") == 0 || job->is_undo || form_get(&visit->form, "take"))
        write_and_sleep(visit, save_run, job, save_done);
    else if (strcmp(act, "logo") == 0)
        take_logo(visit, job);
    else if (strcmp(act, "logo_remove") == 0)
        write_and_sleep(visit, logo_run, job, logo_done);
    else if (strcmp(act, "test") == 0)
        write_and_sleep(visit, test_run, job, test_done);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_NO_ACT));
}

EXPORT int page_settings(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL | ADMIT_FILE | ADMIT_FRAMES,
                 settings);
}
