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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/mail_senders.h"
#include "service/forget.h"
#include "service/letters.h"
#include "service/mail_file.h"
#include "service/outbox.h"
#include "service/setup.h"
#include "service/writer.h"
#include "view/letter_mail.h"

#define WAIT_MS       250
#define PAUSE_S       5 /* after the server could not be talked to; doubled up to … */
#define PAUSE_MAX_S   60
#define SWEEP_EVERY_S 600
#define SWEEP_MAX     500
#define SAY_EVERY_S   60

struct courier_mails {
    struct thread thread;
    struct service service;
    const struct conf *conf;
    bool is_verbose, once;
    char *password, *helo;
    atomic_ulong beats;
    int64_t swept_at, said_at, paused_until; /* by clock_steady_s */
    int64_t pause_s;
    struct mail_senders senders;
};

static void say(struct courier_mails *mails, const char *what, const char *why)
{
    const int64_t now_s = clock_steady_s();
    if (now_s - mails->said_at < SAY_EVERY_S)
        return;
    mails->said_at = now_s;
    fprintf(stderr, "assent courier: mails: %s: %s\n", what, why);
}

/* The mail's bytes. True: it is to be sent; else place has its result already. */
static bool make(struct courier_mails *mails, struct mail_place *place)
{
    struct letter_page page;
    struct letter_mail mail;
    enum status status =
        letters_compose(&mails->service, place->arena, &place->letter, clock_now_s(), &page);
    if (status != STATUS_OK) {
        mail_place_finish(place, OUTBOX_LATER,
                          status == STATUS_REFUSED ? "there is no key here to sign links with"
                                                   : status_name(status));
        return false;
    }
    if (!page.is_due) {
        mail_place_finish(place, OUTBOX_DROPPED, "");
        return false;
    }
    buf_clear(&place->data);
    if (view_letter_mail(&place->data, place->arena, &place->letter, &page, mails->conf->public_url,
                         &mail) != STATUS_OK) {
        mail_place_finish(place, OUTBOX_NEVER, "this is no address that mail servers take");
        return false;
    }
    place->letter.subject = mail.subject;
    place->from = page.from;
    place->to = mail.to;
    return true;
}

static void keep_file(struct courier_mails *mails, struct mail_place *place)
{
    if (mail_file_put(mails->conf, place->letter.id, place->data.data, place->data.len))
        mail_place_finish(place, OUTBOX_SENT, "");
    else
        mail_place_finish(place, OUTBOX_LATER, strerror(errno));
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
    for (size_t i = 0; i < MAIL_PLACES && status == STATUS_OK; i++) {
        const struct mail_place *place = &turn->mails->senders.places[i];
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
    for (size_t i = 0; i < MAIL_PLACES; i++) {
        struct mail_place *place = &mails->senders.places[i];
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
        mails->paused_until = clock_steady_s() + mails->pause_s;
    }
    (void)mail_senders_move(&mails->senders, PLACE_WRITING, PLACE_FREE);
    if (mails->is_verbose)
        fflush(stdout);
}

/* A copy of a claimed letter, into a free place. */
static struct mail_place *take_place(struct courier_mails *mails, const struct letter *letter)
{
    struct mail_place *place = mail_senders_take(&mails->senders);
    if (!place)
        return NULL;
    place->letter = *letter;
    place->letter.address = arena_strdup(place->arena, letter->address);
    place->letter.language = arena_strdup(place->arena, letter->language);
    place->letter.subject = arena_strdup(place->arena, letter->subject);
    place->letter.fault = "";
    return place;
}

static void begin(struct courier_mails *mails, const struct letter *letter)
{
    struct mail_place *place = take_place(mails, letter);
    if (!place)
        return; /* it is due again by itself */
    const bool is_mail = make(mails, place);
    if (is_mail && !mails->conf->smtp)
        keep_file(mails, place);
    mail_senders_give(&mails->senders, place, is_mail && mails->conf->smtp);
}

/* How many to claim now: 0 while the server is given a pause, or nothing is due. */
static int room(struct courier_mails *mails, struct arena *arena)
{
    struct letter *letters;
    size_t due = 0;
    if (atomic_load(&mails->senders.is_stopping) || clock_steady_s() < mails->paused_until)
        return 0;
    const size_t free_places = mail_senders_count(&mails->senders, PLACE_FREE);
    enum status status = letters_due(mails->service.store, arena, clock_now_s(), 1, &letters, &due);
    if (status != STATUS_OK)
        say(mails, "what is due can't be read", status_name(status));
    return status == STATUS_OK && due > 0 ? (int)free_places : 0;
}

/* One turn. False: nothing was to be done. */
static bool turn_once(struct courier_mails *mails, struct arena *arena)
{
    struct turn turn = {.mails = mails, .arena = arena, .limit = room(mails, arena)};
    const int64_t now_s = clock_steady_s();
    const size_t done = mail_senders_move(&mails->senders, PLACE_DONE, PLACE_WRITING);
    turn.sweeps = now_s - mails->swept_at >= SWEEP_EVERY_S;
    if (done == 0 && turn.limit == 0 && !turn.sweeps)
        return false;
    enum status status = writer_run(&mails->service, arena, write_turn, &turn);
    if (status != STATUS_OK) {
        (void)mail_senders_move(&mails->senders, PLACE_WRITING, PLACE_DONE);
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

static void work(void *context)
{
    struct courier_mails *mails = context;
    struct arena *arena = arena_new();
    while (!atomic_load(&mails->senders.is_stopping)) {
        atomic_fetch_add(&mails->beats, 1);
        const enum status status = forget_mails(&mails->service, arena);
        if (status != STATUS_OK)
            say(mails, "mails to who was erased can't be removed", status_name(status));
        const bool did = turn_once(mails, arena);
        arena_reset(arena);
        if (!did && mails->once && mail_senders_count(&mails->senders, PLACE_FREE) == MAIL_PLACES)
            break;
        if (!did || mails->conf->smtp)
            mail_senders_wait(&mails->senders, WAIT_MS);
    }
    mail_senders_end(&mails->senders);
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
    mail_senders_free(&mails->senders);
    if (mails->password)
        explicit_bzero(mails->password, strlen(mails->password));
    free(mails->password);
    free(mails->helo);
    setup_close(&mails->service);
    free(mails);
}

bool courier_mails_start(struct arena *arena, const struct conf *conf, bool is_verbose, bool once,
                         struct courier_mails **out, const char **fault)
{
    struct courier_mails *mails = calloc(1, sizeof *mails);
    if (!mails) {
        *fault = "out of memory";
        return false;
    }
    mail_senders_init(&mails->senders);
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
        const bool has_senders =
            !conf->smtp || mail_senders_start(&mails->senders, conf, mails->password, mails->helo);
        if (has_senders && thread_start(&mails->thread, work, mails)) {
            *out = mails;
            return true;
        }
        mail_senders_end(&mails->senders);
    }
    free_all(mails);
    return false;
}

bool courier_mails_is_alive(const struct courier_mails *mails)
{
    return thread_is_alive(&mails->thread);
}

unsigned long courier_mails_beats(const struct courier_mails *mails)
{
    return atomic_load(&mails->beats);
}

void courier_mails_stop(struct courier_mails *mails)
{
    if (!mails)
        return;
    mail_senders_stop(&mails->senders);
    if (thread_join(&mails->thread))
        free_all(mails); /* else what it held can't be freed any more */
}
