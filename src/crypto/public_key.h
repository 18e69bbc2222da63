/*
 * crypto/public_key: a sender's Ed25519 public key as people hand it over, and whether a signature
 * by it can be worth anything. It knows no key ring.
 */
#ifndef ASSENT_CRYPTO_PUBLIC_KEY_H
#define ASSENT_CRYPTO_PUBLIC_KEY_H

#include "crypto/link_token.h"

enum public_key_fault {
    PUBLIC_KEY_FINE,
    PUBLIC_KEY_UNREADABLE,  /* not 32 bytes in any of the forms */
    PUBLIC_KEY_PRIVATE,     /* a private key's PEM: nobody should have sent it */
    PUBLIC_KEY_OTHER_KIND,  /* a PEM of another kind of key */
    PUBLIC_KEY_NO_POINT,    /* no point of the curve in its one form, or not of its prime group */
    PUBLIC_KEY_SMALL_ORDER, /* signatures by it can be made without any secret */
    PUBLIC_KEY_FAULT_COUNT
};

/* Reads text as 64 hex digits, as base64 or base64url of 32 bytes (padded or not), or as PEM of a
 * SubjectPublicKeyInfo (RFC 8410 section 4); white space around and, in PEM, within is let be. out
 * is written with FINE alone, which also means that the point is sound (RFC 8032 section 5.1.3). */
enum public_key_fault public_key_read(const char *text, uint8_t out[LINK_PUBLIC_BYTES]) MUST_CHECK;

/* The last step alone: FINE, NO_POINT or SMALL_ORDER. */
enum public_key_fault public_key_judge(const uint8_t key[LINK_PUBLIC_BYTES]) MUST_CHECK;

#endif
