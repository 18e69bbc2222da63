/*
 * service/people: one person as an admin sees them. The list is in people_list, saving in
 * people_save.
 */
#include "service/people.h"

#include <string.h>

#include "base/fold.h"
#include "service/history.h"
#include "service/keys.h"
#include "service/past.h"
#include "service/person.h"
#include "store/contacts.h"
#include "store/entries.h"
#include "store/link_keys.h"
#include "store/topics.h"

#define HISTORY_LINES 100

enum status person_find(const struct service *service, struct store *store, struct arena *arena,
                        struct public_id id, struct contact *out)
{
    struct contact_id row = public_id_row(service->public_id_key, id);
    struct contact contact;
    enum status status = contacts_get(store, arena, row, &contact);

    if (status == STATUS_OK && contact.public_id.value != id.value)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *out = contact;
    return status;
}

static void list_choices(struct arena *arena, const struct history *history,
                         const struct contact *contact, struct person_page *page)
{
    page->choices = arena_array(arena, history->topics_count, sizeof *page->choices);
    for (size_t i = 0; i < history->topics_count; i++) {
        const struct topic *topic = &history->topics[i];
        bool is_on = (contact->choices & TOPIC_BIT(topic->id)) != 0;
        if (topic->retired_at != 0 && !is_on)
            continue;
        page->choices[page->choices_count++] = (struct person_choice){
            .topic = topic->id.value,
            .key = topic->key,
            .name = topic->name,
            .description = topic->description,
            .is_on = is_on,
            .is_retired = topic->retired_at != 0,
            .offers_frequency = topic->offers_frequency,
            .frequency = contact_frequency(contact, topic->id),
        };
    }
}

static enum status list_history(const struct service *service, struct arena *arena,
                                struct history *history, const struct contact *contact,
                                struct person_page *page)
{
    struct entry *entries;
    size_t count;
    enum status status =
        entries_history(service->store, arena, contact->head, HISTORY_LINES + 1, &entries, &count);

    if (status != STATUS_OK)
        return status;
    page->history_is_cut = count > HISTORY_LINES;
    page->history_count = page->history_is_cut ? HISTORY_LINES : count;
    page->history = arena_array(arena, page->history_count, sizeof *page->history);
    for (size_t i = 0; i < page->history_count && status == STATUS_OK; i++) {
        status = history_describe(history, arena, &entries[i], &page->history[i]);
        page->history[i].has_receipt = past_has_receipt(entries[i].kind);
    }
    return status;
}

static enum status read_page(const struct service *service, struct arena *arena,
                             struct public_id id, int64_t admin, int64_t now_s,
                             struct person_page *out)
{
    const struct origin origin = {.actor = ACTOR_ADMIN, .actor_id = admin};
    struct contact contact;
    struct history history;
    struct position pause = {0}, details = {0};
    enum status status = person_find(service, service->store, arena, id, &contact);

    if (status == STATUS_OK)
        status = history_open(service->store, arena, &history);
    if (status != STATUS_OK)
        return status;
    struct person_page page = {
        .email = contact.email,
        .name = contact.name,
        .language = contact.language,
        .initials = fold_initials(arena, *contact.name != '\0' ? contact.name : contact.email),
        .type = contact.type,
        .status = contact.status,
        .paused_until = contact.paused_until > now_s ? contact.paused_until : 0,
        .version = contact.head,
        .can_copy_link = keys_signer(service) != NULL,
    };
    public_id_text(contact.public_id, page.public_id);
    list_choices(arena, &history, &contact, &page);
    status = list_history(service, arena, &history, &contact, &page);
    if (status == STATUS_OK)
        status = change_undoable(service, arena, &contact, &origin, now_s, &page.undoable);
    if (status == STATUS_OK)
        status = change_pause_undoable(service, arena, &contact, &origin, now_s, &pause);
    if (status == STATUS_OK)
        status = change_details_undoable(service, arena, &contact, &origin, now_s, &details);
    if (pause.value > page.undoable.value)
        page.undoable = pause;
    if (details.value > page.undoable.value)
        page.undoable = details;
    if (status == STATUS_OK)
        *out = page;
    return status;
}

enum status people_get(const struct service *service, struct arena *arena, struct public_id id,
                       int64_t admin, int64_t now_s, struct person_page *out)
{
    enum status status = store_snapshot_begin(service->store);

    if (status != STATUS_OK)
        return status;
    status = read_page(service, arena, id, admin, now_s, out);
    store_snapshot_end(service->store);
    return status;
}

enum status people_said(const struct service *service, struct arena *arena, struct public_id id,
                        struct position position, const char **out)
{
    struct contact contact;
    struct history history;
    struct entry entry;
    enum status status = person_find(service, service->store, arena, id, &contact);

    if (status == STATUS_OK)
        status = entries_get(service->store, arena, position, &entry);
    if (status == STATUS_OK && entry.contact.value != contact.id.value)
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        status = history_open(service->store, arena, &history);
    if (status == STATUS_OK)
        *out = person_summary(&history, arena, &entry);
    if (status == STATUS_NOT_FOUND)
        *out = "";
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status people_look(const struct service *service, struct arena *arena, struct public_id id,
                        int64_t admin, int64_t now_s, struct position said,
                        struct person_page *page, const char **words)
{
    struct person_page found;
    const char *did = "";
    enum status status = store_snapshot_begin(service->store);

    if (status != STATUS_OK)
        return status;
    status = read_page(service, arena, id, admin, now_s, &found);
    if (status == STATUS_OK && said.value > 0)
        status = people_said(service, arena, id, said, &did);
    store_snapshot_end(service->store);
    if (status == STATUS_OK) {
        *page = found;
        *words = did;
    }
    return status;
}

/* The signer may be a second old: its key may have been revoked since, and a link that opens
 * nothing should not be given out. */
static enum status check_signer(const struct service *service, struct arena *arena)
{
    const struct link_signer *signer = keys_signer(service);
    struct link_key key;
    struct link_key_id id;
    enum status status;

    if (!signer)
        return STATUS_REFUSED;
    id = keys_signer_id(signer);
    status = link_keys_get(service->store, arena, id.value, &key);
    if (status == STATUS_OK && key.state == KEY_REVOKED)
        return STATUS_REFUSED;
    return status;
}

enum status people_link(const struct service *service, struct arena *arena, struct public_id id,
                        int64_t now_s, const char **out)
{
    struct contact contact;
    struct link_set links;
    enum status status = person_find(service, service->store, arena, id, &contact);

    if (status == STATUS_OK)
        status = check_signer(service, arena);
    if (status == STATUS_OK)
        status = links_mint(service, arena, &contact, NULL, now_s, &links);
    if (status == STATUS_OK)
        *out = links.manage;
    return status;
}
