/*
 * service/hook_admin: see hook_admin.h.
 */
#include "service/hook_admin.h"

#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "crypto/key_file.h"
#include "service/change.h"
#include "service/fields.h"
#include "service/hook_kinds.h"
#include "service/hooks.h"
#include "store/entries.h"

static const char *const signings[] = {
    [HOOK_ED25519] = "ed25519", [HOOK_HMAC] = "hmac", [HOOK_BOTH] = "both"};

const char *hook_signing_key(enum hook_signing signing)
{
    return signings[signing];
}

bool hook_signing_parse(const char *text, enum hook_signing *out)
{
    for (enum hook_signing i = HOOK_ED25519; i <= HOOK_BOTH; i++) {
        if (strcmp(signings[i], text) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

const char *hook_fault_words(const struct hook_saved *saved)
{
    switch (saved->fault) {
    case HOOK_URL_BAD:
        return endpoint_fault_words(saved->endpoint);
    case HOOK_ABOUT_BAD:
        return "The note is longer than 200 bytes, or holds what is no text.";
    case HOOK_KINDS_NONE:
        return "Choose at least one kind of change.";
    case HOOK_SIGNING_BAD:
        return "Choose how messages are signed.";
    case HOOK_TOO_MANY:
        return "There are 32 hooks, and that is the most. Remove one first.";
    case HOOK_GONE:
        return "This hook was removed meanwhile, or is not there.";
    case HOOK_IS_STOPPED:
        return "This hook is stopped, so nothing is sent. Resume it first.";
    case HOOK_DELIVERY_GONE:
        return "This delivery waits already, or its time is over and it was cleared away.";
    case HOOK_RESTORE_LATE:
        return "It is too late to undo that: an hour has passed. Add the hook anew.";
    case HOOK_FINE:
    case HOOK_FAULT_COUNT:
        break;
    }
    return "";
}

static enum status count_line(const struct service *service, const struct hook *hook,
                              struct hook_line *out)
{
    out->hook = *hook;
    enum status status =
        hook_deliveries_waiting(service->store, hook->id, &out->waiting, &out->due_at);
    return status == STATUS_OK ? hook_deliveries_lost(service->store, hook->id, &out->lost)
                               : status;
}

enum status hook_admin_list(const struct service *service, struct arena *arena,
                            struct hook_list *out)
{
    struct hook *hooks;
    struct hook_list list = {0};
    enum status status = hooks_list(service->store, arena, &hooks, &list.count);
    if (status != STATUS_OK)
        return status;
    list.hooks = arena_array(arena, list.count, sizeof *list.hooks);
    list.can_add = list.count < HOOKS_MAX;
    for (size_t i = 0; i < list.count && status == STATUS_OK; i++)
        status = count_line(service, &hooks[i], &list.hooks[i]);
    if (status == STATUS_OK)
        *out = list;
    return status;
}

static enum status describe(const struct service *service, struct arena *arena,
                            const struct hook_delivery *delivery, struct hook_delivery_line *out)
{
    struct entry entry;
    enum status status = STATUS_OK;
    out->delivery = *delivery;
    out->type = "test";
    hook_message_id_text(delivery->message_id, out->id_text);
    if (delivery->position.value != 0) {
        status = entries_get(service->store, arena, delivery->position, &entry);
        if (status == STATUS_OK)
            out->type = hook_kinds_type(&entry);
    }
    return status == STATUS_NOT_FOUND ? STATUS_CORRUPT : status;
}

static bool has_older(const struct hook *hook, int64_t now_s)
{
    return hook->generation > 1 && now_s < hook->older_until;
}

enum status hook_admin_get(const struct service *service, struct arena *arena, int64_t id,
                           int64_t before, int64_t now_s, struct hook_page *out)
{
    struct hook_page page = {0};
    struct hook hook;
    struct hook_delivery *deliveries;
    size_t count = 0;
    enum status status = hooks_get(service->store, arena, id, &hook);
    if (status == STATUS_OK)
        status = count_line(service, &hook, &page.line);
    if (status == STATUS_OK)
        status = hook_deliveries_page(service->store, arena, id, before > 0 ? before : INT64_MAX,
                                      HOOK_PAGE_ROWS + 1, &deliveries, &count);
    if (status != STATUS_OK)
        return status;
    page.count = count > HOOK_PAGE_ROWS ? HOOK_PAGE_ROWS : count;
    page.before = count > HOOK_PAGE_ROWS ? deliveries[HOOK_PAGE_ROWS - 1].id : 0;
    page.deliveries = arena_array(arena, page.count, sizeof *page.deliveries);
    for (size_t i = 0; i < page.count && status == STATUS_OK; i++)
        status = describe(service, arena, &deliveries[i], &page.deliveries[i]);
    if (hook.signing != HOOK_HMAC) {
        hook_key_public_text(service->secrets, id, hook.generation, page.public_key);
        if (has_older(&hook, now_s))
            hook_key_public_text(service->secrets, id, hook.generation - 1, page.older_public_key);
    }
    if (status == STATUS_OK)
        *out = page;
    return status;
}

static bool is_late(const struct hook *hook, int64_t now_s)
{
    return now_s - hook->removed_at >= UNDO_WINDOW_S;
}

enum status hook_admin_removed(const struct service *service, struct arena *arena, int64_t id,
                               int64_t now_s, struct hook *out)
{
    struct hook hook;
    enum status status = hooks_get_removed(service->store, arena, id, &hook);
    if (status == STATUS_OK && (hook.removed_at == 0 || is_late(&hook, now_s)))
        status = STATUS_NOT_FOUND;
    if (status == STATUS_OK)
        *out = hook;
    return status;
}

enum status hook_admin_delivery(const struct service *service, struct arena *arena, int64_t id,
                                struct hook_delivery *out)
{
    return hook_deliveries_get(service->store, arena, id, out);
}

struct act {
    const struct service *service;
    struct txn *txn;
    struct arena *arena;
    const struct hook_edit *edit;
    struct hook hook; /* but for HOOK_ADD */
    int64_t now_s;
    struct hook_saved saved;
};

static enum status record(struct act *act, enum entry_kind kind, const char *note)
{
    struct entry entry = {.kind = kind, .subject = act->saved.id, .private = {.note = note}};
    return change_record(act->service, act->txn, &entry, &act->edit->origin);
}

static enum status put(struct act *act, const struct hook *hook, enum entry_kind kind,
                       const char *note)
{
    enum status status = hooks_put(act->txn, hook, &act->saved.id);
    return status == STATUS_OK ? record(act, kind, note) : status;
}

/* Reads what was typed into hook. */
static enum hook_fault read_fields(struct act *act, struct hook *hook)
{
    const struct hook_edit *edit = act->edit;
    const uint64_t kinds = edit->kinds & hook_kinds_all();
    if (endpoint_parse(act->arena, edit->url ? edit->url : "", act->service->conf->hooks_private,
                       &hook->url, &act->saved.endpoint) != STATUS_OK)
        return HOOK_URL_BAD;
    if (fields_text(act->arena, edit->about ? edit->about : "", HOOK_ABOUT_MAX_BYTES,
                    &hook->about) != STATUS_OK)
        return HOOK_ABOUT_BAD;
    if (kinds == 0)
        return HOOK_KINDS_NONE;
    if (edit->signing < HOOK_ED25519 || edit->signing > HOOK_BOTH)
        return HOOK_SIGNING_BAD;
    hook->kinds = kinds == hook_kinds_all() ? 0 : kinds;
    hook->signing = edit->signing;
    return HOOK_FINE;
}

/* Sets HOOK_TOO_MANY where there is no room for one more. */
static enum status find_room(struct act *act)
{
    struct hook *hooks;
    size_t count;
    enum status status = hooks_list(txn_store(act->txn), act->arena, &hooks, &count);
    if (status == STATUS_OK && count >= HOOKS_MAX)
        act->saved.fault = HOOK_TOO_MANY;
    return status;
}

static enum status add(struct act *act)
{
    struct hook hook = {.state = HOOK_ON,
                        .fault = "",
                        .tried_fault = "",
                        .generation = 1,
                        .created_at = act->now_s};
    enum status status = find_room(act);
    if (status == STATUS_OK)
        status = store_position(txn_store(act->txn), &hook.position);
    if (status != STATUS_OK)
        return status;
    if (act->saved.fault == HOOK_FINE)
        act->saved.fault = read_fields(act, &hook);
    return act->saved.fault == HOOK_FINE
               ? put(act, &hook, ENTRY_HOOK_ADDED, arena_printf(act->arena, "url: %s", hook.url))
               : STATUS_OK;
}

static const char *kinds_words(struct arena *arena, uint64_t kinds)
{
    const char *words = NULL;
    if (kinds == 0)
        return "all";
    for (size_t i = 0; i < HOOK_KINDS_COUNT; i++)
        if (hook_kinds_has(kinds, hook_kinds[i].kind))
            words =
                words ? arena_printf(arena, "%s, %s", words, hook_kinds[i].key) : hook_kinds[i].key;
    return words ? words : "none";
}

static void add_edit(struct buf *note, const char *what, const char *from, const char *to)
{
    if (strcmp(from, to) != 0)
        buf_printf(note, "%s%s: %s → %s", note->len > 0 ? "\n" : "", what, *from ? from : "(none)",
                   *to ? to : "(none)");
}

static enum status edit(struct act *act)
{
    struct hook hook = act->hook;
    struct buf note = {0};
    enum status status = STATUS_OK;
    act->saved.fault = read_fields(act, &hook);
    if (act->saved.fault != HOOK_FINE)
        return STATUS_OK;
    add_edit(&note, "url", act->hook.url, hook.url);
    add_edit(&note, "about", act->hook.about, hook.about);
    add_edit(&note, "kinds", kinds_words(act->arena, act->hook.kinds),
             kinds_words(act->arena, hook.kinds));
    add_edit(&note, "signing", signings[act->hook.signing], signings[hook.signing]);
    act->saved.is_unchanged = note.len == 0;
    if (note.len > 0)
        status = put(act, &hook, ENTRY_HOOK_EDITED, note.data);
    buf_free(&note);
    return status;
}

static enum status stop_or_resume(struct act *act, enum hook_state state)
{
    struct hook hook = act->hook;
    act->saved.is_unchanged = hook.state == state;
    if (act->saved.is_unchanged)
        return STATUS_OK;
    hook.state = state;
    hook.fault = "";
    hook.failing_since = 0;
    enum status status = STATUS_OK;
    if (state == HOOK_ON)
        status = hook_deliveries_hasten(act->txn, hook.id, act->now_s);
    return status == STATUS_OK
               ? put(act, &hook, ENTRY_HOOK_EDITED, state == HOOK_ON ? "resumed" : "stopped")
               : status;
}

static enum status rotate(struct act *act)
{
    struct hook hook = act->hook;
    hook.generation++;
    hook.older_until = act->now_s + HOOK_OLDER_S;
    return put(act, &hook, ENTRY_HOOK_EDITED, "secret: rotated");
}

static enum status take_away(struct act *act)
{
    struct hook hook = act->hook;
    hook.removed_at = act->now_s;
    return put(act, &hook, ENTRY_HOOK_REMOVED, arena_printf(act->arena, "url: %s", hook.url));
}

/* What waited is there still, and what happened since stands in the ledger behind its position. */
static enum status restore(struct act *act)
{
    struct hook hook = act->hook;
    act->saved.is_unchanged = hook.removed_at == 0;
    if (act->saved.is_unchanged)
        return STATUS_OK;
    if (is_late(&hook, act->now_s)) {
        act->saved.fault = HOOK_RESTORE_LATE;
        return STATUS_OK;
    }
    enum status status = find_room(act);
    hook.removed_at = 0;
    return status == STATUS_OK && act->saved.fault == HOOK_FINE
               ? put(act, &hook, ENTRY_HOOK_EDITED, "restored")
               : status;
}

/* Tests and replays change no hook, only what is sent. */
static enum status test(struct act *act)
{
    struct hook_delivery delivery = {
        .hook = act->hook.id, .created_at = act->now_s, .due_at = act->now_s};
    crypto_random(delivery.message_id, sizeof delivery.message_id);
    return hook_deliveries_insert(act->txn, &delivery, &act->saved.count);
}

static enum status replay(struct act *act)
{
    struct hook_delivery delivery;
    enum status status =
        hook_deliveries_get(txn_store(act->txn), act->arena, act->edit->delivery, &delivery);
    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && (delivery.hook != act->hook.id ||
                                                               delivery.outcome == HOOK_WAITS))) {
        act->saved.fault = HOOK_DELIVERY_GONE;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    delivery.outcome = HOOK_WAITS;
    delivery.due_at = act->now_s;
    delivery.tries = 0;
    delivery.ended_at = 0;
    act->saved.count = 1;
    return hook_deliveries_update(act->txn, &delivery);
}

static enum status replay_all(struct act *act)
{
    int count = 0;
    enum status status = hook_deliveries_replay_lost(act->txn, act->hook.id, act->now_s, &count);
    act->saved.count = count;
    return status;
}

static enum status show_secret(struct act *act)
{
    const struct secrets *secrets = act->service->secrets;
    const struct hook *hook = &act->hook;
    struct hook_saved *saved = &act->saved;
    saved->has_secret = hook->signing != HOOK_ED25519;
    saved->has_older = has_older(hook, act->now_s);
    if (hook->signing != HOOK_HMAC) {
        hook_key_public_text(secrets, hook->id, hook->generation, saved->public_key);
        if (saved->has_older)
            hook_key_public_text(secrets, hook->id, hook->generation - 1, saved->older_public_key);
    }
    if (!saved->has_secret)
        return STATUS_OK;
    hook_key_secret_text(secrets, hook->id, hook->generation, saved->secret);
    if (saved->has_older)
        hook_key_secret_text(secrets, hook->id, hook->generation - 1, saved->older_secret);
    return record(act, ENTRY_HOOK_EDITED, "secret: shown");
}

static enum status do_act(struct act *act)
{
    const bool sends = act->edit->act == HOOK_TEST || act->edit->act == HOOK_REPLAY ||
                       act->edit->act == HOOK_REPLAY_ALL;
    if (sends && act->hook.state != HOOK_ON) {
        act->saved.fault = HOOK_IS_STOPPED;
        return STATUS_OK;
    }
    switch (act->edit->act) {
    case HOOK_ADD:
        return add(act);
    case HOOK_EDIT:
        return edit(act);
    case HOOK_STOP:
        return stop_or_resume(act, HOOK_STOPPED);
    case HOOK_RESUME:
        return stop_or_resume(act, HOOK_ON);
    case HOOK_REMOVE:
        return take_away(act);
    case HOOK_RESTORE:
        return restore(act);
    case HOOK_ROTATE:
        return rotate(act);
    case HOOK_TEST:
        return test(act);
    case HOOK_REPLAY:
        return replay(act);
    case HOOK_REPLAY_ALL:
        return replay_all(act);
    case HOOK_SHOW_SECRET:
        return show_secret(act);
    case HOOK_ACT_COUNT:
        break;
    }
    return STATUS_INVALID;
}

enum status hook_admin_save(const struct service *service, struct txn *txn, struct arena *arena,
                            const struct hook_edit *edit, struct hook_saved *out)
{
    struct act act = {.service = service,
                      .txn = txn,
                      .arena = arena,
                      .edit = edit,
                      .now_s = clock_now_s(),
                      .saved = {.id = edit->id}};
    enum status status = STATUS_OK;
    if (edit->act == HOOK_RESTORE)
        status = hooks_get_removed(txn_store(txn), arena, edit->id, &act.hook);
    else if (edit->act != HOOK_ADD)
        status = hooks_get(txn_store(txn), arena, edit->id, &act.hook);
    if (status == STATUS_NOT_FOUND) {
        act.saved.fault = HOOK_GONE;
        status = STATUS_OK;
    } else if (status == STATUS_OK) {
        status = do_act(&act);
    }
    if (status == STATUS_OK)
        *out = act.saved;
    key_memory_wipe(&act.saved, sizeof act.saved);
    return status;
}
