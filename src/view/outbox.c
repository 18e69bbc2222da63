/*
 * view/outbox: see outbox.h. The list; one mail is view/outbox_mail's.
 */
#include "view/outbox.h"

#include <string.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/outbox_row.h"

const char *outbox_state_key(int outcome)
{
    switch (outcome) {
    case LETTER_WAITS:
        return "waiting";
    case LETTER_SENT:
        return "sent";
    case LETTER_DEAD:
        return "dead";
    default:
        return "";
    }
}

static void parameter(struct buf *url, char *separator, const char *name, const char *value)
{
    if (!value || !*value)
        return;
    buf_addc(url, *separator);
    buf_adds(url, name);
    buf_addc(url, '=');
    buf_url(url, value);
    *separator = '&';
}

static const char *url_with(struct arena *arena, const struct outbox_query *query,
                            const char *place, const char *cursor)
{
    struct buf url = {0};
    char separator = '?';
    buf_adds(&url, "/admin/outbox");
    parameter(&url, &separator, "q", query->address);
    parameter(&url, &separator, "state", outbox_state_key(query->outcome));
    if (place)
        parameter(&url, &separator, place, cursor);
    const char *text = arena_strdup(arena, url.data);
    buf_free(&url);
    return text;
}

const char *outbox_url(struct arena *arena, const struct outbox_query *query)
{
    return url_with(arena, query, NULL, NULL);
}

static const char *count_words(struct arena *arena, int64_t count)
{
    struct buf words = {0};
    buf_grouped(&words, count);
    const char *text =
        arena_printf(arena, "%s%s", words.data, count >= OUTBOX_COUNT_MAX ? "+" : "");
    buf_free(&words);
    return text;
}

static void fill_cards(struct arena *arena, struct outbox_view *view)
{
    const struct {
        enum letter_outcome outcome;
        enum text label, about;
        int64_t count;
    } cards[] = {
        {LETTER_WAITS, TEXT_ADMIN_OUTBOX_WAITING, TEXT_ADMIN_OUTBOX_WAITING_ABOUT,
         view->list.waiting},
        {LETTER_SENT, TEXT_ADMIN_OUTBOX_SENT,
         view->list.has_smtp ? TEXT_ADMIN_OUTBOX_SENT_ABOUT : TEXT_ADMIN_OUTBOX_SENT_ABOUT_FILES,
         view->list.sent},
        {LETTER_DEAD, TEXT_ADMIN_OUTBOX_DEAD, TEXT_ADMIN_OUTBOX_DEAD_ABOUT, view->list.dead},
    };
    const int outcome = view->list.query.outcome;
    view->states[0] = (struct option){"", ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_ALL), outcome < 0};
    view->states_count = 1;
    for (size_t i = 0; i < sizeof cards / sizeof *cards; i++) {
        const struct outbox_query query = {.outcome = cards[i].outcome, .address = ""};
        const char *label = ADMIN_TEXT(arena, cards[i].label);
        view->cards[view->cards_count++] = (struct outbox_card){
            .label = label,
            .about = ADMIN_TEXT(arena, cards[i].about),
            .url = outbox_url(arena, &query),
            .count = count_words(arena, cards[i].count),
            .is_current = outcome == (int)cards[i].outcome,
        };
        view->states[view->states_count++] = (struct option){
            outbox_state_key(cards[i].outcome), label, outcome == (int)cards[i].outcome};
    }
}

static void word_empty(struct arena *arena, struct outbox_view *view)
{
    static const struct {
        enum text title, about;
    } none[] = {
        [LETTER_WAITS] = {TEXT_ADMIN_OUTBOX_NONE_WAITING, TEXT_ADMIN_OUTBOX_NONE_WAITING_ABOUT},
        [LETTER_SENT] = {TEXT_ADMIN_OUTBOX_NONE_SENT, TEXT_ADMIN_OUTBOX_NONE_SENT_ABOUT},
        [LETTER_DEAD] = {TEXT_ADMIN_OUTBOX_NONE_DEAD, TEXT_ADMIN_OUTBOX_NONE_DEAD_ABOUT},
    };
    const struct outbox_query *query = &view->list.query;
    if (*query->address) {
        view->empty =
            ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_NONE_FOUND, ARG("address", query->address));
        view->empty_about = ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_NONE_FOUND_ABOUT);
    } else if (query->outcome >= 0) {
        view->empty = ADMIN_TEXT(arena, none[query->outcome].title);
        view->empty_about = ADMIN_TEXT(arena, none[query->outcome].about);
    } else {
        view->is_new = true;
    }
}

void view_outbox(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct outbox_list *list, bool can_act)
{
    const struct outbox_query *query = &list->query;
    struct outbox_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_OUTBOX_TITLE), 'o'),
        .list = *list,
        .rows = arena_array(arena, list->count, sizeof *view.rows),
        .rows_count = list->count,
        .back = outbox_state_key(query->outcome),
        .is_filtered = query->outcome >= 0 || *query->address,
        .can_try_all = can_act && list->dead > 0,
    };
    fill_cards(arena, &view);
    for (size_t i = 0; i < list->count; i++) {
        view.rows[i] = outbox_row_of(arena, &list->letters[i], can_act);
        view.rows[i].csrf = shell->csrf;
        view.rows[i].back = view.back;
    }
    if (list->count == 0)
        word_empty(arena, &view);
    if (list->previous_cursor)
        view.previous_url = url_with(arena, query, "before", list->previous_cursor);
    if (list->next_cursor)
        view.next_url = url_with(arena, query, "after", list->next_cursor);
    template_outbox(out, &view);
}
