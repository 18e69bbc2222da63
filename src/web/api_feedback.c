/*
 * web/api_feedback: POST /api/v1/feedback: mailers report hard bounces and complaints, one or up to
 * 1,000 in a call, all in one transaction. Asked again, a report that was taken is not taken again,
 * with an Idempotency-Key and without.
 */
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "view/feedback.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/api_body.h"
#include "web/api_write.h"
#include "web/reply.h"

int api_feedback(struct http_request *request);

#define BODY_MAX_BYTES 524288

struct item {
    struct feedback_report report;
    const char *detail; /* why it can't be taken; NULL: it can */
};

struct call {
    bool is_one; /* a report by itself: its refusal is the call's */
    struct item *items;
    size_t count;
    struct origin origin;
};

static void answer(struct arena *arena, struct buf *text, struct api_call *out)
{
    buf_addc(text, '\n');
    *out = (struct api_call){
        .code = 200,
        .body = arena_strndup(arena, text->data, text->len),
        .body_len = text->len,
    };
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context, struct api_call *out)
{
    const struct call *call = context;
    struct buf text = {0};
    enum status status = STATUS_OK;

    if (!call->is_one)
        buf_adds(&text, "{\"results\":[");
    for (size_t i = 0; status == STATUS_OK && i < call->count; i++) {
        const struct item *item = &call->items[i];
        struct feedback_result result = {0};
        if (item->detail == NULL)
            status = feedback_take(service, txn, arena, &item->report, &call->origin, &result);
        if (status == STATUS_OK && call->is_one && result.outcome == FEEDBACK_ID_USED) {
            buf_free(&text);
            api_write_refuse(service, arena, PROBLEM_REPORT_ID_USED,
                             "Each report needs an id of its own. Nothing was written.", out);
            return STATUS_OK;
        }
        if (!call->is_one)
            buf_adds(&text, i > 0 ? ",\n" : "\n");
        view_feedback(&text, item->report.id, &result, item->detail);
    }
    if (!call->is_one)
        buf_adds(&text, "]}");
    if (status == STATUS_OK)
        answer(arena, &text, out);
    buf_free(&text);
    return status;
}

static bool refuse(struct visit *visit, enum problem problem, const char *detail)
{
    admit_api_problem(visit, problem, detail);
    return false;
}

static bool read_many(struct visit *visit, const json_t *object, struct call *call)
{
    const json_t *list = json_object_get(object, "reports");

    if (!json_is_array(list) || json_object_size(object) != 1)
        return refuse(visit, PROBLEM_BAD_BODY,
                      "The body is one report, or an object with the one member \"reports\": a "
                      "list of them.");
    call->count = json_array_size(list);
    if (call->count > FEEDBACK_REPORTS_MAX)
        return refuse(visit, PROBLEM_TOO_MANY_REPORTS,
                      "A call takes 1,000 reports at most. Send the rest in another one.");
    call->items = arena_array(visit->arena, call->count, sizeof *call->items);
    for (size_t i = 0; i < call->count; i++)
        (void)feedback_read(visit->arena, json_array_get(list, i), &call->items[i].report,
                            &call->items[i].detail);
    return true;
}

static bool read_one(struct visit *visit, const json_t *object, struct call *call)
{
    const char *detail = NULL;

    call->is_one = true;
    call->count = 1;
    call->items = arena_array(visit->arena, 1, sizeof *call->items);
    return feedback_read(visit->arena, object, &call->items[0].report, &detail) ||
           refuse(visit, PROBLEM_BAD_MEMBER, detail);
}

static bool read_call(struct visit *visit, const char *body, size_t len, struct call *call)
{
    json_t *object;
    const char *detail = NULL;

    if (json_read_object(visit->arena, body, len, &object, &detail) != STATUS_OK)
        return refuse(visit, PROBLEM_BAD_BODY, detail);
    bool is_fine = json_object_get(object, "reports") ? read_many(visit, object, call)
                                                      : read_one(visit, object, call);
    json_decref(object);
    return is_fine;
}

/* NULL: it was answered. */
static const char *read_body(struct visit *visit, size_t *len)
{
    static const char type[] = "application/json";
    const char *given = admit_header(visit, "content-type");
    const size_t given_len = given ? strcspn(given, "; \t") : 0;

    if (given_len != strlen(type) || strncasecmp(given, type, given_len) != 0) {
        reply_header(visit, "accept-post", type);
        admit_api_problem(visit, PROBLEM_BODY_TYPE, "Send application/json.");
        return NULL;
    }
    struct api_body *body = api_body_take(visit);
    if (api_body_bytes(body) > BODY_MAX_BYTES) {
        admit_api_problem(visit, PROBLEM_BODY_TOO_LONG,
                          "A body takes 524,288 bytes at most. Send fewer reports in each call.");
        return NULL;
    }
    char *text = arena_alloc(visit->arena, BODY_MAX_BYTES + 1);
    size_t part = 0;
    *len = 0;
    do {
        if (api_body_read(body, text + *len, BODY_MAX_BYTES - *len, &part) != STATUS_OK) {
            admit_api_failure(visit, STATUS_IO, "api_feedback");
            return NULL;
        }
        *len += part;
    } while (part > 0 && *len < BODY_MAX_BYTES);
    return text;
}

static void feedback(struct visit *visit)
{
    const struct api_key *key = admit_api(visit, SCOPE_CONTACTS_WRITE);
    size_t len = 0;
    const char *body = key ? read_body(visit, &len) : NULL;
    struct call *call = arena_alloc(visit->arena, sizeof *call);

    if (body == NULL || !read_call(visit, body, len, call))
        return;
    call->origin = api_keys_origin(key, visit->address, visit->agent);
    api_write(visit, key, body, len, run, call);
}

EXPORT int api_feedback(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL | ADMIT_API, feedback);
}
