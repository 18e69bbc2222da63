/*
 * service/settings_save: all settings at once, changed all or none, and taken back. Declared in
 * settings.h.
 *
 * Beside the settings two rows of the same table: how often anything was changed, and what the last
 * save replaced, as a form's text.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/form.h"
#include "service/change.h"
#include "service/settings.h"
#include "service/wording.h"
#include "store/settings.h"

#define VERSION_KEY "settings_version"
#define BEFORE_KEY  "settings_before"

#define RECORD_FIELD "record" /* in the latter, and no setting's key */

static enum status read_version(struct store *store, struct arena *arena, int64_t *out)
{
    const char *text = NULL;
    enum status status = settings_get(store, arena, VERSION_KEY, &text);

    if (status == STATUS_NOT_FOUND) {
        *out = 0;
        return STATUS_OK;
    }
    if (status == STATUS_OK)
        *out = strtoll(text, NULL, 10);
    return status;
}

static enum status next_version(struct txn *txn, struct arena *arena, int64_t *out)
{
    enum status status = read_version(txn_store(txn), arena, out);

    if (status != STATUS_OK)
        return status;
    return settings_put(txn, VERSION_KEY, arena_printf(arena, "%" PRId64, ++*out), clock_now_s());
}

/* What the last save replaced, if asker may still take it back: is_undoable. */
struct before {
    bool is_undoable;
    int64_t changed;
    const char *record; /* of settings_record; NULL: it was of settings */
    const char *values[SETTING_COUNT];
};

static enum status read_before(struct store *store, struct arena *arena, int64_t version,
                               const struct origin *asker, int64_t now_s, struct before *out)
{
    struct before before = {0};
    const char *text = NULL;
    struct form form;
    int64_t number;
    enum status status = settings_get(store, arena, BEFORE_KEY, &text);

    *out = before;
    if (status == STATUS_NOT_FOUND)
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    if (form_parse_urlencoded(arena, text, strlen(text), &form) != STATUS_OK)
        return STATUS_CORRUPT;
    if (!form_get_int(&form, "version", version, version, &number) ||
        !form_get_int(&form, "at", now_s - UNDO_WINDOW_S, INT64_MAX, &number) ||
        !form_get_int(&form, "actor", asker->actor, asker->actor, &number) ||
        !form_get_int(&form, "id", asker->actor_id, asker->actor_id, &number))
        return STATUS_OK;
    for (int setting = 0; setting < SETTING_COUNT; setting++) {
        before.values[setting] = form_get(&form, setting_key((enum setting)setting));
        if (before.values[setting] != NULL)
            before.changed |= INT64_C(1) << setting;
    }
    before.record = form_get(&form, RECORD_FIELD);
    before.is_undoable = before.changed != 0 || before.record != NULL;
    *out = before;
    return STATUS_OK;
}

enum status settings_list(const struct service *service, struct arena *arena,
                          const struct origin *asker, int64_t now_s, struct settings_page *out)
{
    struct settings_page page = {0};
    struct before before = {0};
    enum status status = read_version(service->store, arena, &page.version);

    for (int i = 0; status == STATUS_OK && i < SETTING_COUNT; i++) {
        struct setting_line *line = &page.lines[i];
        line->setting = (enum setting)i;
        status = settings_text(service->store, arena, line->setting, &line->value);
        if (status == STATUS_OK)
            line->is_default = strcmp(line->value, setting_default(line->setting)) == 0;
    }
    if (status == STATUS_OK)
        status = read_before(service->store, arena, page.version, asker, now_s, &before);
    if (status != STATUS_OK)
        return status;
    page.is_undoable = before.is_undoable;
    page.last_changed = before.changed;
    page.last_record = before.record;
    *out = page;
    return STATUS_OK;
}

static enum status note(const struct service *service, struct txn *txn, struct arena *arena,
                        const char *key, const char *was, const char *is,
                        const struct origin *origin)
{
    struct entry entry = {.kind = ENTRY_SETTING,
                          .private = {.note = arena_printf(arena, "%s: %s → %s", key, was, is)}};

    return change_record(service, txn, &entry, origin);
}

/* How the row of BEFORE_KEY begins: which save it is of, and who may take it back until when. */
static void begin_before(struct buf *out, int64_t version, int64_t now_s,
                         const struct origin *origin, bool is_undoing)
{
    buf_printf(out, "version=%" PRId64 "&at=%" PRId64 "&actor=%d&id=%" PRId64, version,
               is_undoing ? 0 : now_s, (int)origin->actor, origin->actor_id);
}

/* Writes what is not NULL in values, which was checked and differs from what is; remembers what it
 * replaces unless that itself was an undoing. */
static enum status write_all(const struct service *service, struct txn *txn, struct arena *arena,
                             const char *const values[SETTING_COUNT],
                             const char *const were[SETTING_COUNT], const struct origin *origin,
                             bool is_undoing)
{
    const int64_t now_s = clock_now_s();
    struct buf before = {0};
    int64_t version = 0;
    enum status status = next_version(txn, arena, &version);

    begin_before(&before, version, now_s, origin, is_undoing);
    for (int i = 0; status == STATUS_OK && i < SETTING_COUNT; i++) {
        const char *key = setting_key((enum setting)i);
        if (values[i] == NULL)
            continue;
        buf_printf(&before, "&%s=", key);
        buf_url(&before, were[i]);
        status = settings_put(txn, key, values[i], now_s);
        if (status == STATUS_OK)
            status = note(service, txn, arena, key, were[i], values[i], origin);
    }
    if (status == STATUS_OK)
        status = settings_put(txn, BEFORE_KEY, before.data, now_s);
    buf_free(&before);
    return status == STATUS_OK ? wording_keep(service, txn, arena, origin) : status;
}

/* Whether origin may change those settings: bit n is setting n. Somebody who is no admin any more
 * may not. */
static enum status may_change(struct txn *txn, struct arena *arena, const struct origin *origin,
                              int64_t changed, bool *out)
{
    struct admin admin;
    int64_t of_owners = 0;

    for (int i = 0; i < SETTING_COUNT; i++)
        if (setting_least((enum setting)i) == ROLE_OWNER)
            of_owners |= INT64_C(1) << i;
    *out = origin->actor != ACTOR_ADMIN || (changed & of_owners) == 0;
    if (*out)
        return STATUS_OK;
    enum status status = admins_get(txn_store(txn), arena, origin->actor_id, &admin);
    if (status == STATUS_OK)
        *out = admin.role == ROLE_OWNER;
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status settings_save(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct settings_edit *edit, struct settings_saved *out)
{
    struct settings_saved saved = {0};
    const char *values[SETTING_COUNT] = {0}, *were[SETTING_COUNT] = {0};
    int64_t version;
    bool may = false;
    enum status status = read_version(txn_store(txn), arena, &version);

    for (int i = 0; status == STATUS_OK && i < SETTING_COUNT; i++) {
        const enum setting setting = (enum setting)i;
        if (edit->typed[i] == NULL)
            continue;
        status = settings_text(txn_store(txn), arena, setting, &were[i]);
        if (status != STATUS_OK)
            break;
        if (setting_check(arena, setting, edit->typed[i], &values[i], &saved.faults[i],
                          &saved.offers[i]) != STATUS_OK)
            saved.is_refused = true;
        else if (strcmp(values[i], were[i]) == 0)
            values[i] = NULL;
        else
            saved.changed |= INT64_C(1) << i;
    }
    if (status == STATUS_OK)
        status = may_change(txn, arena, &edit->origin, saved.changed, &may);
    if (status != STATUS_OK)
        return status;
    saved.needs_owner = !may;
    saved.is_stale = edit->version != -1 && edit->version != version && saved.changed != 0;
    if (saved.is_stale || saved.is_refused || saved.needs_owner)
        saved.changed = 0;
    else if (saved.changed != 0)
        status = write_all(service, txn, arena, values, were, &edit->origin, false);
    if (status == STATUS_OK)
        *out = saved;
    return status;
}

enum status settings_undo(const struct service *service, struct txn *txn, struct arena *arena,
                          const struct origin *origin, struct settings_saved *out)
{
    struct settings_saved saved = {0};
    const char *were[SETTING_COUNT] = {0};
    struct before before = {0};
    int64_t version;
    bool may = false;
    enum status status = read_version(txn_store(txn), arena, &version);

    if (status == STATUS_OK)
        status = read_before(txn_store(txn), arena, version, origin, clock_now_s(), &before);
    if (status == STATUS_OK)
        status = may_change(txn, arena, origin, before.changed, &may);
    for (int i = 0; status == STATUS_OK && i < SETTING_COUNT; i++)
        if (before.values[i] != NULL)
            status = settings_text(txn_store(txn), arena, (enum setting)i, &were[i]);
    if (status != STATUS_OK)
        return status;
    saved.undo_is_late = before.changed == 0;
    saved.needs_owner = !may;
    if (before.changed != 0 && may) {
        saved.changed = before.changed;
        status = write_all(service, txn, arena, before.values, were, origin, true);
    }
    if (status == STATUS_OK)
        *out = saved;
    return status;
}

enum status settings_record(const struct service *service, struct txn *txn, struct arena *arena,
                            const char *key, const char *was, const char *is,
                            const struct origin *origin, bool is_undoing)
{
    const int64_t now_s = clock_now_s();
    struct buf before = {0};
    int64_t version = 0;
    enum status status = next_version(txn, arena, &version);

    begin_before(&before, version, now_s, origin, is_undoing);
    buf_printf(&before, "&%s=", RECORD_FIELD);
    buf_url(&before, key);
    if (status == STATUS_OK)
        status = note(service, txn, arena, key, was, is, origin);
    if (status == STATUS_OK)
        status = settings_put(txn, BEFORE_KEY, before.data, now_s);
    buf_free(&before);
    return status;
}

enum status settings_recorded(struct store *store, struct arena *arena, const struct origin *asker,
                              int64_t now_s, const char **out)
{
    struct before before = {0};
    int64_t version;
    enum status status = read_version(store, arena, &version);

    if (status == STATUS_OK)
        status = read_before(store, arena, version, asker, now_s, &before);
    if (status == STATUS_OK)
        *out = before.record;
    return status;
}
