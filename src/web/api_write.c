/*
 * web/api_write: see api_write.h.
 */
#include "web/api_write.h"

#include <string.h>

#include "base/clock.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/kore.h"
#include "web/reply.h"
#include "web/write.h"

struct task {
    struct idempotency once;
    api_write_run *run;
    void *context;
    struct api_call answer;
    bool is_again;
};

/* Each part with its length before it, so that no two requests have one text. */
static void add_part(struct buf *text, const void *data, size_t len)
{
    buf_printf(text, "%zu:", len);
    buf_add(text, data, len);
}

static void add_header(struct visit *visit, struct buf *text, const char *name)
{
    const char *value = admit_header(visit, name);
    add_part(text, value != NULL ? value : "", value != NULL ? strlen(value) : 0);
}

static void hash_request(struct visit *visit, const void *body, size_t len,
                         uint8_t out[API_CALL_HASH_BYTES])
{
    const char *query = visit->request->query_string;
    struct buf text = {0};

    buf_printf(&text, "%d ", (int)visit->method);
    add_part(&text, visit->path, strlen(visit->path));
    add_part(&text, query != NULL ? query : "", query != NULL ? strlen(query) : 0);
    add_header(visit, &text, "content-type");
    add_header(visit, &text, "if-match");
    add_header(visit, &text, "if-none-match");
    add_part(&text, body, len);
    crypto_session_hash((const uint8_t *)text.data, text.len, out);
    buf_free(&text);
}

bool api_write_once(struct visit *visit, const struct api_key *key, const void *body, size_t len,
                    struct idempotency *out)
{
    if (!idempotency_read(admit_header(visit, "idempotency-key"), key->id, visit->now_s, out)) {
        admit_api_problem(visit, PROBLEM_BAD_IDEMPOTENCY_KEY,
                          "Send 1 to 255 visible ASCII characters, such as a UUID.");
        return false;
    }
    if (out->is_asked)
        hash_request(visit, body, len, out->request);
    return true;
}

void api_write_refuse(const struct service *service, struct arena *arena, enum problem problem,
                      const char *detail, struct api_call *out)
{
    struct buf text = {0};

    view_api_problem(&text, service->conf->public_url, problem, detail);
    *out = (struct api_call){
        .code = problem_code(problem),
        .body = arena_strndup(arena, text.data, text.len),
        .body_len = text.len,
    };
    buf_free(&text);
}

void api_write_refuse_again(const struct service *service, struct arena *arena,
                            enum idempotency_state state, struct api_call *out)
{
    if (state == IDEMPOTENCY_RUNS)
        api_write_refuse(service, arena, PROBLEM_STILL_RUNNING,
                         "Ask again in some seconds, under the same Idempotency-Key.", out);
    else
        api_write_refuse(service, arena, PROBLEM_IDEMPOTENCY_KEY_USED,
                         "Method, address, conditions and body must be the same; for anything "
                         "else use a new Idempotency-Key.",
                         out);
}

static enum status run_once(const struct service *service, struct txn *txn, struct arena *arena,
                            void *context)
{
    struct task *task = context;
    struct api_call found;
    enum idempotency_state state;
    const int64_t now_s = clock_now_s();
    enum status status = idempotency_find(txn, arena, &task->once, now_s, &state, &found);

    task->is_again = false;
    if (status != STATUS_OK)
        return status;
    if (state == IDEMPOTENCY_ANSWERED) {
        task->is_again = true;
        task->answer = found;
        return STATUS_OK;
    }
    if (state != IDEMPOTENCY_NEW) {
        api_write_refuse_again(service, arena, state, &task->answer);
        return STATUS_OK;
    }
    status = task->run(service, txn, arena, task->context, &task->answer);
    if (status == STATUS_OK)
        status = idempotency_keep(txn, &task->once, now_s, &task->answer);
    return status;
}

void api_write_answer(struct visit *visit, const struct api_call *answer, bool is_again)
{
    if (answer->tag != NULL && *answer->tag != '\0')
        reply_header(visit, "etag", answer->tag);
    if (answer->location != NULL && *answer->location != '\0')
        reply_header(visit, "location", answer->location);
    if (is_again)
        reply_header(visit, "idempotency-replayed", "true");
    if (answer->code == problem_code(PROBLEM_STILL_RUNNING))
        reply_header(visit, "retry-after", "5");
    reply_data(visit, answer->code,
               answer->body_len == 0 ? NULL
               : answer->code >= 400 ? "application/problem+json"
                                     : "application/json",
               answer->body, answer->body_len);
}

static void written(struct visit *visit, void *context, enum status status)
{
    const struct task *task = context;

    if (status != STATUS_OK)
        admit_api_failure(visit, status, "api_write");
    else
        api_write_answer(visit, &task->answer, task->is_again);
}

void api_write(struct visit *visit, const struct api_key *key, const void *body, size_t len,
               api_write_run *run, void *context)
{
    struct task *task = arena_alloc(visit->arena, sizeof *task);

    *task = (struct task){.run = run, .context = context};
    if (api_write_once(visit, key, body, len, &task->once))
        write_and_sleep(visit, run_once, task, written);
}
