/*
 * service/receipt_check: whether a receipt's file is what a key signed, and whether the ledger here
 * says the same. Making receipts is service/receipt.
 *
 * The signature is checked without a look at the database, so that whoever hands in a forged one
 * learns nothing but that it is not signed.
 */
#ifndef ASSENT_SERVICE_RECEIPT_CHECK_H
#define ASSENT_SERVICE_RECEIPT_CHECK_H

#include "base/receipt_file.h"
#include "crypto/receipt_key.h"
#include "service/service.h"

enum receipt_verdict {
    RECEIPT_UNREAD,  /* file.fault says why */
    RECEIPT_FOREIGN, /* by its own words signed with a key that is not among those */
    RECEIPT_ALTERED, /* it is not as that key signed it, or was never signed by it */
    RECEIPT_VALID,
    RECEIPT_VERDICT_COUNT
};

struct receipt_keys {
    uint8_t (*keys)[RECEIPT_PUBLIC_BYTES];
    size_t count;
};

struct receipt_check {
    enum receipt_verdict verdict;
    struct receipt_file file; /* what it says is to be believed with RECEIPT_VALID alone */
};

/* This installation's: one, for as long as its database lives (service/setup). */
struct receipt_keys receipt_check_own(const struct service *service, struct arena *arena);

/* Keys from elsewhere: a JWK set as /.well-known/assent/keys.json has it (of which those for
 * receipts are taken), or one public key as base64url. STATUS_INVALID: neither. */
enum status receipt_check_keys(struct arena *arena, const char *text, size_t len,
                               struct receipt_keys *out) MUST_CHECK;

struct receipt_check receipt_check(struct arena *arena, const struct receipt_keys *keys,
                                   const char *data, size_t len);

enum receipt_place {
    RECEIPT_FITS,    /* the entry at its position has its hash */
    RECEIPT_DIFFERS, /* it has another */
    RECEIPT_ABSENT,  /* there is no such entry */
    RECEIPT_PLACE_COUNT
};

/* A valid receipt beside the ledger here. */
struct receipt_in_ledger {
    enum receipt_place place;
    bool is_blanked; /* FITS: private texts of the entry were deleted since, or the client's */
    const char *masked_email; /* FITS: of the person now; NULL: they were erased since */
};

enum status receipt_check_ledger(const struct service *service, struct arena *arena,
                                 const struct receipt_said *said,
                                 struct receipt_in_ledger *out) MUST_CHECK;

#endif
