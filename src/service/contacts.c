/*
 * service/contacts: see the header.
 */
#include "service/contacts.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/email.h"
#include "service/change.h"
#include "service/erase.h"
#include "service/person.h"
#include "store/contacts.h"
#include "store/topics.h"

bool contacts_read_which(struct arena *arena, const char *text, struct contact_which *out)
{
    struct contact_which which = {0};
    struct email email;

    if (public_id_parse(text, &which.id)) {
        *out = which;
        return which.id.value != 0;
    }
    if (email_parse(arena, text, strlen(text), &email, NULL) != STATUS_OK)
        return false;
    *out = (struct contact_which){.email = email.written, .email_key = email.key};
    return true;
}

static enum status find(const struct service *service, struct store *store, struct arena *arena,
                        const struct contact_which *which, struct contact *out)
{
    if (which->id.value != 0)
        return person_find(service, store, arena, which->id, out);
    return contacts_find_email(store, arena, which->email_key, out);
}

static void make_tag(struct contact_state *state)
{
    const bool is_paused = state->contact.paused_until > state->now_s;

    snprintf(state->tag, sizeof state->tag, "\"%lld-%llx%s\"", (long long)state->contact.head.value,
             (unsigned long long)state->in_use >> 1, is_paused ? "p" : "");
}

static enum status read_rest(struct store *store, struct arena *arena, struct contact_state *state)
{
    enum status status = topics_list(store, arena, &state->topics, &state->topics_count);

    if (status == STATUS_OK)
        status = topics_in_use(store, &state->in_use);
    if (status == STATUS_OK)
        make_tag(state);
    return status;
}

enum status contacts_state(const struct service *service, struct arena *arena,
                           const struct contact_which *which, int64_t now_s,
                           struct contact_state *out)
{
    struct contact_state state = {.now_s = now_s};
    enum status status = store_snapshot_begin(service->store);

    if (status != STATUS_OK)
        return status;
    status = find(service, service->store, arena, which, &state.contact);
    if (status == STATUS_OK)
        status = read_rest(service->store, arena, &state);
    store_snapshot_end(service->store);
    if (status == STATUS_OK)
        *out = state;
    return status;
}

bool contacts_tag_is_named(const char *list, const char *tag)
{
    const size_t tag_len = strlen(tag);

    for (const char *at = list; *at != '\0';) {
        at += strspn(at, " \t,");
        const size_t len = *at == '"' ? 2 + strcspn(at + 1, "\"") : strcspn(at, " \t,");
        if (len == 1 && *at == '*')
            return true;
        if (len == tag_len && strncmp(at, tag, len) == 0)
            return true;
        at += strnlen(at, len);
    }
    return false;
}

/* RFC 9110 section 13.2.2: If-Match, then If-None-Match. */
static bool conditions_hold(const struct contact_write *wanted, const struct contact_state *state,
                            bool is_there)
{
    const char *match = wanted->if_match, *none = wanted->if_none_match;

    if (match != NULL && (!is_there || !contacts_tag_is_named(match, state->tag)))
        return false;
    return none == NULL || !is_there || !contacts_tag_is_named(none, state->tag);
}

struct change contacts_change(const struct contact_doc *doc, const struct contact *known)
{
    const bool is_out = doc->sets_status && doc->status == CONTACT_OPTED_OUT;
    const struct contact_id nobody = {0};

    return (struct change){
        .kind = known == NULL ? ENTRY_CONTACT_ADDED : ENTRY_CHOICES,
        .known = known,
        .contact = known == NULL ? nobody : known->id,
        .intent = is_out                              ? INTENT_OPT_OUT
                  : doc->sets_status || known == NULL ? INTENT_OPT_IN
                                                      : INTENT_KEEP,
        .turn_on = is_out ? 0 : doc->on,
        .turn_off = doc->off,
        .sets_frequency = doc->sets_frequency,
        .daily = doc->daily,
        .weekly = doc->weekly,
        .name = doc->name,
        .language = doc->language,
        .sets_type = doc->sets_type,
        .type = doc->type,
        .sets_pause = doc->sets_pause,
        .paused_until = doc->paused_until,
        .consent = doc->consent,
    };
}

static struct change change_of(const struct contact_write *wanted, const struct contact *known)
{
    const struct contact_doc *doc = &wanted->doc;
    struct change change = contacts_change(doc, known);

    change.origin = wanted->origin;
    change.email = doc->email;
    change.email_key = doc->email_key;
    if (known == NULL) {
        change.email = doc->email != NULL ? doc->email : wanted->which.email;
        change.email_key = wanted->which.email_key;
    }
    return change;
}

static enum contact_outcome outcome_of(enum change_verdict verdict, bool is_new)
{
    switch (verdict) {
    case CHANGE_APPLIED:
        return is_new ? CONTACT_CREATED : CONTACT_UPDATED;
    case CHANGE_UNCHANGED:
        return CONTACT_UNCHANGED;
    case CHANGE_NEEDS_CONSENT:
        return CONTACT_NEEDS_CONSENT;
    case CHANGE_SUPPRESSED:
        return CONTACT_SUPPRESSED;
    case CHANGE_EMAIL_TAKEN:
        return CONTACT_EMAIL_TAKEN;
    case CHANGE_TOPIC_RETIRED:
        return CONTACT_TOPIC_RETIRED;
    case CHANGE_MEANWHILE:
        return CONTACT_CONDITION;
    case CHANGE_NO_CONTACT:
    case CHANGE_UNDO_TOO_LATE:
    case CHANGE_VERDICT_COUNT:
        break;
    }
    return CONTACT_MISSING;
}

static enum status apply(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct contact_write *wanted, bool is_there,
                         enum contact_outcome *out, struct contact_state *state)
{
    const struct contact known = state->contact;
    const struct change change = change_of(wanted, is_there ? &known : NULL);
    struct change_result result;

    if (!is_there && wanted->doc.email_key != NULL &&
        strcmp(wanted->doc.email_key, wanted->which.email_key) != 0) {
        *out = CONTACT_EMAIL_DIFFERS;
        return STATUS_OK;
    }
    enum status status = change_apply(service, txn, arena, &change, &result);
    if (status != STATUS_OK)
        return status;
    *out = outcome_of(result.verdict, !is_there);
    state->contact = result.after;
    make_tag(state);
    return STATUS_OK;
}

enum status contacts_write(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct contact_write *wanted, enum contact_outcome *out,
                           struct contact_state *state)
{
    struct position position;
    struct contact_state now = {.now_s = clock_now_s()};
    enum status status = find(service, txn_store(txn), arena, &wanted->which, &now.contact);
    const bool is_there = status == STATUS_OK;

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    status = read_rest(txn_store(txn), arena, &now);
    if (status != STATUS_OK)
        return status;
    if (!is_there && (wanted->what != CONTACT_PUT || wanted->which.id.value != 0)) {
        *out = CONTACT_MISSING;
    } else if (!conditions_hold(wanted, &now, is_there)) {
        *out = CONTACT_CONDITION;
    } else if (wanted->what == CONTACT_DELETE) {
        *out = CONTACT_ERASED;
        status = erase_person(service, txn, arena, &now.contact, &wanted->origin, NULL, &position);
    } else {
        status = apply(service, txn, arena, wanted, is_there, out, &now);
    }
    if (status == STATUS_OK)
        *state = now;
    return status;
}
