/*
 * web/api_audience: GET /api/v1/audience/TOPIC: everyone who may be mailed about it.
 *
 * The list is made whole first, at one position, in a file of the data folder, a step at a time so
 * that other calls are not held up; then it goes to the client as fast as that takes it.
 */
#include <string.h>

#include "service/audience.h"
#include "view/audience.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/api_body.h"
#include "web/offload.h"
#include "web/reply.h"

int api_audience(struct http_request *request);

#define PIECE_BYTES 131072

struct listing {
    const char *topic;
    enum audience_form form;
    int64_t now_s;
    struct api_body *body;
    struct audience *audience; /* NULL: not begun, or ended */
    struct audience_facts facts;
    struct buf out;
    bool has_begun, is_last;
    enum status fault; /* of a write */
};

static void end_listing(void *context)
{
    struct listing *listing = context;
    audience_end(listing->audience);
    buf_free(&listing->out);
}

static bool flush(struct listing *listing)
{
    listing->fault = api_body_write(listing->body, listing->out.data, listing->out.len);
    buf_clear(&listing->out);
    return listing->fault == STATUS_OK;
}

static bool take(void *context, const struct audience_member *member)
{
    struct listing *listing = context;
    view_audience_member(&listing->out, listing->form, &listing->facts, member);
    return listing->out.len < PIECE_BYTES || flush(listing);
}

/* In the offload thread: a step of the list. */
static enum status make_step(const struct service *service, struct arena *arena, void *context)
{
    (void)arena;
    struct listing *listing = context;
    enum status status = STATUS_OK;
    if (!listing->has_begun) {
        status = audience_begin(service, listing->topic, listing->now_s, &listing->audience);
        if (status != STATUS_OK)
            return status;
        listing->facts = *audience_facts(listing->audience);
        view_audience_head(&listing->out, listing->form, &listing->facts);
        listing->has_begun = true;
    }
    status = audience_next(listing->audience, take, listing, &listing->is_last);
    if (status != STATUS_OK)
        return listing->fault != STATUS_OK ? listing->fault : status;
    if (!listing->is_last)
        return STATUS_OK;
    listing->facts = *audience_facts(listing->audience);
    audience_end(listing->audience);
    listing->audience = NULL;
    view_audience_tail(&listing->out, listing->form, &listing->facts);
    flush(listing);
    api_body_rewind(listing->body);
    return listing->fault;
}

/* In the offload thread: the next piece for the client. */
static enum status say(const struct service *service, struct arena *scratch, void *context,
                       struct buf *out, bool *is_last)
{
    (void)service, (void)scratch;
    struct listing *listing = context;
    size_t len = 0;
    buf_reserve(out, PIECE_BYTES);
    enum status status = api_body_read(listing->body, out->data + out->len, PIECE_BYTES, &len);
    if (status != STATUS_OK)
        return status;
    out->len += len;
    out->data[out->len] = '\0';
    *is_last = len == 0;
    return STATUS_OK;
}

static void on_step(struct visit *visit, void *context, enum status status)
{
    static const char *const types[] = {
        [AUDIENCE_NDJSON] = "application/x-ndjson",
        [AUDIENCE_CSV] = "text/csv; charset=utf-8; header=present",
        [AUDIENCE_LINES] = "text/plain; charset=utf-8",
    };
    struct listing *listing = context;
    if (status == STATUS_NOT_FOUND) {
        admit_api_problem(visit, PROBLEM_UNKNOWN_TOPIC, "GET /api/v1/topics lists them.");
        return;
    }
    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_audience");
        return;
    }
    if (!listing->is_last) {
        offload_and_sleep(visit, make_step, listing, on_step);
        return;
    }
    reply_header(visit, "assent-position",
                 arena_printf(visit->arena, "%lld", (long long)listing->facts.position.value));
    reply_header(visit, "assent-count",
                 arena_printf(visit->arena, "%lld", (long long)listing->facts.count));
    reply_stream(visit, &(struct reply_stream){
                            .type = types[listing->form], .make = say, .context = listing});
}

/* ?format= goes before Accept. False: it is none, and that was answered. */
static bool read_form(struct visit *visit, enum audience_form *out)
{
    static const char *const names[] = {
        [AUDIENCE_NDJSON] = "ndjson", [AUDIENCE_CSV] = "csv", [AUDIENCE_LINES] = "lines"};
    static const char *const types[] = {[AUDIENCE_NDJSON] = "application/x-ndjson",
                                        [AUDIENCE_CSV] = "text/csv",
                                        [AUDIENCE_LINES] = "text/plain"};
    const char *format = form_get(&visit->query, "format");
    const char *accept = admit_header(visit, "accept");
    *out = AUDIENCE_NDJSON;
    for (int form = AUDIENCE_FORM_COUNT - 1; form >= 0; form--)
        if (format ? strcmp(format, names[form]) == 0 : accept && strstr(accept, types[form])) {
            *out = (enum audience_form)form;
            if (format)
                return true;
        }
    if (!format)
        return true;
    admit_api_problem(visit, PROBLEM_BAD_REQUEST, "\"format\" is one of ndjson, csv, lines.");
    return false;
}

static void audience(struct visit *visit)
{
    enum audience_form form;

    /* Who may only ask about addresses that he has must not learn all that there are. */
    if (admit_api(visit, SCOPE_CONTACTS_READ) == NULL || !admit_api_stream(visit) ||
        !read_form(visit, &form))
        return;
    struct listing *listing = arena_alloc(visit->arena, sizeof *listing);
    *listing = (struct listing){.topic = visit->rest, .form = form, .now_s = visit->now_s};
    listing->body = api_body_new(visit);
    if (listing->body == NULL) {
        admit_api_failure(visit, STATUS_IO, "api_audience");
        return;
    }
    visit_at_end(visit, end_listing, listing);
    offload_and_sleep(visit, make_step, listing, on_step);
}

EXPORT int api_audience(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL | ADMIT_API, audience);
}
