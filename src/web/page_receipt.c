/*
 * web/page_receipt: /p/TOKEN/receipt, /u/TOKEN/receipt and, for admins, /admin/people/ID/receipt:
 * the receipt of one change, to read or, with format=json, as a file; and the public keys of what
 * is signed here. Checking one is web/page_receipt_check.
 */
#include "base/campaign.h"
#include "base/catalogue.h"
#include "view/past.h"
#include "web/admit.h"
#include "web/admit_admin.h"
#include "web/reply.h"
#include "web/self.h"
#include "web/speak.h"

int page_receipt(struct http_request *request);
int page_person_receipt(struct http_request *request);
int page_keys(struct http_request *request);

static void answer_file(struct visit *visit, const struct receipt *receipt)
{
    struct buf file = {0};

    view_receipt_file(&file, receipt);
    reply_header(visit, "content-disposition",
                 arena_printf(visit->arena, "attachment; filename=\"receipt-%lld.json\"",
                              (long long)receipt->line.position.value));
    reply_json(visit, 200, &file);
    buf_free(&file);
}

static void answer_page(struct visit *visit, struct receipt *receipt)
{
    struct buf page = {0};

    receipt->lang_is_asked = visit->speech.is_asked;
    if (receipt->token != NULL)
        receipt->campaign = campaign_or_null(form_get(&visit->query, "c"));
    view_receipt(&page, visit->arena, receipt);
    reply_html(visit, 200, &page);
    buf_free(&page);
}

static void answer(struct visit *visit, struct receipt *receipt)
{
    if (form_has(&visit->query, "format", "json"))
        answer_file(visit, receipt);
    else
        answer_page(visit, receipt);
}

/* 0: it names none. */
static struct position position_of(const struct visit *visit)
{
    struct position position = {0};

    if (!form_get_int(&visit->query, "entry", 1, INT64_MAX, &position.value))
        position.value = 0;
    return position;
}

static void receipt(struct visit *visit)
{
    const bool is_manage = visit->path[1] == 'p';
    const char *token = admit_segment(visit, 1);
    const struct link_opened *link =
        self_admit_token(visit, token, is_manage ? PURPOSE_MANAGE : PURPOSE_UNSUBSCRIBE);
    struct receipt found;
    enum status status;

    if (!link)
        return;
    status = receipt_get(visit->service, visit->arena, link, token, position_of(visit), &found);
    if (status == STATUS_NOT_FOUND)
        reply_error(visit, 404, NULL, NULL);
    else if (status != STATUS_OK)
        reply_failure(visit, status, "page_receipt");
    else
        answer(visit, &found);
}

EXPORT int page_receipt(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, receipt);
}

static void person_receipt(struct visit *visit)
{
    const struct auth_session *session = admit_admin(visit, ROLE_VIEWER);
    const char *text = admit_segment(visit, 2);
    struct public_id id;
    struct link_opened link;
    struct receipt found;
    enum status status = STATUS_NOT_FOUND;

    if (!session)
        return;
    if (text && public_id_parse(text, &id) && id.value != 0)
        status = receipt_open_person(visit->service, visit->arena, id, &link);
    if (status == STATUS_OK) {
        link.lang = speak_for(visit, link.contact.language).lang;
        status = receipt_get(visit->service, visit->arena, &link, NULL, position_of(visit), &found);
    }
    if (status == STATUS_NOT_FOUND)
        admit_admin_error(visit, session, 404,
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NO_RECEIPT),
                          ADMIN_TEXT(visit->arena, TEXT_ADMIN_ERROR_NO_RECEIPT_ADVICE));
    else if (status != STATUS_OK)
        reply_failure(visit, status, "page_person_receipt");
    else
        answer(visit, &found);
}

EXPORT int page_person_receipt(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL, person_receipt);
}

static void keys(struct visit *visit)
{
    struct receipt_key receipt_key;
    struct ledger_checkpoint_key checkpoint_key;
    struct buf out = {0};

    receipt_key_get(visit->service, &receipt_key);
    ledger_checkpoint_key(visit->service, &checkpoint_key);
    view_receipt_keys(&out, &receipt_key, &checkpoint_key);
    reply_header(visit, "cache-control", "public, max-age=3600");
    reply_json(visit, 200, &out);
    buf_free(&out);
}

EXPORT int page_keys(struct http_request *request)
{
    return admit(request, ADMIT_GET, keys);
}
