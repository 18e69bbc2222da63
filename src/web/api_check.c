/*
 * web/api_check: POST /api/v1/check: may these addresses be mailed, and if not, why not.
 *
 * Twice through the body in the offload thread: the first time decides all verdicts at one
 * position, the second puts them beside the addresses while the client takes them. So nothing is
 * answered before all is decided, and a hundred thousand addresses cost eight bytes each, or
 * sixteen of an earlier moment (?at=).
 */
#include <string.h>

#include "base/address_list.h"
#include "base/clock.h"
#include "service/check.h"
#include "view/check.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/api_addresses.h"
#include "web/api_body.h"
#include "web/offload.h"
#include "web/reply.h"

int api_check(struct http_request *request);

#define PIECE_BYTES 32768 /* of the body, read at once */

struct call {
    enum address_form form; /* of the body */
    const char *topic;      /* NULL: not known yet */
    struct api_body *body;
    int64_t now_s;
    bool is_past; /* of at_s instead */
    int64_t at_s;
    struct arena *arena; /* the visit's */

    struct check check;
    struct check_answer
        *answers;             /* room for CHECK_ADDRESSES_MAX, or as many as the body can hold */
    struct position *entries; /* beside them, of an earlier moment */
    size_t count;             /* decided, or put into the batch */
    size_t decided;
    enum status fault; /* of a decision */

    bool is_refused; /* problem and detail say why */
    enum problem problem;
    const char *detail;

    struct address_list *list; /* of the second reading */
    struct check_view view;
    size_t said;
    struct buf *out;
    bool has_begun;
};

static bool refuse(struct call *call, enum problem problem, const char *detail)
{
    if (!call->is_refused) {
        call->problem = problem;
        call->detail = detail;
    }
    call->is_refused = true;
    return false;
}

/* Reads the body once from its beginning. STATUS_OK also where a sink ended it, or it was refused:
 * call->is_refused then. */
static enum status read_all(struct call *call, const struct address_list_sink *sink)
{
    struct address_list *list = address_list_new(call->form, sink);
    char piece[PIECE_BYTES];
    size_t len = 0;
    enum status status, read = STATUS_OK;
    api_body_rewind(call->body);
    while ((status = api_body_read(call->body, piece, sizeof piece, &len)) == STATUS_OK &&
           len > 0 && (read = address_list_feed(list, piece, len)) == STATUS_OK)
        ;
    if (status == STATUS_OK && read == STATUS_OK)
        read = address_list_end(list);
    if (status == STATUS_OK && read == STATUS_INVALID)
        refuse(call, PROBLEM_BAD_BODY, address_list_fault(list, call->arena));
    address_list_free(list);
    return status;
}

static bool pass_over(void *context, const char *text, size_t len)
{
    (void)context, (void)text, (void)len;
    return true;
}

static void take_topic(void *context, const char *text, size_t len)
{
    struct call *call = context;
    const char *topic = arena_strndup(call->arena, text, len);
    if (call->topic == NULL)
        call->topic = topic;
    else if (strcmp(call->topic, topic) != 0)
        refuse(call, PROBLEM_BAD_REQUEST, "The address names one topic and the body another.");
}

/* In JSON the topic may stand behind the addresses. */
static enum status find_topic(struct call *call)
{
    enum status status = STATUS_OK;
    if (call->topic == NULL && call->form == ADDRESS_JSON)
        status = read_all(call, &(struct address_list_sink){
                                    .context = call, .address = pass_over, .topic = take_topic});
    if (status == STATUS_OK && call->topic == NULL)
        refuse(call, PROBLEM_UNKNOWN_TOPIC,
               call->form == ADDRESS_JSON
                   ? "Name the topic: \"topic\" in the body, or ?topic=KEY in the address."
                   : "Name the topic: ?topic=KEY in the address.");
    return status;
}

static bool decide_batch(struct call *call)
{
    call->fault = call->is_past ? check_decide_past(&call->check, call->answers + call->decided,
                                                    call->entries + call->decided)
                                : check_decide(&call->check, call->answers + call->decided);
    call->decided = call->count;
    return call->fault == STATUS_OK;
}

static bool put_address(void *context, const char *text, size_t len)
{
    struct call *call = context;
    if (call->count == CHECK_ADDRESSES_MAX)
        return refuse(call, PROBLEM_TOO_MANY_ADDRESSES,
                      "A call takes 100,000 addresses at most. Send the rest in another one.");
    if (check_is_full(&call->check) && !decide_batch(call))
        return false;
    check_put(&call->check, text, len);
    call->count++;
    return !call->is_refused;
}

/* In the offload thread: the first reading. */
static enum status decide(const struct service *service, struct arena *arena, void *context)
{
    struct call *call = context;
    enum status status = find_topic(call);
    if (status != STATUS_OK || call->is_refused)
        return status;
    status = call->is_past ? check_begin_past(service, arena, call->topic, call->at_s, &call->check)
                           : check_begin(service, arena, call->topic, call->now_s, &call->check);
    if (status == STATUS_NOT_FOUND) {
        refuse(call, PROBLEM_UNKNOWN_TOPIC,
               arena_printf(arena, "No topic has the key \"%.80s\". GET /api/v1/topics lists them.",
                            call->topic));
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    /* An address and what parts it from the next are two bytes at least. */
    uint64_t most = api_body_bytes(call->body) / 2 + 1;
    if (most > CHECK_ADDRESSES_MAX)
        most = CHECK_ADDRESSES_MAX;
    call->answers = arena_array(arena, (size_t)most, sizeof *call->answers);
    if (call->is_past)
        call->entries = arena_array(arena, (size_t)most, sizeof *call->entries);
    status = read_all(call, &(struct address_list_sink){
                                .context = call, .address = put_address, .topic = take_topic});
    if (status == STATUS_OK)
        status = call->fault;
    if (status == STATUS_OK && !call->is_refused && !decide_batch(call))
        status = call->fault;
    call->view.topic = call->check.topic.key;
    call->view.position = call->check.position;
    call->view.offers_frequency = call->check.offers_frequency;
    check_end(&call->check);
    return status;
}

static bool say_address(void *context, const char *text, size_t len)
{
    struct call *call = context;
    if (call->said >= call->count)
        return false;
    const struct position entry = call->is_past ? call->entries[call->said] : (struct position){0};
    view_check_address(call->out, &call->view, text, len, call->answers[call->said++], entry);
    return true;
}

/* In the offload thread: the second reading, a piece of it. */
static enum status say(const struct service *service, struct arena *scratch, void *context,
                       struct buf *out, bool *is_last)
{
    (void)service, (void)scratch;
    struct call *call = context;
    char piece[PIECE_BYTES];
    size_t len = 0;
    if (!call->has_begun)
        view_check_head(out, &call->view);
    call->has_begun = true;
    call->out = out;
    enum status status = api_body_read(call->body, piece, sizeof piece, &len);
    if (status != STATUS_OK)
        return status;
    if (len > 0)
        return address_list_feed(call->list, piece, len);
    status = address_list_end(call->list);
    if (status == STATUS_OK && call->said != call->count)
        status = STATUS_CORRUPT;
    if (status == STATUS_OK)
        view_check_tail(out, &call->view);
    *is_last = true;
    return status;
}

static void end_list(void *context)
{
    struct call *call = context;
    address_list_free(call->list);
}

static void on_decided(struct visit *visit, void *context, enum status status)
{
    struct call *call = context;
    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_check");
        return;
    }
    if (call->is_refused) {
        admit_api_problem(visit, call->problem, call->detail);
        return;
    }
    call->list = address_list_new(
        call->form, &(struct address_list_sink){.context = call, .address = say_address});
    visit_at_end(visit, end_list, call);
    api_body_rewind(call->body);
    reply_header(visit, "assent-position",
                 arena_printf(visit->arena, "%lld", (long long)call->view.position.value));
    reply_stream(visit,
                 &(struct reply_stream){
                     .type = call->view.form == ADDRESS_LINES ? "text/plain; charset=utf-8"
                                                              : api_addresses_type(call->view.form),
                     .make = say,
                     .context = call,
                 });
}

/* ?at=: a moment that has been. */
static bool read_at(struct visit *visit, struct call *call)
{
    const char *text = form_get(&visit->query, "at");

    call->is_past = call->view.is_past = text != NULL;
    if (text == NULL)
        return true;
    if (!clock_read_moment(text, &call->at_s)) {
        admit_api_problem(visit, PROBLEM_BAD_TIME,
                          "at is a time of RFC 3339, as in 2026-01-31T12:00:00Z, or a day, as in "
                          "2026-01-31, which stands for its first second in UTC.");
        return false;
    }
    if (call->at_s > visit->now_s) {
        char now[CLOCK_RFC3339_BYTES];
        clock_rfc3339(visit->now_s, now);
        admit_api_problem(visit, PROBLEM_BAD_TIME,
                          arena_printf(visit->arena,
                                       "at lies in the future: it is %s now. What will be, nobody "
                                       "can say; without at, the answer is of now.",
                                       now));
        return false;
    }
    call->view.at_s = call->at_s;
    return true;
}

static void check(struct visit *visit)
{
    struct call *call;
    enum address_form form;
    const char *only = form_get(&visit->query, "only");

    if (admit_api(visit, SCOPE_CHECK) == NULL || !admit_api_stream(visit) ||
        !api_addresses_read_type(visit, &form))
        return;
    if (only != NULL && strcmp(only, "allowed") != 0) {
        admit_api_problem(visit, PROBLEM_BAD_REQUEST, "The one value of \"only\" is \"allowed\".");
        return;
    }
    call = arena_alloc(visit->arena, sizeof *call);
    *call = (struct call){
        .form = form,
        .topic = form_get(&visit->query, "topic"),
        .body = api_body_take(visit),
        .now_s = visit->now_s,
        .arena = visit->arena,
        .view = {.form = api_addresses_read_accept(visit, form), .only_allowed = only != NULL},
    };
    if (!read_at(visit, call))
        return;
    if (api_body_bytes(call->body) == 0) {
        admit_api_problem(visit, PROBLEM_BAD_BODY, "The body is empty: it holds no address.");
        return;
    }
    offload_and_sleep(visit, decide, call, on_decided);
}

EXPORT int api_check(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL | ADMIT_API, check);
}
