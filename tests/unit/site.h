/*
 * tests/unit/site: a whole installation in a folder of its own, for tests of services: keys,
 * database, four topics, and short ways to add and change people and to walk the ledger.
 */
#ifndef ASSENT_TESTS_UNIT_SITE_H
#define ASSENT_TESTS_UNIT_SITE_H

#include "service/change.h"
#include "service/links.h"
#include "store/admins.h"
#include "unit/support.h"

#define NEWSLETTER (UINT64_C(1) << 1)
#define PRODUCT    (UINT64_C(1) << 2)
#define MARKETING  (UINT64_C(1) << 3)
#define ALERTS     (UINT64_C(1) << 4)

struct site {
    struct arena *arena; /* reset by nobody: what the helpers return lives until site_close */
    struct conf conf;
    struct service service; /* its store is a writer's */
};

/* A new folder, filled by setup_init and opened. Fails the test if it can't. */
void site_open(struct site *site);
void site_close(struct site *site);

/* Closes and opens the same folder again. */
void site_reopen(struct site *site);

/* Another connection to the same data, as another process has it; close with setup_close. */
struct service site_service(struct site *site, bool writes);

struct txn *site_begin(struct site *site);
void site_commit(struct txn *txn);

/* change_apply in a transaction of its own: must be STATUS_OK, and is committed. */
struct change_result site_change(struct site *site, const struct change *change);

/* A new person: opted in to choices, or opted out with 0 and is_out. */
struct contact site_add(struct site *site, const char *email, uint64_t choices);
struct contact site_add_out(struct site *site, const char *email);
struct contact site_get(struct site *site, struct contact_id id);
struct entry site_entry(struct site *site, struct position position);
struct position site_head(struct site *site);

/* Runs SQL on the file as whoever has a shell on it could: 0, or SQLite's number for why not. */
int site_sql(struct site *site, const char *sql);

/* Retires a topic as topic_admin would: the row and its ledger entry. */
void site_retire(struct site *site, uint8_t topic);
void site_suppress(struct site *site, const char *email_key);
void site_put_setting(struct site *site, const char *key, const char *value);

struct link_set site_links(struct site *site, const struct contact *contact, uint8_t topic);

/* The token of a link: what stands after the last slash. */
const char *site_token(const char *url);

/* An admin, a mail program and so on, by which an act in a test is made. */
struct origin site_origin(enum actor_kind actor, int64_t actor_id);

/* Walks the whole ledger and fails the test unless: every hash follows from the one before, every
 * private text is what its hash says, each person's entries hang together (previous, before and
 * after), and replaying them gives every row and the directory's counts. Gives the number of
 * entries. */
int64_t site_check_ledger(struct site *site);

/* An admin who may sign in. change: another role, and whether disabled. */
int64_t site_add_admin(struct site *site, const char *email, enum admin_role role);
void site_change_admin(struct site *site, int64_t id, enum admin_role role, bool disables);

#endif
