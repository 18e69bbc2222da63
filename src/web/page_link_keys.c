/*
 * web/page_link_keys: Setup → Links & keys: the key ring, what came back by each key, rotating,
 * adding a sender's key, revoking. Who holds a key says who is on the page that a link opens:
 * owners alone change the ring, everyone who is signed in may look.
 */
#include <string.h>

#include "base/catalogue.h"
#include "service/key_ring.h"
#include "view/link_keys.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/gate.h"
#include "web/reply.h"
#include "web/write.h"

#define PATH "/admin/keys"

int page_link_keys(struct http_request *request);

struct key_job {
    const struct auth_session *session;
    enum link_keys_act act;
    const char *newest, *owner, *text;
    struct link_key_id id;
    struct origin origin;
    struct key_done done;
    enum approval_gate gate;
};

static const char *text_of(const struct visit *visit, const char *name)
{
    const char *value = form_get(&visit->form, name);

    return value ? value : "";
}

/* What the address says was done before this page. */
static void put_did(const struct visit *visit, struct link_keys_show *show)
{
    const char *did = form_get(&visit->query, "did"), *id = form_get(&visit->query, "id");
    static const char *const names[LINK_KEYS_ACT_COUNT] = {
        [LINK_KEYS_ROTATE] = "rotated", [LINK_KEYS_ADD] = "added", [LINK_KEYS_REVOKE] = "revoked"};

    if (!did || !id || !link_key_id_parse(id, &show->did_id))
        return;
    for (int act = 0; act < LINK_KEYS_ACT_COUNT; act++)
        if (names[act] && strcmp(names[act], did) == 0)
            show->did = (enum link_keys_act)act;
}

static void answer(struct visit *visit, const struct auth_session *session, int code,
                   const struct key_job *job, bool has_no_file)
{
    struct admin_shell shell = admit_admin_shell(session, NULL);
    const char *asked = form_get(&visit->query, "revoke");
    struct link_keys_show show = {.now_s = visit->now_s,
                                  .can_change = session->admin.role >= ROLE_OWNER,
                                  .has_no_file = has_no_file};
    struct key_ring ring;
    struct buf page = {0};
    enum status status = key_ring_load(visit->service, visit->arena, visit->now_s, &ring);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_link_keys");
        return;
    }
    show.asks = asked && link_key_id_parse(asked, &show.asked);
    put_did(visit, &show);
    if (job) {
        show.fault = job->done.fault;
        show.faulty = job->act;
        show.owner = job->owner;
        show.text = job->text;
    }
    view_link_keys(&page, visit->arena, &shell, &ring, &show);
    reply_html(visit, code, &page);
    buf_free(&page);
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    struct key_job *job = context;
    enum status status;
    int64_t approval;

    switch (job->act) {
    case LINK_KEYS_ROTATE:
        return key_ring_rotate(service, txn, arena, job->newest, &job->origin, &job->done);
    case LINK_KEYS_ADD:
        return key_ring_add(service, txn, arena, job->text, job->owner, &job->origin, &job->done);
    case LINK_KEYS_REVOKE:
        status = approvals_gate(service, txn, arena,
                                &(struct approval_ask){.kind = APPROVAL_LINK_KEY, .key = job->id},
                                &job->origin, &job->gate, &approval);
        if (status != STATUS_OK || job->gate != APPROVAL_NOT_NEEDED)
            return status;
        return key_ring_revoke(service, txn, arena, job->id, &job->origin, &job->done);
    case LINK_KEYS_LOOK:
    case LINK_KEYS_ACT_COUNT:
        break;
    }
    return STATUS_INVALID;
}

static int code_of(enum key_fault fault)
{
    switch (fault) {
    case KEY_GONE:
        return 404;
    case KEY_THERE:
    case KEY_MEANWHILE:
    case KEY_FULL:
    case KEY_ENDED:
        return 409;
    case KEY_FINE:
    case KEY_OWNER_BAD:
    case KEY_UNREADABLE:
    case KEY_PRIVATE:
    case KEY_OTHER_KIND:
    case KEY_NO_POINT:
    case KEY_SMALL_ORDER:
    case KEY_FAULT_COUNT:
        break;
    }
    return 422;
}

static void done(struct visit *visit, void *context, enum status status)
{
    const struct key_job *job = context;
    static const char *const did[LINK_KEYS_ACT_COUNT] = {
        [LINK_KEYS_ROTATE] = "rotated", [LINK_KEYS_ADD] = "added", [LINK_KEYS_REVOKE] = "revoked"};

    if (job->act == LINK_KEYS_ROTATE && (status == STATUS_IO || status == STATUS_FULL)) {
        answer(visit, job->session, 503, NULL, true);
    } else if (status != STATUS_OK) {
        reply_failure(visit, status, "page_link_keys");
    } else if (gate_answers(visit, job->gate)) {
        return;
    } else if (job->done.fault != KEY_FINE) {
        answer(visit, job->session, code_of(job->done.fault), job, false);
    } else {
        char id[LINK_KEY_ID_TEXT_BYTES];
        link_key_id_text(job->done.id, id);
        reply_redirect(visit, arena_printf(visit->arena, PATH "?did=%s&id=%s", did[job->act], id));
    }
}

static enum link_keys_act act_of(const struct visit *visit, struct link_key_id *id)
{
    const char *act = text_of(visit, "do");

    if (strcmp(act, "rotate") == 0)
        return LINK_KEYS_ROTATE;
    if (strcmp(act, "add") == 0)
        return LINK_KEYS_ADD;
    if (strcmp(act, "revoke") == 0 && link_key_id_parse(text_of(visit, "id"), id))
        return LINK_KEYS_REVOKE;
    return LINK_KEYS_LOOK;
}

static void post(struct visit *visit, const struct auth_session *session)
{
    struct key_job *job = arena_alloc(visit->arena, sizeof *job);

    *job = (struct key_job){
        .session = session,
        .newest = text_of(visit, "newest"),
        .owner = text_of(visit, "owner"),
        .text = text_of(visit, "public"),
        .origin = auth_origin(session, visit->address, visit->agent),
    };
    job->act = act_of(visit, &job->id);
    if (job->act != LINK_KEYS_LOOK)
        write_and_sleep(visit, run, job, done);
    else
        admit_admin_error(visit, session, 400,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_FORM_UNREADABLE), NULL);
}

static void link_keys(struct visit *visit)
{
    const struct auth_session *session =
        admit_admin(visit, visit->method == VISIT_POST ? ROLE_OWNER : ROLE_VIEWER);

    if (session && visit->method == VISIT_POST)
        post(visit, session);
    else if (session)
        answer(visit, session, 200, NULL, false);
}

EXPORT int page_link_keys(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_PERSONAL, link_keys);
}
