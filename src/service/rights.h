/*
 * service/rights: a person's data handed out, and the person erased (GDPR 15 and 17, REQUIREMENTS
 * L6): who may ask, and what is written of it. What is handed out is service/person_data's; what
 * erasing does, service/erase's.
 *
 * A recipient needs a fresh manage link: a good one that was made within RIGHTS_FRESH_S. Links lie
 * in every mail, are passed on and found by others; an older one shows and changes choices, masked,
 * but neither tells the whole address and history nor ends them. It offers a fresh one by mail
 * instead, which reaches none but the mailbox's owner.
 */
#ifndef ASSENT_SERVICE_RIGHTS_H
#define ASSENT_SERVICE_RIGHTS_H

#include "service/brand.h"
#include "service/links.h"

#define RIGHTS_FRESH_S (INT64_C(7) * 86400)

enum rights_step {
    RIGHTS_LOOK,   /* what can be had */
    RIGHTS_ASK,    /* erase? */
    RIGHTS_ERASED, /* just now */
    RIGHTS_STEP_COUNT
};

struct rights_page {
    enum locale lang;
    bool lang_is_asked; /* set by the web */
    enum rights_step step;
    const char *token;
    const char *masked_email;
    struct brand brand;
    bool is_fresh;
    bool can_join; /* the sign-up form is open */
};

/* Whether link may have data handed out, and erase. */
bool rights_is_fresh(const struct link_opened *link, int64_t now_s);

/* The page for a manage link that is good; STATUS_REFUSED for any other. */
enum status rights_look(const struct service *service, struct arena *arena,
                        const struct link_opened *link, const char *token, enum rights_step step,
                        int64_t now_s, struct rights_page *out) MUST_CHECK;

enum rights_act { RIGHTS_GIVE, RIGHTS_ERASE, RIGHTS_ACT_COUNT };

/* By the person, whose link is looked at again: *is_allowed false: it is not fresh, or was voided
 * since, or they are gone; nothing was written. address, agent: of the client; of who erased
 * themselves neither is kept. */
enum status rights_by_link(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct link_opened *link, enum rights_act act, const char *address,
                           const char *agent, int64_t now_s, bool *is_allowed) MUST_CHECK;

/* By somebody else on the person's behalf, with a reason, "" for none: an entry
 * ENTRY_DATA_GIVEN that tells it, or the erasing. *person: as they were. STATUS_NOT_FOUND: nobody
 * by that id. */
enum status rights_for(const struct service *service, struct txn *txn, struct arena *arena,
                       struct public_id id, enum rights_act act, const struct origin *origin,
                       const char *reason, struct contact *person) MUST_CHECK;

/* Whom those two would be about. STATUS_NOT_FOUND: nobody by that id. */
enum status rights_person(const struct service *service, struct arena *arena, struct public_id id,
                          struct contact *out) MUST_CHECK;

#define RIGHTS_REASON_MAX_BYTES 500

/* Trims and checks a reason: one line that is not empty. False: it is none. */
bool rights_reason(struct arena *arena, const char *typed, const char **out);

#endif
