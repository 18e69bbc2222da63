/*
 * web/api_contact: /api/v1/contacts/{id or address}: one person, read and written by programs.
 */
#include <string.h>
#include <strings.h>

#include "service/contacts.h"
#include "service/operator.h"
#include "view/api_contact.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/api_write.h"
#include "web/kore.h"
#include "web/reply.h"

int api_contact(struct http_request *request);

#define BODY_MAX_BYTES 65536

struct contact_call {
    const struct api_key *key;
    struct contact_write write;
    const char *body;
    size_t body_len;
};

static int digit(char c)
{
    const char *digits = "0123456789abcdef";
    const char *at = c != '\0' ? strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c) : NULL;

    return at != NULL ? (int)(at - digits) : -1;
}

/* Percent-decoding (RFC 3986 section 2.1), where + is a plus. NULL: it is not well-formed, or holds
 * a NUL. */
static const char *decode(struct arena *arena, const char *text)
{
    char *out = arena_strdup(arena, text), *to = out;

    for (; *text != '\0'; text++) {
        if (*text != '%') {
            *to++ = *text;
            continue;
        }
        const int high = digit(text[1]), low = high < 0 ? -1 : digit(text[2]);
        if (low < 0 || high + low == 0)
            return NULL;
        *to++ = (char)(high << 4 | low);
        text += 2;
    }
    *to = '\0';
    return out;
}

static bool read_which(struct visit *visit, struct contact_which *out)
{
    const char *text = decode(visit->arena, visit->rest);

    if (text != NULL && contacts_read_which(visit->arena, text, out))
        return true;
    admit_api_problem(visit, PROBLEM_NO_CONTACT,
                      "The address ends in neither 16 hexadecimal digits nor a mail address, "
                      "percent-encoded.");
    return false;
}

static void put_state(struct arena *arena, const struct contact_state *state, int code,
                      struct api_call *out)
{
    struct buf text = {0};

    view_api_contact(&text, state, API_FIELDS_ALL);
    buf_addc(&text, '\n');
    *out = (struct api_call){
        .code = code,
        .contact = state->contact.id,
        .tag = arena_strdup(arena, state->tag),
        .body = arena_strndup(arena, text.data, text.len),
        .body_len = text.len,
    };
    buf_free(&text);
}

static void get_contact(struct visit *visit)
{
    struct contact_which which;
    struct contact_state state;
    struct api_call answer;
    const char *none = admit_header(visit, "if-none-match");

    if (admit_api(visit, SCOPE_CONTACTS_READ) == NULL || !read_which(visit, &which))
        return;
    enum status status = contacts_state(visit->service, visit->arena, &which, visit->now_s, &state);
    if (status == STATUS_NOT_FOUND) {
        admit_api_problem(visit, PROBLEM_NO_CONTACT, NULL);
        return;
    }
    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_contact");
        return;
    }
    put_state(visit->arena, &state, 200, &answer);
    if (none != NULL && contacts_tag_is_named(none, state.tag))
        answer = (struct api_call){.code = 304, .tag = answer.tag};
    api_write_answer(visit, &answer, false);
}

static void refuse(const struct service *service, struct arena *arena, enum contact_outcome outcome,
                   struct api_call *out)
{
    switch (outcome) {
    case CONTACT_MISSING:
        api_write_refuse(service, arena, PROBLEM_NO_CONTACT,
                         "A PUT to a mail address adds a person.", out);
        return;
    case CONTACT_CONDITION:
        api_write_refuse(service, arena, PROBLEM_CHANGED,
                         "If-Match or If-None-Match does not hold. Read the person again, and "
                         "decide anew.",
                         out);
        return;
    case CONTACT_NEEDS_CONSENT:
        api_write_refuse(service, arena, PROBLEM_NEEDS_CONSENT,
                         "Nothing was written. If they agreed since, say in \"consent\" how.", out);
        return;
    case CONTACT_SUPPRESSED:
        api_write_refuse(service, arena, PROBLEM_SUPPRESSED,
                         "Only the person can sign up again, by a mail to that address.", out);
        return;
    case CONTACT_EMAIL_TAKEN:
        api_write_refuse(service, arena, PROBLEM_EMAIL_TAKEN, NULL, out);
        return;
    case CONTACT_EMAIL_DIFFERS:
        api_write_refuse(service, arena, PROBLEM_BAD_MEMBER,
                         "email: nobody has the address of the URL yet, and the body names "
                         "another.",
                         out);
        return;
    case CONTACT_TOPIC_RETIRED:
        api_write_refuse(service, arena, PROBLEM_TOPIC_RETIRED,
                         "topics: a retired topic can be turned off, not on.", out);
        return;
    case CONTACT_CREATED:
    case CONTACT_UPDATED:
    case CONTACT_UNCHANGED:
    case CONTACT_ERASED:
    case CONTACT_OUTCOME_COUNT:
        break;
    }
}

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context, struct api_call *out)
{
    const struct contact_call *call = context;
    enum contact_outcome outcome;
    struct contact_state state;
    enum status status = contacts_write(service, txn, arena, &call->write, &outcome, &state);

    if (status != STATUS_OK)
        return status;
    if (outcome == CONTACT_ERASED) {
        *out = (struct api_call){.code = 204};
    } else if (outcome == CONTACT_CREATED) {
        char id[PUBLIC_ID_TEXT_BYTES];
        public_id_text(state.contact.public_id, id);
        put_state(arena, &state, 201, out);
        out->location = arena_printf(arena, "%s/api/v1/contacts/%s", service->conf->public_url, id);
    } else if (outcome == CONTACT_UPDATED || outcome == CONTACT_UNCHANGED) {
        put_state(arena, &state, 200, out);
    } else {
        refuse(service, arena, outcome, out);
    }
    return STATUS_OK;
}

static bool has_type(struct visit *visit)
{
    static const char json[] = "application/json", patch[] = "application/merge-patch+json";
    const char *type = admit_header(visit, "content-type");
    const size_t len = type != NULL ? strcspn(type, "; \t") : 0;

    if (len == strlen(json) && strncasecmp(type, json, len) == 0)
        return true;
    if (visit->method == VISIT_PATCH && len == strlen(patch) && strncasecmp(type, patch, len) == 0)
        return true;
    admit_api_problem(visit, PROBLEM_BODY_TYPE,
                      visit->method == VISIT_PATCH
                          ? "Send application/merge-patch+json or application/json."
                          : "Send application/json.");
    return false;
}

static bool read_body(struct visit *visit, struct contact_call *call)
{
    const size_t len = visit->request->http_body_length;
    char *body;

    if (!has_type(visit))
        return false;
    if (len > BODY_MAX_BYTES) {
        admit_api_problem(visit, PROBLEM_BODY_TOO_LONG, "One person fits in 65,536 bytes.");
        return false;
    }
    body = arena_alloc(visit->arena, len + 1);
    if (len > 0 && http_body_read(visit->request, body, len) != (ssize_t)len) {
        admit_api_failure(visit, STATUS_IO, "api_contact");
        return false;
    }
    call->body = body;
    call->body_len = len;
    return true;
}

static bool read_doc(struct visit *visit, struct contact_call *call)
{
    json_t *object;
    struct topic *topics;
    size_t count;
    const char *detail = NULL;

    if (json_read_object(visit->arena, call->body, call->body_len, &object, &detail) != STATUS_OK) {
        admit_api_problem(visit, PROBLEM_BAD_BODY, detail);
        return false;
    }
    enum status status = operator_topics(visit->service, visit->arena, &topics, &count);
    enum contact_doc_fault fault = CONTACT_DOC_FINE;
    if (status == STATUS_OK)
        fault = contact_doc_read(visit->arena, object, topics, count, visit->now_s,
                                 &call->write.doc, &detail);
    json_decref(object);
    if (status != STATUS_OK)
        admit_api_failure(visit, status, "api_contact");
    else if (fault != CONTACT_DOC_FINE)
        admit_api_problem(
            visit, fault == CONTACT_DOC_UNKNOWN_TOPIC ? PROBLEM_UNKNOWN_TOPIC : PROBLEM_BAD_MEMBER,
            detail);
    return status == STATUS_OK && fault == CONTACT_DOC_FINE;
}

static void write_contact(struct visit *visit)
{
    struct contact_call *call = arena_alloc(visit->arena, sizeof *call);
    struct contact_write *write = &call->write;

    call->key = admit_api(visit, SCOPE_CONTACTS_WRITE);
    if (call->key == NULL || !read_which(visit, &write->which))
        return;
    write->what = visit->method == VISIT_PUT     ? CONTACT_PUT
                  : visit->method == VISIT_PATCH ? CONTACT_PATCH
                                                 : CONTACT_DELETE;
    write->if_match = arena_strdup(visit->arena, admit_header(visit, "if-match"));
    write->if_none_match = arena_strdup(visit->arena, admit_header(visit, "if-none-match"));
    write->origin = api_keys_origin(call->key, visit->address, visit->agent);
    if (write->what != CONTACT_DELETE && (!read_body(visit, call) || !read_doc(visit, call)))
        return;
    if (write->what == CONTACT_PUT)
        contact_doc_complete(&write->doc);
    api_write(visit, call->key, call->body, call->body_len, run, call);
}

static void contact(struct visit *visit)
{
    if (visit->method == VISIT_GET || visit->method == VISIT_HEAD)
        get_contact(visit);
    else
        write_contact(visit);
}

EXPORT int api_contact(struct http_request *request)
{
    return admit(request,
                 ADMIT_GET | ADMIT_PUT | ADMIT_PATCH | ADMIT_DELETE | ADMIT_API | ADMIT_PERSONAL,
                 contact);
}
