/*
 * service/contact_doc: a person as programs write them, read member by member: what each says, or
 * which one can't be taken and why. Pure: no store. What it does to somebody is service/contacts.
 *
 * {"email": "a@example.com", "name": "…", "type": "client", "language": "en" or null, "status":
 * "opted_in", "topics": {"newsletter": true, "marketing": {"subscribed": false, "frequency":
 * "weekly"}}, "paused_until": "2026-12-01" or null, "consent": "how it was given"}; id, subscribed,
 * created_at, changed_at and position are passed over, so that what was read can be written back.
 */
#ifndef ASSENT_SERVICE_CONTACT_DOC_H
#define ASSENT_SERVICE_CONTACT_DOC_H

#include "base/contact.h"
#include "base/json.h"

struct contact_doc {
    const char *email, *email_key; /* NULL: not said, as with those that follow */
    const char *name, *language;
    const char *consent;
    bool sets_type, sets_status, sets_pause;
    enum contact_type type;
    enum contact_status status;
    int64_t paused_until; /* 0: no pause */
    uint64_t on, off;     /* topics that are said to be so */
    uint64_t sets_frequency, daily, weekly;
};

enum contact_doc_fault {
    CONTACT_DOC_FINE,
    CONTACT_DOC_BAD_MEMBER,
    CONTACT_DOC_UNKNOWN_TOPIC,
    CONTACT_DOC_FAULT_COUNT
};

/* null empties a member, or turns a topic off (RFC 7396). With a fault, *detail is a sentence that
 * names the member, and *out is not set. Texts live in arena. */
enum contact_doc_fault contact_doc_read(struct arena *arena, const json_t *object,
                                        const struct topic *topics, size_t topics_count,
                                        int64_t now_s, struct contact_doc *out,
                                        const char **detail);

/* As if all that is not said were said to be empty: no name, no language, a client, no pause, every
 * topic off and at every message. email, status and consent stay unsaid. */
void contact_doc_complete(struct contact_doc *doc);

#endif
