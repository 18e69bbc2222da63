/*
 * service/change_note: the words that the ledger keeps of a change: what was edited, a line each,
 * and below it the words of whoever changed it. What was edited is read back when it is undone, so
 * no other text may look like it.
 */
#ifndef ASSENT_SERVICE_CHANGE_NOTE_H
#define ASSENT_SERVICE_CHANGE_NOTE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/contact.h"

#define CHANGE_NOTE_NAME     "name: "
#define CHANGE_NOTE_EMAIL    "email: "
#define CHANGE_NOTE_TYPE     "type: "
#define CHANGE_NOTE_LANGUAGE "language: "
#define CHANGE_NOTE_LINKS    "earlier links: "
#define CHANGE_NOTE_TO       " → "

/* A line for each of name, address, type, language and links that differs, as "name: A → B", with
 * no line end behind the last. Nothing where nothing differs. Texts must not be NULL. */
void change_note_edits(struct buf *out, const struct contact *before, const struct contact *after);

/* Adds words on lines of their own. A line that would read as an edit gets a space in front, unless
 * they stand alone in a note that is never read so (a reason). */
void change_note_words(struct buf *out, const char *words, bool is_alone);

/* A text as a line has it: "(none)" for an empty one; one that is "(none)" itself, in however many
 * brackets, has a pair more. text or from arena. */
const char *change_note_text(struct arena *arena, const char *text);

/* The text again. From arena, or static. */
const char *change_note_read(struct arena *arena, const char *text, size_t len);

#endif
