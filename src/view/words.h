/*
 * view/words: which texts of the catalogue name our enums on admins' pages. The keys and labels for
 * files and the command are in base/contact.h.
 */
#ifndef ASSENT_VIEW_WORDS_H
#define ASSENT_VIEW_WORDS_H

#include "base/catalogue.h"
#include "base/email.h"

enum text words_type(enum contact_type type);       /* "Client" */
enum text words_status(enum contact_status status); /* "Opted In" */
enum text words_email(enum email_fault fault);

#endif
