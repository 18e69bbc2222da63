/*
 * view/sheet: the frame that every page for recipients has, in the language that it is said in.
 */
#ifndef ASSENT_VIEW_SHEET_H
#define ASSENT_VIEW_SHEET_H

#include "base/arena.h"
#include "view/recipient_model.h"

/* brand NULL: the page says nothing of whose it is. title is borrowed. */
struct sheet_frame sheet_frame(struct arena *arena, const struct brand *brand, struct speech speech,
                               const char *title);

/* Adds the campaign of the link that opened the page to the addresses of its links; NULL: none. */
void sheet_keep_campaign(struct arena *arena, struct sheet_frame *frame, const char *campaign);

/* The page in another language is the answer to the same question: "entry=17", encoded. */
void sheet_keep_question(struct arena *arena, struct sheet_frame *frame, const char *question);

/* Two sentences, one after the other, as the language has it. */
const char *sheet_sentences(struct arena *arena, enum locale lang, const char *first,
                            const char *second);

#endif
