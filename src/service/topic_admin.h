/*
 * service/topic_admin: add, rename, describe, order and retire topics.
 */
#ifndef ASSENT_SERVICE_TOPIC_ADMIN_H
#define ASSENT_SERVICE_TOPIC_ADMIN_H

#include "base/locale.h"
#include "service/service.h"

struct topic_words { /* in one language; "": what the topic is called elsewhere */
    const char *name, *description;
};

struct topic_line {
    uint8_t id;
    const char *key, *name, *description;
    int rank;
    int64_t retired_at;
    bool offers_frequency;
    int64_t people; /* who have it on */
    bool double_opt_in, on_join;
    struct topic_words words[LOCALE_COUNT]; /* by enum locale */
    struct topic_words usual[LOCALE_COUNT]; /* what is said where those are "" */
};

struct topic_page {
    struct topic_line *topics; /* in use by rank, then retired */
    size_t count, in_use_count;
};

enum status topic_admin_list(const struct service *service, struct arena *arena,
                             struct topic_page *out) MUST_CHECK;

enum topic_act { TOPIC_ADD, TOPIC_EDIT, TOPIC_UP, TOPIC_DOWN, TOPIC_RETIRE, TOPIC_RESTORE };
enum topic_fault {
    TOPIC_FINE,
    TOPIC_KEY_BAD,
    TOPIC_KEY_TAKEN,
    TOPIC_NAME_BAD,   /* empty, or over TOPIC_NAME_MAX_BYTES */
    TOPIC_NAME_TAKEN, /* another topic in use is called so */
    TOPIC_ABOUT_BAD,
    TOPIC_WORDS_BAD, /* a name or description in fault_lang */
    TOPIC_NONE_LEFT, /* all 63 numbers were given away */
    TOPIC_GONE,
    TOPIC_FAULT_COUNT
};
struct topic_edit {
    enum topic_act act;
    const char *key; /* of the topic; with TOPIC_ADD "" lets it follow from the name */
    const char *name, *description;
    bool sets_options; /* TOPIC_ADD, TOPIC_EDIT: false leaves what follows as it is */
    bool offers_frequency, double_opt_in, on_join;
    bool sets_words; /* TOPIC_EDIT: false leaves these as they are */
    struct topic_words words[LOCALE_COUNT];
    struct origin origin;
};
struct topic_saved {
    enum topic_fault fault;
    enum locale fault_lang; /* TOPIC_WORDS_BAD */
    struct topic topic;
    bool is_unchanged;   /* it was so already: nothing was written */
    int64_t people;      /* who have it on: touched by a retirement or a restoration */
    const char *summary; /* "Marketing was retired. 12,408 people had it on." */
    bool needs_refacet;  /* call contacts_refacet in further transactions: topic_admin_sweep */
};
enum status topic_admin_save(const struct service *service, struct txn *txn, struct arena *arena,
                             const struct topic_edit *edit, struct topic_saved *out) MUST_CHECK;

/* One short step of bringing counts in line after a retirement; *done when nothing is left. It is
 * remembered in the database, so that a restart goes on with it. */
enum status topic_admin_sweep(const struct service *service, struct txn *txn,
                              bool *done) MUST_CHECK;

#endif
