/*
 * view/activity_words: what kinds, ways and groups of the ledger are called on admins' pages. For
 * view/activity's files.
 */
#ifndef ASSENT_VIEW_ACTIVITY_WORDS_H
#define ASSENT_VIEW_ACTIVITY_WORDS_H

#include "base/catalogue.h"
#include "base/ledger_filter.h"

enum text activity_group_words(enum ledger_group group);
enum text activity_actor_words(enum actor_kind actor);

#endif
