/*
 * service/hook_admin: add, edit, stop, resume and remove hooks; their secrets; what was sent, and
 * sending it again. Every change of a hook is an entry of the ledger.
 */
#ifndef ASSENT_SERVICE_HOOK_ADMIN_H
#define ASSENT_SERVICE_HOOK_ADMIN_H

#include "base/endpoint.h"
#include "crypto/hook_key.h"
#include "service/hook_message.h"

#define HOOK_ABOUT_MAX_BYTES 200
#define HOOK_OLDER_S         (INT64_C(24) * 3600) /* how long a rotated secret signs on */
#define HOOK_PAGE_ROWS       50

struct hook_line {
    struct hook hook;
    int64_t waiting, lost; /* deliveries that wait; that were given up */
    int64_t due_at;        /* of the earliest that waits; 0: none */
};

struct hook_list {
    struct hook_line *hooks; /* oldest first */
    size_t count;
    bool can_add;
};

enum status hook_admin_list(const struct service *service, struct arena *arena,
                            struct hook_list *out) MUST_CHECK;

struct hook_delivery_line {
    struct hook_delivery delivery;
    char id_text[HOOK_MESSAGE_ID_TEXT_BYTES];
    const char *type; /* of the message */
};

struct hook_page {
    struct hook_line line;
    char public_key[HOOK_KEY_TEXT_BYTES]; /* whpk_…; "" where it does not sign with Ed25519 */
    char older_public_key[HOOK_KEY_TEXT_BYTES]; /* while that signs too; else "" */
    struct hook_delivery_line *deliveries;      /* newest first */
    size_t count;
    int64_t before; /* asks for the next page; 0: this is the last */
};

/* Deliveries with an id under before; 0: the newest. STATUS_NOT_FOUND: no such hook. */
enum status hook_admin_get(const struct service *service, struct arena *arena, int64_t id,
                           int64_t before, int64_t now_s, struct hook_page *out) MUST_CHECK;

/* The hook of that id, if it was removed and can still be brought back. STATUS_NOT_FOUND: no. */
enum status hook_admin_removed(const struct service *service, struct arena *arena, int64_t id,
                               int64_t now_s, struct hook *out) MUST_CHECK;

/* One delivery as it stands. STATUS_NOT_FOUND: there is none of that id. */
enum status hook_admin_delivery(const struct service *service, struct arena *arena, int64_t id,
                                struct hook_delivery *out) MUST_CHECK;

enum hook_act {
    HOOK_ADD,
    HOOK_EDIT,
    HOOK_STOP,
    HOOK_RESUME,
    HOOK_REMOVE,
    HOOK_RESTORE, /* takes a removal back, within UNDO_WINDOW_S: with its keys and what waited */
    HOOK_ROTATE,
    HOOK_TEST,
    HOOK_REPLAY,     /* one delivery that ended: the same message once more */
    HOOK_REPLAY_ALL, /* those that were given up */
    HOOK_SHOW_SECRET,
    HOOK_ACT_COUNT
};

enum hook_fault {
    HOOK_FINE,
    HOOK_URL_BAD, /* saved.endpoint says why */
    HOOK_ABOUT_BAD,
    HOOK_KINDS_NONE,
    HOOK_SIGNING_BAD,
    HOOK_TOO_MANY,
    HOOK_GONE,
    HOOK_IS_STOPPED, /* a test, or a replay: nothing is sent */
    HOOK_DELIVERY_GONE,
    HOOK_RESTORE_LATE,
    HOOK_FAULT_COUNT
};

struct hook_edit {
    enum hook_act act;
    int64_t id;              /* but for HOOK_ADD */
    const char *url, *about; /* ADD, EDIT; as typed */
    uint64_t kinds;          /* ADD, EDIT: bits of hook_kinds; all of them are kept as 0 */
    enum hook_signing signing;
    int64_t delivery; /* HOOK_REPLAY */
    struct origin origin;
};

struct hook_saved {
    enum hook_fault fault;
    enum endpoint_fault endpoint;
    int64_t id;
    bool is_unchanged;
    int64_t count;   /* HOOK_REPLAY_ALL: how many; HOOK_TEST: the delivery's id */
    bool has_secret; /* HOOK_SHOW_SECRET: of a hook that signs with HMAC */
    bool has_older;  /* the one before still signs too */
    char secret[HOOK_KEY_TEXT_BYTES], older_secret[HOOK_KEY_TEXT_BYTES];
    char public_key[HOOK_KEY_TEXT_BYTES], older_public_key[HOOK_KEY_TEXT_BYTES];
};

/* Refusals are outcomes: read fault. HOOK_SHOW_SECRET fills secrets, and writes that they were
 * shown into the ledger. */
enum status hook_admin_save(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct hook_edit *edit, struct hook_saved *out) MUST_CHECK;

/* What is wrong and what to do, one sentence; "" for HOOK_FINE. */
const char *hook_fault_words(const struct hook_saved *saved);

/* "ed25519", "hmac", "both". */
const char *hook_signing_key(enum hook_signing signing);
bool hook_signing_parse(const char *text, enum hook_signing *out);

#endif
