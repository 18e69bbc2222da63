/*
 * view/person_data: see person_data.h. A line for each value, so that it can be read as it is.
 */
#include "view/person_data.h"

#include <assert.h>
#include <string.h>

#include "base/clock.h"

/* What is being written: how deep, and whether something stands before on this level. */
struct writing {
    struct buf *out;
    int depth;
    bool has_before;
};

static void next(struct writing *to)
{
    buf_adds(to->out, to->has_before ? ",\n" : "\n");
    for (int i = 0; i < to->depth; i++)
        buf_adds(to->out, "  ");
    to->has_before = true;
}

static void name(struct writing *to, const char *key)
{
    next(to);
    if (key == NULL)
        return;
    buf_json(to->out, key);
    buf_adds(to->out, ": ");
}

/* key NULL: an element of a list. */
static void open(struct writing *to, const char *key, char bracket)
{
    name(to, key);
    buf_addc(to->out, bracket);
    to->depth++;
    to->has_before = false;
}

static void end(struct writing *to, char bracket)
{
    const bool is_empty = !to->has_before;
    to->depth--;
    to->has_before = false;
    if (!is_empty)
        next(to);
    to->has_before = true;
    buf_addc(to->out, bracket);
}

static void put_text(struct writing *to, const char *key, const char *text)
{
    name(to, key);
    buf_json(to->out, text != NULL && *text != '\0' ? text : NULL);
}

static void put_int(struct writing *to, const char *key, int64_t value)
{
    name(to, key);
    buf_int(to->out, value);
}

static void put_bool(struct writing *to, const char *key, bool is_true)
{
    name(to, key);
    buf_adds(to->out, is_true ? "true" : "false");
}

/* null for 0. */
static void put_time(struct writing *to, const char *key, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES] = "";
    if (at_s != 0)
        clock_rfc3339(at_s, text);
    put_text(to, key, text);
}

static void put_hex(struct writing *to, const char *key, const uint8_t *data, size_t len)
{
    name(to, key);
    buf_addc(to->out, '"');
    for (size_t i = 0; i < len; i++)
        buf_printf(to->out, "%02x", data[i]);
    buf_addc(to->out, '"');
}

static void put_keys(struct writing *to, const char *key, const struct person_data *data,
                     uint64_t mask)
{
    open(to, key, '[');
    for (size_t i = 0; i < data->topics_count; i++)
        if ((mask & TOPIC_BIT(data->topics[i].id)) != 0)
            put_text(to, NULL, data->topics[i].key);
    end(to, ']');
}

static void put_controller(struct writing *to, const struct person_data *data)
{
    open(to, "controller", '{');
    put_text(to, "name", data->brand.name);
    put_text(to, "postal_address", data->brand.postal_address);
    put_text(to, "privacy_notice", data->brand.privacy_url);
    put_text(to, "site", data->site);
    put_text(to, "jurisdiction", data->jurisdiction);
    put_text(to, "retention", data->retention);
    put_text(to, "third_parties", data->third_parties);
    end(to, '}');
}

static void put_person(struct writing *to, const struct person_data *data)
{
    const struct contact *contact = &data->contact;
    char id[PUBLIC_ID_TEXT_BYTES];
    public_id_text(contact->public_id, id);
    open(to, "person", '{');
    put_text(to, "public_id", id);
    put_text(to, "email", contact->email);
    put_text(to, "email_as_compared", contact->email_key);
    open(to, "former_emails", '[');
    for (size_t i = 0; i < data->former_count; i++)
        put_text(to, NULL, data->former[i].written);
    end(to, ']');
    put_text(to, "name", contact->name);
    put_text(to, "language", contact->language);
    put_text(to, "contact_type", contact_type_key(contact->type));
    put_text(to, "status", contact_status_key(contact->status));
    put_time(to, "paused_until", contact->paused_until);
    put_int(to, "links_epoch", contact->epoch);
    put_time(to, "added_at", contact->created_at);
    put_time(to, "changed_at", contact->updated_at);
    put_bool(to, "is_suppressed", data->is_suppressed);
    end(to, '}');
}

static void put_topics(struct writing *to, const struct person_data *data)
{
    open(to, "topics", '[');
    for (size_t i = 0; i < data->topics_count; i++) {
        const struct topic *topic = &data->topics[i];
        const bool is_on = (data->contact.choices & TOPIC_BIT(topic->id)) != 0;
        if (topic->retired_at != 0 && !is_on)
            continue;
        open(to, NULL, '{');
        put_text(to, "key", topic->key);
        put_text(to, "name", topic->name);
        put_bool(to, "is_on", is_on);
        put_text(to, "frequency", frequency_key(contact_frequency(&data->contact, topic->id)));
        end(to, '}');
    }
    end(to, ']');
}

/* The person's own acts: whose client it was is theirs to know. */
static bool is_own(const struct entry *entry)
{
    return entry->actor == ACTOR_RECIPIENT || entry->actor == ACTOR_ONE_CLICK ||
           entry->actor == ACTOR_MAILTO;
}

static void put_state(struct writing *to, const char *key, const struct person_data *data,
                      const struct entry *entry, bool is_after)
{
    open(to, key, '{');
    put_text(to, "status",
             contact_status_key(is_after ? entry->status_after : entry->status_before));
    put_keys(to, "topics", data, is_after ? entry->choices_after : entry->choices_before);
    put_keys(to, "daily", data, is_after ? entry->daily_after : entry->daily_before);
    put_keys(to, "weekly", data, is_after ? entry->weekly_after : entry->weekly_before);
    put_time(to, "paused_until", is_after ? entry->paused_after : entry->paused_before);
    end(to, '}');
}

static void put_proof(struct writing *to, const struct entry *entry)
{
    static const char *const kinds[] = {
        [PROOF_NONE] = "none",       [PROOF_LINK] = "link",     [PROOF_SESSION] = "session",
        [PROOF_COMMAND] = "command", [PROOF_IMPORT] = "import", [PROOF_CONFIRM] = "confirmation",
        [PROOF_API_KEY] = "api_key",
    };
    static_assert(sizeof kinds / sizeof *kinds == PROOF_COUNT, "a word for every proof");
    const uint8_t *proof = entry->proof;
    open(to, "proof", '{');
    put_text(to, "kind", (unsigned)entry->proof_kind < PROOF_COUNT ? kinds[entry->proof_kind] : "");
    if ((entry->proof_kind == PROOF_LINK || entry->proof_kind == PROOF_CONFIRM) &&
        entry->proof_len == PROOF_MAX_BYTES) {
        put_hex(to, "link_key", proof, LINK_KEY_ID_BYTES);
        put_time(to, "link_issued_at",
                 (int64_t)proof[4] << 24 | proof[5] << 16 | proof[6] << 8 | proof[7]);
    }
    end(to, '}');
}

static void put_event(struct writing *to, const char *key, const struct person_data *data,
                      const struct person_event *event)
{
    const struct entry *entry = &event->entry;
    open(to, key, '{');
    put_int(to, "position", entry->position.value);
    put_time(to, "at", entry->at);
    put_text(to, "kind", entry_kind_key(entry->kind));
    put_text(to, "what", event->what);
    put_text(to, "by", actor_kind_key(entry->actor));
    put_proof(to, entry);
    put_text(to, "note", entry->private.note);
    if (entry->leave_reason != LEAVE_NONE)
        put_text(to, "reason", leave_reason_key(entry->leave_reason));
    put_text(to, "network_address", is_own(entry) ? entry->private.address : NULL);
    put_text(to, "browser", is_own(entry) ? entry->private.agent : NULL);
    put_text(to, "campaign", entry->private.campaign);
    put_int(to, "wording", entry->wording);
    if (entry->undoes.value != 0)
        put_int(to, "about_position", entry->undoes.value);
    put_state(to, "before", data, entry, false);
    put_state(to, "after", data, entry, true);
    put_text(to, "receipt_id", event->receipt_id);
    put_hex(to, "hash", entry->hash, sizeof entry->hash);
    end(to, '}');
}

static void put_history(struct writing *to, const struct person_data *data)
{
    if (data->events_count > 0)
        put_event(to, "source", data, &data->events[data->events_count - 1]);
    open(to, "history", '[');
    for (size_t i = 0; i < data->events_count; i++)
        put_event(to, NULL, data, &data->events[i]);
    end(to, ']');
    open(to, "feedback", '[');
    for (size_t i = 0; i < data->events_count; i++) {
        const struct entry *entry = &data->events[i].entry;
        if (entry->leave_reason != LEAVE_BOUNCE && entry->leave_reason != LEAVE_COMPLAINT)
            continue;
        open(to, NULL, '{');
        put_text(to, "type", leave_reason_key(entry->leave_reason));
        put_time(to, "at", entry->at);
        put_int(to, "position", entry->position.value);
        end(to, '}');
    }
    end(to, ']');
}

static void put_letters(struct writing *to, const struct person_data *data)
{
    static const char *const kinds[] = {
        [0] = "",
        [LETTER_LINK] = "link",
        [LETTER_JOIN] = "sign_up",
        [LETTER_NEW_ADDRESS] = "new_address",
        [LETTER_OLD_ADDRESS] = "old_address",
        [LETTER_TEST] = "test",
    };
    static_assert(sizeof kinds / sizeof *kinds == LETTER_KIND_COUNT, "a word for every letter");
    static const char *const outcomes[LETTER_OUTCOME_COUNT] = {"waits", "sent", "given_up",
                                                               "dropped"};
    open(to, "mails", '[');
    for (size_t i = 0; i < data->letters_count; i++) {
        const struct letter *letter = &data->letters[i];
        open(to, NULL, '{');
        put_text(to, "kind", (unsigned)letter->kind < LETTER_KIND_COUNT ? kinds[letter->kind] : "");
        put_text(to, "to", letter->address);
        put_text(to, "subject", letter->subject);
        put_text(to, "language", letter->language);
        put_time(to, "asked_at", letter->created_at);
        put_text(to, "outcome",
                 (unsigned)letter->outcome < LETTER_OUTCOME_COUNT ? outcomes[letter->outcome] : "");
        put_time(to, "ended_at", letter->ended_at);
        put_text(to, "mail_server_said", letter->fault);
        put_hex(to, "message_id", letter->message_id, sizeof letter->message_id);
        end(to, '}');
    }
    end(to, ']');
}

static void put_requests(struct writing *to, const struct person_data *data)
{
    static const char *const outcomes[] = {"waits", "confirmed", "declined"};
    open(to, "confirmations", '[');
    for (size_t i = 0; i < data->requests_count; i++) {
        const struct confirmation *row = &data->requests[i];
        /* Somebody else's wish to use this address is theirs, but that it was asked for. */
        const bool is_theirs =
            row->contact.value == 0 || row->contact.value == data->contact.id.value;
        open(to, NULL, '{');
        put_text(to, "kind", row->kind == CONFIRMATION_JOIN ? "sign_up" : "new_address");
        put_text(to, "email", row->email);
        put_text(to, "name", row->name);
        put_text(to, "language", row->language);
        put_keys(to, "topics", data, row->choices);
        put_time(to, "asked_at", row->asked_at);
        put_time(to, "expires_at", row->expires_at);
        put_text(to, "outcome", (unsigned)row->outcome < 3 ? outcomes[row->outcome] : "");
        put_time(to, "ended_at", row->ended_at);
        put_text(to, "network_address", is_theirs ? row->address : NULL);
        put_text(to, "browser", is_theirs ? row->agent : NULL);
        end(to, '}');
    }
    end(to, ']');
}

static void put_sent(struct writing *to, const struct person_data *data)
{
    open(to, "last_sent", '[');
    for (size_t i = 0; i < data->sent_count; i++) {
        open(to, NULL, '{');
        put_keys(to, "topics", data, TOPIC_BIT(data->sent[i].topic));
        put_time(to, "at", data->sent[i].at);
        end(to, '}');
    }
    end(to, ']');
}

void view_person_data(struct buf *out, const struct person_data *data)
{
    struct writing to = {.out = out, .depth = 1};
    buf_addc(out, '{');
    put_text(&to, "format", PERSON_DATA_FORMAT);
    put_time(&to, "made_at", data->made_at);
    put_int(&to, "position", data->contact.head.value);
    put_controller(&to, data);
    put_person(&to, data);
    put_topics(&to, data);
    put_history(&to, data);
    put_letters(&to, data);
    put_requests(&to, data);
    put_sent(&to, data);
    buf_adds(out, "\n}\n");
}
