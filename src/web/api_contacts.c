/*
 * web/api_contacts: GET /api/v1/contacts: the people, page by page. A search may scan, so the
 * offload thread reads.
 */
#include <string.h>

#include "service/contact_list.h"
#include "view/api_contact.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/app.h"
#include "web/offload.h"
#include "web/reply.h"

int api_contacts(struct http_request *request);

#define LIMIT_DEFAULT 100

struct contacts_call {
    struct contact_query query;
    unsigned fields;
    int64_t now_s;
    enum contact_list_fault fault;
    struct contact_list list;
};

static const char *const parameters[] = {"search", "status", "subscribed", "type",  "topic",
                                         "sort",   "limit",  "after",      "fields"};
#define PARAMETERS_COUNT (sizeof parameters / sizeof *parameters)

static bool refuse(struct visit *visit, const char *detail)
{
    admit_api_problem(visit, PROBLEM_BAD_REQUEST, detail);
    return false;
}

/* Each once, and none that is not known: a filter that is misspelt must not give everybody. */
static bool names_are_known(struct visit *visit)
{
    for (size_t i = 0; i < visit->query.count; i++) {
        const struct form_field *field = &visit->query.fields[i];
        bool is_known = false;
        for (size_t n = 0; n < PARAMETERS_COUNT; n++)
            is_known = is_known || strcmp(parameters[n], field->name) == 0;
        if (!is_known)
            return refuse(visit, "The parameters are search, status, subscribed, type, topic, "
                                 "sort, limit, after and fields.");
        if (form_get(&visit->query, field->name) != field->value)
            return refuse(visit, arena_printf(visit->arena, "%s stands twice.", field->name));
    }
    return true;
}

static bool read_subscribed(struct visit *visit, int *out)
{
    const char *text = form_get(&visit->query, "subscribed");

    *out = text == NULL ? DIRECTORY_ANY : strcmp(text, "true") == 0;
    return text == NULL || *out == 1 || strcmp(text, "false") == 0 ||
           refuse(visit, "subscribed is true or false.");
}

static bool read_filters(struct visit *visit, struct people_query *query)
{
    const char *status = form_get(&visit->query, "status");
    const char *type = form_get(&visit->query, "type");
    enum contact_status status_wanted;
    enum contact_type type_wanted;

    query->status = query->type = DIRECTORY_ANY;
    if (status != NULL && !contact_status_parse(status, &status_wanted))
        return refuse(visit, "status is opted_in or opted_out.");
    if (status != NULL)
        query->status = (int)status_wanted;
    if (type != NULL && !contact_type_parse(type, &type_wanted))
        return refuse(visit, "type is client, partner or franchisee.");
    if (type != NULL)
        query->type = (int)type_wanted;
    return read_subscribed(visit, &query->subscribed);
}

static bool read_sort(struct visit *visit, enum directory_sort *out)
{
    static const char *const keys[] = {
        [DIRECTORY_BY_NAME] = "name",
        [DIRECTORY_BY_EMAIL] = "email",
        [DIRECTORY_BY_UPDATED] = "changed",
    };
    const char *text = form_get(&visit->query, "sort");

    *out = DIRECTORY_BY_EMAIL;
    if (text == NULL)
        return true;
    for (size_t sort = 0; sort < sizeof keys / sizeof *keys; sort++)
        if (strcmp(keys[sort], text) == 0) {
            *out = (enum directory_sort)sort;
            return true;
        }
    return refuse(visit, "sort is email, name or changed.");
}

static bool read_query(struct visit *visit, struct contacts_call *call)
{
    const struct form *form = &visit->query;
    const char *search = form_get(form, "search"), *after = form_get(form, "after");
    const char *fields = form_get(form, "fields");
    int64_t limit = LIMIT_DEFAULT;

    if (!names_are_known(visit) || !read_filters(visit, &call->query.people) ||
        !read_sort(visit, &call->query.people.sort))
        return false;
    if (form_get(form, "limit") != NULL &&
        !form_get_int(form, "limit", 1, CONTACT_LIST_MAX, &limit))
        return refuse(visit, "limit is a number from 1 to 1000.");
    call->fields = API_FIELDS_ALL;
    if (fields != NULL && !view_api_fields_parse(fields, &call->fields))
        return refuse(visit, arena_printf(visit->arena, "fields names, with commas between: %s.",
                                          view_api_fields_text(visit->arena)));
    call->query.people.search = search != NULL ? search : "";
    call->query.people.cursor = after != NULL ? after : "";
    call->query.topic = form_get(form, "topic");
    call->query.limit = (int)limit;
    call->now_s = visit->now_s;
    return true;
}

static enum status read_list(const struct service *service, struct arena *arena, void *context)
{
    struct contacts_call *call = context;

    return contact_list_read(service, arena, &call->query, call->now_s, &call->fault, &call->list);
}

/* RFC 8288: the same address, from where this page ends. */
static void add_link(struct visit *visit, const char *next)
{
    struct buf link = {0};

    buf_printf(&link, "<%s/api/v1/contacts?", app.conf.public_url);
    for (size_t i = 0; i < visit->query.count; i++) {
        if (strcmp(visit->query.fields[i].name, "after") == 0)
            continue;
        buf_url(&link, visit->query.fields[i].name);
        buf_addc(&link, '=');
        buf_url(&link, visit->query.fields[i].value);
        buf_addc(&link, '&');
    }
    buf_adds(&link, "after=");
    buf_url(&link, next);
    buf_adds(&link, ">; rel=\"next\"");
    reply_header(visit, "link", link.data);
    buf_free(&link);
}

static void on_list(struct visit *visit, void *context, enum status status)
{
    const struct contacts_call *call = context;

    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_contacts");
        return;
    }
    if (call->fault == CONTACT_LIST_NO_TOPIC) {
        admit_api_problem(visit, PROBLEM_UNKNOWN_TOPIC, "GET /api/v1/topics lists them.");
        return;
    }
    if (call->fault == CONTACT_LIST_BAD_CURSOR) {
        refuse(visit, "after must be what the page before gave as next, with the same sort; and "
                      "search must be UTF-8.");
        return;
    }
    struct buf out = {0};
    view_api_contacts(&out, &call->list, call->fields);
    if (call->list.next != NULL)
        add_link(visit, call->list.next);
    reply_json(visit, 200, &out);
    buf_free(&out);
}

static void contacts(struct visit *visit)
{
    struct contacts_call *call = arena_alloc(visit->arena, sizeof *call);

    if (admit_api(visit, SCOPE_CONTACTS_READ) != NULL && read_query(visit, call))
        offload_and_sleep(visit, read_list, call, on_list);
}

EXPORT int api_contacts(struct http_request *request)
{
    return admit(request, ADMIT_GET | ADMIT_PERSONAL | ADMIT_API, contacts);
}
