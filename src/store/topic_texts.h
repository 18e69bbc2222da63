/*
 * store/topic_texts: what topics are called in further languages. A topic's own name and
 * description, in store/topics, are said wherever there is nothing here.
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

/* Puts names and descriptions of that language in the place of the topics' own, one by one, where
 * there are any. The topics stay as they were when it fails. */
enum status topic_texts_apply(struct store *store, struct arena *arena, enum locale lang,
                              struct topic *topics, size_t count) MUST_CHECK;

/* Writes one, or removes it when both of its texts are "". */
enum status topic_texts_put(struct txn *txn, const struct topic_text *text) MUST_CHECK;

#endif
