/*
 * view/api_keys: see api_keys.h.
 */
#include "view/api_keys.h"

#include <assert.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/api_keys_model.h"

static const enum text scope_words[] = {
    TEXT_ADMIN_API_KEYS_SCOPE_CHECK,         TEXT_ADMIN_API_KEYS_SCOPE_LINKS,
    TEXT_ADMIN_API_KEYS_SCOPE_CONTACTS_READ, TEXT_ADMIN_API_KEYS_SCOPE_CONTACTS_WRITE,
    TEXT_ADMIN_API_KEYS_SCOPE_EVENTS,
};
static_assert(sizeof scope_words / sizeof *scope_words == API_SCOPES_COUNT, "scopes: words");

static struct api_key_row row_of(struct arena *arena, const struct api_key *key,
                                 const struct api_keys_show *show)
{
    char used[CLOCK_HUMAN_BYTES];
    const bool is_over = key->expires_at != 0 && key->expires_at <= show->now_s;

    clock_human(key->used_at, used);
    return (struct api_key_row){
        .id_text = arena_printf(arena, "%lld", (long long)key->id),
        .name = key->name,
        .hint = key->hint,
        .scopes = api_scopes_text(arena, key->scopes),
        .created_at = key->created_at,
        .expires_at = key->expires_at,
        .used = key->used_at ? arena_strdup(arena, used) : NULL,
        .revoked_at = key->revoked_at,
        .is_in_use = key->revoked_at == 0 && !is_over,
        .is_expired = key->revoked_at == 0 && is_over,
        .can_revoke = show->can_change && key->revoked_at == 0,
    };
}

static void put_notice(struct api_keys_view *view, const char *words)
{
    view->frame.shell.notice = words;
    view->frame.shell.notice_is_fault = true;
}

/* What came of the form. */
static void put_outcome(struct api_keys_view *view, struct arena *arena,
                        const struct api_keys_show *show)
{
    if (show->made->fault == API_KEY_FINE) {
        view->made_name = show->made->key.name;
        view->made_text = show->made->text;
        return;
    }
    view->opens_new = true;
    view->name = show->typed->name;
    view->expires = show->typed->expires;
    for (size_t i = 0; i < API_SCOPES_COUNT; i++)
        view->scopes[i].is_on = (show->typed->scopes >> i & 1) != 0;
    switch (show->made->fault) {
    case API_KEY_NAME_BAD:
        view->name_fault = ADMIN_TEXT(arena, TEXT_ADMIN_API_KEYS_FAULT_NAME);
        break;
    case API_KEY_NO_SCOPE:
        view->scopes_fault = ADMIN_TEXT(arena, TEXT_ADMIN_API_KEYS_FAULT_SCOPE);
        break;
    case API_KEY_EXPIRY_BAD:
        view->expires_fault = ADMIN_TEXT(arena, TEXT_ADMIN_API_KEYS_FAULT_EXPIRES);
        break;
    case API_KEY_TOO_MANY:
        put_notice(view, ADMIN_TEXT(arena, TEXT_ADMIN_API_KEYS_FAULT_FULL));
        break;
    case API_KEY_MADE_MEANWHILE:
        put_notice(view, ADMIN_TEXT(arena, TEXT_ADMIN_API_KEYS_FAULT_MEANWHILE));
        break;
    case API_KEY_FINE:
    case API_KEY_FAULT_COUNT:
        break;
    }
}

void view_api_keys(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                   const struct api_key *keys, size_t count, const struct api_keys_show *show)
{
    struct api_keys_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_API_KEYS_TITLE), 'a'),
        .rows = arena_array(arena, count, sizeof *view.rows),
        .rows_count = count,
        .can_change = show->can_change,
        .can_add = count < API_KEYS_MAX,
        .newest = arena_printf(arena, "%lld", count > 0 ? (long long)keys[0].id : 0),
        .name = "",
        .expires = "",
        .scopes_count = API_SCOPES_COUNT,
    };

    for (size_t i = 0; i < count; i++) {
        view.rows[i] = row_of(arena, &keys[i], show);
        if (keys[i].id == show->asked && view.rows[i].can_revoke) {
            view.asks = true;
            view.asked = view.rows[i];
        }
    }
    for (unsigned i = 0; i < API_SCOPES_COUNT; i++)
        view.scopes[i] = (struct api_key_scope_box){.key = api_scope_key(i),
                                                    .words = ADMIN_TEXT(arena, scope_words[i])};
    if (show->revoked)
        view.frame.shell.notice =
            ADMIN_TEXT(arena, TEXT_ADMIN_API_KEYS_DID_REVOKE, ARG("name", show->revoked));
    if (show->is_gone)
        put_notice(&view, ADMIN_TEXT(arena, TEXT_ADMIN_API_KEYS_GONE));
    if (show->typed)
        put_outcome(&view, arena, show);
    template_api_keys(out, &view);
}
