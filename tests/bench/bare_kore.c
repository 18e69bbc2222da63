/*
 * bench: the bare limit of an HTTP answer: Kore with an empty handler and nothing of ours.
 */
#include <kore/kore.h>

#include <kore/http.h>

int bare_page(struct http_request *req);

__attribute__((visibility("default"))) int bare_page(struct http_request *req)
{
    http_response(req, 200, "hello\n", 6);
    return KORE_RESULT_OK;
}
