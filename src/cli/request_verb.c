/*
 * cli/request_verb: the register of what people asked for by letter, phone or mail: list, show,
 * add, edit, extend, close, reopen.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/data_requests.h"
#include "service/writer.h"

#define KINDS "access, rectification, erasure, restriction, portability or objection"
#define WAYS  "letter, phone, mail, in_person or otherwise"

static const char *day_text(struct arena *arena, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];

    clock_rfc3339(at_s, text);
    return arena_strndup(arena, text, 10);
}

static json_t *day_json(struct arena *arena, int64_t at_s)
{
    return json_string(day_text(arena, at_s));
}

static json_t *text_or_null(const char *text)
{
    return *text ? cli_json_text(text) : json_null();
}

static json_t *line_json(struct arena *arena, const struct data_request_line *line)
{
    const struct data_request *request = &line->request;
    const bool is_open = request->state == DATA_REQUEST_OPEN;
    char id[PUBLIC_ID_TEXT_BYTES];

    public_id_text(line->person, id);
    return json_pack(
        "{s:I, s:s, s:s, s:s, s:b, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o,"
        " s:b}",
        "id", (json_int_t)request->id, "kind", data_request_kind_key(request->kind), "way",
        data_request_way_key(request->way), "state", data_request_state_key(request->state),
        "overdue", line->is_overdue, "received_on", day_json(arena, request->received_at), "due_on",
        day_json(arena, request->due_at), "days_left",
        is_open ? json_integer((json_int_t)line->days_left) : json_null(), "who",
        text_or_null(request->who), "email", text_or_null(request->email), "person",
        line->is_listed ? json_string(id) : json_null(), "note", text_or_null(request->note),
        "extension", text_or_null(request->extension), "answer", text_or_null(request->answer),
        "closed_at", cli_json_time(request->closed_at), "forgotten", request->is_forgotten);
}

static const char *who_of(const struct data_request *request)
{
    if (request->is_forgotten)
        return "(erased)";
    return *request->who ? request->who : request->email;
}

static void say_line(struct arena *arena, const struct data_request_line *line)
{
    const struct data_request *request = &line->request;

    cli_say("%-4lld %-8s due %s  %-13s %s", (long long)request->id,
            line->is_overdue ? "OVERDUE" : data_request_state_key(request->state),
            day_text(arena, request->due_at), data_request_kind_key(request->kind),
            who_of(request));
}

static void say_text(const char *name, const char *text)
{
    if (*text)
        cli_say("%-10s %s", name, text);
}

static void say_whole(struct arena *arena, const struct data_request_line *line)
{
    const struct data_request *request = &line->request;

    say_line(arena, line);
    cli_say("%-10s %s, by %s", "received", day_text(arena, request->received_at),
            data_request_way_key(request->way));
    say_text("address", request->email);
    say_text("note", request->note);
    say_text("extended", request->extension);
    say_text("answer", request->answer);
    if (line->is_listed)
        cli_say("%-10s yes: assent show %s", "on list", request->email);
}

/* All pages of the open ones or of the closed. */
static enum status list_all(const struct open *open, bool is_closed, json_t *list, size_t *count)
{
    const char *cursor = NULL;
    struct data_request_list page;

    do {
        enum status status = data_requests_list(&open->service, open->arena, is_closed, cursor,
                                                clock_now_s(), &page);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < page.count; i++)
            if (list)
                json_array_append_new(list, line_json(open->arena, &page.lines[i]));
            else
                say_line(open->arena, &page.lines[i]);
        *count += page.count;
        cursor = page.next;
    } while (cursor);
    return STATUS_OK;
}

enum cli_exit request_verb_list(const struct args *args)
{
    struct open open = {0};
    const bool is_closed = args_has(args, "closed");
    json_t *list = args_has(args, "json") ? json_array() : NULL;
    enum cli_exit code = CLI_REFUSED;
    size_t count = 0;

    if (!open_data(args, false, &open))
        goto out;
    enum status status = list_all(&open, is_closed, list, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The requests can't be read");
        goto out;
    }
    if (count == 0 && !list)
        cli_note(args, is_closed ? "no request was done or refused in the last three years."
                                 : "no request is open; \"assent requests add\" notes one.");
    code = list ? cli_json(json_incref(list)) : CLI_DONE;
out:
    json_decref(list);
    open_end(&open);
    return code;
}

/* The request's number; false: it is none. */
static bool read_id(const char *text, int64_t *out)
{
    char *end;

    *out = strtoll(text, &end, 10);
    return *text >= '1' && *text <= '9' && *end == '\0';
}

#define ID_MISUSED "ID is the request's number, as in \"assent requests list\"."

/* Prints one; STATUS_NOT_FOUND is said. */
static enum cli_exit print_one(const struct args *args, const struct open *open, int64_t id)
{
    struct data_request_line line;
    enum status status = data_requests_look(&open->service, open->arena, id, clock_now_s(), &line);

    if (status == STATUS_NOT_FOUND)
        return cli_refused(args, "there is no request %lld; \"assent requests list\" has them.",
                           (long long)id);
    if (status != STATUS_OK)
        return cli_failed(args, status, "The request can't be read");
    if (args_has(args, "json"))
        return cli_json(line_json(open->arena, &line));
    say_whole(open->arena, &line);
    return CLI_DONE;
}

enum cli_exit request_verb_show(const struct args *args)
{
    struct open open = {0};
    enum cli_exit code = CLI_REFUSED;
    int64_t id;

    if (!read_id(args->words[0], &id))
        return cli_misused(args, ID_MISUSED);
    if (open_data(args, false, &open))
        code = print_one(args, &open, id);
    open_end(&open);
    return code;
}

struct request_job {
    struct data_request_edit edit;
    struct data_request_saved saved;
};

static enum status run_save(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct request_job *job = context;

    job->edit.origin = open_origin();
    return data_requests_save(service, txn, arena, &job->edit, &job->saved);
}

static enum cli_exit refusal(const struct args *args, const struct request_job *job)
{
    switch (job->saved.fault) {
    case DATA_REQUEST_GONE:
        return cli_refused(args, "there is no request %lld; \"assent requests list\" has them.",
                           (long long)job->edit.id);
    case DATA_REQUEST_LATE:
        return cli_refused(args,
                           "that can't be done with request %lld as it is; \"assent requests "
                           "show %lld\" tells how.",
                           (long long)job->edit.id, (long long)job->edit.id);
    case DATA_REQUEST_BAD_KIND:
        return cli_refused(args, "--kind takes " KINDS ".");
    case DATA_REQUEST_BAD_WAY:
        return cli_refused(args, "--way takes " WAYS ".");
    case DATA_REQUEST_BAD_DAY:
        return cli_refused(args, "--received must be a day as in 2026-11-23, and not one to come.");
    case DATA_REQUEST_BAD_WHO:
        return cli_refused(args, "say who it was, by --who (at most %d bytes) or --email.",
                           DATA_REQUEST_WHO_MAX_BYTES);
    case DATA_REQUEST_BAD_EMAIL:
        return cli_refused(args, "--email is no mail address.");
    case DATA_REQUEST_BAD_NOTE:
        return cli_refused(args, "--note may have %d bytes at most.", DATA_REQUEST_NOTE_MAX_BYTES);
    case DATA_REQUEST_BAD_WORDS:
        return cli_refused(args, "--reason is needed, with %d bytes at most.",
                           DATA_REQUEST_NOTE_MAX_BYTES);
    case DATA_REQUEST_STALE:
    case DATA_REQUEST_FINE:
    case DATA_REQUEST_FAULT_COUNT:
        break;
    }
    return cli_refused(args, "request %lld was changed meanwhile.", (long long)job->edit.id);
}

/* edit, but for its origin, as the command line says. */
static enum cli_exit save(const struct args *args, const struct data_request_edit *edit)
{
    struct open open = {0};
    struct request_job job = {.edit = *edit};
    enum cli_exit code = CLI_REFUSED;
    enum status status;

    if (!open_data(args, true, &open))
        goto out;
    status = writer_run(&open.service, open.arena, run_save, &job);
    if (status != STATUS_OK)
        code = cli_failed(args, status, "The request can't be written");
    else if (job.saved.fault != DATA_REQUEST_FINE)
        code = refusal(args, &job);
    else
        code = print_one(args, &open, job.saved.request.id);
out:
    open_end(&open);
    return code;
}

enum cli_exit request_verb_add(const struct args *args)
{
    char today[CLOCK_RFC3339_BYTES];
    struct data_request_edit edit = {.act = DATA_REQUEST_ADD,
                                     .kind = args_get(args, "kind"),
                                     .way = args_get(args, "way"),
                                     .received = args_get(args, "received"),
                                     .who = args_get(args, "who"),
                                     .email = args_get(args, "email"),
                                     .note = args_get(args, "note")};

    if (!edit.kind || !edit.way)
        return cli_misused(args, "--kind and --way are needed: " KINDS "; " WAYS ".");
    clock_rfc3339(clock_now_s(), today);
    today[10] = '\0';
    if (!edit.received)
        edit.received = today;
    return save(args, &edit);
}

enum cli_exit request_verb_edit(const struct args *args)
{
    struct data_request_edit edit = {.act = DATA_REQUEST_EDIT,
                                     .kind = args_get(args, "kind"),
                                     .way = args_get(args, "way"),
                                     .received = args_get(args, "received"),
                                     .who = args_get(args, "who"),
                                     .email = args_get(args, "email"),
                                     .note = args_get(args, "note")};

    return read_id(args->words[0], &edit.id) ? save(args, &edit) : cli_misused(args, ID_MISUSED);
}

enum cli_exit request_verb_extend(const struct args *args)
{
    struct data_request_edit edit = {.act = DATA_REQUEST_EXTEND, .words = args_get(args, "reason")};

    if (args_has(args, "undo"))
        edit.act = DATA_REQUEST_SHORTEN;
    return read_id(args->words[0], &edit.id) ? save(args, &edit) : cli_misused(args, ID_MISUSED);
}

enum cli_exit request_verb_close(const struct args *args)
{
    struct data_request_edit edit = {.act = args_has(args, "refused") ? DATA_REQUEST_REFUSE
                                                                      : DATA_REQUEST_FINISH,
                                     .words = args_get(args, "reason")};

    return read_id(args->words[0], &edit.id) ? save(args, &edit) : cli_misused(args, ID_MISUSED);
}

enum cli_exit request_verb_reopen(const struct args *args)
{
    struct data_request_edit edit = {.act = DATA_REQUEST_REOPEN};

    return read_id(args->words[0], &edit.id) ? save(args, &edit) : cli_misused(args, ID_MISUSED);
}
