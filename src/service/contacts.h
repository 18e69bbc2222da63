/*
 * service/contacts: what programs read and write of one person: the whole as the API shows it, its
 * tag, and writes under conditions. What a change means is service/change; erasing service/erase.
 */
#ifndef ASSENT_SERVICE_CONTACTS_H
#define ASSENT_SERVICE_CONTACTS_H

#include "service/contact_doc.h"
#include "service/service.h"

/* "1234-1e": the person's newest entry, the topics in use, and p while a pause runs: what is shown
 * depends on nothing else, so the tag is a strong one (RFC 9110 section 8.8.1). With its quotes. */
#define CONTACT_TAG_BYTES 48

struct contact_state {
    struct contact contact;
    struct topic *topics; /* all, by rank */
    size_t topics_count;
    uint64_t in_use; /* topics not retired */
    int64_t now_s;
    char tag[CONTACT_TAG_BYTES];
};

/* Which person: by public id where id is not 0, else by address. */
struct contact_which {
    struct public_id id;
    const char *email, *email_key;
};

/* "0123456789abcdef" or an address, decoded. False: neither. */
bool contacts_read_which(struct arena *arena, const char *text, struct contact_which *out);

/* STATUS_NOT_FOUND: nobody. */
enum status contacts_state(const struct service *service, struct arena *arena,
                           const struct contact_which *which, int64_t now_s,
                           struct contact_state *out) MUST_CHECK;

/* Whether an If-Match or If-None-Match value names tag: one of its list, or *. A weak tag never
 * does. */
bool contacts_tag_is_named(const char *list, const char *tag);

/* What a document changes of known, or with NULL of somebody new. Address and origin are the
 * caller's to set; texts are borrowed from doc. */
struct change;
struct change contacts_change(const struct contact_doc *doc, const struct contact *known);

enum contact_do { CONTACT_PUT, CONTACT_PATCH, CONTACT_DELETE };

struct contact_write {
    enum contact_do what;
    struct contact_which which;
    struct contact_doc doc;               /* PUT: completed */
    const char *if_match, *if_none_match; /* NULL: none */
    struct origin origin;
};

enum contact_outcome {
    CONTACT_CREATED,
    CONTACT_UPDATED,
    CONTACT_UNCHANGED,
    CONTACT_ERASED,
    CONTACT_MISSING,       /* PATCH, DELETE, or PUT by id: there is nobody */
    CONTACT_CONDITION,     /* a condition does not hold; there state is set if there is somebody */
    CONTACT_NEEDS_CONSENT, /* they said no: nothing was written */
    CONTACT_SUPPRESSED,
    CONTACT_EMAIL_TAKEN,
    CONTACT_EMAIL_DIFFERS, /* PUT of somebody new, whose address is not the one in the body */
    CONTACT_TOPIC_RETIRED,
    CONTACT_OUTCOME_COUNT
};

/* *state after CREATED, UPDATED and UNCHANGED. A refusal is STATUS_OK, and wrote nothing. */
enum status contacts_write(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct contact_write *wanted, enum contact_outcome *out,
                           struct contact_state *state) MUST_CHECK;

#endif
