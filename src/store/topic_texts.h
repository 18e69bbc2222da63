/*
 * store/topic_texts: what topics are called in further languages. Where there is nothing here, the
 * four topics that a list begins with are called as in the catalogues, as long as they have the
 * English words that they began with; any other by its own name and description, in store/topics.
 */
#ifndef ASSENT_STORE_TOPIC_TEXTS_H
#define ASSENT_STORE_TOPIC_TEXTS_H

#include "base/locale.h"
#include "store/store.h"

struct topic_text {
    struct topic_id topic;
    enum locale lang;
    const char *name, *description; /* never NULL; "": the topic's own */
};

/* All of them, in no order. */
enum status topic_texts_list(struct store *store, struct arena *arena, struct topic_text **out,
                             size_t *count) MUST_CHECK;

/* What topic is called in that language where no row says. Lives in arena, or is the topic's own.
 */
const char *topic_texts_usual_name(struct arena *arena, enum locale lang,
                                   const struct topic *topic);
const char *topic_texts_usual_description(struct arena *arena, enum locale lang,
                                          const struct topic *topic);

/* Puts names and descriptions of that language in the place of the topics' own, one by one, where
 * there are any, here or in the catalogues. The topics stay as they were when it fails. */
enum status topic_texts_apply(struct store *store, struct arena *arena, enum locale lang,
                              struct topic *topics, size_t count) MUST_CHECK;

/* Writes one, or removes it when both of its texts are "". */
enum status topic_texts_put(struct txn *txn, const struct topic_text *text) MUST_CHECK;

#endif
