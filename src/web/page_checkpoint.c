/*
 * web/page_checkpoint: /.well-known/assent/checkpoint: the newest signed head of the ledger, for
 * whoever wants to keep it.
 */
#include "service/ledger_checkpoint.h"
#include "web/admit.h"
#include "web/reply.h"

int page_checkpoint(struct http_request *request);

static void show(struct visit *visit)
{
    struct checkpoint_row row;
    enum status status = ledger_checkpoint_newest(visit->service, visit->arena, &row);

    if (status == STATUS_NOT_FOUND) {
        reply_error(visit, 404, NULL, NULL);
    } else if (status != STATUS_OK) {
        reply_failure(visit, status, "page_checkpoint");
    } else {
        reply_header(visit, "cache-control", "public, max-age=60");
        reply_text(visit, 200, row.note);
    }
}

EXPORT int page_checkpoint(struct http_request *request)
{
    return admit(request, ADMIT_GET, show);
}
