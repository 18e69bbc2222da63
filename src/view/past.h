/*
 * view/past: a person's changes, and the receipt of one, for people who get mail.
 */
#ifndef ASSENT_VIEW_PAST_H
#define ASSENT_VIEW_PAST_H

#include "base/arena.h"
#include "base/buf.h"
#include "service/ledger_checkpoint.h"
#include "service/receipt.h"

void view_past(struct buf *out, struct arena *arena, const struct past_page *page);

/* The receipt to read and print. */
void view_receipt(struct buf *out, struct arena *arena, const struct receipt *receipt);

/* The file to keep: {"receipt":…,"signature":{"alg":"Ed25519","key":…,"value":…}}, in which receipt
 * is what was signed, byte for byte. */
void view_receipt_file(struct buf *out, const struct receipt *receipt);

/* /.well-known/assent/keys.json: a JWK set (RFC 7517, RFC 8037). Each key's "purpose" begins what
 * it signs, and it signs nothing else. */
void view_receipt_keys(struct buf *out, const struct receipt_key *receipt,
                       const struct ledger_checkpoint_key *checkpoint);

/* "Newsletter", "given · Weekly at most". */
struct purpose_row;
struct purpose_row view_receipt_purpose(struct arena *arena, enum locale lang,
                                        const struct receipt_purpose *purpose);

/* Where the receipt of the entry at position is: an address of this site. campaign: of the link
 * that opened the page; NULL: none. */
const char *view_receipt_url(struct arena *arena, enum link_purpose link, const char *token,
                             struct position position, struct speech speech, const char *campaign);

#endif
