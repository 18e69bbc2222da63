/*
 * web/page_topics: Communications → Topics: add, rename, describe, order, retire, bring back.
 */
#include <string.h>

#include "base/catalogue.h"
#include "service/topic_admin.h"
#include "view/admin.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"
#include "web/sweep.h"
#include "web/write.h"

int page_topics(struct http_request *request);

static const char *const act_names[] = {
    [TOPIC_ADD] = "add",   [TOPIC_EDIT] = "edit",     [TOPIC_UP] = "up",
    [TOPIC_DOWN] = "down", [TOPIC_RETIRE] = "retire", [TOPIC_RESTORE] = "restore",
};
#define ACT_COUNT (sizeof act_names / sizeof *act_names)

static bool read_act(const char *name, enum topic_act *out)
{
    for (size_t i = 0; name && i < ACT_COUNT; i++)
        if (strcmp(act_names[i], name) == 0) {
            *out = (enum topic_act)i;
            return true;
        }
    return false;
}

/* What the act before this page did, as far as the list bears it out: ?did=ACT&key=KEY. */
static const char *notice_of(struct visit *visit, const struct topic_page *topics)
{
    const char *key = form_get(&visit->query, "key");
    const struct topic_line *topic = NULL;
    enum topic_act act;

    if (!key || !read_act(form_get(&visit->query, "did"), &act))
        return NULL;
    for (size_t i = 0; i < topics->count; i++)
        if (strcmp(topics->topics[i].key, key) == 0)
            topic = &topics->topics[i];
    if (!topic || (act == TOPIC_RETIRE) != (topic->retired_at != 0))
        return NULL;
    switch (act) {
    case TOPIC_ADD:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_TOPICS_DID_ADD, ARG("topic", topic->name));
    case TOPIC_EDIT:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_TOPICS_DID_EDIT, ARG("topic", topic->name));
    case TOPIC_UP:
    case TOPIC_DOWN:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_TOPICS_DID_MOVE, ARG("topic", topic->name));
    case TOPIC_RETIRE:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_TOPICS_DID_RETIRE, ARG("topic", topic->name),
                          ARG("n", topic->people));
    case TOPIC_RESTORE:
        return ADMIN_TEXT(visit->arena, TEXT_ADMIN_TOPICS_DID_RESTORE, ARG("topic", topic->name));
    }
    return NULL;
}

static void answer_topics(struct visit *visit, const struct auth_session *session, int code,
                          const struct topic_edit *edit, const struct topic_saved *saved)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    struct topic_page topics;
    struct buf page = {0};
    enum status status = topic_admin_list(visit->service, visit->arena, &topics);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_topics");
        return;
    }
    if (!edit)
        shell.notice = notice_of(visit, &topics);
    view_topics(&page, visit->arena, &shell, &topics, form_get(&visit->query, "retire"), edit,
                saved);
    reply_html(visit, code, &page);
    buf_free(&page);
}

struct topic_job {
    const struct auth_session *session;
    struct topic_edit edit;
    struct topic_saved saved;
};

static enum status topic_run(const struct service *service, struct txn *txn, struct arena *arena,
                             void *context)
{
    struct topic_job *job = context;

    return topic_admin_save(service, txn, arena, &job->edit, &job->saved);
}

static int code_of(enum topic_fault fault)
{
    if (fault == TOPIC_GONE)
        return 404;
    return fault == TOPIC_KEY_TAKEN || fault == TOPIC_NAME_TAKEN || fault == TOPIC_NONE_LEFT ? 409
                                                                                             : 422;
}

static void topic_done(struct visit *visit, void *context, enum status status)
{
    const struct topic_job *job = context;

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_topics");
        return;
    }
    if (job->saved.needs_refacet)
        sweep_start();
    if (job->saved.fault == TOPIC_FINE)
        reply_redirect(visit, arena_printf(visit->arena, "/admin/topics?did=%s&key=%s",
                                           act_names[job->edit.act], job->saved.topic.key));
    else
        answer_topics(visit, job->session, code_of(job->saved.fault), &job->edit, &job->saved);
}

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value ? value : "";
}

/* The texts in each language: name_de, description_de and so on. */
static void read_words(const struct visit *visit, struct topic_edit *edit)
{
    edit->sets_words = form_has(&visit->form, "words", "shown");
    for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
        const char *tag = locale_tag((enum locale)lang);
        edit->words[lang] = (struct topic_words){
            text_of(visit, arena_printf(visit->arena, "name_%s", tag)),
            text_of(visit, arena_printf(visit->arena, "description_%s", tag)),
        };
    }
}

static void topics(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, admit_admin_least(visit));
    struct topic_job *job;

    if (!session)
        return;
    if (visit->method != VISIT_POST) {
        answer_topics(visit, session, 200, NULL, NULL);
        return;
    }
    job = arena_alloc(visit->arena, sizeof *job);
    *job = (struct topic_job){
        .session = session,
        .edit = {.key = text_of(visit, "key"),
                 .name = text_of(visit, "name"),
                 .description = text_of(visit, "description"),
                 .sets_options = form_has(&visit->form, "options", "shown"),
                 .offers_frequency = form_has(&visit->form, "offers_frequency", "yes"),
                 .double_opt_in = form_has(&visit->form, "double_opt_in", "yes"),
                 .on_join = form_has(&visit->form, "on_join", "yes"),
                 .origin = auth_origin(session, visit->address, visit->agent)},
    };
    read_words(visit, &job->edit);
    if (read_act(form_get(&visit->form, "do"), &job->edit.act))
        write_and_sleep(visit, topic_run, job, topic_done);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_NO_ACT));
}

EXPORT int page_topics(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, topics);
}
