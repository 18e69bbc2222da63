/*
 * view/link_keys: see link_keys.h.
 */
#include "view/link_keys.h"

#include <string.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/link_keys_model.h"

#define DAY_S 86400

/* The drawing: as in assets/link_keys.html. */
#define CHART_LEFT   44
#define CHART_STEP   20
#define CHART_TOP    10
#define CHART_HEIGHT 120

static const char *id_text(struct arena *arena, const uint8_t value[LINK_KEY_ID_BYTES])
{
    struct link_key_id id;
    char text[LINK_KEY_ID_TEXT_BYTES];

    memcpy(id.value, value, sizeof id.value);
    link_key_id_text(id, text);
    return arena_strdup(arena, text);
}

static struct link_key_row row_of(struct arena *arena, const struct key_row *key,
                                  const struct link_keys_show *show)
{
    char public_key[48];

    crypto_base64url(key->key.public_key, sizeof key->key.public_key, public_key,
                     sizeof public_key);
    return (struct link_key_row){
        .id = id_text(arena, key->key.id),
        .owner = strcmp(key->key.owner, KEY_OWNER_OURSELVES) == 0
                     ? ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_OURSELVES)
                     : key->key.owner,
        .public_key = arena_strdup(arena, public_key),
        .created_at = key->key.created_at,
        .changed_at = key->key.changed_at != key->key.created_at ? key->key.changed_at : 0,
        .used_day_s = key->used_day_s,
        .age_days = (show->now_s - key->key.created_at) / DAY_S,
        .opened = key->uses.opened,
        .acted = key->uses.acted,
        .machine = key->uses.machine,
        .refused = key->uses.refused,
        .used = key_counts_used(&key->uses),
        .is_signing = key->key.state == KEY_SIGNING,
        .is_verifying = key->key.state == KEY_VERIFYING,
        .is_revoked = key->key.state == KEY_REVOKED,
        .signs_here = key->signs_here,
        .can_revoke = show->can_change && key->key.state != KEY_REVOKED,
    };
}

static int height_of(int64_t count, int64_t top)
{
    const int height = (int)(count * CHART_HEIGHT / top);

    return count > 0 && height == 0 ? 1 : height;
}

/* Bars from the bottom: people's, and machines' on them. */
static void put_days(struct link_keys_view *view, const struct key_ring *ring)
{
    view->top = 1;
    view->days_count = KEY_RING_DAYS;
    view->first_day_s = ring->first_day_s;
    view->last_day_s = ring->first_day_s + (int64_t)(KEY_RING_DAYS - 1) * DAY_S;
    for (size_t i = 0; i < KEY_RING_DAYS; i++) {
        const struct key_counts *day = &ring->days[i];
        view->people_sum += day->opened;
        view->machine_sum += day->machine;
        view->has_uses = view->has_uses || key_counts_used(day) + day->machine > 0;
        if (day->opened + day->machine > view->top)
            view->top = day->opened + day->machine;
    }
    for (size_t i = 0; i < KEY_RING_DAYS; i++) {
        const struct key_counts *day = &ring->days[i];
        struct link_day_row *row = &view->days[i];
        *row = (struct link_day_row){
            .at_s = ring->first_day_s + (int64_t)i * DAY_S,
            .opened = day->opened,
            .acted = day->acted,
            .machine = day->machine,
            .refused = day->refused,
            .x = CHART_LEFT + (int)i * CHART_STEP,
            .people_height = height_of(day->opened, view->top),
            .machine_height = height_of(day->machine, view->top),
        };
        row->people_y = CHART_TOP + CHART_HEIGHT - row->people_height;
        row->machine_y = row->people_y - row->machine_height;
    }
}

static void put_notice(struct link_keys_view *view, const char *words)
{
    view->frame.shell.notice = words;
    view->frame.shell.notice_is_fault = true;
}

static void put_fault(struct link_keys_view *view, struct arena *arena,
                      const struct link_keys_show *show)
{
    view->opens_add = show->faulty == LINK_KEYS_ADD;
    switch (show->fault) {
    case KEY_OWNER_BAD:
        view->owner_fault = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_OWNER);
        break;
    case KEY_UNREADABLE:
        view->text_fault = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_UNREADABLE);
        break;
    case KEY_PRIVATE:
        view->text_fault = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_PRIVATE);
        view->text = "";
        break;
    case KEY_OTHER_KIND:
        view->text_fault = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_KIND);
        break;
    case KEY_NO_POINT:
        view->text_fault = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_POINT);
        break;
    case KEY_SMALL_ORDER:
        view->text_fault = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_SMALL);
        break;
    case KEY_THERE:
        view->text_fault = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_THERE);
        break;
    case KEY_MEANWHILE:
        put_notice(view, ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_MEANWHILE));
        break;
    case KEY_FULL:
        put_notice(view, ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_FAULT_FULL));
        break;
    case KEY_GONE:
    case KEY_ENDED:
        put_notice(view, ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_GONE));
        break;
    case KEY_FINE:
    case KEY_FAULT_COUNT:
        break;
    }
}

static void put_did(struct link_keys_view *view, struct arena *arena,
                    const struct link_keys_show *show, const struct link_key_row *row)
{
    switch (show->did) {
    case LINK_KEYS_ROTATE:
        view->frame.shell.notice =
            ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_DID_ROTATE, ARG("id", row->id));
        break;
    case LINK_KEYS_ADD:
        view->frame.shell.notice = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_DID_ADD,
                                              ARG("owner", row->owner), ARG("id", row->id));
        break;
    case LINK_KEYS_REVOKE:
        if (row->is_revoked)
            view->frame.shell.notice = ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_DID_REVOKE,
                                                  ARG("owner", row->owner), ARG("id", row->id));
        break;
    case LINK_KEYS_LOOK:
    case LINK_KEYS_ACT_COUNT:
        break;
    }
}

void view_link_keys(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                    const struct key_ring *ring, const struct link_keys_show *show)
{
    struct link_keys_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_TITLE), 'l'),
        .rows = arena_array(arena, ring->count + 1, sizeof *view.rows),
        .rows_count = ring->count,
        .can_change = show->can_change,
        .newest = ring->count > 0 ? id_text(arena, ring->rows[0].key.id) : "",
        .owner = show->faulty == LINK_KEYS_ADD && show->owner ? show->owner : "",
        .text = show->faulty == LINK_KEYS_ADD && show->text ? show->text : "",
    };

    put_days(&view, ring);
    for (size_t i = 0; i < ring->count; i++) {
        const uint8_t *id = ring->rows[i].key.id;
        view.rows[i] = row_of(arena, &ring->rows[i], show);
        view.has_signer = view.has_signer || view.rows[i].signs_here;
        if (show->asks && memcmp(id, show->asked.value, LINK_KEY_ID_BYTES) == 0 &&
            view.rows[i].can_revoke) {
            view.asks = true;
            view.asked = view.rows[i];
        }
        if (memcmp(id, show->did_id.value, LINK_KEY_ID_BYTES) == 0)
            put_did(&view, arena, show, &view.rows[i]);
    }
    put_fault(&view, arena, show);
    if (show->has_no_file)
        put_notice(&view, ADMIN_TEXT(arena, TEXT_ADMIN_KEYS_NO_FILE));
    template_link_keys(out, &view);
}
