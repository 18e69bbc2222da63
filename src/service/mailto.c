/*
 * service/mailto: what a message asks for, and doing it. See the header.
 */
#include "service/mailto.h"

#include <string.h>
#include <strings.h>

#include "base/campaign.h"
#include "base/clock.h"
#include "crypto/link_search.h"
#include "service/key_ring.h"

#define DAY_S 86400

/* Signatures that one message may have checked: bounds what a made-up one costs. */
#define CANDIDATES_MAX 128

static bool is_word(const char *value, const char *word)
{
    const size_t len = strlen(word);
    return strncasecmp(value, word, len) == 0 && !value[len + strspn(value + len, " \t")];
}

static bool begins(const char *value, const char *word)
{
    return strncasecmp(value, word, strlen(word)) == 0;
}

/* RFC 3834 section 5: "no", or no word at all, is a person's. "auto-generated" answers no message:
 * a mail program that unsubscribes for its person writes so, and that no counts. Anything else is
 * an answer that a machine gave. */
static bool is_auto_submitted(const char *value)
{
    const size_t len = strcspn(value, " \t;(");
    const bool is_wanted = (len == strlen("no") && begins(value, "no")) ||
                           (len == strlen("auto-generated") && begins(value, "auto-generated"));
    return len > 0 && !is_wanted;
}

static bool is_bulk(const char *value)
{
    return is_word(value, "bulk") || is_word(value, "junk") || is_word(value, "list") ||
           is_word(value, "auto_reply");
}

/* "<>", with or without white space or a comment. */
static bool is_null_path(const char *value)
{
    return value[0] == '<' && value[1 + strspn(value + 1, " \t")] == '>';
}

static bool is_report(const char *value)
{
    return begins(value, "multipart/report") || begins(value, "message/delivery-status") ||
           begins(value, "message/disposition-notification");
}

static bool is_mailer(const char *value)
{
    return strcasestr(value, "mailer-daemon@") != NULL;
}

static const struct {
    const char *name;
    bool (*is_sign)(const char *value);
} signs[] = {
    {"auto-submitted", is_auto_submitted}, {"precedence", is_bulk}, {"return-path", is_null_path},
    {"content-type", is_report},           {"from", is_mailer},
};

/* The name of the field that shows that a machine wrote the message; NULL: none does. */
static const char *machine_sign(const struct service *service, struct arena *arena,
                                const struct message *message)
{
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const char *value;
        for (size_t at = 0; (value = message_next(message, signs[i].name, &at)) != NULL;)
            if (signs[i].is_sign(value))
                return signs[i].name;
    }
    for (size_t i = 0; i < message->count; i++)
        if (begins(message->fields[i].name, "list-"))
            return message->fields[i].name;
    const char *id = message_get(message, "message-id");
    if (id && begins(id, MAILTO_OWN_ID)) {
        const char *at = strrchr(id, '@');
        const char *host = links_host(arena, service->conf->public_url);
        const size_t len = strlen(host);
        if (at && strncasecmp(at + 1, host, len) == 0 && at[1 + len] == '>')
            return "message-id";
    }
    return NULL;
}

/* A message on its way through. */
struct hunt {
    const struct service *service;
    struct arena *arena;
    int64_t now_s;
    int candidates;
    struct mailto_mail mail;
};

enum place { IN_TEXT, IN_FIELD_ADDRESS, IN_GIVEN_ADDRESS };

/* Whether a candidate that rest follows ends a local part: a mail server may give the local part
 * alone. */
static bool ends_local_part(enum place place, const char *rest)
{
    return rest[0] == '@' || (rest[0] == '"' && rest[1] == '@') ||
           (place == IN_GIVEN_ADDRESS && rest[0] == '\0');
}

static enum status search(struct hunt *hunt, const char *text, enum place place)
{
    struct link_search found;
    char token[LINK_TOKEN_TEXT_BYTES];
    const char *rest;

    link_search_begin(hunt->arena, text, &found);
    while (hunt->mail.outcome != MAILTO_ASKED && link_search_next(&found, token, &rest)) {
        struct link_opened link;
        if (place != IN_TEXT && !ends_local_part(place, rest))
            continue;
        if (++hunt->candidates > CANDIDATES_MAX)
            break;
        enum status status =
            links_open(hunt->service, hunt->arena, token, PURPOSE_UNSUBSCRIBE, hunt->now_s, &link);
        if (status != STATUS_OK)
            return status;
        if (link.state == LINK_GOOD)
            hunt->mail = (struct mailto_mail){.outcome = MAILTO_ASKED,
                                              .why = "",
                                              .link = link,
                                              .campaign = campaign_parse(hunt->arena, rest)};
        else if (link.state == LINK_NOBODY)
            hunt->mail.outcome = MAILTO_NOBODY;
        else if (hunt->mail.outcome == MAILTO_NO_TOKEN)
            hunt->mail.outcome = MAILTO_NO_LINK;
    }
    return STATUS_OK;
}

/* Each Subject decoded, then as it stands: a program that encodes wrongly may have left it legible.
 */
static enum status search_subjects(struct hunt *hunt, const struct message *message)
{
    enum status status = STATUS_OK;
    const char *value;

    for (size_t at = 0; status == STATUS_OK && hunt->mail.outcome != MAILTO_ASKED &&
                        (value = message_next(message, "subject", &at)) != NULL;) {
        status = search(hunt, message_decode(hunt->arena, value), IN_TEXT);
        if (status == STATUS_OK && hunt->mail.outcome != MAILTO_ASKED && strstr(value, "=?"))
            status = search(hunt, value, IN_TEXT);
    }
    return status;
}

static enum status search_recipients(struct hunt *hunt, const struct message *message,
                                     const char *const *given, size_t given_count)
{
    static const char *const names[] = {"delivered-to", "x-original-to", "envelope-to", "to", "cc"};
    enum status status = STATUS_OK;
    const char *value;

    for (size_t i = 0; i < given_count && status == STATUS_OK; i++)
        if (hunt->mail.outcome != MAILTO_ASKED)
            status = search(hunt, given[i], IN_GIVEN_ADDRESS);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        for (size_t at = 0; status == STATUS_OK && hunt->mail.outcome != MAILTO_ASKED &&
                            (value = message_next(message, names[i], &at)) != NULL;)
            status = search(hunt, value, IN_FIELD_ADDRESS);
    return status;
}

enum status mailto_read(const struct service *service, struct arena *arena, const char *data,
                        size_t len, const char *const *recipients, size_t recipients_count,
                        int64_t now_s, struct mailto_mail *out)
{
    struct hunt hunt = {.service = service,
                        .arena = arena,
                        .now_s = now_s,
                        .mail = {.outcome = MAILTO_NO_TOKEN, .why = ""}};
    struct message message;
    enum status status = STATUS_OK;

    message_parse(arena, data, len, &message);
    const char *sign = machine_sign(service, arena, &message);
    if (sign) {
        hunt.mail.outcome = MAILTO_AUTOMATIC;
        hunt.mail.why = sign;
    } else {
        status = search_subjects(&hunt, &message);
        if (status == STATUS_OK && hunt.mail.outcome != MAILTO_ASKED)
            status = search_recipients(&hunt, &message, recipients, recipients_count);
    }
    if (status == STATUS_OK)
        *out = hunt.mail;
    return status;
}

static enum status count_use(struct txn *txn, struct link_key_id key)
{
    const int64_t now_s = clock_now_s();
    struct link_use use = {.day = (int32_t)(now_s / DAY_S), .acted = 1};
    memcpy(use.key, key.value, sizeof use.key);
    return key_ring_count(txn, &use, 1, now_s);
}

enum status mailto_stop(const struct service *service, struct txn *txn, struct arena *arena,
                        struct mailto_mail *mail)
{
    const struct topic_id topic = mail->link.claims.topic;
    struct change change = {.kind = ENTRY_CHOICES, .contact = mail->link.contact.id};
    struct change_result result;

    if (topic.value == 0)
        change.intent = INTENT_OPT_OUT;
    else
        change.turn_off = TOPIC_BIT(topic);
    change.origin = links_origin(&mail->link, ACTOR_MAILTO, NULL, NULL);
    change.origin.campaign = mail->campaign;
    enum status status = change_apply(service, txn, arena, &change, &result);
    if (status == STATUS_OK)
        status = count_use(txn, mail->link.claims.key_id);
    if (status != STATUS_OK)
        return status;
    switch (result.verdict) {
    case CHANGE_APPLIED:
        mail->outcome = MAILTO_STOPPED;
        return STATUS_OK;
    case CHANGE_UNCHANGED:
        mail->outcome = MAILTO_WAS_STOPPED;
        return STATUS_OK;
    case CHANGE_NO_CONTACT:
        mail->outcome = MAILTO_NOBODY;
        return STATUS_OK;
    case CHANGE_NEEDS_CONSENT:
    case CHANGE_SUPPRESSED:
    case CHANGE_EMAIL_TAKEN:
    case CHANGE_MEANWHILE:
    case CHANGE_TOPIC_RETIRED:
    case CHANGE_UNDO_TOO_LATE:
    case CHANGE_VERDICT_COUNT:
        break;
    }
    return STATUS_CORRUPT; /* none of these can answer an opt-out */
}

static const struct {
    const char *key, *words;
} outcomes[MAILTO_OUTCOME_COUNT] = {
    [MAILTO_NO_TOKEN] = {"no_token", "Nothing changed: there is no unsubscribe token in it."},
    [MAILTO_AUTOMATIC] = {"automatic", "Nothing changed: a machine wrote it."},
    [MAILTO_NO_LINK] = {"no_link", "Nothing changed: its token is not an unsubscribe token that is "
                                   "believed here."},
    [MAILTO_NOBODY] = {"nobody",
                       "Nothing changed: its token's person is not on the list any more."},
    [MAILTO_ASKED] = {"asked", "It asks to unsubscribe."},
    [MAILTO_STOPPED] = {"stopped", "Done: the person is unsubscribed as asked."},
    [MAILTO_WAS_STOPPED] = {"was_stopped", "Nothing changed: that was stopped already."},
};

const char *mailto_outcome_key(enum mailto_outcome outcome)
{
    return outcomes[outcome].key;
}

const char *mailto_outcome_words(enum mailto_outcome outcome)
{
    return outcomes[outcome].words;
}
