/*
 * cli/courier_mails: see courier_mails.h.
 *
 * A turn of the thread writes what the senders brought back and claims what is due, in one
 * transaction; makes the mails; hands them to the senders; and waits until something comes back or
 * a moment has passed.
 */
#include "cli/courier_mails.h"

#include <errno.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "post/smtp.h"
#include "service/letters.h"
#include "service/mail_file.h"
#include "service/outbox.h"
#include "service/setup.h"
#include "service/writer.h"
#include "view/letter_mail.h"

#define SENDERS       4
#define PLACES        64 /* letters under way at a time */
#define WAIT_MS       250
#define REST_S        5 /* a sender without work lets go of its connection after this */
#define PAUSE_S       5 /* after the server could not be talked to; doubled up to … */
#define PAUSE_MAX_S   60
#define SWEEP_EVERY_S 600
#define SWEEP_MAX     500
#define SAY_EVERY_S   60

enum place_state { PLACE_FREE, PLACE_READY, PLACE_SENDING, PLACE_DONE, PLACE_WRITING };

struct place {
    enum place_state state;
    struct arena *arena; /* of the letter and its addresses */
    struct letter letter;
    const char *from, *to;
    struct buf data;
    enum outbox_result result;
    bool is_down;
    char fault[SMTP_WORDS_BYTES + 1];
};

struct sender {
    struct courier_mails *mails;
    struct thread thread;
    struct smtp *smtp;
    bool is_started;
};

struct courier_mails {
    struct thread thread;
    struct service service;
    const struct conf *conf;
    bool is_verbose, once;
    char *password, *helo;
    atomic_bool is_stopping;
    int64_t swept_at, said_at, paused_until, pause_s;
    struct sender senders[SENDERS];

    pthread_mutex_t lock; /* of the places' states */
    pthread_cond_t ready, done;
    struct place places[PLACES];
};

static void say(struct courier_mails *mails, const char *what, const char *why)
{
    const int64_t now_s = clock_now_s();
    if (now_s - mails->said_at < SAY_EVERY_S)
        return;
    mails->said_at = now_s;
    fprintf(stderr, "assent courier: mails: %s: %s\n", what, why);
}

static struct timespec in_ms(int64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += (long)(ms % 1000) * 1000000L;
    at.tv_sec += ms / 1000 + at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    return at;
}

static struct place *find(struct courier_mails *mails, enum place_state state)
{
    for (size_t i = 0; i < PLACES; i++)
        if (mails->places[i].state == state)
            return &mails->places[i];
    return NULL;
}

static size_t count(struct courier_mails *mails, enum place_state state)
{
    size_t n = 0;
    for (size_t i = 0; i < PLACES; i++)
        n += mails->places[i].state == state;
    return n;
}

static size_t move(struct courier_mails *mails, enum place_state from, enum place_state to)
{
    size_t n = 0;
    pthread_mutex_lock(&mails->lock);
    for (size_t i = 0; i < PLACES; i++)
        if (mails->places[i].state == from) {
            mails->places[i].state = to;
            n++;
        }
    pthread_mutex_unlock(&mails->lock);
    return n;
}

/* The next mail to send; NULL: stopping. Rests the connection when none comes for a while. */
static struct place *next_ready(struct sender *sender)
{
    struct courier_mails *mails = sender->mails;
    struct place *place = NULL;
    pthread_mutex_lock(&mails->lock);
    while (!atomic_load(&mails->is_stopping) && (place = find(mails, PLACE_READY)) == NULL) {
        const struct timespec until = in_ms(REST_S * 1000);
        if (pthread_cond_timedwait(&mails->ready, &mails->lock, &until) != ETIMEDOUT)
            continue;
        pthread_mutex_unlock(&mails->lock);
        smtp_rest(sender->smtp);
        pthread_mutex_lock(&mails->lock);
    }
    if (place)
        place->state = PLACE_SENDING;
    pthread_mutex_unlock(&mails->lock);
    return place;
}

static void send_all(void *context)
{
    struct sender *sender = context;
    struct courier_mails *mails = sender->mails;
    for (struct place *place; (place = next_ready(sender)) != NULL;) {
        const struct smtp_message message = {place->from, place->to, place->data.data,
                                             place->data.len};
        struct smtp_reply reply;
        smtp_send(sender->smtp, &message, &reply);
        place->result = reply.result == SMTP_ACCEPTED      ? OUTBOX_SENT
                        : reply.result == SMTP_NEVER       ? OUTBOX_NEVER
                        : atomic_load(&mails->is_stopping) ? OUTBOX_UNTRIED
                                                           : OUTBOX_LATER;
        place->is_down = reply.is_down;
        memcpy(place->fault, reply.words, sizeof place->fault);
        pthread_mutex_lock(&mails->lock);
        place->state = PLACE_DONE;
        pthread_cond_signal(&mails->done);
        pthread_mutex_unlock(&mails->lock);
    }
}

static void finish(struct place *place, enum outbox_result result, const char *fault)
{
    place->result = result;
    place->is_down = false;
    snprintf(place->fault, sizeof place->fault, "%s", fault);
}

/* The mail's bytes. True: it is to be sent; else place has its result already. */
static bool make(struct courier_mails *mails, struct place *place)
{
    struct letter_page page;
    struct letter_mail mail;
    enum status status =
        letters_compose(&mails->service, place->arena, &place->letter, clock_now_s(), &page);
    if (status != STATUS_OK) {
        finish(place, OUTBOX_LATER,
               status == STATUS_REFUSED ? "there is no key here to sign links with"
                                        : status_name(status));
        return false;
    }
    if (!page.is_due) {
        finish(place, OUTBOX_DROPPED, "");
        return false;
    }
    buf_clear(&place->data);
    if (view_letter_mail(&place->data, place->arena, &place->letter, &page, mails->conf->public_url,
                         &mail) != STATUS_OK) {
        finish(place, OUTBOX_NEVER, "this is no address that mail servers take");
        return false;
    }
    place->letter.subject = mail.subject;
    place->from = page.from;
    place->to = mail.to;
    return true;
}

static void keep_file(struct courier_mails *mails, struct place *place)
{
    if (mail_file_put(mails->conf, place->letter.id, place->data.data, place->data.len))
        finish(place, OUTBOX_SENT, "");
    else
        finish(place, OUTBOX_LATER, strerror(errno));
}

/* What one transaction writes and brings. */
struct turn {
    struct courier_mails *mails;
    struct arena *arena;
    int limit; /* of letters to claim */
    struct letter *letters;
    size_t count;
    int64_t swept[SWEEP_MAX];
    size_t swept_count;
    bool sweeps;
};

static enum status write_turn(const struct service *service, struct txn *txn, struct arena *arena,
                              void *context)
{
    struct turn *turn = context;
    const int64_t now_s = clock_now_s();
    enum status status = STATUS_OK;
    (void)service;
    turn->count = turn->swept_count = 0;
    for (size_t i = 0; i < PLACES && status == STATUS_OK; i++) {
        const struct place *place = &turn->mails->places[i];
        if (place->state == PLACE_WRITING)
            status = outbox_settle(txn, &place->letter, place->result, place->fault, now_s);
    }
    if (status == STATUS_OK && turn->limit > 0)
        status = outbox_claim(txn, arena, now_s, turn->limit, &turn->letters, &turn->count);
    if (status == STATUS_OK && turn->sweeps)
        status = outbox_sweep(txn, now_s, SWEEP_MAX, turn->swept, &turn->swept_count);
    return status;
}

static const char *const result_words[OUTBOX_RESULT_COUNT] = {
    [OUTBOX_SENT] = "sent",
    [OUTBOX_LATER] = "failed, to be tried again",
    [OUTBOX_NEVER] = "refused",
    [OUTBOX_DROPPED] = "dropped: nobody to tell",
    [OUTBOX_UNTRIED] = "not tried yet",
};

/* The written ones' places become free; a server that can't be talked to gives a pause. */
static void clear_done(struct courier_mails *mails)
{
    bool is_down = false, is_up = false;
    const char *fault = "";
    for (size_t i = 0; i < PLACES; i++) {
        struct place *place = &mails->places[i];
        if (place->state != PLACE_WRITING)
            continue;
        if (place->is_down)
            fault = place->fault;
        is_down = is_down || place->is_down;
        is_up = is_up || (place->result == OUTBOX_SENT || place->result == OUTBOX_NEVER);
        if (mails->is_verbose)
            printf("letter %" PRId64 ": %s%s%s\n", place->letter.id, result_words[place->result],
                   *place->fault ? ": " : "", place->fault);
    }
    if (is_up) {
        mails->pause_s = 0;
    } else if (is_down) {
        say(mails, "the mail server can't be used", fault);
        mails->pause_s = mails->pause_s == 0 ? PAUSE_S : 2 * mails->pause_s;
        if (mails->pause_s > PAUSE_MAX_S)
            mails->pause_s = PAUSE_MAX_S;
        mails->paused_until = clock_now_s() + mails->pause_s;
    }
    move(mails, PLACE_WRITING, PLACE_FREE);
    if (mails->is_verbose)
        fflush(stdout);
}

/* A copy of a claimed letter, into a free place. */
static struct place *take_place(struct courier_mails *mails, const struct letter *letter)
{
    pthread_mutex_lock(&mails->lock);
    struct place *place = find(mails, PLACE_FREE);
    pthread_mutex_unlock(&mails->lock);
    if (!place)
        return NULL;
    if (!place->arena)
        place->arena = arena_new();
    arena_reset(place->arena);
    place->letter = *letter;
    place->letter.address = arena_strdup(place->arena, letter->address);
    place->letter.language = arena_strdup(place->arena, letter->language);
    place->letter.subject = arena_strdup(place->arena, letter->subject);
    place->letter.fault = "";
    return place;
}

static void begin(struct courier_mails *mails, const struct letter *letter)
{
    struct place *place = take_place(mails, letter);
    if (!place)
        return; /* it is due again by itself */
    const bool is_mail = make(mails, place);
    if (is_mail && !mails->conf->smtp)
        keep_file(mails, place);
    pthread_mutex_lock(&mails->lock);
    place->state = is_mail && mails->conf->smtp ? PLACE_READY : PLACE_DONE;
    pthread_cond_signal(&mails->ready);
    pthread_mutex_unlock(&mails->lock);
}

/* How many to claim now: 0 while the server is given a pause, or nothing is due. */
static int room(struct courier_mails *mails, struct arena *arena)
{
    struct letter *letters;
    size_t due = 0;
    if (atomic_load(&mails->is_stopping) || clock_now_s() < mails->paused_until)
        return 0;
    pthread_mutex_lock(&mails->lock);
    const size_t free_places = count(mails, PLACE_FREE);
    pthread_mutex_unlock(&mails->lock);
    enum status status = letters_due(mails->service.store, arena, clock_now_s(), 1, &letters, &due);
    if (status != STATUS_OK)
        say(mails, "what is due can't be read", status_name(status));
    return status == STATUS_OK && due > 0 ? (int)free_places : 0;
}

/* One turn. False: nothing was to be done. */
static bool turn_once(struct courier_mails *mails, struct arena *arena)
{
    struct turn turn = {.mails = mails, .arena = arena, .limit = room(mails, arena)};
    const int64_t now_s = clock_now_s();
    const size_t done = move(mails, PLACE_DONE, PLACE_WRITING);
    turn.sweeps = now_s - mails->swept_at >= SWEEP_EVERY_S;
    if (done == 0 && turn.limit == 0 && !turn.sweeps)
        return false;
    enum status status = writer_run(&mails->service, arena, write_turn, &turn);
    if (status != STATUS_OK) {
        move(mails, PLACE_WRITING, PLACE_DONE);
        say(mails, "what came of mails can't be written", status_name(status));
        return false;
    }
    if (turn.sweeps)
        mails->swept_at = now_s;
    if (done > 0)
        clear_done(mails);
    for (size_t i = 0; i < turn.swept_count; i++)
        mail_file_remove(mails->conf, turn.swept[i]);
    for (size_t i = 0; i < turn.count; i++)
        begin(mails, &turn.letters[i]);
    if (store_checkpoint(mails->service.store) != STATUS_OK)
        say(mails, "the database's log can't be moved into it", "it grows");
    return true;
}

/* Waits until a sender brings something back, or a moment has passed. */
static void wait_a_moment(struct courier_mails *mails)
{
    const struct timespec until = in_ms(WAIT_MS);
    pthread_mutex_lock(&mails->lock);
    if (!find(mails, PLACE_DONE) && !atomic_load(&mails->is_stopping))
        pthread_cond_timedwait(&mails->done, &mails->lock, &until);
    pthread_mutex_unlock(&mails->lock);
}

static bool is_idle(struct courier_mails *mails)
{
    pthread_mutex_lock(&mails->lock);
    const bool idle = count(mails, PLACE_FREE) == PLACES;
    pthread_mutex_unlock(&mails->lock);
    return idle;
}

/* Waits for the senders, then writes what they brought, and that the rest was not tried. */
static void end_senders(struct courier_mails *mails)
{
    atomic_store(&mails->is_stopping, true);
    pthread_mutex_lock(&mails->lock);
    pthread_cond_broadcast(&mails->ready);
    pthread_mutex_unlock(&mails->lock);
    for (size_t i = 0; i < SENDERS; i++) {
        if (mails->senders[i].is_started)
            (void)thread_join(&mails->senders[i].thread);
        smtp_close(mails->senders[i].smtp);
    }
    for (size_t i = 0; i < PLACES; i++)
        if (mails->places[i].state == PLACE_READY) {
            finish(&mails->places[i], OUTBOX_UNTRIED, "");
            mails->places[i].state = PLACE_DONE;
        }
}

static void work(void *context)
{
    struct courier_mails *mails = context;
    struct arena *arena = arena_new();
    while (!atomic_load(&mails->is_stopping)) {
        const bool did = turn_once(mails, arena);
        arena_reset(arena);
        if (!did && mails->once && is_idle(mails))
            break;
        if (!did || mails->conf->smtp)
            wait_a_moment(mails);
    }
    end_senders(mails);
    (void)turn_once(mails, arena);
    arena_free(arena);
}

/* The first line of a file. NULL: it can't be read, or is empty. */
static char *read_line(const char *path)
{
    char line[1024] = "";
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    const bool has_line = fgets(line, sizeof line, file) != NULL;
    fclose(file);
    line[strcspn(line, "\r\n")] = '\0';
    char *kept = has_line && *line ? strdup(line) : NULL;
    explicit_bzero(line, sizeof line);
    return kept;
}

/* The name we give ourselves (RFC 5321 section 4.1.1.1): the public host, where it is one. */
static char *name_us(struct arena *arena, const struct conf *conf)
{
    const char *host = links_host(arena, conf->public_url);
    bool has_letter = false;
    for (const char *c = host; *c; c++)
        has_letter = has_letter || (*c >= 'a' && *c <= 'z');
    return has_letter && strchr(host, '.') ? strdup(host) : NULL;
}

static void free_all(struct courier_mails *mails)
{
    for (size_t i = 0; i < PLACES; i++) {
        arena_free(mails->places[i].arena);
        buf_free(&mails->places[i].data);
    }
    if (mails->password)
        explicit_bzero(mails->password, strlen(mails->password));
    free(mails->password);
    free(mails->helo);
    setup_close(&mails->service);
    pthread_cond_destroy(&mails->ready);
    pthread_cond_destroy(&mails->done);
    pthread_mutex_destroy(&mails->lock);
    free(mails);
}

static bool start_senders(struct courier_mails *mails)
{
    bool ok = true;
    for (size_t i = 0; i < SENDERS && ok; i++) {
        struct sender *sender = &mails->senders[i];
        sender->mails = mails;
        sender->smtp = smtp_open(mails->conf, mails->password, mails->helo, &mails->is_stopping);
        ok = sender->is_started = thread_start(&sender->thread, send_all, sender);
    }
    return ok;
}

bool courier_mails_start(struct arena *arena, const struct conf *conf, bool is_verbose, bool once,
                         struct courier_mails **out, const char **fault)
{
    struct courier_mails *mails = calloc(1, sizeof *mails);
    pthread_condattr_t monotonic;
    if (!mails) {
        *fault = "out of memory";
        return false;
    }
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&mails->lock, NULL);
    pthread_cond_init(&mails->ready, &monotonic);
    pthread_cond_init(&mails->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
    mails->conf = conf;
    mails->is_verbose = is_verbose;
    mails->once = once;
    mails->helo = name_us(arena, conf);
    if (conf->smtp_password_file && !(mails->password = read_line(conf->smtp_password_file))) {
        *fault = arena_printf(arena, "smtp_password_file: %s holds no password that can be read",
                              conf->smtp_password_file);
    } else if (smtp_start() != STATUS_OK) {
        *fault = "libcurl can't be used";
    } else if (setup_open(arena, conf, true, &mails->service, fault) == STATUS_OK) {
        *fault = "no thread can be started";
        const bool has_senders = !conf->smtp || start_senders(mails);
        if (has_senders && thread_start(&mails->thread, work, mails)) {
            *out = mails;
            return true;
        }
        end_senders(mails);
    }
    free_all(mails);
    return false;
}

bool courier_mails_is_alive(const struct courier_mails *mails)
{
    return thread_is_alive(&mails->thread);
}

void courier_mails_stop(struct courier_mails *mails)
{
    if (!mails)
        return;
    atomic_store(&mails->is_stopping, true);
    pthread_mutex_lock(&mails->lock);
    pthread_cond_broadcast(&mails->ready);
    pthread_cond_broadcast(&mails->done);
    pthread_mutex_unlock(&mails->lock);
    if (thread_join(&mails->thread))
        free_all(mails); /* else what it held can't be freed any more */
}
