/*
 * service/ledger_line: an entry as a line of an export: JSON with its public fields in the order in
 * which the chain covers them. Reads what it writes, and nothing else: one entry has one line.
 */
#ifndef ASSENT_SERVICE_LEDGER_LINE_H
#define ASSENT_SERVICE_LEDGER_LINE_H

#include "base/buf.h"
#include "crypto/checkpoint.h"

/* The entry without the line's end; with_private adds its private texts, which nothing here proves.
 */
void ledger_line_add(struct buf *out, const struct entry *entry, bool with_private);

/* Reads len bytes without the line's end; private texts are passed over. False: no such line. */
bool ledger_line_read(const char *line, size_t len, struct entry *out);

/* The last line of an export: how far it goes, and what vouches for it. */
struct ledger_line_end {
    struct position position;
    uint8_t hash[LEDGER_HASH_BYTES];
    char note[CHECKPOINT_NOTE_MAX]; /* "": no checkpoint was made yet */
    uint8_t public_key[CHECKPOINT_PUBLIC_BYTES];
};
void ledger_line_add_end(struct buf *out, const struct ledger_line_end *end);
bool ledger_line_read_end(const char *line, size_t len, struct ledger_line_end *out);

#endif
