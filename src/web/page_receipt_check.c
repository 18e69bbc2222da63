/*
 * web/page_receipt_check: /receipt, where anybody has a receipt checked that they paste or upload;
 * and the JSON Schema of receipts.
 *
 * Only the signature is looked at, never who is on the list: whoever forges a receipt learns that
 * it is not signed, and nothing else.
 */
#include <string.h>

#include "assets.h"
#include "view/receipt_check.h"
#include "web/admit.h"
#include "web/reply.h"
#include "web/speak.h"

int page_receipt_check(struct http_request *request);
int page_receipt_schema(struct http_request *request);

static void show(struct visit *visit, const struct receipt_check *check, const char *typed)
{
    struct brand brand;
    struct buf page = {0};
    enum status status = brand_get(visit->service, visit->arena, &brand);

    if (status != STATUS_OK) {
        reply_failure(visit, status, "page_receipt_check");
        return;
    }
    view_receipt_check(&page, visit->arena, &brand, speak(visit, NULL), check, typed);
    reply_html(visit, check && check->verdict != RECEIPT_VALID ? 422 : 200, &page);
    buf_free(&page);
}

static void check(struct visit *visit)
{
    struct receipt_check check;
    const struct form_file *file = visit->form.file;
    const char *typed = form_get(&visit->form, "text");

    if (visit->method != VISIT_POST) {
        show(visit, NULL, "");
        return;
    }
    visit->flags |= ADMIT_PERSONAL;
    const struct receipt_keys keys = receipt_check_own(visit->service, visit->arena);
    if (typed == NULL || (file != NULL && file->len > 0))
        typed = "";
    check = file != NULL && file->len > 0
                ? receipt_check(visit->arena, &keys, file->data, file->len)
                : receipt_check(visit->arena, &keys, typed, strlen(typed));
    show(visit, &check, typed);
}

EXPORT int page_receipt_check(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_POST | ADMIT_FILE, check);
}

static void schema(struct visit *visit)
{
    const struct asset *file = asset_find("receipt-schema.json");

    reply_header(visit, "cache-control", "public, max-age=3600");
    reply_data(visit, 200, "application/schema+json", file->data, file->size);
}

EXPORT int page_receipt_schema(struct http_request *request)
{
    return admit(request, ADMIT_GET, schema);
}
