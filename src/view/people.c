/*
 * view/people: see people.h. Builds the addresses of every link on the list.
 */
#include "view/people.h"

#include <string.h>

#include "templates.h"
#include "view/admin_model.h"
#include "view/words.h"

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

static const char *status_value(int status)
{
    return status == CONTACT_OPTED_IN ? "in" : status == CONTACT_OPTED_OUT ? "out" : "";
}

static const char *subscribed_value(int subscribed)
{
    return subscribed == 1 ? "yes" : subscribed == 0 ? "no" : "";
}

static const char *type_value(int type)
{
    return type >= 0 && type < TYPE_COUNT ? contact_type_key((enum contact_type)type) : "";
}

static const char *sort_value(enum directory_sort sort)
{
    switch (sort) {
    case DIRECTORY_BY_EMAIL:
        return "email";
    case DIRECTORY_BY_UPDATED:
        return "updated";
    case DIRECTORY_BY_TYPE:
        return "type";
    case DIRECTORY_BY_STATUS:
        return "status";
    case DIRECTORY_BY_NAME:
    case DIRECTORY_SORT_COUNT:
        break;
    }
    return "";
}

static const char *url_with(struct arena *arena, const char *path, const struct people_query *query,
                            const char *place, const char *cursor, int64_t first)
{
    struct buf url = {0};
    char separator = '?';
    buf_adds(&url, path);
    parameter(&url, &separator, "q", query->search);
    parameter(&url, &separator, "status", status_value(query->status));
    parameter(&url, &separator, "sub", subscribed_value(query->subscribed));
    parameter(&url, &separator, "type", type_value(query->type));
    parameter(&url, &separator, "sort", sort_value(query->sort));
    parameter(&url, &separator, "dir", query->is_descending ? "desc" : "");
    if (place && cursor) {
        parameter(&url, &separator, place, cursor);
        parameter(&url, &separator, "n", arena_printf(arena, "%lld", (long long)first));
    }
    const char *text = arena_strdup(arena, url.data);
    buf_free(&url);
    return text;
}

const char *people_url(struct arena *arena, const char *path, const struct people_query *query)
{
    return url_with(arena, path, query, NULL, NULL, 0);
}

/* A click sorts by that column, and a second one turns it round; dates begin with the newest. */
static struct sort_link sort_link(struct arena *arena, const struct people_query *query,
                                  enum directory_sort sort)
{
    bool is_current = query->sort == sort;
    struct people_query next = *query;
    next.sort = sort;
    next.is_descending = is_current ? !query->is_descending : sort == DIRECTORY_BY_UPDATED;
    return (struct sort_link){
        .url = people_url(arena, "/admin/people", &next),
        .aria = !is_current            ? "none"
                : query->is_descending ? "descending"
                                       : "ascending",
    };
}

static const char *subscribed_words(struct arena *arena, bool is_subscribed)
{
    return ADMIN_TEXT(arena, is_subscribed ? TEXT_ADMIN_PEOPLE_SUBSCRIBED
                                           : TEXT_ADMIN_PEOPLE_UNSUBSCRIBED);
}

static void fill_options(struct people_view *view, struct arena *arena)
{
    const struct people_query *query = &view->list.query;
    const struct option statuses[] = {
        {"", ADMIN_TEXT(arena, TEXT_ADMIN_PEOPLE_ALL_STATUS), query->status == DIRECTORY_ANY},
        {"in", ADMIN_TEXT(arena, TEXT_ADMIN_WORD_OPTED_IN), query->status == CONTACT_OPTED_IN},
        {"out", ADMIN_TEXT(arena, TEXT_ADMIN_WORD_OPTED_OUT), query->status == CONTACT_OPTED_OUT},
    };
    const struct option subscriptions[] = {
        {"", ADMIN_TEXT(arena, TEXT_ADMIN_PEOPLE_ALL_SUBSCRIPTIONS),
         query->subscribed == DIRECTORY_ANY},
        {"yes", subscribed_words(arena, true), query->subscribed == 1},
        {"no", subscribed_words(arena, false), query->subscribed == 0},
    };
    for (size_t i = 0; i < 3; i++) {
        view->statuses[i] = statuses[i];
        view->subscriptions[i] = subscriptions[i];
    }
    view->statuses_count = view->subscriptions_count = 3;
    view->types[0] = (struct option){"", ADMIN_TEXT(arena, TEXT_ADMIN_PEOPLE_ALL_TYPES),
                                     query->type == DIRECTORY_ANY};
    view->types_count = 1;
    for (enum contact_type type = 0; type < TYPE_COUNT; type++)
        view->types[view->types_count++] = (struct option){
            contact_type_key(type), ADMIN_TEXT(arena, words_type(type)), query->type == (int)type};
}

static void add_drop(struct people_view *view, struct arena *arena, const char *label,
                     const struct people_query *without)
{
    view->drops[view->drops_count++] =
        (struct drop_link){label, people_url(arena, "/admin/people", without)};
}

static void fill_drops(struct people_view *view, struct arena *arena)
{
    const struct people_query *query = &view->list.query;
    struct people_query without = *query;
    if (query->search && *query->search) {
        without.search = "";
        add_drop(view, arena,
                 ADMIN_TEXT(arena, TEXT_ADMIN_PEOPLE_QUOTED, ARG("words", query->search)),
                 &without);
        without = *query;
    }
    if (query->status != DIRECTORY_ANY) {
        without.status = DIRECTORY_ANY;
        add_drop(view, arena, ADMIN_TEXT(arena, words_status((enum contact_status)query->status)),
                 &without);
        without = *query;
    }
    if (query->subscribed != DIRECTORY_ANY) {
        without.subscribed = DIRECTORY_ANY;
        add_drop(view, arena, subscribed_words(arena, query->subscribed == 1), &without);
        without = *query;
    }
    if (query->type != DIRECTORY_ANY) {
        without.type = DIRECTORY_ANY;
        add_drop(view, arena, ADMIN_TEXT(arena, words_type((enum contact_type)query->type)),
                 &without);
    }
    view->is_filtered = view->drops_count > 0;
}

static void fill_letters(struct people_view *view, struct arena *arena)
{
    const struct people_list *list = &view->list;
    view->letters = arena_array(arena, list->letters_count, sizeof *view->letters);
    for (size_t i = 0; i < list->letters_count; i++) {
        struct buf url = {0};
        const char *all = people_url(arena, "/admin/people", &list->query);
        char separator = strchr(all, '?') == NULL ? '?' : '&';
        buf_adds(&url, all);
        parameter(&url, &separator, "from", list->letters[i]);
        view->letters[view->letters_count++] =
            (struct letter_link){.label = list->letters[i],
                                 .url = arena_strdup(arena, url.data),
                                 .is_current = *list->query.cursor == '\0' &&
                                               strcmp(list->query.letter, list->letters[i]) == 0};
        buf_free(&url);
    }
}

/* Rounded, but never "100%" of a list with somebody missing, nor "0%" of somebody. */
static int percent(int64_t part, int64_t whole)
{
    if (whole <= 0 || part <= 0)
        return 0;
    int rounded = (int)((double)part * 100 / (double)whole + 0.5);
    if (rounded >= 100 && part < whole)
        return 99;
    return rounded < 1 ? 1 : rounded;
}

void view_people(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct people_list *list)
{
    const struct people_query *query = &list->query;
    struct people_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_PEOPLE_TITLE), 'p'),
        .list = *list,
        .everyone_percent = list->cards.total > 0 ? 100 : 0,
        .subscribed_percent = percent(list->cards.subscribed, list->cards.total),
        .opted_in_percent = percent(list->cards.opted_in, list->cards.total),
        .sort = sort_value(query->sort),
        .dir = query->is_descending ? "desc" : "",
        .by_name = sort_link(arena, query, DIRECTORY_BY_NAME),
        .by_email = sort_link(arena, query, DIRECTORY_BY_EMAIL),
        .by_updated = sort_link(arena, query, DIRECTORY_BY_UPDATED),
        .by_type = sort_link(arena, query, DIRECTORY_BY_TYPE),
        .by_status = sort_link(arena, query, DIRECTORY_BY_STATUS),
        .export_url = shell->sees_addresses && list->rows_count > 0
                          ? people_url(arena, "/admin/people/export", query)
                          : NULL,
    };
    fill_options(&view, arena);
    fill_drops(&view, arena);
    fill_letters(&view, arena);
    if (list->previous_cursor) {
        int64_t first = list->first - PEOPLE_PAGE_ROWS;
        view.previous_url = url_with(arena, "/admin/people", query, "before", list->previous_cursor,
                                     first < 1 ? 1 : first);
    }
    if (list->next_cursor)
        view.next_url =
            url_with(arena, "/admin/people", query, "after", list->next_cursor, list->last + 1);
    template_people(out, &view);
}
