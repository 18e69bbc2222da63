/*
 * web/speak: the language that a visit is answered in.
 *
 * In this order: the address's ?lang=TAG, the contact's own, Accept-Language, the site's. Pages of
 * admins are in English. What is chosen is kept nowhere: links and forms carry ?lang= on. web/reply
 * adds Content-Language and Vary to whatever was spoken.
 */
#ifndef ASSENT_WEB_SPEAK_H
#define ASSENT_WEB_SPEAK_H

#include "base/catalogue.h"
#include "web/visit.h"

/* Decides, and remembers it for the visit. contact_language: a BCP 47 tag; "" or NULL: not known.
 * Called again with another contact_language it decides anew. */
struct speech speak(struct visit *visit, const char *contact_language);

/* The same for what an admin hands out to a person: ?lang=TAG, the person's own, the site's. */
struct speech speak_for(struct visit *visit, const char *contact_language);

/* The language decided on, or, when nothing was decided, the one without a contact. */
struct speech speak_speech(struct visit *visit);

/* A text without arguments in that language; lives in the visit's arena. */
const char *speak_text(struct visit *visit, enum text text);

#endif
