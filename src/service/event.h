/*
 * service/event: what other systems are told of a ledger entry: the same data in hooks and in the
 * feed. Which entries are told, and by what type, is service/hook_kinds.
 *
 * All of it follows from the ledger: an address is given as it was at that entry, whatever it is
 * now. Only where a person was erased meanwhile is it left out. No IP address, no browser and no
 * free words of people.
 */
#ifndef ASSENT_SERVICE_EVENT_H
#define ASSENT_SERVICE_EVENT_H

#include "base/buf.h"
#include "service/service.h"
#include "store/settings.h"

/* What an entry's data is made of, beside the entry. */
struct event {
    const struct entry *entry;
    const struct topic *topics; /* all */
    size_t topics_count;
    bool has_person; /* false: the entry is about nobody, or they were erased since */
    struct public_id person;
    const char *email,
        *previous_email;   /* as of the entry; the second NULL where it did not change */
    struct import_run run; /* of ENTRY_IMPORT_BEGUN and ENTRY_IMPORT_ENDED */
};

/* Fills the id alone: the person's, NULL where they are not there; then an erasure tells it. */
void event_set_id(struct event *event, const struct public_id *id);

/* Fills the person: now is the person as they are, NULL for none. */
enum status event_set_person(struct store *store, struct arena *arena, const struct contact *now,
                             struct event *event) MUST_CHECK;

/* The same from what is needed alone: the newest entry, and the address as it is now. */
enum status event_set_address(struct store *store, struct arena *arena, struct position head,
                              const char *email_now, struct event *event) MUST_CHECK;

/* Fills the run where the entry is an import's. STATUS_CORRUPT: it is not there. */
enum status event_set_run(struct store *store, struct arena *arena, struct event *event) MUST_CHECK;

/* The public id of the person, or the key of the topic, that the entry is about; NULL: neither.
 * text: room for an id. */
const char *event_subject(const struct event *event, char text[PUBLIC_ID_TEXT_BYTES]);

/* {"position":…,"actor":…,…}. */
void event_put_data(struct buf *out, const struct event *event);

#endif
