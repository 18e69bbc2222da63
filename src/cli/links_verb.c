/*
 * cli/links_verb: links for a whole list, as CSV, on all processors.
 *
 * The file is read in batches; while threads make the links of one batch the next is read, and
 * answers are written in the order of the file. Each thread has a connection of its own.
 */
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "cli/address_file.h"
#include "cli/input.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/links.h"
#include "service/operator.h"
#include "service/setup.h"
#include "service/verdict.h"

#define BATCH_ROWS  4096
#define SLICE_ROWS  64
#define SLICES      (BATCH_ROWS / SLICE_ROWS)
#define THREADS_MAX 256

struct batch {
    struct arena *arena;                 /* the rows' texts */
    struct address_row rows[BATCH_ROWS]; /* without a fault: the links are in the slice's answer */
    size_t count;
    struct buf answers[SLICES];
};

struct mill {
    const struct args *args;
    struct open *open;
    struct topic topic;   /* id 0: all */
    const char *campaign; /* NULL: none */
    bool is_json;
    bool has_mailto; /* an address for mails is set: a last column for their URI */
    struct address_file file;
    struct batch batches[2];
    pthread_barrier_t begin, end;
    struct batch *work; /* between begin and end; NULL: the threads are to stop */
    atomic_size_t slice;
    atomic_bool has_failed;
    int64_t made, missed;
};

struct worker {
    struct mill *mill;
    struct service service;
    struct arena *arena; /* of the connection */
    bool is_open;
    pthread_t thread;
};

/* A field exactly as it is: the address is what the caller joins by, so nothing is added to it. */
static void add_field(struct buf *out, const char *text)
{
    if (!text[strcspn(text, ",\"\r\n")]) {
        buf_add(out, text, strlen(text));
        return;
    }
    buf_addc(out, '"');
    for (; *text; text++) {
        if (*text == '"')
            buf_addc(out, '"');
        buf_addc(out, *text);
    }
    buf_addc(out, '"');
}

/* With a topic: what is said of it. */
struct opinion {
    enum verdict verdict;
    struct verdict_advice advice;
};

static void add_answer(const struct mill *mill, struct buf *out, const struct address_row *row,
                       const struct contact *contact, const struct link_set *links,
                       const struct opinion *opinion)
{
    const char *const names[] = {"email",   "status",    "manage",    "unsubscribe",
                                 "verdict", "frequency", "last_sent", "mailto"};
    char sent[CLOCK_RFC3339_BYTES] = "";
    const bool says = mill->topic.id.value != 0;
    if (says && opinion->advice.last_sent_at != 0)
        clock_rfc3339(opinion->advice.last_sent_at, sent);
    const char *const values[] = {row->email,
                                  contact_status_key(contact->status),
                                  links->manage,
                                  links->unsubscribe,
                                  says ? verdict_key(opinion->verdict) : NULL,
                                  says ? frequency_key(opinion->advice.frequency) : NULL,
                                  says ? sent : NULL,
                                  !mill->has_mailto ? NULL
                                  : links->mailto   ? links->mailto
                                                    : ""};

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!values[i])
            continue;
        if (mill->is_json) {
            buf_adds(out, i ? ", " : "{");
            buf_json(out, names[i]);
            buf_adds(out, ": ");
            buf_json(out, values[i]);
        } else {
            if (i)
                buf_addc(out, ',');
            add_field(out, values[i]);
        }
    }
    buf_adds(out, mill->is_json ? "}\n" : "\n");
}

static void make_row(struct worker *worker, struct arena *arena, struct address_row *row,
                     struct buf *out)
{
    struct mill *mill = worker->mill;
    struct contact contact;
    struct link_set links;
    enum email_fault fault = EMAIL_FINE;
    struct opinion opinion = {0};
    int64_t now_s = clock_now_s();
    enum status status;

    if (row->fault)
        return;
    status = operator_find(&worker->service, arena, row->email, &contact, &fault);
    if (status == STATUS_OK)
        status = links_mint_campaign(&worker->service, arena, &contact,
                                     mill->topic.id.value ? &mill->topic : NULL, mill->campaign,
                                     now_s, &links);
    if (status == STATUS_OK && mill->topic.id.value)
        status = verdict_for(&worker->service, arena, contact.email_key, mill->topic.id, now_s,
                             &opinion.verdict, &opinion.advice);
    if (status == STATUS_OK)
        add_answer(mill, out, row, &contact, &links, &opinion);
    else if (fault != EMAIL_FINE)
        row->fault = email_fault_words(fault);
    else if (status == STATUS_NOT_FOUND)
        row->fault = "not on the list";
    else {
        row->fault = "could not be read";
        atomic_store(&mill->has_failed, true);
    }
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct mill *mill = worker->mill;
    struct arena *arena = arena_new();

    for (;;) {
        pthread_barrier_wait(&mill->begin);
        struct batch *batch = mill->work;
        if (!batch)
            break;
        for (;;) {
            size_t slice = atomic_fetch_add(&mill->slice, 1), at = slice * SLICE_ROWS;
            if (at >= batch->count)
                break;
            for (size_t i = at; i < at + SLICE_ROWS && i < batch->count; i++)
                make_row(worker, arena, &batch->rows[i], &batch->answers[slice]);
            arena_reset(arena);
        }
        pthread_barrier_wait(&mill->end);
    }
    arena_free(arena);
    return NULL;
}

/* The next rows of the file. Fewer than BATCH_ROWS: it ended. */
static enum status fill(struct mill *mill, struct batch *batch)
{
    enum status status = STATUS_OK;

    arena_reset(batch->arena);
    batch->count = 0;
    while (batch->count < BATCH_ROWS) {
        status = address_file_next(&mill->file, batch->arena, &batch->rows[batch->count]);
        if (status != STATUS_OK)
            break;
        batch->count++;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Writes a finished batch and names what could not be made. */
static void write_out(struct mill *mill, struct batch *batch)
{
    for (size_t i = 0; i < SLICES; i++) {
        if (batch->answers[i].len)
            fwrite(batch->answers[i].data, 1, batch->answers[i].len, stdout);
        buf_clear(&batch->answers[i]);
    }
    for (size_t i = 0; i < batch->count; i++) {
        const struct address_row *row = &batch->rows[i];
        if (!row->fault) {
            mill->made++;
            continue;
        }
        mill->missed++;
        cli_note(mill->args, "line %lld: %s%s%s", (long long)row->line, row->email,
                 *row->email ? ": " : "", row->fault);
    }
}

static enum status grind(struct mill *mill)
{
    struct batch *now = &mill->batches[0], *next = &mill->batches[1];
    enum status status = fill(mill, now);

    while (status == STATUS_OK && now->count > 0 && !ferror(stdout) && !mill->has_failed) {
        atomic_store(&mill->slice, 0);
        mill->work = now;
        pthread_barrier_wait(&mill->begin);
        status = fill(mill, next);
        pthread_barrier_wait(&mill->end);
        write_out(mill, now);
        struct batch *done = now;
        now = next;
        next = done;
    }
    mill->work = NULL;
    pthread_barrier_wait(&mill->begin);
    return status;
}

/* Settled once: all rows have the same columns. */
static enum cli_exit find_mailto(struct mill *mill)
{
    const char *address = NULL;
    enum status status = links_mailto(&mill->open->service, mill->open->arena, &address);

    mill->has_mailto = address != NULL;
    return status == STATUS_OK ? CLI_DONE
                               : cli_failed(mill->args, status, "The settings can't be read");
}

static enum cli_exit read_threads(const struct args *args, int *out)
{
    const char *text = args_get(args, "threads");
    char *end;
    long threads;
    cpu_set_t set;

    if (!text) {
        *out = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
        *out = *out > THREADS_MAX ? THREADS_MAX : *out;
        return CLI_DONE;
    }
    threads = strtol(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || threads < 1 || threads > THREADS_MAX)
        return cli_misused(args, "--threads must be a number from 1 to %d.", THREADS_MAX);
    *out = (int)threads;
    return CLI_DONE;
}

static void say_rate(const struct mill *mill, int threads, int64_t began_ns)
{
    double seconds = (double)(clock_monotonic_ns() - began_ns) / 1e9;
    struct buf text = {0};

    buf_grouped(&text, mill->made * 2);
    buf_adds(&text, " links for ");
    buf_grouped(&text, mill->made);
    buf_printf(&text, " %s in %.2f s (", mill->made == 1 ? "person" : "people", seconds);
    buf_grouped(&text, (int64_t)((double)mill->made * 2 / (seconds > 0 ? seconds : 1)));
    buf_printf(&text, " links/s on %d thread%s)", threads, threads == 1 ? "" : "s");
    cli_note(mill->args, "%s", text.data);
    buf_free(&text);
}

/* Starts the threads, runs the file through them, joins them. */
static enum cli_exit run(struct mill *mill, int threads)
{
    struct worker *workers = arena_array(mill->open->arena, (size_t)threads, sizeof *workers);
    const char *fault = NULL;
    int64_t began_ns = clock_monotonic_ns();
    enum status status = STATUS_OK;
    int started = 0;

    for (int i = 0; i < threads && status == STATUS_OK; i++) {
        workers[i].mill = mill;
        workers[i].arena = arena_new();
        status =
            setup_open(workers[i].arena, &mill->open->conf, false, &workers[i].service, &fault);
        workers[i].is_open = status == STATUS_OK;
    }
    pthread_barrier_init(&mill->begin, NULL, (unsigned)threads + 1);
    pthread_barrier_init(&mill->end, NULL, (unsigned)threads + 1);
    for (; status == STATUS_OK && started < threads; started++)
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0) {
            fputs("assent links: no thread could be started\n", stderr);
            exit(CLI_REFUSED);
        }
    if (status == STATUS_OK)
        status = grind(mill);
    for (int i = 0; i < threads; i++) {
        if (i < started)
            pthread_join(workers[i].thread, NULL);
        if (workers[i].is_open)
            setup_close(&workers[i].service);
        arena_free(workers[i].arena);
    }
    pthread_barrier_destroy(&mill->begin);
    pthread_barrier_destroy(&mill->end);
    if (status != STATUS_OK)
        return cli_failed(mill->args, status, fault ? fault : "The links can't be made");
    say_rate(mill, threads, began_ns);
    return mill->missed ? CLI_REFUSED : CLI_DONE;
}

enum cli_exit links_verb_run(const struct args *args)
{
    struct open open = {0};
    struct mill *mill = NULL;
    int64_t bytes;
    int threads = 1;
    FILE *file = NULL;
    enum cli_exit code = read_threads(args, &threads);

    if (code != CLI_DONE)
        return code;
    if (!link_verb_campaign(args))
        return CLI_MISUSED;
    code = CLI_REFUSED;
    file = input_open(args, args->words[0], &bytes);
    if (!file || !open_data(args, false, &open))
        goto out;
    mill = arena_alloc(open.arena, sizeof *mill);
    mill->args = args;
    mill->open = &open;
    mill->is_json = args_has(args, "json");
    mill->campaign = args_get(args, "campaign");
    mill->batches[0].arena = arena_new();
    mill->batches[1].arena = arena_new();
    if (!keys_signer(&open.service)) {
        cli_refused(args, "there is no signing key in %s; \"assent keys new\" makes one.",
                    open.conf.keys_path);
        goto out;
    }
    code = args_has(args, "topic") ? open_topic(args, &open, args_get(args, "topic"), &mill->topic)
                                   : CLI_DONE;
    if (code == CLI_DONE)
        code = find_mailto(mill);
    if (code == CLI_DONE)
        code = address_file_open(args, open.arena, file, &mill->file);
    if (code != CLI_DONE)
        goto out;
    if (!mill->is_json)
        printf("email,status,manage,unsubscribe%s%s\n",
               mill->topic.id.value ? ",verdict,frequency,last_sent" : "",
               mill->has_mailto ? ",mailto" : "");
    code = run(mill, threads);
out:
    for (size_t i = 0; mill && i < 2; i++) {
        for (size_t s = 0; s < SLICES; s++)
            buf_free(&mill->batches[i].answers[s]);
        arena_free(mill->batches[i].arena);
    }
    if (mill)
        address_file_close(&mill->file);
    open_end(&open);
    if (file)
        fclose(file);
    return code;
}
