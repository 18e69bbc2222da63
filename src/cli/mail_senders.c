/*
 * cli/mail_senders: see mail_senders.h.
 */
#include "cli/mail_senders.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define REST_MS 5000 /* a sender without work lets go of its connection after this */

static struct timespec in_ms(int64_t ms)
{
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += (long)(ms % 1000) * 1000000L;
    at.tv_sec += ms / 1000 + at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    return at;
}

static struct mail_place *find(struct mail_senders *all, enum mail_place_state state)
{
    for (size_t i = 0; i < MAIL_PLACES; i++)
        if (all->places[i].state == state)
            return &all->places[i];
    return NULL;
}

size_t mail_senders_count(struct mail_senders *all, enum mail_place_state state)
{
    size_t n = 0;
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < MAIL_PLACES; i++)
        n += all->places[i].state == state;
    pthread_mutex_unlock(&all->lock);
    return n;
}

size_t mail_senders_move(struct mail_senders *all, enum mail_place_state from,
                         enum mail_place_state to)
{
    size_t n = 0;
    pthread_mutex_lock(&all->lock);
    for (size_t i = 0; i < MAIL_PLACES; i++)
        if (all->places[i].state == from) {
            all->places[i].state = to;
            n++;
        }
    pthread_mutex_unlock(&all->lock);
    return n;
}

/* The next mail to send; NULL: stopping. Rests the connection when none comes for a while. */
static struct mail_place *next_ready(struct mail_sender *sender)
{
    struct mail_senders *all = sender->all;
    struct mail_place *place = NULL;
    pthread_mutex_lock(&all->lock);
    while (!atomic_load(&all->is_stopping) && (place = find(all, PLACE_READY)) == NULL) {
        const struct timespec until = in_ms(REST_MS);
        if (pthread_cond_timedwait(&all->ready, &all->lock, &until) != ETIMEDOUT)
            continue;
        pthread_mutex_unlock(&all->lock);
        smtp_rest(sender->smtp);
        pthread_mutex_lock(&all->lock);
    }
    if (place)
        place->state = PLACE_SENDING;
    pthread_mutex_unlock(&all->lock);
    return place;
}

static void send_all(void *context)
{
    struct mail_sender *sender = context;
    struct mail_senders *all = sender->all;
    for (struct mail_place *place; (place = next_ready(sender)) != NULL;) {
        const struct smtp_message message = {place->from, place->to, place->data.data,
                                             place->data.len};
        struct smtp_reply reply;
        smtp_send(sender->smtp, &message, &reply);
        place->result = reply.result == SMTP_ACCEPTED    ? OUTBOX_SENT
                        : reply.result == SMTP_NEVER     ? OUTBOX_NEVER
                        : atomic_load(&all->is_stopping) ? OUTBOX_UNTRIED
                                                         : OUTBOX_LATER;
        place->is_down = reply.is_down;
        memcpy(place->fault, reply.words, sizeof place->fault);
        pthread_mutex_lock(&all->lock);
        place->state = PLACE_DONE;
        pthread_cond_signal(&all->done);
        pthread_mutex_unlock(&all->lock);
    }
}

void mail_place_finish(struct mail_place *place, enum outbox_result result, const char *fault)
{
    place->result = result;
    place->is_down = false;
    snprintf(place->fault, sizeof place->fault, "%s", fault);
}

struct mail_place *mail_senders_take(struct mail_senders *all)
{
    pthread_mutex_lock(&all->lock);
    struct mail_place *place = find(all, PLACE_FREE);
    pthread_mutex_unlock(&all->lock);
    if (!place)
        return NULL;
    if (!place->arena)
        place->arena = arena_new();
    arena_reset(place->arena);
    return place;
}

void mail_senders_give(struct mail_senders *all, struct mail_place *place, bool is_ready)
{
    pthread_mutex_lock(&all->lock);
    place->state = is_ready ? PLACE_READY : PLACE_DONE;
    pthread_cond_signal(&all->ready);
    pthread_mutex_unlock(&all->lock);
}

void mail_senders_wait(struct mail_senders *all, int64_t ms)
{
    const struct timespec until = in_ms(ms);
    pthread_mutex_lock(&all->lock);
    if (!find(all, PLACE_DONE) && !atomic_load(&all->is_stopping))
        pthread_cond_timedwait(&all->done, &all->lock, &until);
    pthread_mutex_unlock(&all->lock);
}

void mail_senders_init(struct mail_senders *all)
{
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&all->lock, NULL);
    pthread_cond_init(&all->ready, &monotonic);
    pthread_cond_init(&all->done, &monotonic);
    pthread_condattr_destroy(&monotonic);
}

bool mail_senders_start(struct mail_senders *all, const struct conf *conf, const char *password,
                        const char *helo)
{
    bool ok = true;
    for (size_t i = 0; i < MAIL_SENDERS && ok; i++) {
        struct mail_sender *sender = &all->senders[i];
        sender->all = all;
        sender->smtp = smtp_open(conf, password, helo, &all->is_stopping);
        ok = sender->is_started = thread_start(&sender->thread, send_all, sender);
    }
    return ok;
}

void mail_senders_stop(struct mail_senders *all)
{
    atomic_store(&all->is_stopping, true);
    pthread_mutex_lock(&all->lock);
    pthread_cond_broadcast(&all->ready);
    pthread_cond_broadcast(&all->done);
    pthread_mutex_unlock(&all->lock);
}

void mail_senders_end(struct mail_senders *all)
{
    mail_senders_stop(all);
    for (size_t i = 0; i < MAIL_SENDERS; i++) {
        if (all->senders[i].is_started)
            (void)thread_join(&all->senders[i].thread);
        smtp_close(all->senders[i].smtp);
    }
    for (size_t i = 0; i < MAIL_PLACES; i++)
        if (all->places[i].state == PLACE_READY) {
            mail_place_finish(&all->places[i], OUTBOX_UNTRIED, "");
            all->places[i].state = PLACE_DONE;
        }
}

void mail_senders_free(struct mail_senders *all)
{
    for (size_t i = 0; i < MAIL_PLACES; i++) {
        arena_free(all->places[i].arena);
        buf_free(&all->places[i].data);
    }
    pthread_cond_destroy(&all->ready);
    pthread_cond_destroy(&all->done);
    pthread_mutex_destroy(&all->lock);
}
