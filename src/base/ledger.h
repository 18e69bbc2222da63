/*
 * base/ledger: one entry of the append-only record, as a plain struct.
 *
 * The numbers of every enum are stored and hashed: never renumbered, only added to. How an entry
 * is encoded and chained is in crypto/chain.h; where it is kept, in store/entries.h.
 */
#ifndef ASSENT_BASE_LEDGER_H
#define ASSENT_BASE_LEDGER_H

#include "base/contact.h"

/* Who did it. */
enum actor_kind {
    ACTOR_SYSTEM,
    ACTOR_RECIPIENT, /* on a page that a signed link opened */
    ACTOR_ONE_CLICK, /* a mail program's RFC 8058 POST */
    ACTOR_MAILTO,
    ACTOR_ADMIN,    /* actor_id: admin */
    ACTOR_OPERATOR, /* the assent command */
    ACTOR_IMPORT,   /* actor_id: import run */
    ACTOR_API,      /* actor_id: API key */
    ACTOR_COUNT
};

/* What shows that they did. */
enum proof_kind {
    PROOF_NONE,
    PROOF_LINK,    /* proof: the link's key id (4 bytes), then issued at (4, big-endian) */
    PROOF_SESSION, /* proof: the first 8 bytes of the stored hash of the admin's session */
    PROOF_COMMAND, /* proof: empty; the operator had the machine */
    PROOF_IMPORT,  /* proof: the line of the file (4, big-endian) */
    PROOF_CONFIRM, /* as PROOF_LINK, of the link in a mail that asked to confirm */
    PROOF_API_KEY, /* proof: empty; actor_id names the key */
    PROOF_COUNT
};
#define PROOF_MAX_BYTES 8

enum entry_kind {
    ENTRY_CONTACT_ADDED = 1,
    ENTRY_CHOICES, /* status or choices changed; or a no that moved nothing: subject, to which
                      topics (a mask, -1: all); of the operator: one carried over, and to which
                      topics it was the person's own */
    ENTRY_DETAILS, /* name, email, type or language changed */
    ENTRY_UNDONE,  /* an earlier change was taken back: undoes says which */
    ENTRY_REASON,  /* a reason was given for an earlier opt-out: undoes says which */
    ENTRY_PAUSE,
    ENTRY_EPOCH,       /* earlier manage links were voided */
    ENTRY_TOPIC_ADDED, /* subject: topic id, for this and the next two */
    ENTRY_TOPIC_EDITED,
    ENTRY_TOPIC_RETIRED,
    ENTRY_KEY_ADDED, /* subject: the link key's id as a number, for this and the next */
    ENTRY_KEY_STATE,
    ENTRY_ADMIN_ADDED, /* subject: admin id, for this and the next two */
    ENTRY_ADMIN_PASSWORD,
    ENTRY_ADMIN_REMOVED,
    ENTRY_IMPORT_BEGUN, /* subject: import run, for this and the next */
    ENTRY_IMPORT_ENDED,
    ENTRY_SETTING,    /* or another act on the installation, which the note names first:
                         "outbox: …", "database: …" */
    ENTRY_HOOK_ADDED, /* subject: hook id, for this and the next two */
    ENTRY_HOOK_EDITED,
    ENTRY_HOOK_REMOVED,
    ENTRY_FREQUENCY,     /* how often topics are wanted changed, and neither status nor choices */
    ENTRY_API_KEY_ADDED, /* subject: API key id, for this and the next */
    ENTRY_API_KEY_REVOKED,
    ENTRY_ERASED,     /* a person was taken off the list; subject: their public id */
    ENTRY_SUPPRESSED, /* a mailer reported an address that nobody has; subject: enum leave_reason */
    ENTRY_WORDING,    /* the texts that people choose by became others; subject: their number */
    ENTRY_BLANKED,    /* kept long enough, client addresses and programs were blanked: of entries
                         up to position subject */
    ENTRY_REQUEST_ADDED,  /* somebody asked for their rights by other means; subject: request id */
    ENTRY_REQUEST_EDITED, /* its deadline, state or words changed */
    ENTRY_DATA_GIVEN,     /* what is held of a person was handed out; subject: their public id */
    ENTRY_ADMIN_INVITED,  /* subject: admin id, for this and the next four */
    ENTRY_ADMIN_EDITED,   /* role, name, whether disabled, what may be seen */
    ENTRY_ADMIN_FACTOR,   /* second factor turned on, off or renewed; recovery codes made or used */
    ENTRY_ADMIN_SIGNED_IN,
    ENTRY_ADMIN_SESSIONS, /* sessions were ended before their time */
    ENTRY_EXPORTED,       /* many people, or what happened to them, as a file; a person's link */
    ENTRY_APPROVAL_ASKED, /* subject: approval id, for this and the next */
    ENTRY_APPROVAL_DECIDED,
    ENTRY_KIND_COUNT
};

/* Why a recipient left: picked from a list after the opt-out, or why a mailer's report did it. */
enum leave_reason {
    LEAVE_NONE,
    LEAVE_TOO_MANY,
    LEAVE_NOT_RELEVANT,
    LEAVE_NEVER_ASKED,
    LEAVE_NOT_ME,
    LEAVE_OTHER,
    LEAVE_BOUNCE,    /* reported by a mailer: the address takes no mail (a hard bounce) */
    LEAVE_COMPLAINT, /* reported by a mailer: a mail was marked as spam */
    LEAVE_REASON_COUNT
};
#define LEAVE_OFFERED_COUNT (LEAVE_OTHER + 1) /* what a recipient may pick is below */

#define LEDGER_HASH_BYTES 32

/* What may be blanked later without breaking the chain: kept apart, and covered by the chain only
 * through private_hash. Texts may be NULL. */
struct entry_private {
    const char *note;     /* a consent statement, a comment, or what was edited ("name: A → B") */
    const char *address;  /* of the client: an IP address in text form */
    const char *agent;    /* of the client: its User-Agent, cut at AGENT_MAX_BYTES */
    const char *campaign; /* the sender's reference on the link that was used: a note, no proof */
};

#define LEDGER_SALT_BYTES 16

/* What stands beside the private texts and binds them to private_hash: crypto/chain.h says how. */
struct entry_seal {
    bool is_kept; /* there are private texts, or what stands for them; else all here is zero */
    bool has_client_salt;
    bool has_client_hash; /* address and agent were blanked */
    uint8_t salt[LEDGER_SALT_BYTES];
    uint8_t client_salt[LEDGER_SALT_BYTES];
    uint8_t client_hash[LEDGER_HASH_BYTES];
};

struct entry {
    struct position position; /* given by the store on append */
    int64_t at;
    enum entry_kind kind;
    struct contact_id contact; /* 0: not about a person */
    int64_t subject;           /* what else it is about, by kind; 0: nothing */
    struct position previous;  /* the contact's entry before this one; 0: none */
    struct position undoes;    /* ENTRY_UNDONE, ENTRY_REASON; else 0 */
    enum contact_status status_before, status_after;
    uint64_t choices_before, choices_after;
    uint64_t daily_before, daily_after;
    uint64_t weekly_before, weekly_after;
    int64_t paused_before, paused_after;
    enum actor_kind actor;
    int64_t actor_id;
    enum proof_kind proof_kind;
    uint8_t proof[PROOF_MAX_BYTES];
    size_t proof_len;
    int32_t wording; /* version of the texts that the person saw; 0: saw none */
    enum leave_reason leave_reason;
    uint8_t private_hash[LEDGER_HASH_BYTES]; /* all zero: nothing private */
    uint8_t hash[LEDGER_HASH_BYTES];
    struct entry_private private;
    struct entry_seal seal;
};

/* Stable keys ("one_click", "choices") for files and JSON. Words for people are in the catalogues.
 */
const char *actor_kind_key(enum actor_kind kind);
const char *proof_kind_key(enum proof_kind kind);
const char *entry_kind_key(enum entry_kind kind);
const char *leave_reason_key(enum leave_reason reason);
bool leave_reason_parse(const char *key, enum leave_reason *out);

#endif
