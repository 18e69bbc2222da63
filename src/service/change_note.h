/*
 * service/change_note: what was edited, in the words that the ledger keeps.
 */
#ifndef ASSENT_SERVICE_CHANGE_NOTE_H
#define ASSENT_SERVICE_CHANGE_NOTE_H

#include "base/buf.h"
#include "base/contact.h"

/* A line for each of name, address, type, language and links that differs, as "name: A → B", with
 * no line end behind the last. Nothing where nothing differs. Texts must not be NULL. */
void change_note_edits(struct buf *out, const struct contact *before, const struct contact *after);

#endif
