/*
 * service/approvals: see approvals.h. Here: asking, deciding, withdrawing; the list is
 * approvals_list.c.
 */
#include "service/approvals.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "service/api_keys.h"
#include "service/approval_parts.h"
#include "service/change.h"
#include "service/import_jobs.h"
#include "service/key_ring.h"
#include "service/person.h"
#include "service/rights.h"
#include "service/settings.h"
#include "store/entries.h"
#include "store/settings.h"

#define SETTING_KEY "approvals"

enum status approvals_is_on(struct store *store, struct arena *arena, bool *out)
{
    const char *text = NULL;
    enum status status = settings_get(store, arena, SETTING_KEY, &text);
    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    *out = status == STATUS_OK && strcmp(text, "yes") == 0;
    return STATUS_OK;
}

/* What ask is about, as a row holds it. STATUS_NOT_FOUND: nothing that needs an approval. */
static enum status freeze(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct approval_ask *ask, struct approval *out)
{
    struct store *store = txn_store(txn);
    struct contact person;
    struct link_key link_key;
    struct api_key api_key;
    struct import_job job;
    char text[32];
    enum status status = STATUS_OK;
    switch (ask->kind) {
    case APPROVAL_IMPORT:
        status = import_jobs_get(store, arena, ask->id, &job);
        if (status == STATUS_OK &&
            (job.state != IMPORT_IS_CHECKED || job.opts_in <= APPROVAL_PEOPLE_MAX))
            status = STATUS_NOT_FOUND;
        if (status == STATUS_OK)
            out->detail = approval_import_detail(arena, &job);
        out->target = arena_printf(arena, "%" PRId64, ask->id);
        out->least = ROLE_MANAGER;
        break;
    case APPROVAL_ERASE:
        status = person_find(service, store, arena, ask->person, &person);
        public_id_text(ask->person, text);
        out->target = arena_strdup(arena, text);
        out->detail = ask->reason;
        out->least = ROLE_MANAGER;
        break;
    case APPROVAL_LINK_KEY:
        status = link_keys_get(store, arena, ask->key.value, &link_key);
        if (status == STATUS_OK && link_key.state == KEY_REVOKED)
            status = STATUS_NOT_FOUND;
        link_key_id_text(ask->key, text);
        out->target = arena_strdup(arena, text);
        out->detail = status == STATUS_OK ? link_key.owner : "";
        out->least = ROLE_OWNER;
        break;
    case APPROVAL_API_KEY:
        status = api_keys_get(store, arena, ask->id, &api_key);
        if (status == STATUS_OK && api_key.revoked_at != 0)
            status = STATUS_NOT_FOUND;
        out->target = arena_printf(arena, "%" PRId64, ask->id);
        out->detail = status == STATUS_OK ? api_key.name : "";
        out->least = ROLE_OWNER;
        break;
    case APPROVAL_OFF:
        out->target = out->detail = "";
        out->least = ROLE_OWNER;
        break;
    case APPROVAL_KIND_END:
        status = STATUS_INVALID;
        break;
    }
    return status;
}

static enum status insert(const struct service *service, struct txn *txn, struct arena *arena,
                          struct approval *approval, const struct origin *origin)
{
    enum status status = approvals_insert(txn, approval, &approval->id);
    if (status != STATUS_OK)
        return status;
    struct entry entry = {.kind = ENTRY_APPROVAL_ASKED,
                          .subject = approval->id,
                          .private = {.note = approval_note(arena, approval)}};
    status = change_record(service, txn, &entry, origin);
    return status == STATUS_OK ? approvals_set_asked(txn, approval->id, entry.position) : status;
}

enum status approvals_gate(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct approval_ask *ask, const struct origin *origin,
                           enum approval_gate *out, int64_t *id)
{
    const int64_t now_s = clock_now_s();
    struct approval approval = {.kind = ask->kind,
                                .admin = origin->actor_id,
                                .asked_at = now_s,
                                .expires_at = now_s + APPROVAL_LIFE_S};
    struct approval before;
    bool is_on = false;
    *out = APPROVAL_NOT_NEEDED;
    if (origin->actor != ACTOR_ADMIN)
        return STATUS_OK;
    enum status status = approvals_is_on(txn_store(txn), arena, &is_on);
    if (status != STATUS_OK || !is_on)
        return status;
    status = freeze(service, txn, arena, ask, &approval);
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status == STATUS_OK)
        status = approvals_expire(txn, now_s);
    if (status != STATUS_OK)
        return status;
    status = approvals_find(txn_store(txn), arena, approval.kind, approval.target, &before);
    if (status == STATUS_OK) {
        *out = APPROVAL_ASKED_BEFORE;
        *id = before.id;
        return STATUS_OK;
    }
    if (status == STATUS_NOT_FOUND)
        status = insert(service, txn, arena, &approval, origin);
    if (status == STATUS_OK) {
        *out = APPROVAL_ASKED;
        *id = approval.id;
    }
    return status;
}

/* Whether the entry that was written when it was asked for says the same as the row. */
static enum status is_as_asked(struct txn *txn, struct arena *arena,
                               const struct approval *approval, bool *out)
{
    struct entry entry;
    enum status status = entries_get(txn_store(txn), arena, approval->asked, &entry);
    *out = false;
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    *out = entry.kind == ENTRY_APPROVAL_ASKED && entry.subject == approval->id &&
           entry.actor == ACTOR_ADMIN && entry.actor_id == approval->admin &&
           entry.private.note != NULL &&
           strcmp(entry.private.note, approval_note(arena, approval)) == 0;
    return STATUS_OK;
}

/* The decision's row and entry, with both names. */
static enum status put_decision(const struct service *service, struct txn *txn, struct arena *arena,
                                const struct approval *approval, enum approval_state state,
                                const struct origin *origin)
{
    const char *asker = approval_admin(txn_store(txn), arena, approval->admin);
    const char *decider = approval_admin(txn_store(txn), arena, origin->actor_id);
    struct entry entry = {
        .kind = ENTRY_APPROVAL_DECIDED,
        .subject = approval->id,
        .private = {.note = arena_printf(arena, "%s: %s\nasked by: %s\n%s by: %s",
                                         approval_state_key(state), approval_note(arena, approval),
                                         asker, approval_state_key(state), decider)}};
    enum status status =
        approvals_put_decision(txn, approval->id, state, origin->actor_id, clock_now_s());
    return status == STATUS_OK ? change_record(service, txn, &entry, origin) : status;
}

static enum status set(const struct service *service, struct txn *txn, struct arena *arena,
                       bool is_on, const struct origin *origin)
{
    enum status status = settings_put(txn, SETTING_KEY, is_on ? "yes" : "no", clock_now_s());
    return status == STATUS_OK
               ? settings_record(service, txn, arena, SETTING_KEY, is_on ? "no" : "yes",
                                 is_on ? "yes" : "no", origin, true)
               : status;
}

static enum status start_import(const struct service *service, struct txn *txn, struct arena *arena,
                                const struct approval *approval, const struct origin *origin,
                                bool *is_done)
{
    struct import_job job;
    bool is_late = true;
    const int64_t id = strtoll(approval->target, NULL, 10);
    enum status status = import_jobs_get(txn_store(txn), arena, id, &job);
    if (status == STATUS_OK && job.state == IMPORT_IS_CHECKED &&
        strcmp(approval_import_detail(arena, &job), approval->detail) == 0)
        status = import_jobs_act(service, txn, arena, id, IMPORT_START, origin, &is_late);
    *is_done = status == STATUS_OK && !is_late;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

/* Does exactly what was asked. *is_done false: it can't be done any more, and nothing was. */
static enum status act(const struct service *service, struct txn *txn, struct arena *arena,
                       const struct approval *approval, const struct origin *origin, bool *is_done)
{
    struct contact person;
    struct public_id public_id = {0};
    struct key_done revoked = {.fault = KEY_GONE};
    struct link_key_id key;
    enum status status = STATUS_NOT_FOUND;
    *is_done = false;
    switch (approval->kind) {
    case APPROVAL_IMPORT:
        return start_import(service, txn, arena, approval, origin, is_done);
    case APPROVAL_ERASE:
        if (public_id_parse(approval->target, &public_id))
            status = rights_for(service, txn, arena, public_id, RIGHTS_ERASE, origin,
                                approval->detail, &person);
        break;
    case APPROVAL_LINK_KEY:
        if (link_key_id_parse(approval->target, &key))
            status = key_ring_revoke(service, txn, arena, key, origin, &revoked);
        if (status == STATUS_OK && revoked.fault != KEY_FINE)
            status = STATUS_NOT_FOUND;
        break;
    case APPROVAL_API_KEY:
        status = api_keys_end(service, txn, arena, strtoll(approval->target, NULL, 10), origin);
        break;
    case APPROVAL_OFF:
        status = set(service, txn, arena, false, origin);
        break;
    case APPROVAL_KIND_END:
        break;
    }
    *is_done = status == STATUS_OK;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool may(const struct admin *admin, const struct approval *approval)
{
    return admins_is_active(admin) && admin->role >= approval->least;
}

/* Whether the one who decides may; else *out says why not. */
static enum status check_decider(struct txn *txn, struct arena *arena,
                                 const struct approval *approval, const char *seen,
                                 const struct origin *origin, enum approval_outcome *out)
{
    struct admin decider;
    char mark[APPROVAL_SEEN_BYTES];
    bool is_same = false;
    *out = APPROVAL_DONE;
    if (approval->state != APPROVAL_WAITS || approval->expires_at <= clock_now_s()) {
        *out = APPROVAL_OVER;
        return STATUS_OK;
    }
    if (origin->actor != ACTOR_ADMIN || approval->admin == origin->actor_id) {
        *out = APPROVAL_OWN;
        return STATUS_OK;
    }
    enum status status = admins_get(txn_store(txn), arena, origin->actor_id, &decider);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && !may(&decider, approval))) {
        *out = APPROVAL_ROLE;
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = is_as_asked(txn, arena, approval, &is_same);
    approval_mark(arena, approval, mark);
    if (status == STATUS_OK && (!is_same || seen == NULL || strcmp(seen, mark) != 0))
        *out = APPROVAL_ALTERED;
    return status;
}

/* Whether who asked could still do it. */
static enum status is_asker_good(struct txn *txn, struct arena *arena,
                                 const struct approval *approval, bool *out)
{
    struct admin asker;
    enum status status = admins_get(txn_store(txn), arena, approval->admin, &asker);
    *out = status == STATUS_OK && may(&asker, approval);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status approvals_decide(const struct service *service, struct txn *txn, struct arena *arena,
                             int64_t id, const char *seen, bool approves,
                             const struct origin *origin, enum approval_outcome *out)
{
    struct approval approval;
    enum approval_state state = approves ? APPROVAL_APPROVED : APPROVAL_DECLINED;
    enum approval_outcome outcome = APPROVAL_NOT_THERE;
    bool is_done = true;
    enum status status = approvals_get(txn_store(txn), arena, id, &approval);
    if (status == STATUS_NOT_FOUND) {
        *out = outcome;
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        status = check_decider(txn, arena, &approval, seen, origin, &outcome);
    if (status != STATUS_OK || outcome != APPROVAL_DONE) {
        *out = outcome;
        return status;
    }
    if (approves)
        status = is_asker_good(txn, arena, &approval, &is_done);
    if (status == STATUS_OK && approves && is_done)
        status = act(service, txn, arena, &approval, origin, &is_done);
    if (!is_done) {
        state = APPROVAL_VOID;
        outcome = APPROVAL_IMPOSSIBLE;
    }
    if (status == STATUS_OK)
        status = put_decision(service, txn, arena, &approval, state, origin);
    if (status == STATUS_OK)
        *out = outcome;
    return status;
}

enum status approvals_withdraw(const struct service *service, struct txn *txn, struct arena *arena,
                               int64_t id, const struct origin *origin, enum approval_outcome *out)
{
    struct approval approval;
    enum status status = approvals_get(txn_store(txn), arena, id, &approval);
    *out = APPROVAL_DONE;
    if (status == STATUS_NOT_FOUND)
        *out = APPROVAL_NOT_THERE;
    else if (status == STATUS_OK &&
             (origin->actor != ACTOR_ADMIN || approval.admin != origin->actor_id))
        *out = APPROVAL_NOT_OWN;
    else if (status == STATUS_OK &&
             (approval.state != APPROVAL_WAITS || approval.expires_at <= clock_now_s()))
        *out = APPROVAL_OVER;
    if (*out != APPROVAL_DONE)
        return STATUS_OK;
    return status == STATUS_OK
               ? put_decision(service, txn, arena, &approval, APPROVAL_WITHDRAWN, origin)
               : status;
}

enum status approvals_turn_on(const struct service *service, struct txn *txn, struct arena *arena,
                              const struct origin *origin, enum approvals_turn *out)
{
    bool is_on = false;
    int64_t owners = 0;
    enum status status = approvals_is_on(txn_store(txn), arena, &is_on);
    if (status == STATUS_OK)
        status = approval_owners(txn_store(txn), arena, &owners);
    if (status != STATUS_OK)
        return status;
    *out = is_on ? APPROVALS_WERE : owners < APPROVAL_OWNERS_MIN ? APPROVALS_FEW : APPROVALS_TURNED;
    return *out == APPROVALS_TURNED ? set(service, txn, arena, true, origin) : STATUS_OK;
}

enum status approvals_turn_off(const struct service *service, struct txn *txn, struct arena *arena,
                               const struct origin *origin, enum approvals_turn *out)
{
    const struct approval_ask ask = {.kind = APPROVAL_OFF};
    enum approval_gate gate;
    bool is_on = false;
    int64_t id;
    enum status status = approvals_is_on(txn_store(txn), arena, &is_on);
    *out = APPROVALS_WERE;
    if (status != STATUS_OK || !is_on)
        return status;
    status = approvals_gate(service, txn, arena, &ask, origin, &gate, &id);
    if (status != STATUS_OK)
        return status;
    *out = gate == APPROVAL_NOT_NEEDED ? APPROVALS_TURNED : APPROVALS_WAITS;
    return *out == APPROVALS_TURNED ? set(service, txn, arena, false, origin) : STATUS_OK;
}
