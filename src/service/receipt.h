/*
 * service/receipt: the receipt of one change: a consent record after ISO/IEC TS 27560, signed.
 *
 * It is made anew from the ledger each time and kept nowhere: the same entry, language and settings
 * give the same bytes, and so the same id and signature. REQUIREMENTS L8.
 */
#ifndef ASSENT_SERVICE_RECEIPT_H
#define ASSENT_SERVICE_RECEIPT_H

#include "crypto/receipt_key.h"
#include "service/past.h"

struct receipt_purpose {
    const char *id;   /* a topic's key, or "all" */
    const char *name; /* for people; "" with all */
    bool is_given;    /* after the change; false: withdrawn by it */
    enum frequency frequency;
};

struct receipt {
    enum locale lang;
    bool lang_is_asked; /* set by the web */
    enum link_purpose link;
    const char *token;    /* NULL: an admin asks */
    const char *campaign; /* the sender's reference on the link; NULL: none. Set by the web */
    const char *masked_email;
    struct brand brand;
    struct past_line line;
    struct receipt_purpose *purposes;
    size_t purposes_count;
    bool is_given;            /* any purpose is, after it */
    const char *jurisdiction; /* as set; "" when not */
    const char *retention;    /* retention_words */
    const char *third_parties;
    const char *principal; /* the public id */
    const char *notice;    /* as wording_name; "" where no page was read */
    const char *notice_language;
    char notice_hash[CONTENT_HASH_TEXT_BYTES]; /* of its texts; "" where they are not kept */
    char id[RECEIPT_ID_TEXT_BYTES];
    const char *record_id;
    char hash[2 * LEDGER_HASH_BYTES + 1]; /* of the ledger entry */
    char key_id[RECEIPT_KEY_ID_TEXT_BYTES];
    char signature[2 * RECEIPT_SIGNATURE_BYTES]; /* base64url */
    const char *text; /* what is signed: JSON after RFC 8785 (keys sorted, no blanks) */
};

/* The receipt of the entry at position. A good manage link gets those of its person; every other
 * link that can act those of its own acts alone, naming its own topic alone. STATUS_NOT_FOUND: no
 * such entry, another's, or of a kind that has none. */
enum status receipt_get(const struct service *service, struct arena *arena,
                        const struct link_opened *link, const char *token, struct position position,
                        struct receipt *out) MUST_CHECK;

/* Whether an entry of the link's person was made by this very link: on its own page, by one-click
 * or by mail. What every link but a good manage link may see is that alone. */
bool receipt_is_own_act(const struct link_opened *link, const struct entry *entry);

/* For an admin, who may hand out every receipt of a person: the same as what their own manage link
 * opens, for receipt_get with token NULL. link->lang is left to the caller. STATUS_NOT_FOUND:
 * nobody by that id. */
enum status receipt_open_person(const struct service *service, struct arena *arena,
                                struct public_id person, struct link_opened *out) MUST_CHECK;

/* The public half of the key that signs: for /.well-known/assent/keys.json. */
struct receipt_key {
    char id[RECEIPT_KEY_ID_TEXT_BYTES];
    char public_key[RECEIPT_PUBLIC_BYTES * 2]; /* base64url */
};
void receipt_key_get(const struct service *service, struct receipt_key *out);

#endif
