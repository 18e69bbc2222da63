/*
 * service/confirm: requests that wait for a button behind a mailed link: beginning, opening and
 * showing them. What the buttons do is in confirm_act.c. See the header.
 */
#include "service/confirm.h"

#include <string.h>

#include "service/confirm_act.h"
#include "service/keys.h"
#include "service/quota.h"
#include "service/settings.h"
#include "service/throttle.h"
#include "service/wording.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/topic_texts.h"
#include "store/topics.h"

#define DAY_S            86400
#define ROWS_AT_ONE_TIME 200

enum status confirm_begin(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct confirmation *confirmation, enum letter_kind letter,
                          int64_t now_s)
{
    struct confirmation row = *confirmation;
    int64_t days = 0;
    enum status status = settings_number(txn_store(txn), arena, SETTING_CONFIRM_DAYS, &days);
    if (status != STATUS_OK)
        return status;
    while (row.public_id.value == 0)
        crypto_random(&row.public_id.value, sizeof row.public_id.value);
    row.asked_at = now_s;
    row.expires_at = now_s + days * DAY_S;
    status = confirmations_insert(txn, &row, &row.id);
    if (status != STATUS_OK)
        return status;
    const struct letter mail = {.kind = letter,
                                .contact = row.contact,
                                .confirmation = row.id,
                                .address = row.email,
                                .language = row.language};
    return outbox_put(service, txn, &mail, now_s);
}

enum status confirm_ask_address(const struct service *service, struct txn *txn, struct arena *arena,
                                const struct contact *contact,
                                const struct confirm_address *request, int64_t now_s,
                                bool *is_address)
{
    struct email email;
    const char *typed = request->typed ? request->typed : "";
    *is_address = email_parse(arena, typed, strlen(typed), &email, NULL) == STATUS_OK;
    if (!*is_address)
        return STATUS_OK;
    bool is_free = false, is_declined = true;
    enum status status =
        quota_take(service, txn, arena, email.key, request->address, now_s, &is_free);
    if (status == STATUS_OK)
        status = confirmations_declined(txn_store(txn), email.key, CONFIRMATION_ADDRESS, now_s,
                                        &is_declined);
    if (status != STATUS_OK || !is_free || is_declined)
        return status;
    status = confirmations_drop_open(txn, contact->id);
    if (status != STATUS_OK)
        return status;
    const struct confirmation confirmation = {.kind = CONFIRMATION_ADDRESS,
                                              .contact = contact->id,
                                              .epoch = contact->epoch,
                                              .email_key = email.key,
                                              .email = email.written,
                                              .name = "",
                                              .language = request->language,
                                              .address = request->address ? request->address : "",
                                              .agent = request->agent ? request->agent : ""};
    return confirm_begin(service, txn, arena, &confirmation, LETTER_NEW_ADDRESS, now_s);
}

enum status confirm_judge(struct store *store, struct arena *arena, const struct confirmation *row,
                          int64_t now_s, enum confirm_state *out)
{
    *out = CONFIRM_EXPIRED;
    if (row->expires_at <= now_s)
        return STATUS_OK;
    if (row->outcome != CONFIRMATION_WAITS) {
        *out = row->outcome == CONFIRMATION_CONFIRMED ? CONFIRM_DONE : CONFIRM_DECLINED;
        return STATUS_OK;
    }
    if (row->kind == CONFIRMATION_ADDRESS) {
        struct contact contact;
        enum status status = contacts_get(store, arena, row->contact, &contact);
        if (status == STATUS_NOT_FOUND || (status == STATUS_OK && contact.epoch != row->epoch))
            return STATUS_OK;
        if (status != STATUS_OK)
            return status;
    }
    *out = CONFIRM_OPEN;
    return STATUS_OK;
}

enum status confirm_open(const struct service *service, struct arena *arena, const char *token,
                         int64_t now_s, struct confirm_opened *out)
{
    struct confirm_opened link = {.state = CONFIRM_BROKEN};
    enum link_state state;
    enum status status = links_verify(service, arena, token, PURPOSE_CONFIRM, &state, &link.claims);
    if (status != STATUS_OK)
        return status;
    if (state == LINK_REVOKED)
        link.state = CONFIRM_REVOKED;
    if (state == LINK_GOOD) {
        link.state = CONFIRM_EXPIRED;
        status = confirmations_find(service->store, arena, link.claims.contact, &link.confirmation);
        if (status == STATUS_OK)
            status = confirm_judge(service->store, arena, &link.confirmation, now_s, &link.state);
        else if (status == STATUS_NOT_FOUND)
            status = STATUS_OK;
        if (status != STATUS_OK)
            return status;
    }
    if (link.state == CONFIRM_EXPIRED)
        link.confirmation = (struct confirmation){0};
    *out = link;
    return STATUS_OK;
}

/* Names of the topics in mask that are in use, by rank. */
static enum status name_topics(const struct service *service, struct arena *arena, enum locale lang,
                               uint64_t mask, struct confirm_page *page)
{
    struct topic *topics = NULL;
    size_t count = 0;
    enum status status = topics_list(service->store, arena, &topics, &count);
    if (status == STATUS_OK)
        status = topic_texts_apply(service->store, arena, lang, topics, count);
    if (status != STATUS_OK)
        return status;
    page->topics = arena_array(arena, count + 1, sizeof(*page->topics));
    page->topics_count = 0;
    for (size_t i = 0; i < count; i++)
        if (topics[i].retired_at == 0 && (mask & TOPIC_BIT(topics[i].id)) != 0)
            page->topics[page->topics_count++] = topics[i].name;
    return STATUS_OK;
}

bool confirm_is_own(const struct entry *entry, const struct contact *contact,
                    const struct origin *origin, int64_t now_s)
{
    return (entry->kind == ENTRY_CONTACT_ADDED || entry->kind == ENTRY_CHOICES) &&
           entry->contact.value == contact->id.value && entry->actor == ACTOR_RECIPIENT &&
           entry->proof_kind == PROOF_CONFIRM && entry->proof_len == origin->proof_len &&
           memcmp(entry->proof, origin->proof, origin->proof_len) == 0 &&
           now_s - entry->at <= UNDO_WINDOW_S;
}

struct origin confirm_origin(const struct confirm_opened *link,
                             const struct confirm_request *request)
{
    const enum wording_page page =
        link->confirmation.kind == CONFIRMATION_JOIN ? WORDING_CONFIRM : WORDING_ADDRESS;
    struct origin origin = {.actor = ACTOR_RECIPIENT,
                            .proof_kind = PROOF_CONFIRM,
                            .wording = wording_pack(page, request->lang, 0),
                            .address = request->address,
                            .agent = request->agent};
    links_proof(&link->claims, &origin);
    return origin;
}

/* A link that was just used may lead on; an old one, which may lie in a forwarded mail, not. */
static enum status lead_on(const struct service *service, struct arena *arena,
                           const struct contact *contact, int64_t ended_at, int64_t now_s,
                           struct confirm_page *page)
{
    struct link_set links;
    if (now_s - ended_at > UNDO_WINDOW_S || !keys_signer(service))
        return STATUS_OK;
    enum status status = links_mint(service, arena, contact, NULL, now_s, &links);
    if (status == STATUS_OK)
        page->manage = strrchr(links.manage, '/') + 1;
    return status;
}

static enum status show_joined(const struct service *service, struct arena *arena,
                               const struct confirm_opened *link, int64_t now_s,
                               struct confirm_page *page)
{
    const struct confirmation *row = &link->confirmation;
    struct contact contact = {0};
    struct entry head;
    enum status status = contacts_find_email(service->store, arena, row->email_key, &contact);
    if (status == STATUS_NOT_FOUND)
        return name_topics(service, arena, link->lang, 0, page);
    if (status == STATUS_OK)
        status = entries_get(service->store, arena, contact.head, &head);
    if (status != STATUS_OK)
        return status;
    const struct origin origin = confirm_origin(link, &(struct confirm_request){0});
    page->can_undo = confirm_is_own(&head, &contact, &origin, now_s);
    page->paused_until = contact.paused_until > now_s ? contact.paused_until : 0;
    status = name_topics(service, arena, link->lang, row->choices & contact.choices, page);
    if (status != STATUS_OK)
        return status;
    return lead_on(service, arena, &contact, row->ended_at, now_s, page);
}

static enum status show_moved(const struct service *service, struct arena *arena,
                              const struct confirmation *row, int64_t now_s,
                              struct confirm_page *page)
{
    struct contact contact;
    enum status status = contacts_get(service->store, arena, row->contact, &contact);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    if (strcmp(contact.email_key, row->email_key) != 0) /* it moved on since */
        return STATUS_OK;
    return lead_on(service, arena, &contact, row->ended_at, now_s, page);
}

enum status confirm_look(const struct service *service, struct arena *arena,
                         const struct confirm_opened *link, const char *token, int64_t now_s,
                         struct confirm_page *out)
{
    const struct confirmation *row = &link->confirmation;
    struct confirm_page page = {.state = link->state,
                                .kind = row->kind,
                                .token = token,
                                .masked_email = row->email ? email_mask(arena, row->email) : "",
                                .language = row->language ? row->language : "",
                                .expires_at = row->expires_at};
    enum status status = brand_get(service, arena, &page.brand);
    if (status == STATUS_OK)
        status = wording_now(service, &page.wording_set);
    if (status == STATUS_OK)
        status = settings_yes(service->store, arena, SETTING_JOIN_OPEN, &page.can_join);
    if (status != STATUS_OK)
        return status;
    if (link->state == CONFIRM_OPEN && row->kind == CONFIRMATION_JOIN) {
        status = name_topics(service, arena, link->lang, row->choices, &page);
        if (page.topics_count == 0)
            page.state = CONFIRM_CLOSED;
    } else if (link->state == CONFIRM_DONE && row->kind == CONFIRMATION_JOIN) {
        status = show_joined(service, arena, link, now_s, &page);
    } else if (link->state == CONFIRM_DONE) {
        status = show_moved(service, arena, row, now_s, &page);
    } else if (link->state == CONFIRM_DECLINED) {
        page.can_undo = now_s - row->ended_at <= UNDO_WINDOW_S;
    }
    if (status == STATUS_OK)
        *out = page;
    return status;
}

enum status confirm_sweep(const struct service *service, struct txn *txn, int64_t now_s,
                          bool *is_done)
{
    int count = 0;
    (void)service;
    enum status status = confirmations_delete_expired(txn, now_s, ROWS_AT_ONE_TIME, &count);
    if (status == STATUS_OK)
        status = throttles_delete_stale(txn, now_s - THROTTLE_FORGET_S);
    *is_done = count < ROWS_AT_ONE_TIME;
    return status;
}
