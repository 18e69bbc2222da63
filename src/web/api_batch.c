/*
 * web/api_batch: POST /api/v1/contacts:batch: up to 10,000 people in a call, each with its own
 * result, all on disk when it is answered.
 *
 * Twice through the body: the first time all of it must be JSON, and its hash is taken; nothing was
 * written before. The second time some thousands of rows are read in the offload thread and written
 * in short transactions, between which others write, and so on to the end. Under an Idempotency-Key
 * each transaction keeps the results so far: asked again after a death, the call goes on there, and
 * answers what it would have.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/json_list.h"
#include "service/batch.h"
#include "service/operator.h"
#include "view/api_contact.h"
#include "web/admit.h"
#include "web/admit_api.h"
#include "web/api_body.h"
#include "web/api_write.h"
#include "web/app.h"
#include "web/kore.h"
#include "web/offload.h"
#include "web/reply.h"
#include "web/write.h"

int api_batch(struct http_request *request);

#define PIECE_BYTES 32768 /* of the body, read at once */
#define CHUNK_ROWS  5000  /* in memory at once, sorted by address */

struct batch_call {
    const struct api_key *key;
    struct origin origin;
    const char *member; /* NULL: the body is NDJSON */
    int64_t now_s;
    struct arena *arena; /* the visit's */
    struct api_body *body;
    struct topic *topics;
    size_t topics_count;

    uint8_t digest[SESSION_HASH_BYTES]; /* of the body */
    struct idempotency once;
    enum idempotency_state state;
    bool is_refused; /* problem and detail say why */
    enum problem problem;
    const char *detail;

    /* The second reading. */
    struct json_list list;
    char *piece;
    size_t piece_len, piece_at;
    bool has_ended;
    size_t index; /* objects read so far; in the first reading, too */
    size_t total; /* after the first reading */

    struct arena *rows_arena;
    struct batch_row *rows;
    size_t rows_count;
    size_t at, to;    /* of rows: on disk; written by the transaction that runs */
    uint8_t *results; /* enum batch_result of each row of the call */
    const char **details;
    struct position position;
};

static bool refuse(struct batch_call *call, enum problem problem, const char *detail)
{
    if (!call->is_refused) {
        call->problem = problem;
        call->detail = detail;
    }
    call->is_refused = true;
    return false;
}

/* A whole piece, but for the last, so that the hash does not hang on how the body came. */
static enum status read_piece(struct batch_call *call)
{
    size_t len = 1;
    enum status status = STATUS_OK;

    call->piece_len = call->piece_at = 0;
    while (status == STATUS_OK && len > 0 && call->piece_len < PIECE_BYTES) {
        status = api_body_read(call->body, call->piece + call->piece_len,
                               PIECE_BYTES - call->piece_len, &len);
        call->piece_len += status == STATUS_OK ? len : 0;
    }
    return status;
}

static void add_to_digest(struct batch_call *call)
{
    uint8_t *text = (uint8_t *)call->piece - SESSION_HASH_BYTES; /* room was left before it */

    memcpy(text, call->digest, SESSION_HASH_BYTES);
    crypto_session_hash(text, SESSION_HASH_BYTES + call->piece_len, call->digest);
}

static bool look_at(void *context, const char *text, size_t len)
{
    struct batch_call *call = context;
    const char *fault;
    json_t *object;

    if (call->index == BATCH_ROWS_MAX)
        return refuse(call, PROBLEM_TOO_MANY_CONTACTS,
                      "A call takes 10,000 people at most. Send the rest in another one.");
    call->index++;
    if (json_read_object(call->arena, text, len, &object, &fault) != STATUS_OK)
        return refuse(call, PROBLEM_BAD_BODY,
                      arena_printf(call->arena, "The object that ends on line %zu: %s",
                                   json_list_line(&call->list), fault));
    json_decref(object);
    return true;
}

static void begin_reading(struct batch_call *call,
                          bool (*object)(void *context, const char *text, size_t len))
{
    json_list_free(&call->list);
    json_list_begin(&call->list, call->member,
                    &(struct json_list_sink){.context = call, .object = object});
    api_body_rewind(call->body);
    call->piece_len = call->piece_at = call->index = 0;
    call->has_ended = false;
}

/* In the offload thread: the first reading. */
static enum status look(const struct service *service, struct arena *arena, void *context)
{
    struct batch_call *call = context;
    enum status status = operator_topics(service, arena, &call->topics, &call->topics_count);
    enum status read = STATUS_OK;
    size_t taken;

    begin_reading(call, look_at);
    while (status == STATUS_OK && (status = read_piece(call)) == STATUS_OK && call->piece_len > 0 &&
           read == STATUS_OK) {
        add_to_digest(call);
        read = json_list_feed(&call->list, call->piece, call->piece_len, &taken);
    }
    if (status == STATUS_OK && read == STATUS_OK)
        read = json_list_end(&call->list);
    if (status == STATUS_OK && read == STATUS_INVALID)
        refuse(call, PROBLEM_BAD_BODY, json_list_fault(&call->list, arena));
    call->total = call->index;
    return status;
}

static bool take_row(void *context, const char *text, size_t len)
{
    struct batch_call *call = context;
    struct batch_row *row = &call->rows[call->rows_count];
    const char *detail;
    json_t *object;

    if (call->index >= call->total ||
        json_read_object(call->rows_arena, text, len, &object, &detail) != STATUS_OK)
        return false; /* it was good before: read_some finds it missing */
    const size_t index = call->index++;
    *row = (struct batch_row){.index = index};
    enum batch_result result = batch_read(call->rows_arena, object, call->topics,
                                          call->topics_count, call->now_s, row, &detail);
    json_decref(object);
    if (result == BATCH_UNDONE && call->results[index] == BATCH_UNDONE)
        call->rows_count++;
    if (result != BATCH_UNDONE) {
        if (call->results[index] == BATCH_UNDONE)
            call->results[index] = (uint8_t)result;
        call->details[index] = arena_strdup(call->arena, detail);
    }
    return call->rows_count < CHUNK_ROWS;
}

/* In the offload thread: the second reading, until a chunk is full or the body ends. */
static enum status read_some(const struct service *service, struct arena *arena, void *context)
{
    struct batch_call *call = context;
    enum status status = STATUS_OK, read = STATUS_OK;

    (void)arena;
    arena_reset(call->rows_arena);
    call->rows_count = call->at = call->to = 0;
    while (read == STATUS_OK && !call->has_ended) {
        size_t taken = 0;
        if (call->piece_at == call->piece_len && (status = read_piece(call)) != STATUS_OK)
            return status;
        if (call->piece_len == 0) {
            read = json_list_end(&call->list);
            call->has_ended = true;
            break;
        }
        read = json_list_feed(&call->list, call->piece + call->piece_at,
                              call->piece_len - call->piece_at, &taken);
        call->piece_at += taken;
    }
    if (read == STATUS_INVALID || (call->has_ended && call->index != call->total) ||
        (read == STATUS_REFUSED && call->rows_count < CHUNK_ROWS))
        return STATUS_CORRUPT;
    batch_sort(call->rows, call->rows_count);
    batch_guess(service, call->rows, call->rows_count);
    return STATUS_OK;
}

static enum status keep(const struct batch_call *call, struct txn *txn, struct arena *arena,
                        bool is_final)
{
    const struct api_call answer = {
        .code = is_final ? 200 : 0,
        .tag = arena_printf(arena, "%lld", (long long)call->position.value),
        .body = call->results,
        .body_len = call->total,
    };

    return idempotency_keep(txn, &call->once, clock_now_s(), &answer);
}

/* In the writer thread. */
static enum status begin(const struct service *service, struct txn *txn, struct arena *arena,
                         void *context)
{
    struct batch_call *call = context;
    struct api_call found = {.tag = ""};
    enum status status =
        idempotency_find(txn, arena, &call->once, clock_now_s(), &call->state, &found);

    memset(call->results, BATCH_UNDONE, call->total);
    if (status != STATUS_OK || call->state == IDEMPOTENCY_OTHER || call->state == IDEMPOTENCY_RUNS)
        return status;
    if (call->state != IDEMPOTENCY_NEW) {
        if (found.body_len != call->total)
            return STATUS_CORRUPT;
        memcpy(call->results, found.body, call->total);
        call->position.value = strtoll(found.tag, NULL, 10);
    }
    return call->state == IDEMPOTENCY_ANSWERED ? STATUS_OK : keep(call, txn, arena, false);
}

/* In the writer thread: whether one-click POSTs and others wait behind this job, or for the commit
 * of the group that it is in. */
static bool is_wanted(void)
{
    return writer_is_wanted(app.writer);
}

static enum status write_some(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct batch_call *call = context;

    /* It may have run before, and come further, and been rolled back. */
    for (size_t i = call->at; i < call->rows_count; i++)
        call->results[call->rows[i].index] = BATCH_UNDONE;
    call->to = call->at;
    enum status status = batch_write(service, txn, call->rows, call->rows_count, &call->origin,
                                     is_wanted, &call->to, call->results);
    if (status == STATUS_OK)
        status = store_position(txn_store(txn), &call->position);
    if (status == STATUS_OK)
        status = keep(call, txn, arena, call->has_ended && call->to == call->rows_count);
    return status;
}

static void answer(struct visit *visit, const struct batch_call *call)
{
    struct buf out = {0};

    if (call->state == IDEMPOTENCY_ANSWERED)
        reply_header(visit, "idempotency-replayed", "true");
    view_api_batch(&out, call->results, call->details, call->total, call->position);
    reply_json(visit, 200, &out);
    buf_free(&out);
}

static void on_read(struct visit *visit, void *context, enum status status);

static void on_written(struct visit *visit, void *context, enum status status)
{
    struct batch_call *call = context;

    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_batch");
        return;
    }
    call->at = call->to;
    if (call->at < call->rows_count)
        write_and_sleep(visit, write_some, call, on_written);
    else if (!call->has_ended)
        offload_and_sleep(visit, read_some, call, on_read);
    else
        answer(visit, call);
}

static void on_read(struct visit *visit, void *context, enum status status)
{
    struct batch_call *call = context;

    if (status != STATUS_OK)
        admit_api_failure(visit, status, "api_batch");
    else if (call->state == IDEMPOTENCY_ANSWERED)
        answer(visit, call);
    else
        write_and_sleep(visit, write_some, call, on_written);
}

static void on_begun(struct visit *visit, void *context, enum status status)
{
    struct batch_call *call = context;
    struct api_call refusal;

    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_batch");
        return;
    }
    if (call->state == IDEMPOTENCY_OTHER || call->state == IDEMPOTENCY_RUNS) {
        api_write_refuse_again(visit->service, visit->arena, call->state, &refusal);
        api_write_answer(visit, &refusal, false);
        return;
    }
    begin_reading(call, take_row);
    offload_and_sleep(visit, read_some, call, on_read);
}

static void on_looked(struct visit *visit, void *context, enum status status)
{
    struct batch_call *call = context;

    if (status != STATUS_OK) {
        admit_api_failure(visit, status, "api_batch");
        return;
    }
    if (call->is_refused) {
        admit_api_problem(visit, call->problem, call->detail);
        return;
    }
    if (!api_write_once(visit, call->key, call->digest, sizeof call->digest, &call->once))
        return;
    call->results = arena_alloc(visit->arena, call->total + 1);
    call->details = arena_array(visit->arena, call->total + 1, sizeof *call->details);
    call->rows = arena_array(visit->arena, CHUNK_ROWS, sizeof *call->rows);
    if (call->once.is_asked)
        write_and_sleep(visit, begin, call, on_begun);
    else
        on_begun(visit, call, STATUS_OK);
}

static bool read_type(struct visit *visit, const char **member)
{
    static const char json[] = "application/json", lines[] = "application/x-ndjson";
    const char *type = admit_header(visit, "content-type");
    const size_t len = type != NULL ? strcspn(type, "; \t") : 0;

    *member = len == strlen(json) && strncasecmp(type, json, len) == 0 ? "contacts" : NULL;
    if (*member != NULL || (len == strlen(lines) && strncasecmp(type, lines, len) == 0))
        return true;
    reply_header(visit, "accept-post", "application/json, application/x-ndjson");
    admit_api_problem(visit, PROBLEM_BODY_TYPE,
                      "Send application/json or application/x-ndjson, and say so in Content-Type.");
    return false;
}

static void end_batch(void *context)
{
    struct batch_call *call = context;

    json_list_free(&call->list);
    arena_free(call->rows_arena);
}

static void batch(struct visit *visit)
{
    struct batch_call *call = arena_alloc(visit->arena, sizeof *call);

    call->key = admit_api(visit, SCOPE_CONTACTS_WRITE);
    if (call->key == NULL || !read_type(visit, &call->member))
        return;
    call->origin = api_keys_origin(call->key, visit->address, visit->agent);
    call->now_s = visit->now_s;
    call->arena = visit->arena;
    call->body = api_body_take(visit);
    call->piece =
        (char *)arena_alloc(visit->arena, SESSION_HASH_BYTES + PIECE_BYTES) + SESSION_HASH_BYTES;
    call->rows_arena = arena_new();
    visit_at_end(visit, end_batch, call);
    offload_and_sleep(visit, look, call, on_looked);
}

EXPORT int api_batch(struct http_request *request)
{
    return admit(request, ADMIT_POST | ADMIT_PERSONAL | ADMIT_API, batch);
}
