/*
 * base/receipt_file: a receipt's file as a stranger hands it in, read: what was signed, by which
 * key, and what it says. Whether the signature is good is service/receipt_check's.
 *
 *     {"receipt":{…},"signature":{"alg":"Ed25519","key":"1a2b3c4d","value":"…"}}
 *
 * Hostile input. What is read must be one JSON text and these members alone: anything beside the
 * receipt would look signed and would not be.
 */
#ifndef ASSENT_BASE_RECEIPT_FILE_H
#define ASSENT_BASE_RECEIPT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

#define RECEIPT_FILE_MAX_BYTES       49152 /* the form that takes one may have 65,536 */
#define RECEIPT_FILE_KEY_DIGITS      8
#define RECEIPT_FILE_SIGNATURE_CHARS 86 /* 64 bytes as base64url */

enum receipt_fault {
    RECEIPT_FINE,
    RECEIPT_EMPTY,     /* nothing, or blanks */
    RECEIPT_LONG,      /* over RECEIPT_FILE_MAX_BYTES */
    RECEIPT_BYTES,     /* not UTF-8 */
    RECEIPT_WRAPPED,   /* a line break or control character inside a text: wrapped on its way */
    RECEIPT_DEEP,      /* nested deeper than any receipt */
    RECEIPT_TWICE,     /* a member that is there twice */
    RECEIPT_BEHIND,    /* something behind the closing brace */
    RECEIPT_CUT,       /* it ends before its end */
    RECEIPT_SYNTAX,    /* no JSON otherwise */
    RECEIPT_NUMBER,    /* a number without an exact form */
    RECEIPT_NONE,      /* JSON, but no receipt */
    RECEIPT_MORE,      /* something beside the receipt and its signature */
    RECEIPT_SIGNATURE, /* a signature of another kind, or no base64url of 64 bytes */
    RECEIPT_FAULT_COUNT
};

/* A sentence in English, static. */
const char *receipt_fault_words(enum receipt_fault fault);

struct receipt_said_purpose {
    const char *id, *name, *state, *frequency;
};

/* What it says, texts as they stand there; "" or 0 where it says nothing. */
struct receipt_said {
    const char *principal, *record_id, *receipt_id, *schema_version;
    const char *type, *by, *entity, *state;
    int64_t time, paused_until;
    struct receipt_said_purpose *purposes;
    size_t purposes_count;
    const char *controller, *postal_address, *privacy_notice, *site;
    const char *wording, *language, *wording_hash;
    const char *categories; /* with commas between, as the third parties */
    const char *third_parties;
    const char *storage, *retention, *jurisdiction, *withdrawal;
    int64_t position; /* of the ledger entry; 0: none that could be */
    const char *hash;
};

struct receipt_file {
    enum receipt_fault fault;
    int line;         /* where, with SYNTAX, CUT, BEHIND, TWICE; else 0 */
    const char *text; /* unless fault: what was signed (RFC 8785), and its length */
    size_t len;
    char key_id[RECEIPT_FILE_KEY_DIGITS + 1];
    const char *signature; /* RECEIPT_FILE_SIGNATURE_CHARS of [A-Za-z0-9_-] */
    struct receipt_said said;
};

/* data may hold any bytes; a byte-order mark at its beginning is passed over. Everything in the
 * result lives in arena. */
struct receipt_file receipt_file_read(struct arena *arena, const char *data, size_t len);

#endif
