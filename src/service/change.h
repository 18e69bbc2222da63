/*
 * service/change: the one function that changes a person. There is no second way.
 *
 * DESIGN, "What a change means": it reads the row, decides, writes the row, its ledger entry and
 * the counters in the caller's transaction. All checks come before the first write, so a refused
 * change leaves its neighbours in a group commit alone.
 */
#ifndef ASSENT_SERVICE_CHANGE_H
#define ASSENT_SERVICE_CHANGE_H

#include "service/service.h"

enum change_intent {
    INTENT_KEEP,    /* status follows from the choices (see below) */
    INTENT_OPT_IN,  /* allow communication; choices only as turn_on says */
    INTENT_OPT_OUT, /* receive nothing: every choice goes off */
    INTENT_COUNT
};

/* What is wanted. Zero means "leave as it is" throughout. */
struct change {
    enum entry_kind kind;        /* CONTACT_ADDED, CHOICES, DETAILS, UNDONE, REASON, PAUSE, EPOCH,
                                    FREQUENCY */
    struct contact_id contact;   /* 0 with CONTACT_ADDED */
    const struct contact *known; /* NULL, or that row as read in this very transaction: saves a
                                    read where many are changed */
    struct position expected;    /* 0, or the head the caller saw: differs → CHANGED_MEANWHILE */
    enum change_intent intent;
    uint64_t turn_on, turn_off; /* choices; a bit in both is refused as misuse */
    uint64_t sets_frequency;    /* topics whose frequency is set: daily where that bit is on, else
                                   weekly where that is, else every message */
    uint64_t daily, weekly;     /* within sets_frequency, no bit in both */
    const char *email, *email_key; /* NULL: leave. From email_parse */
    const char *name, *language;   /* NULL: leave */
    const char *name_key;          /* fold_key of name; NULL: made when it is needed */
    const uint32_t *id_salt;       /* random bits for a new public id, used once; NULL: drawn */
    bool sets_type;
    enum contact_type type;
    bool sets_pause;
    int64_t paused_until;   /* 0 ends the pause; else from service/pause */
    struct position undoes; /* UNDONE, REASON */
    enum leave_reason leave_reason;
    uint64_t own_off;    /* ACTOR_OPERATOR alone: topics that the person turned off by their own
                            hand, as another record of this list shows: a no of theirs, recorded
                            though it may move nothing, that bulk work can't turn on again */
    const char *consent; /* how consent was given: opting back in needs it */
    const char *note;    /* any other words for the ledger; what was edited ("name: A → B")
                            is added by change_apply itself */
    struct origin origin;
};

enum change_verdict {
    CHANGE_APPLIED,
    CHANGE_UNCHANGED,     /* all was so already: no entry, nothing written */
    CHANGE_NEEDS_CONSENT, /* they had opted out; say how consent was given. Nothing was written:
                             bulk work then applies the rest without status and choices */
    CHANGE_SUPPRESSED,    /* the address was erased or blocked */
    CHANGE_EMAIL_TAKEN,
    CHANGE_MEANWHILE, /* expected is not the head any more; nothing written */
    CHANGE_NO_CONTACT,
    CHANGE_TOPIC_RETIRED, /* turn_on holds a topic that is retired or was never there */
    CHANGE_UNDO_TOO_LATE, /* more than UNDO_WINDOW_S ago, or others changed it since */
    CHANGE_VERDICT_COUNT
};

#define UNDO_WINDOW_S 3600
#define UNDO_IMPORT_WINDOW_S                                                                       \
    864000 /* a week in which one that was stopped can go on, a day to begin                       \
              the undoing, and as long to carry it out */

struct change_result {
    enum change_verdict verdict;
    struct contact before; /* all zero with CONTACT_ADDED; also filled with CHANGE_MEANWHILE */
    struct contact after;
    struct position position; /* of the entry, with CHANGE_APPLIED */
};

/* Decides and, if allowed, writes. Rules:
 * - CHOICES, DETAILS, PAUSE and FREQUENCY are one act, an edit: any of its fields may come with
 *   each, and what really changed decides which is recorded (CHOICES before FREQUENCY before
 * DETAILS before PAUSE);
 * - how often a topic is wanted stays as it is when it, or all, is turned off: it is advice for
 * when it comes back;
 * - opting out turns every choice off, whatever turn_on says;
 * - a recipient who turns a topic on while opted out becomes opted in to exactly what they turned
 * on;
 * - anyone else who would opt in, or turn a choice on for, a person who is opted out and was on the
 *   list before needs consent, else NEEDS_CONSENT (a new row's first status is taken as given: out
 *   with INTENT_KEEP and nothing to turn on);
 * - an import or API key that would turn on a topic which the person had turned off by their own
 *   hand needs consent too: an opt-out never falls to bulk work, that from one topic included;
 * - who left an address and said no is not mailed there by somebody who brings it again: adding it,
 *   opted in, needs consent while they are opted out, bulk work also to topics that they turned off
 *   by their own hand; so does a program's change of another person's address to it. Not the person
 *   themselves, by a mail to it;
 * - ending a pause that has ended by the clock changes nothing; opting out leaves a pause as it is;
 * - an email address of another mailbox raises the link epoch as well: the old mailbox's manage
 *   links are void;
 * - one-click and mailto turn off and undo, nothing else (STATUS_INVALID);
 * - a suppressed address is refused to all but the recipient, whose own turning on lifts it;
 * - UNDONE restores status, choices and frequencies as they were before entry undoes, which must be
 *   the person's newest entry of CHOICES or FREQUENCY (details, pauses and reasons since do not
 * count), be made by the same actor (kind and id; recipient, one-click and mailto count as one),
 * and be no older than UNDO_WINDOW_S. Asked twice it is UNCHANGED. Where undoes is a PAUSE entry,
 * the pause is restored instead, under the same conditions: it must be the newest entry that moved
 * the pause (choices since do not count). A choices entry that moved the pause too takes it back
 * with it, unless the pause moved since. Where undoes is a DETAILS entry that moved the language
 * and nothing else, the language is restored instead, as long as it is the one that entry gave.
 * Where it is the person's newest entry and edited name, type or language alone, these are
 * restored, as long as its words are kept;
 * - UNDONE by an import run takes back all that the run did to the person, undoes being its first
 *   entry about them, within UNDO_IMPORT_WINDOW_S, as long as nobody chose since: who was on the
 * list stands as before, name, type and language included; who was added stays, opted out, as links
 * in mails may name them. Until somebody chooses for them, an opt-out of theirs is recorded though
 *   they are out, and opting them in needs no consent: nobody ever said no;
 * - a person's own no to what others turned off so lately that they may take it back is recorded
 *   though nothing changes: it stands against that undo;
 * - REASON needs undoes to be the person's newest choices entry, made by the same actor, turning
 *   something off (else UNDO_TOO_LATE); a second one for the same opt-out is UNCHANGED. It moves
 *   the head and nothing else of the row;
 * - EPOCH raises the link epoch by one, whatever else is set.
 * STATUS_OK also for refusals: read the verdict. Anything else: nothing was written, and the caller
 * rolls the transaction back. */
enum status change_apply(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct change *change, struct change_result *out) MUST_CHECK;

/* What change_apply would say now, reading from service->store; writes nothing. With CHANGE_APPLIED
 * after is as it would be, but for what a write gives it (id, public id, times, head), and position
 * is 0. Whether a new address is taken by another person is not looked at. */
enum status change_decide(const struct service *service, struct arena *arena,
                          const struct change *change, struct change_result *out) MUST_CHECK;

/* The newest entry of contact's choices or frequencies, if origin's actor may undo it at now_s;
 * else 0. */
enum status change_undoable(const struct service *service, struct arena *arena,
                            const struct contact *contact, const struct origin *origin,
                            int64_t now_s, struct position *out) MUST_CHECK;

/* The newest entry that moved contact's pause, if it did nothing else and origin's actor may undo
 * it at now_s; else 0. */
enum status change_pause_undoable(const struct service *service, struct arena *arena,
                                  const struct contact *contact, const struct origin *origin,
                                  int64_t now_s, struct position *out) MUST_CHECK;

/* The newest entry that moved contact's language, if it did nothing else, the language is the one
 * that it gave, and origin's actor may undo it at now_s; else 0. */
enum status change_language_undoable(const struct service *service, struct arena *arena,
                                     const struct contact *contact, const struct origin *origin,
                                     int64_t now_s, struct position *out) MUST_CHECK;

/* Contact's newest entry, if it is an edit of name, type or language and nothing else, its words
 * are kept, and origin's actor may undo it at now_s; else 0. */
enum status change_details_undoable(const struct service *service, struct arena *arena,
                                    const struct contact *contact, const struct origin *origin,
                                    int64_t now_s, struct position *out) MUST_CHECK;

/* An entry that is not about a person (topics, keys, admins, settings, imports): chained and
 * appended. entry: kind, subject and private set, with ENTRY_WORDING private_hash in its place; the
 * rest is filled in. */
enum status change_record(const struct service *service, struct txn *txn, struct entry *entry,
                          const struct origin *origin) MUST_CHECK;

#endif
