/*
 * view/outbox_row: see outbox_row.h.
 */
#include "view/outbox_row.h"

#include "base/catalogue.h"
#include "base/clock.h"
#include "service/outbox_fault.h"

const char *outbox_fault_words(struct arena *arena, const char *fault)
{
    static const enum text texts[OUTBOX_FAULT_COUNT] = {
        [OUTBOX_FAULT_MAILBOX] = TEXT_ADMIN_OUTBOX_FAULT_MAILBOX,
        [OUTBOX_FAULT_FULL] = TEXT_ADMIN_OUTBOX_FAULT_FULL,
        [OUTBOX_FAULT_UNWANTED] = TEXT_ADMIN_OUTBOX_FAULT_UNWANTED,
        [OUTBOX_FAULT_LOGIN] = TEXT_ADMIN_OUTBOX_FAULT_LOGIN,
        [OUTBOX_FAULT_SIZE] = TEXT_ADMIN_OUTBOX_FAULT_SIZE,
        [OUTBOX_FAULT_NEVER] = TEXT_ADMIN_OUTBOX_FAULT_NEVER,
        [OUTBOX_FAULT_LATER] = TEXT_ADMIN_OUTBOX_FAULT_LATER,
        [OUTBOX_FAULT_NAME] = TEXT_ADMIN_OUTBOX_FAULT_NAME,
        [OUTBOX_FAULT_TIME] = TEXT_ADMIN_OUTBOX_FAULT_TIME,
        [OUTBOX_FAULT_TRUST] = TEXT_ADMIN_OUTBOX_FAULT_TRUST,
        [OUTBOX_FAULT_AWAY] = TEXT_ADMIN_OUTBOX_FAULT_AWAY,
        [OUTBOX_FAULT_ADDRESS] = TEXT_ADMIN_OUTBOX_FAULT_ADDRESS,
        [OUTBOX_FAULT_KEYLESS] = TEXT_ADMIN_OUTBOX_FAULT_KEYLESS,
        [OUTBOX_FAULT_OTHER] = TEXT_ADMIN_OUTBOX_FAULT_OTHER,
    };
    const enum outbox_fault kind = outbox_fault_of(fault);
    return kind == OUTBOX_FAULT_NONE ? "" : ADMIN_TEXT(arena, texts[kind]);
}

static const char *kind_words(struct arena *arena, enum letter_kind kind)
{
    static const enum text texts[LETTER_KIND_COUNT] = {
        [LETTER_LINK] = TEXT_ADMIN_OUTBOX_KIND_LINK,
        [LETTER_JOIN] = TEXT_ADMIN_OUTBOX_KIND_JOIN,
        [LETTER_NEW_ADDRESS] = TEXT_ADMIN_OUTBOX_KIND_NEW,
        [LETTER_OLD_ADDRESS] = TEXT_ADMIN_OUTBOX_KIND_OLD,
        [LETTER_TEST] = TEXT_ADMIN_OUTBOX_KIND_TEST,
    };
    return ADMIN_TEXT(arena, texts[kind]);
}

struct mail_row outbox_row_of(struct arena *arena, const struct letter *letter, bool can_act)
{
    const bool waits = letter->outcome == LETTER_WAITS, is_dead = letter->outcome == LETTER_DEAD;
    const int64_t at_s = waits ? letter->due_at : letter->ended_at;
    char when[CLOCK_HUMAN_BYTES];
    clock_human(at_s, when);
    return (struct mail_row){
        .id_text = arena_printf(arena, "%lld", (long long)letter->id),
        .address = letter->address,
        .kind = kind_words(arena, letter->kind),
        .subject = letter->subject,
        .fault = outbox_fault_words(arena, letter->fault),
        .tries = letter->tries,
        .at_s = at_s,
        .when = waits && letter->tries > 0
                    ? ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_WHEN_DUE, ARG("when", when))
                    : arena_strdup(arena, when),
        .shows_tries = letter->tries > (letter->outcome == LETTER_SENT ? 1 : 0),
        .waits = waits,
        .is_sent = letter->outcome == LETTER_SENT,
        .is_dead = is_dead,
        .can_try = can_act && is_dead,
        .can_hasten = can_act && waits && letter->tries > 0,
    };
}
