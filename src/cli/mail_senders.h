/*
 * cli/mail_senders: the letters that are under way at a time, and the threads that hand them to the
 * mail server, with a connection each. Which letters come and what is written of them is
 * cli/courier_mails'.
 *
 * A place goes from FREE to READY, SENDING, DONE, WRITING and back. Only a sender touches one that
 * is SENDING; the thread of the courier has all others.
 */
#ifndef ASSENT_CLI_MAIL_SENDERS_H
#define ASSENT_CLI_MAIL_SENDERS_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/conf.h"
#include "base/thread.h"
#include "post/smtp.h"
#include "service/outbox.h"

#define MAIL_SENDERS 4
#define MAIL_PLACES  64

enum mail_place_state { PLACE_FREE, PLACE_READY, PLACE_SENDING, PLACE_DONE, PLACE_WRITING };

struct mail_place {
    enum mail_place_state state;
    struct arena *arena; /* of the letter and its addresses */
    struct letter letter;
    const char *from, *to;
    struct buf data; /* the mail */
    enum outbox_result result;
    bool is_down; /* the server could not be talked to */
    char fault[SMTP_WORDS_BYTES + 1];
};

struct mail_senders;
struct mail_sender {
    struct mail_senders *all;
    struct thread thread;
    struct smtp *smtp;
    bool is_started;
};

struct mail_senders {
    atomic_bool is_stopping;
    pthread_mutex_t lock; /* of the places' states */
    pthread_cond_t ready, done;
    struct mail_place places[MAIL_PLACES];
    struct mail_sender senders[MAIL_SENDERS];
};

/* Of a zeroed struct, before all else; mail_senders_free takes it back. */
void mail_senders_init(struct mail_senders *all);

/* Starts the threads. conf and the texts must stay. False: some can't be; call mail_senders_end. */
bool mail_senders_start(struct mail_senders *all, const struct conf *conf, const char *password,
                        const char *helo);

/* Tells the threads, and who waits, to stop; they give up what is under way within about a
 * second. */
void mail_senders_stop(struct mail_senders *all);

/* Stops, and waits for the threads. What was READY is DONE then, as untried. */
void mail_senders_end(struct mail_senders *all);
void mail_senders_free(struct mail_senders *all);

/* A free place, with an empty arena; NULL: there is none. */
struct mail_place *mail_senders_take(struct mail_senders *all);

/* A taken place becomes READY, to be sent, or DONE, with its result. */
void mail_senders_give(struct mail_senders *all, struct mail_place *place, bool is_ready);

/* Sets what came of a place that nobody sends. */
void mail_place_finish(struct mail_place *place, enum outbox_result result, const char *fault);

/* How many are in a state; moves all of one state to another, and says how many. */
size_t mail_senders_count(struct mail_senders *all, enum mail_place_state state);
size_t mail_senders_move(struct mail_senders *all, enum mail_place_state from,
                         enum mail_place_state to);

/* Waits until something is DONE, or so long, or until it is to stop. */
void mail_senders_wait(struct mail_senders *all, int64_t ms);

#endif
