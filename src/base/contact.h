/*
 * base/contact: the words of the permission list as plain structs and enums.
 *
 * Ids are one-field structs, so that a topic can't be passed as a person. The numbers of every
 * enum here are stored and hashed: they are never renumbered, only added to.
 */
#ifndef ASSENT_BASE_CONTACT_H
#define ASSENT_BASE_CONTACT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct contact_id {
    int64_t value; /* the row; 0 is nobody; never leaves the program */
};

struct public_id {
    uint64_t value; /* what links, pages and the API show, as 16 hex digits; 0 is nobody */
};

struct topic_id {
    uint8_t value; /* bit number in a choices mask, 1..TOPIC_MAX; 0 means "all" or "none" */
};

/* A place in the ledger, and so the clock of the system. 0: before the first entry. */
struct position {
    int64_t value;
};

#define TOPIC_MAX     63
#define TOPIC_BIT(id) (UINT64_C(1) << (id).value)

/* Longest accepted texts, in bytes of UTF-8 without the NUL. */
#define EMAIL_MAX_BYTES       320
#define NAME_MAX_BYTES        200
#define LANGUAGE_MAX_BYTES    35
#define TOPIC_KEY_MAX_BYTES   40
#define TOPIC_NAME_MAX_BYTES  80
#define TOPIC_ABOUT_MAX_BYTES 300
#define REASON_MAX_BYTES      1000
#define AGENT_MAX_BYTES       300

enum contact_type { TYPE_CLIENT, TYPE_PARTNER, TYPE_FRANCHISEE, TYPE_COUNT };

/* How often a person wants a topic's messages, at most: advice to senders, not a refusal. */
enum frequency { FREQUENCY_ALL, FREQUENCY_DAILY, FREQUENCY_WEEKLY, FREQUENCY_COUNT };

enum contact_status { CONTACT_OPTED_OUT, CONTACT_OPTED_IN, CONTACT_STATUS_COUNT };

struct contact {
    struct contact_id id;
    struct public_id public_id;
    const char *email;     /* as written, NFC */
    const char *email_key; /* what addresses are compared by: see base/email */
    const char *name;      /* may be "" */
    const char *name_key;  /* what names are searched and sorted by: see base/fold */
    const char *language;  /* BCP 47 tag, or "" when not known */
    enum contact_type type;
    enum contact_status status;
    uint64_t choices;     /* bit n: topic n is on; always 0 when opted out */
    uint64_t daily;       /* bit n: of topic n they want one message a day at most, on or off */
    uint64_t weekly;      /* one a week at most; never a bit that is in daily */
    int64_t paused_until; /* UTC seconds; 0: not paused */
    uint16_t epoch;       /* manage links of other epochs are void */
    int64_t created_at;
    int64_t updated_at;
    struct position head; /* the contact's newest ledger entry: the version to compare with */
};

struct topic {
    struct topic_id id;
    const char *key; /* [a-z][a-z0-9_]*, never changes, never used again */
    const char *name;
    const char *description;
    int rank;              /* order on pages, from 1 */
    int64_t retired_at;    /* 0: in use */
    bool offers_frequency; /* people may ask for one message a day or a week at most */
    bool double_opt_in;    /* who signs up for it must confirm by mail */
    bool on_join;          /* the sign-up form offers it */
};

/* "client", "opted_in" for files and JSON; "Client" for the command and the ledger's notes. Static.
 */
const char *contact_type_label(enum contact_type type);
const char *contact_type_key(enum contact_type type);
const char *contact_status_key(enum contact_status status);

/* Reads a key or a label, in any case, spaces or underscores alike. False: not one of ours. */
bool contact_type_parse(const char *text, enum contact_type *out);
bool contact_status_parse(const char *text, enum contact_status *out);

/* "all", "daily", "weekly". Static. Parse takes exactly these; false: none of them, NULL too. */
const char *frequency_key(enum frequency frequency);
bool frequency_parse(const char *text, enum frequency *out);

/* How often the person wants topic, whether it is on or not. */
enum frequency contact_frequency(const struct contact *contact, struct topic_id topic);

/* Currently receives messages: opted in, a choice on (among in_use, the mask of topics that are
 * not retired), and not paused at now_s. */
bool contact_is_subscribed(const struct contact *contact, uint64_t in_use, int64_t now_s);

/* 16 lower-case hex digits and a NUL; parse wants exactly 16, either case. */
#define PUBLIC_ID_TEXT_BYTES 17
void public_id_text(struct public_id id, char out[PUBLIC_ID_TEXT_BYTES]);
bool public_id_parse(const char *text, struct public_id *out);

/* A well-formed topic key: a lower-case letter, then letters, digits and underscores. */
bool topic_key_is_valid(const char *key);

#endif
