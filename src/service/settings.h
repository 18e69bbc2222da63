/*
 * service/settings: what admins change, as one table: each setting's key, kind, default and check.
 *
 * Readers ask for a setting by its number and get what is in force: what was set, or its default,
 * also where the database holds something that the check would refuse now. Every change goes
 * through settings_save, which writes a ledger entry (ENTRY_SETTING) for each setting that changed.
 * Boot settings (addresses, files, secrets) are base/conf's.
 */
#ifndef ASSENT_SERVICE_SETTINGS_H
#define ASSENT_SERVICE_SETTINGS_H

#include "base/locale.h"
#include "service/service.h"
#include "store/admins.h"

/* In the order of the page and of "assent settings list". Stored by key: the numbers may change. */
enum setting {
    SETTING_BRAND_NAME,
    SETTING_BRAND_POSTAL_ADDRESS,
    SETTING_BRAND_PRIVACY_URL,
    SETTING_BRAND_COLOR,
    SETTING_BRAND_COLOR_DARK, /* "": follows from the other one */
    SETTING_WELCOME_WORDS,
    SETTING_GOODBYE_WORDS,
    SETTING_SENDER_NAME,    /* "": the brand's name */
    SETTING_SENDER_ADDRESS, /* "": noreply@ the public URL's host */
    SETTING_MAILTO_ADDRESS, /* "": none takes mails that unsubscribe */
    SETTING_LINK_LIFE_DAYS,
    SETTING_JOIN_OPEN,
    SETTING_SITE_LANGUAGE,
    SETTING_CONFIRM_DAYS,
    SETTING_CLIENT_DAYS,
    SETTING_RETENTION,    /* "": in words of our own */
    SETTING_JURISDICTION, /* "": not stated, as the next */
    SETTING_THIRD_PARTIES,
    SETTING_FACTOR_REQUIRED, /* of every admin, before anything else */
    SETTING_COUNT
};

enum setting_kind {
    SETTING_TEXT,      /* one line */
    SETTING_LONG_TEXT, /* lines, parted by \n; paragraphs by an empty one */
    SETTING_URL,       /* https only */
    SETTING_EMAIL,     /* plain ASCII, so that every mail server can write to it */
    SETTING_NUMBER,
    SETTING_YES_NO, /* "yes" or "no" */
    SETTING_LANGUAGE,
    SETTING_COLOUR, /* "#rrggbb" whose contrast holds */
    SETTING_KIND_COUNT
};

const char *setting_key(enum setting setting);   /* "brand_name". Static, as the next */
const char *setting_about(enum setting setting); /* one line, no full stop */
enum setting_kind setting_kind(enum setting setting);
const char *setting_default(enum setting setting);
int setting_max_bytes(enum setting setting);                   /* of a text as stored */
void setting_bounds(enum setting setting, int *min, int *max); /* of a number */
bool setting_parse(const char *key, enum setting *out);        /* false: no such key */
enum admin_role setting_least(enum setting setting); /* of who may change it: manager or owner */

/* What is in force. store: service->store, or txn_store(txn) inside a change. */
enum status settings_text(struct store *store, struct arena *arena, enum setting setting,
                          const char **out) MUST_CHECK;
enum status settings_number(struct store *store, struct arena *arena, enum setting setting,
                            int64_t *out) MUST_CHECK;
enum status settings_yes(struct store *store, struct arena *arena, enum setting setting,
                         bool *out) MUST_CHECK;
enum status settings_locale(struct store *store, struct arena *arena,
                            enum locale *out) MUST_CHECK; /* SETTING_SITE_LANGUAGE */

/* One text as typed, checked and cleaned; blank gives the default. STATUS_INVALID: *fault says what
 * it must be ("it must be …", no full stop), and *offer, for a colour, the nearest that holds, else
 * NULL. */
enum status setting_check(struct arena *arena, enum setting setting, const char *typed,
                          const char **out, const char **fault, const char **offer) MUST_CHECK;

struct setting_line {
    enum setting setting;
    const char *value; /* in force */
    bool is_default;
};

struct settings_page {
    struct setting_line lines[SETTING_COUNT];
    int64_t version;         /* goes up with every change: a form says which one it was made from */
    bool is_undoable;        /* the last save was asker's, within the hour, and can be taken back */
    int64_t last_changed;    /* by that save: bit n is setting n; 0 when it is not undoable */
    const char *last_record; /* the key that settings_record was given by that save; else NULL */
};

/* All of them. asker: who would undo. */
enum status settings_list(const struct service *service, struct arena *arena,
                          const struct origin *asker, int64_t now_s,
                          struct settings_page *out) MUST_CHECK;

struct settings_edit {
    const char *typed[SETTING_COUNT]; /* NULL: left as it is */
    int64_t version;                  /* that the form was made from; -1: whatever it is */
    struct origin origin;
};

struct settings_saved {
    bool is_stale;                     /* others changed something meanwhile; nothing was written */
    bool is_refused;                   /* faults says why; nothing was written */
    bool needs_owner;                  /* an admin who is none changed what owners alone may;
                                          nothing was written */
    const char *faults[SETTING_COUNT]; /* NULL: fine */
    const char *offers[SETTING_COUNT];
    int64_t changed;   /* bit n: setting n is another one now */
    bool undo_is_late; /* settings_undo: others changed something since, or an hour has passed */
};

/* Writes all or nothing. STATUS_OK also for refusals: read out. What an admin may change is decided
 * by their role as it stands in txn; the operator may change everything. */
enum status settings_save(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct settings_edit *edit, struct settings_saved *out) MUST_CHECK;

/* Takes back the last save, if it was origin's and no more than an hour ago, and of settings: what
 * settings_record noted is for its own service to take back (brand_undo). */
enum status settings_undo(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct origin *origin, struct settings_saved *out) MUST_CHECK;

/* Something else of the brand was changed (its logo): notes it in the ledger as "key: was → is",
 * and makes forms of before stale. is_undoing: it can't be taken back in turn. */
enum status settings_record(const struct service *service, struct txn *txn, struct arena *arena,
                            const char *key, const char *was, const char *is,
                            const struct origin *origin, bool is_undoing) MUST_CHECK;

/* The key of the last save, if that was a record that asker may take back; else NULL. */
enum status settings_recorded(struct store *store, struct arena *arena, const struct origin *asker,
                              int64_t now_s, const char **out) MUST_CHECK;

#endif
