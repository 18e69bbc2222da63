/*
 * service/ledger_verify: see ledger_verify.h.
 */
#include "service/ledger_verify.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "crypto/chain.h"
#include "service/ledger_links.h"
#include "service/ledger_trace.h"
#include "service/ledger_walk.h"
#include "service/wording.h"
#include "store/checkpoints.h"
#include "store/contacts.h"
#include "store/ledger_rows.h"

#define STRETCH    65536 /* rows that a thread takes at a time */
#define NOTE_ROWS  1024  /* rows between looks at whether to go on */
#define SAME_TRIES 1000  /* until all readers see one moment */
#define ROUND_NS   100000000
#define NOTES_AT   1000

bool ledger_evidence_holds_any(const struct ledger_evidence *evidence)
{
    size_t at = 0;
    return evidence->len > 0 && checkpoint_find(evidence->text, evidence->len, &at) != 0;
}

/* One verification; what the threads share. */
struct verify {
    const struct ledger_verify_plan *plan;
    struct position head;
    struct contact_id last_person;
    struct ledger_marks marks;
    struct ledger_links links;
    atomic_llong next, done; /* where the next stretch begins; rows that were looked at */
    atomic_bool is_stopped;
    bool is_people; /* the second pass */
    pthread_mutex_t mutex;
    pthread_cond_t ended;
    int running;
};

struct worker {
    struct verify *verify;
    struct store *store;
    struct arena *arena; /* of the texts of a few rows */
    struct ledger_tally tally;
    struct ledger_walk walk;
    int64_t private_texts, private_unproven, people;
    int64_t sealed;   /* of this stretch: entries that had private texts */
    int64_t kept;     /* and those that have some */
    int64_t wordings; /* entries that cover texts */
    int rows;         /* since the last note */
    enum status status;
    pthread_t thread;
};

/* Counts a row; false: stop. */
static bool note_row(struct worker *worker)
{
    if (++worker->rows < NOTE_ROWS)
        return true;
    atomic_fetch_add_explicit(&worker->verify->done, worker->rows, memory_order_relaxed);
    worker->rows = 0;
    arena_reset(worker->arena);
    return !atomic_load_explicit(&worker->verify->is_stopped, memory_order_relaxed);
}

static bool is_sealed(const struct entry *entry)
{
    static const uint8_t none[LEDGER_HASH_BYTES];
    return entry->kind != ENTRY_WORDING && memcmp(entry->private_hash, none, sizeof none) != 0;
}

/* The set of texts that the entry covers is there, and is the one. */
static enum status take_wording(struct worker *worker, const struct entry *entry)
{
    struct ledger_finding finding = {
        .damage = LEDGER_WORDING_ALTERED, .position = entry->position, .at = entry->at};
    struct wording_set set;
    enum status status = wordings_get(worker->store, entry->subject, &set);
    worker->wordings++;
    if (status == STATUS_NOT_FOUND)
        finding.damage = LEDGER_WORDING_MISSING;
    else if (status != STATUS_OK)
        return status;
    else if (set.position.value == entry->position.value &&
             memcmp(set.hash, entry->private_hash, sizeof set.hash) == 0)
        return STATUS_OK;
    ledger_tally_add(&worker->tally, &finding);
    return STATUS_OK;
}

static bool take_entry(void *context, const struct entry *entry, bool is_sound)
{
    struct worker *worker = context;
    ledger_walk_take(&worker->walk, entry, is_sound);
    worker->sealed += is_sealed(entry);
    worker->status =
        ledger_links_entry(&worker->verify->links, worker->store, entry, &worker->tally);
    if (worker->status == STATUS_OK && entry->kind == ENTRY_WORDING)
        worker->status = take_wording(worker, entry);
    return worker->status == STATUS_OK && note_row(worker);
}

static bool take_private(void *context, const struct entry *entry, bool has_entry)
{
    struct worker *worker = context;
    const struct secrets *secrets = worker->verify->plan->service->secrets;
    struct ledger_finding finding = {.damage = LEDGER_PRIVATE_ALTERED, .position = entry->position};
    worker->private_texts++;
    worker->kept += is_sealed(entry);
    const enum chain_private state = chain_private_check(entry, secrets_ledger_key(secrets));
    worker->private_unproven += state == CHAIN_PRIVATE_UNPROVEN;
    if (!has_entry || state == CHAIN_PRIVATE_ALTERED)
        ledger_tally_add(&worker->tally, &finding);
    if (worker->private_texts % NOTE_ROWS == 0)
        arena_reset(worker->arena);
    return !atomic_load_explicit(&worker->verify->is_stopped, memory_order_relaxed);
}

/* Only where fewer have private texts than had some, it is worth asking whose they were. */
static enum status find_bare(struct worker *worker, struct position after, struct position last)
{
    struct ledger_finding finding = {.damage = LEDGER_PRIVATE_MISSING};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && worker->kept < worker->sealed) {
        status = ledger_rows_bare(worker->store, after, last, &finding.position);
        if (status == STATUS_OK)
            ledger_tally_add(&worker->tally, &finding);
        after = finding.position;
    }
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status verify_entries(struct worker *worker, int64_t begin, int64_t end)
{
    struct verify *verify = worker->verify;
    const struct position after = {begin}, last = {end};
    uint8_t previous[LEDGER_HASH_BYTES] = {0};
    enum status status = STATUS_OK;
    bool has_previous = true;
    if (begin > 0) {
        status = ledger_rows_hash(worker->store, after, previous);
        has_previous = status == STATUS_OK;
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
    }
    worker->sealed = worker->kept = 0;
    ledger_walk_begin(&worker->walk, &verify->marks, &worker->tally, (struct position){begin + 1},
                      has_previous ? previous : NULL);
    status = ledger_rows_walk(worker->store, after, last, take_entry, worker);
    if (status == STATUS_OK)
        status = worker->status;
    if (status != STATUS_OK || atomic_load(&verify->is_stopped))
        return status;
    ledger_walk_end(&worker->walk, last);
    status = ledger_rows_private(worker->store, worker->arena, after, last, take_private, worker);
    return status == STATUS_OK ? find_bare(worker, after, last) : status;
}

static bool take_person(void *context, const struct ledger_person *person)
{
    struct worker *worker = context;
    worker->people++;
    ledger_links_person(&worker->verify->links, person, &worker->tally);
    return note_row(worker);
}

static void *work(void *context)
{
    struct worker *worker = context;
    struct verify *verify = worker->verify;
    const int64_t last = verify->is_people ? verify->last_person.value : verify->head.value;
    const int64_t stretch = verify->plan->stretch ? verify->plan->stretch : STRETCH;
    while (worker->status == STATUS_OK && !atomic_load(&verify->is_stopped)) {
        const int64_t begin = atomic_fetch_add(&verify->next, stretch);
        const int64_t end = begin + stretch < last ? begin + stretch : last;
        if (begin >= last)
            break;
        worker->status = verify->is_people
                             ? ledger_rows_people(worker->store, (struct contact_id){begin},
                                                  (struct contact_id){end}, take_person, worker)
                             : verify_entries(worker, begin, end);
    }
    if (worker->status != STATUS_OK)
        atomic_store(&verify->is_stopped, true);
    pthread_mutex_lock(&verify->mutex);
    verify->running--;
    pthread_cond_signal(&verify->ended);
    pthread_mutex_unlock(&verify->mutex);
    return NULL;
}

static void wait_a_round(struct verify *verify)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ROUND_NS;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&verify->ended, &verify->mutex, &until);
}

/* All threads through one pass. */
static enum status run_pass(struct verify *verify, struct worker *workers, bool is_people)
{
    const struct ledger_verify_plan *plan = verify->plan;
    const int64_t total = verify->head.value + verify->last_person.value;
    enum status status = STATUS_OK;
    int started = 0;
    verify->is_people = is_people;
    atomic_store(&verify->next, 0);
    verify->running = plan->threads;
    for (; started < plan->threads && status == STATUS_OK; started++)
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0) {
            atomic_store(&verify->is_stopped, true);
            status = STATUS_IO;
            break;
        }
    pthread_mutex_lock(&verify->mutex);
    verify->running -= plan->threads - started;
    while (verify->running > 0) {
        wait_a_round(verify);
        if (plan->goes_on && !plan->goes_on(plan->context, atomic_load(&verify->done), total))
            atomic_store(&verify->is_stopped, true);
    }
    pthread_mutex_unlock(&verify->mutex);
    for (int i = 0; i < started; i++) {
        pthread_join(workers[i].thread, NULL);
        if (status == STATUS_OK)
            status = workers[i].status;
    }
    return status == STATUS_OK && atomic_load(&verify->is_stopped) ? STATUS_BUSY : status;
}

static void end_views(struct worker *workers, int count)
{
    for (int i = 0; i < count; i++)
        store_snapshot_end(workers[i].store);
}

/* Each change has its entry, so readers that see the same head see the same moment. */
static enum status begin_views(struct verify *verify, struct worker *workers)
{
    for (int tries = 0; tries < SAME_TRIES; tries++) {
        bool is_same = true;
        int begun = 0;
        enum status status = STATUS_OK;
        for (; begun < verify->plan->threads && status == STATUS_OK && is_same; begun++) {
            struct position head;
            status = store_snapshot_begin(workers[begun].store);
            if (status != STATUS_OK)
                break;
            status = store_position(workers[begun].store, &head);
            if (status == STATUS_OK && begun == 0)
                verify->head = head;
            is_same = status != STATUS_OK || head.value == verify->head.value;
        }
        if (status == STATUS_OK && is_same)
            return STATUS_OK;
        end_views(workers, begun);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_BUSY;
}

/* Checkpoints of the database itself, and those that were brought. */
static enum status gather_marks(struct verify *verify, struct store *store, struct arena *arena,
                                struct ledger_tally *tally)
{
    uint8_t key[CHECKPOINT_PUBLIC_BYTES];
    struct checkpoint_row *rows;
    struct position after = {0};
    size_t count;
    checkpoint_public_key(verify->plan->service->secrets, key);
    do {
        enum status status = checkpoints_walk(store, arena, after, NOTES_AT, &rows, &count);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < count; i++) {
            const size_t before = verify->marks.count;
            ledger_marks_read(&verify->marks, arena, rows[i].note, strlen(rows[i].note), key,
                              tally);
            const bool is_its = verify->marks.count == before + 1 &&
                                verify->marks.list[before].position.value == rows[i].position.value;
            if (!is_its)
                ledger_tally_add(tally, &(struct ledger_finding){.damage = LEDGER_CHECKPOINT_FORGED,
                                                                 .position = rows[i].position});
            after = rows[i].position;
        }
    } while (count == NOTES_AT);
    for (size_t i = 0; i < verify->plan->evidence_count; i++)
        ledger_marks_read(&verify->marks, arena, verify->plan->evidence[i].text,
                          verify->plan->evidence[i].len, key, tally);
    ledger_marks_sort(&verify->marks);
    return STATUS_OK;
}

static bool take_beyond(void *context, const struct entry *entry, bool has_entry)
{
    *(struct position *)context = entry->position;
    return true;
}

/* What belongs to entries behind the head shows that there were some. */
static enum status look_beyond(struct verify *verify, struct store *store, struct arena *arena,
                               struct ledger_tally *tally)
{
    struct position beyond = {0};
    enum status status = ledger_rows_private(store, arena, verify->head,
                                             (struct position){INT64_MAX}, take_beyond, &beyond);
    if (status == STATUS_OK && beyond.value != 0)
        ledger_tally_add(tally, &(struct ledger_finding){.damage = LEDGER_CUT_SHORT,
                                                         .position = {verify->head.value + 1},
                                                         .other = beyond});
    return status;
}

/* The texts that the sets hold, each read once. */
static enum status look_at_wordings(struct store *store, struct arena *arena, int64_t entries,
                                    struct ledger_tally *tally)
{
    struct wording_fault fault;
    enum status status = wording_check(store, arena, entries, &fault);
    if (status != STATUS_OK || fault.kind == WORDING_SOUND)
        return status;
    const bool is_gone = fault.kind == WORDING_SET_MISSING || fault.kind == WORDING_TEXT_MISSING;
    const enum ledger_damage damage = is_gone ? LEDGER_WORDING_MISSING : LEDGER_WORDING_ALTERED;
    /* A set that is not there was named by its entry already, if that is. */
    if (fault.position.value != 0 || tally->count[damage] == 0)
        ledger_tally_add(tally,
                         &(struct ledger_finding){.damage = damage, .position = fault.position});
    return STATUS_OK;
}

static enum status look_at_guards(struct store *store, struct ledger_tally *tally)
{
    bool is_guarded = false;
    enum status status = ledger_rows_guarded(store, &is_guarded);
    if (status == STATUS_OK && !is_guarded)
        ledger_tally_add(tally, &(struct ledger_finding){.damage = LEDGER_UNGUARDED});
    return status;
}

/* What broke the chain; breaks behind it can't be judged before it is mended. */
static enum status explain(struct verify *verify, struct store *store, struct ledger_tally *tally)
{
    struct ledger_finding broken = tally->first[LEDGER_ALTERED];
    enum status status;
    if (tally->count[LEDGER_ALTERED] == 0)
        return STATUS_OK;
    status = ledger_trace(store, verify->head, &broken);
    if (status == STATUS_OK && broken.damage != LEDGER_ALTERED) {
        tally->count[LEDGER_ALTERED] = 0;
        ledger_tally_add(tally, &broken);
    }
    return status;
}

static enum status sum_up(struct verify *verify, struct worker *workers, struct arena *arena,
                          struct ledger_report *report)
{
    struct store *store = workers[0].store;
    struct ledger_tally *tally = &report->tally;
    int64_t wordings = 0;
    for (int i = 0; i < verify->plan->threads; i++) {
        wordings += workers[i].wordings;
        ledger_tally_merge(tally, &workers[i].tally);
        report->people += workers[i].people;
        report->private_texts += workers[i].private_texts;
        report->private_unproven += workers[i].private_unproven;
        if (workers[i].walk.entries != 0 && workers[i].walk.next.value == verify->head.value + 1) {
            report->head_at = workers[i].walk.at;
            memcpy(report->head_hash, workers[i].walk.previous, LEDGER_HASH_BYTES);
        }
    }
    ledger_links_rest(&verify->links, tally);
    enum status status = look_beyond(verify, store, arena, tally);
    if (status == STATUS_OK)
        status = look_at_wordings(store, arena, wordings, tally);
    if (status == STATUS_OK)
        status = look_at_guards(store, tally);
    if (status == STATUS_OK)
        status = explain(verify, store, tally);
    ledger_marks_end(&verify->marks, verify->head, &report->checkpoint_at, &report->checkpoint,
                     tally);
    ledger_tally_settle(tally);
    report->head = verify->head;
    report->checkpoints = (int64_t)verify->marks.count;
    report->has_private_check = true;
    return status;
}

static enum status verify_all(struct verify *verify, struct worker *workers, struct arena *arena,
                              struct ledger_report *report)
{
    struct store *store = workers[0].store;
    enum status status = gather_marks(verify, store, arena, &report->tally);
    if (status == STATUS_OK)
        status = contacts_last_id(store, &verify->last_person);
    if (status == STATUS_OK && !ledger_links_begin(&verify->links, verify->head))
        status = STATUS_FULL;
    if (status == STATUS_OK)
        status = run_pass(verify, workers, false);
    if (status == STATUS_OK)
        status = run_pass(verify, workers, true);
    if (status == STATUS_OK)
        status = sum_up(verify, workers, arena, report);
    ledger_links_end(&verify->links);
    return status;
}

enum status ledger_verify(const struct ledger_verify_plan *plan, struct arena *arena,
                          struct ledger_report *out)
{
    struct verify verify = {.plan = plan};
    struct ledger_report report = {0};
    struct worker *workers = arena_array(arena, (size_t)plan->threads, sizeof *workers);
    enum status status = STATUS_OK;
    assert(plan->threads >= 1 && plan->threads <= LEDGER_THREADS_MAX);
    pthread_mutex_init(&verify.mutex, NULL);
    pthread_cond_init(&verify.ended, NULL);
    for (int i = 0; i < plan->threads && status == STATUS_OK; i++) {
        workers[i].verify = &verify;
        workers[i].arena = arena_new();
        status = store_open_reader(plan->service->conf->db_path, &workers[i].store);
    }
    if (status == STATUS_OK)
        status = begin_views(&verify, workers);
    if (status == STATUS_OK) {
        status = verify_all(&verify, workers, arena, &report);
        end_views(workers, plan->threads);
    }
    for (int i = 0; i < plan->threads; i++) {
        store_close(workers[i].store);
        arena_free(workers[i].arena);
    }
    pthread_cond_destroy(&verify.ended);
    pthread_mutex_destroy(&verify.mutex);
    if (status == STATUS_OK)
        *out = report;
    return status;
}
