/*
 * web/api_links: POST /api/v1/links: the links and header lines of many people, for a mail about a
 * topic.
 *
 * Twice through the body in the offload thread: the first time reads it whole, so that what is
 * wrong with it is said before anything else; the second time decides and signs, some addresses at
 * once, while the client takes them.
 */
#include <string.h>

#include "base/address_list.h"
#include "base/campaign.h"
#include "view/links.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/api_addresses.h"
#include "web/api_body.h"
#include "web/offload.h"
#include "web/reply.h"

int api_links(struct http_request *request);

/* Of the body, read at once: some 250 addresses, 10 ms of signing. */
#define PIECE_BYTES 8192

struct call {
    enum address_form form; /* of the body */
    const char *topic;      /* NULL: not known yet */
    const char *campaign;   /* NULL: none, or not known yet */
    struct api_body *body;
    int64_t now_s;
    struct arena *arena; /* the visit's */
    size_t count;

    bool is_refused; /* problem and detail say why */
    enum problem problem;
    const char *detail;

    struct address_list *list; /* of the second reading */
    struct links_view view;
    struct check *check; /* while a piece is made */
    struct arena *scratch;
    struct buf *out;
    enum status fault;
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

static bool count_address(void *context, const char *text, size_t len)
{
    (void)text, (void)len;
    struct call *call = context;
    if (call->count == SENDER_LINKS_MAX)
        return refuse(call, PROBLEM_TOO_MANY_ADDRESSES,
                      "A call takes 10,000 addresses at most. Send the rest in another one.");
    call->count++;
    return true;
}

/* The address of the call and the body may both name it, if they name the same. */
static void take_word(struct call *call, const char **word, const char *text, size_t len)
{
    const char *name = arena_strndup(call->arena, text, len);
    if (*word == NULL)
        *word = name;
    else if (strcmp(*word, name) != 0)
        refuse(call, PROBLEM_BAD_REQUEST,
               "The address names one topic or campaign and the body another.");
}

static void take_topic(void *context, const char *text, size_t len)
{
    struct call *call = context;
    take_word(call, &call->topic, text, len);
}

static void take_campaign(void *context, const char *text, size_t len)
{
    struct call *call = context;
    if (campaign_is_fine(text, len))
        take_word(call, &call->campaign, text, len);
    else
        refuse(call, PROBLEM_BAD_MEMBER, "A campaign is 1 to 64 bytes of text on one line.");
}

static void pass_over(void *context, const char *text, size_t len)
{
    (void)context, (void)text, (void)len;
}

/* In the offload thread: the first reading. */
static enum status read_whole(struct call *call)
{
    struct address_list *list =
        address_list_new(call->form, &(struct address_list_sink){.context = call,
                                                                 .address = count_address,
                                                                 .topic = take_topic,
                                                                 .campaign = take_campaign});
    char piece[PIECE_BYTES];
    size_t len = 0;
    enum status status, read = STATUS_OK;
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

static enum status prepare(const struct service *service, struct arena *arena, void *context)
{
    struct call *call = context;
    struct check check;
    enum status status = read_whole(call);
    if (status != STATUS_OK || call->is_refused)
        return status;
    if (call->topic == NULL) {
        refuse(call, PROBLEM_UNKNOWN_TOPIC,
               call->form == ADDRESS_JSON
                   ? "Name the topic: \"topic\" in the body, or ?topic=KEY in the address."
                   : "Name the topic: ?topic=KEY in the address.");
        return STATUS_OK;
    }
    if (!sender_links_can_sign(service)) {
        refuse(call, PROBLEM_NO_SIGNING_KEY,
               "The server has no signing key. \"assent keys new\" makes one.");
        return STATUS_OK;
    }
    status = check_begin(service, arena, call->topic, call->now_s, &check);
    if (status == STATUS_NOT_FOUND) {
        refuse(call, PROBLEM_UNKNOWN_TOPIC,
               arena_printf(arena, "No topic has the key \"%.80s\". GET /api/v1/topics lists them.",
                            call->topic));
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        check_end(&check);
    return status;
}

static bool put_address(void *context, const char *text, size_t len)
{
    struct call *call = context;
    struct sender_links found;
    call->fault = sender_links_get(call->check, call->scratch, call->campaign, call->now_s, text,
                                   len, &found);
    if (call->fault != STATUS_OK)
        return false;
    view_links_address(call->out, &call->view, text, len, &found, call->check->offers_frequency);
    return true;
}

/* A piece of the second reading, at one position of the ledger. */
static enum status put_piece(struct call *call, const char *piece, size_t len)
{
    enum status status =
        len > 0 ? address_list_feed(call->list, piece, len) : address_list_end(call->list);
    return call->fault != STATUS_OK ? call->fault : status;
}

/* In the offload thread: the second reading. */
static enum status make(const struct service *service, struct arena *scratch, void *context,
                        struct buf *out, bool *is_last)
{
    struct call *call = context;
    struct check check;
    char piece[PIECE_BYTES];
    size_t len = 0;
    enum status status = api_body_read(call->body, piece, sizeof piece, &len);
    if (status == STATUS_OK)
        status = check_begin(service, scratch, call->topic, call->now_s, &check);
    if (status != STATUS_OK)
        return status;
    call->check = &check;
    call->scratch = scratch;
    call->out = out;
    if (!call->has_begun)
        view_links_head(out, &call->view);
    call->has_begun = true;
    status = put_piece(call, piece, len);
    check_end(&check);
    if (len == 0 && status == STATUS_OK) {
        if (call->view.shown != call->count)
            status = STATUS_CORRUPT;
        else
            view_links_tail(out, &call->view);
        *is_last = true;
    }
    return status;
}

static void end_list(void *context)
{
    struct call *call = context;
    address_list_free(call->list);
}

static void on_prepared(struct visit *visit, void *context, enum status status)
{
    struct call *call = context;
    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_links");
        return;
    }
    if (call->is_refused) {
        admit_api_problem(visit, call->problem, call->detail);
        return;
    }
    call->view.topic = call->topic;
    call->view.campaign = call->campaign;
    call->list = address_list_new(call->form, &(struct address_list_sink){.context = call,
                                                                          .address = put_address,
                                                                          .campaign = pass_over});
    visit_at_end(visit, end_list, call);
    api_body_rewind(call->body);
    reply_stream(
        visit, &(struct reply_stream){
                   .type = api_addresses_type(call->view.is_ndjson ? ADDRESS_NDJSON : ADDRESS_JSON),
                   .make = make,
                   .context = call,
               });
}

static void links(struct visit *visit)
{
    struct call *call;
    enum address_form form;
    const char *campaign = form_get(&visit->query, "campaign");

    if (admit_api(visit, SCOPE_LINKS) == NULL || !admit_api_stream(visit) ||
        !api_addresses_read_type(visit, &form))
        return;
    if (campaign != NULL && campaign_or_null(campaign) == NULL) {
        admit_api_problem(visit, PROBLEM_BAD_REQUEST,
                          "A campaign is 1 to 64 bytes of text on one line.");
        return;
    }
    call = arena_alloc(visit->arena, sizeof *call);
    *call = (struct call){
        .form = form,
        .topic = form_get(&visit->query, "topic"),
        .campaign = campaign,
        .body = api_body_take(visit),
        .now_s = visit->now_s,
        .arena = visit->arena,
        .view = {.is_ndjson = api_addresses_read_accept(visit, form) != ADDRESS_JSON},
    };
    if (api_body_bytes(call->body) == 0) {
        admit_api_problem(visit, PROBLEM_BAD_BODY, "The body is empty: it holds no address.");
        return;
    }
    offload_and_sleep(visit, prepare, call, on_prepared);
}

EXPORT int api_links(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL | ADMIT_API, links);
}
