/*
 * view/hooks: see hooks.h.
 */
#include <assert.h>
#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/hooks_model.h"

#define OVERDUE_S 120

static const char *number(struct arena *arena, int64_t value)
{
    return arena_printf(arena, "%lld", (long long)value);
}

static const char *when(struct arena *arena, int64_t at_s)
{
    char text[CLOCK_HUMAN_BYTES];

    clock_human(at_s, text);
    return arena_strdup(arena, text);
}

static const char *kind_words(struct arena *arena, enum entry_kind kind)
{
    switch (kind) {
    case ENTRY_CONTACT_ADDED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_ADDED);
    case ENTRY_CHOICES:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_CHOICES);
    case ENTRY_UNDONE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_UNDONE);
    case ENTRY_PAUSE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_PAUSE);
    case ENTRY_REASON:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_REASON);
    case ENTRY_DETAILS:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_DETAILS);
    case ENTRY_EPOCH:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_EPOCH);
    case ENTRY_TOPIC_ADDED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_TOPIC_ADDED);
    case ENTRY_TOPIC_EDITED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_TOPIC_EDITED);
    case ENTRY_TOPIC_RETIRED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_TOPIC_RETIRED);
    case ENTRY_IMPORT_BEGUN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_IMPORT_BEGUN);
    case ENTRY_IMPORT_ENDED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_IMPORT_ENDED);
    case ENTRY_FREQUENCY:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_FREQUENCY);
    case ENTRY_ERASED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_KIND_ERASED);
    default:
        return "";
    }
}

/* The fault of a field of the form, beside it. False: it is of another kind. */
static bool put_fault(struct hook_form *form, const struct hook_saved *saved)
{
    const char *words = hook_fault_words(saved);

    switch (saved->fault) {
    case HOOK_URL_BAD:
        form->url_fault = words;
        return true;
    case HOOK_ABOUT_BAD:
        form->about_fault = words;
        return true;
    case HOOK_KINDS_NONE:
        form->kinds_fault = words;
        return true;
    case HOOK_SIGNING_BAD:
        form->signing_fault = words;
        return true;
    default:
        return false;
    }
}

static void fill_form(struct arena *arena, struct hook_form *form, const char *url,
                      const char *about, uint64_t kinds, enum hook_signing signing)
{
    const struct option signings[] = {
        {"ed25519", ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_SIGN_ED25519), signing == HOOK_ED25519},
        {"hmac", ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_SIGN_HMAC), signing == HOOK_HMAC},
        {"both", ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_SIGN_BOTH), signing == HOOK_BOTH},
    };

    form->url = url;
    form->about = about;
    form->kinds_count = HOOK_KINDS_COUNT;
    for (size_t i = 0; i < HOOK_KINDS_COUNT; i++)
        form->kinds[i] = (struct hook_kind_box){.key = hook_kinds[i].key,
                                                .words = kind_words(arena, hook_kinds[i].kind),
                                                .is_on = (kinds >> hook_kinds[i].kind & 1) != 0};
    form->signings_count = 3;
    memcpy(form->signings, signings, sizeof signings);
}

static const char *last_words(struct arena *arena, const struct hook *hook)
{
    if (hook->tried_at == 0)
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_NEVER);
    if (*hook->tried_fault == '\0')
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_LAST_GOOD,
                          ARG("when", when(arena, hook->tried_at)),
                          ARG("code", number(arena, hook->tried_code)));
    return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_LAST_BAD, ARG("when", when(arena, hook->tried_at)),
                      ARG("fault", hook->tried_fault));
}

/* The ledger's note of why it stopped, behind the badge that says that it did. */
static const char *why_stopped(const char *fault)
{
    static const char said[] = "stopped: ";

    return strncmp(fault, said, sizeof said - 1) == 0 ? fault + sizeof said - 1 : fault;
}

static struct hook_row row_of(struct arena *arena, const struct hook_line *line, int64_t now_s)
{
    const struct hook *hook = &line->hook;

    return (struct hook_row){
        .id = hook->id,
        .id_text = number(arena, hook->id),
        .url = hook->url,
        .about = hook->about,
        .fault = why_stopped(hook->fault),
        .last = last_words(arena, hook),
        .waiting = line->waiting
                       ? ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_WAITING, ARG("n", line->waiting))
                       : NULL,
        .lost = line->lost ? ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_LOST, ARG("n", line->lost)) : NULL,
        .is_on = hook->state == HOOK_ON && hook->failing_since == 0,
        .is_failing = hook->state == HOOK_ON && hook->failing_since != 0,
        .is_stopped = hook->state == HOOK_STOPPED,
        .is_failed = hook->state == HOOK_FAILED,
        .is_overdue = hook->state == HOOK_ON && hook->failing_since == 0 && line->due_at != 0 &&
                      now_s - line->due_at > OVERDUE_S,
    };
}

static void put_notice_fault(struct admin_frame *frame, const struct hook_saved *saved)
{
    frame->shell.notice = hook_fault_words(saved);
    frame->shell.notice_is_fault = true;
}

void view_hooks(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                const struct hook_list *list, const struct hooks_show *show)
{
    struct hooks_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_TITLE), 'k'),
        .rows = arena_array(arena, list->count, sizeof *view.rows),
        .rows_count = list->count,
        .can_change = show->can_change,
        .can_add = list->can_add,
    };
    const struct hook_edit *edit = show->edit;

    if (show->removed != 0)
        view.frame.undo_url = arena_printf(arena, "/admin/hooks/%lld", (long long)show->removed);
    for (size_t i = 0; i < list->count; i++)
        view.rows[i] = row_of(arena, &list->hooks[i], show->now_s);
    if (edit && edit->act == HOOK_ADD) {
        fill_form(arena, &view.form, edit->url, edit->about, edit->kinds, edit->signing);
        view.opens_new = true;
    } else {
        fill_form(arena, &view.form, "", "", hook_kinds_all(), HOOK_ED25519);
    }
    if (edit && !put_fault(&view.form, show->saved))
        put_notice_fault(&view.frame, show->saved);
    template_hooks(out, &view);
}

static const char *try_result(struct arena *arena, const struct hook_delivery *delivery)
{
    if (delivery->outcome == HOOK_DELIVERED)
        return ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_TAKEN,
                          ARG("code", number(arena, delivery->code)));
    return *delivery->fault ? delivery->fault : ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_NOT_TRIED);
}

static struct hook_try try_of(struct arena *arena, const struct hook_view *view,
                              const struct hook_delivery_line *line, bool can_replay)
{
    const struct hook_delivery *delivery = &line->delivery;

    return (struct hook_try){
        .id_text = number(arena, delivery->id),
        .message_id = line->id_text,
        .type = line->type,
        .result = try_result(arena, delivery),
        .next = delivery->outcome == HOOK_WAITS ? when(arena, delivery->due_at) : NULL,
        .created_at = delivery->created_at,
        .tries = delivery->tries,
        .waits = delivery->outcome == HOOK_WAITS,
        .is_delivered = delivery->outcome == HOOK_DELIVERED,
        .is_lost = delivery->outcome == HOOK_GIVEN_UP,
        .can_replay = can_replay && delivery->outcome != HOOK_WAITS,
        .csrf = view->frame.shell.csrf,
        .path = view->path,
    };
}

/* What came of a refused act, or the secret that was asked for. */
static void put_outcome(struct hook_view *view, struct arena *arena, const struct hooks_show *show)
{
    const struct hook_edit *edit = show->edit;
    const struct hook_saved *saved = show->saved;

    if (saved->fault == HOOK_FINE) {
        view->shows_secret = edit->act == HOOK_SHOW_SECRET;
        view->secret = saved->secret;
        view->older_secret = saved->older_secret;
        return;
    }
    if (edit->act == HOOK_EDIT) {
        fill_form(arena, &view->form, edit->url, edit->about, edit->kinds, edit->signing);
        view->opens_edit = true;
    }
    if (!put_fault(&view->form, saved))
        put_notice_fault(&view->frame, saved);
}

void view_hook(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const struct hook_page *page, const struct hooks_show *show)
{
    const struct hook *hook = &page->line.hook;
    struct hook_view view = {
        .frame = admin_frame_of(
            shell, ADMIN_TEXT(arena, TEXT_ADMIN_HOOKS_ONE, ARG("id", number(arena, hook->id))),
            'k'),
        .row = row_of(arena, &page->line, show->now_s),
        .path = arena_printf(arena, "/admin/hooks/%lld", (long long)hook->id),
        .public_key = page->public_key,
        .older_public_key = page->older_public_key,
        .has_hmac = hook->signing != HOOK_ED25519,
        .can_change = show->can_change,
        .asks_remove = show->asks_remove && show->can_change,
        .tries = arena_array(arena, page->count, sizeof *view.tries),
        .tries_count = page->count,
    };

    if (page->before)
        view.older_url = arena_printf(arena, "%s?before=%lld", view.path, (long long)page->before);
    fill_form(arena, &view.form, hook->url, hook->about,
              hook->kinds ? hook->kinds : hook_kinds_all(), hook->signing);
    view.form.is_disabled = !show->can_change;
    if (show->edit)
        put_outcome(&view, arena, show);
    for (size_t i = 0; i < page->count; i++)
        view.tries[i] =
            try_of(arena, &view, &page->deliveries[i], show->can_change && hook->state == HOOK_ON);
    template_hook(out, &view);
}
