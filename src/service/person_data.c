/*
 * service/person_data: see person_data.h.
 */
#include "service/person_data.h"

#include <stdint.h>

#include "service/history.h"
#include "service/receipt.h"
#include "service/retention.h"
#include "service/settings.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/sent_reports.h"
#include "store/settings.h"
#include "store/topics.h"

#define LETTERS_MAX  5000 /* of one address; a mailbox gets a few a day at most, kept a month */
#define REQUESTS_MAX 1000
#define EVENTS_STEP  256

static enum status read_settings(const struct service *service, struct arena *arena,
                                 struct person_data *data)
{
    struct store *store = service->store;
    enum status status = brand_get(service, arena, &data->brand);
    if (status == STATUS_OK)
        status = settings_text(store, arena, SETTING_JURISDICTION, &data->jurisdiction);
    if (status == STATUS_OK)
        status = retention_words(store, arena, LOCALE_EN, &data->retention);
    if (status == STATUS_OK)
        status = settings_text(store, arena, SETTING_THIRD_PARTIES, &data->third_parties);
    if (status == STATUS_OK)
        status = topics_list(store, arena, &data->topics, &data->topics_count);
    return status;
}

/* Every entry, however many. */
static enum status read_events(const struct service *service, struct arena *arena,
                               struct person_data *data)
{
    struct history history;
    struct position at = data->contact.head;
    size_t room = 0;
    enum status status = history_open(service->store, arena, &history);
    while (status == STATUS_OK && at.value != 0) {
        if (data->events_count == room) {
            struct person_event *more = arena_array(arena, 2 * room + EVENTS_STEP, sizeof *more);
            for (size_t i = 0; i < room; i++)
                more[i] = data->events[i];
            data->events = more;
            room = 2 * room + EVENTS_STEP;
        }
        struct person_event *event = &data->events[data->events_count];
        *event = (struct person_event){0};
        status = entries_get(service->store, arena, at, &event->entry);
        if (status == STATUS_OK && event->entry.previous.value >= at.value)
            status = STATUS_CORRUPT;
        if (status != STATUS_OK)
            break;
        event->what = history_what(&history, arena, &event->entry);
        at = event->entry.previous;
        data->events_count++;
    }
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

/* As their own page would give them. */
static enum status read_receipts(const struct service *service, struct arena *arena,
                                 struct person_data *data)
{
    const struct link_opened link = {.state = LINK_GOOD,
                                     .lang = LOCALE_EN,
                                     .claims = {.purpose = PURPOSE_MANAGE,
                                                .contact = data->contact.public_id,
                                                .epoch = data->contact.epoch},
                                     .contact = data->contact};
    size_t made = 0;
    for (size_t i = 0; i < data->events_count && made < PERSON_DATA_RECEIPTS; i++) {
        struct person_event *event = &data->events[i];
        struct receipt receipt;
        if (!past_has_receipt(event->entry.kind))
            continue;
        enum status status =
            receipt_get(service, arena, &link, "", event->entry.position, &receipt);
        if (status == STATUS_NOT_FOUND)
            continue;
        if (status != STATUS_OK)
            return status;
        event->receipt_id = arena_strdup(arena, receipt.id);
        made++;
    }
    return STATUS_OK;
}

static void add_letter(struct person_data *data, const struct letter *letter)
{
    for (size_t i = 0; i < data->letters_count; i++)
        if (data->letters[i].id == letter->id)
            return;
    data->letters[data->letters_count++] = *letter;
}

/* Mails about them wherever they went, and mails to their address whatever they were about. */
static enum status read_letters(const struct service *service, struct arena *arena,
                                struct person_data *data)
{
    const struct letter_query query = {
        .outcome = LETTER_ANY, .address = data->contact.email, .limit = LETTERS_MAX};
    struct letter *about = NULL, *to = NULL;
    size_t about_count = 0, to_count = 0;
    enum status status = letters_list_about(service->store, arena, data->contact.id, INT64_MAX,
                                            LETTERS_MAX, &about, &about_count);
    if (status == STATUS_OK)
        status = letters_list(service->store, arena, &query, &to, &to_count);
    if (status != STATUS_OK)
        return status;
    data->letters = arena_array(arena, about_count + to_count + 1, sizeof *data->letters);
    for (size_t i = 0; i < about_count; i++)
        add_letter(data, &about[i]);
    for (size_t i = 0; i < to_count; i++)
        add_letter(data, &to[i]);
    return STATUS_OK;
}

static enum status read_sent(const struct service *service, struct arena *arena,
                             struct person_data *data)
{
    enum status status = STATUS_OK;
    data->sent = arena_array(arena, data->topics_count + 1, sizeof *data->sent);
    for (size_t i = 0; i < data->topics_count && status == STATUS_OK; i++) {
        struct person_sent *sent = &data->sent[data->sent_count];
        sent->topic = data->topics[i].id;
        status = sent_reports_get(service->store, data->contact.id, sent->topic, &sent->at);
        if (status == STATUS_OK && sent->at != 0)
            data->sent_count++;
    }
    return status;
}

static enum status read_all(const struct service *service, struct arena *arena,
                            struct person_data *data)
{
    struct store *store = service->store;
    const struct contact *contact = &data->contact;
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    enum status status = read_settings(service, arena, data);
    if (status == STATUS_OK)
        status = erase_former(store, arena, contact, &data->former, &data->former_count);
    if (status == STATUS_OK)
        status = read_events(service, arena, data);
    if (status == STATUS_OK)
        status = read_receipts(service, arena, data);
    if (status == STATUS_OK)
        status = read_letters(service, arena, data);
    if (status == STATUS_OK)
        status = confirmations_list_about(store, arena, contact->id, contact->email_key,
                                          REQUESTS_MAX, &data->requests, &data->requests_count);
    if (status == STATUS_OK)
        status = read_sent(service, arena, data);
    secrets_suppression_hash(service->secrets, contact->email_key, hash);
    return status == STATUS_OK ? suppressions_has(store, hash, &data->is_suppressed) : status;
}

enum status person_data_read(const struct service *service, struct arena *arena,
                             struct contact_id id, int64_t now_s, struct person_data *out)
{
    struct person_data data = {.made_at = now_s, .site = service->conf->public_url};
    enum status status = store_snapshot_begin(service->store);
    if (status != STATUS_OK)
        return status;
    status = contacts_get(service->store, arena, id, &data.contact);
    if (status == STATUS_OK) {
        status = read_all(service, arena, &data);
        if (status == STATUS_NOT_FOUND)
            status = STATUS_CORRUPT;
    }
    store_snapshot_end(service->store);
    if (status == STATUS_OK)
        *out = data;
    return status;
}
