/*
 * view/activity: see activity.h. The list; one entry is view/activity_entry's.
 */
#include "view/activity.h"

#include <string.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/activity_model.h"
#include "view/activity_words.h"

#define PATH "/admin/activity"

static bool is_set(const char *text)
{
    return text != NULL && *text != '\0';
}

static void parameter(struct buf *url, const char *name, const char *value)
{
    if (!is_set(value))
        return;
    buf_addc(url, url->len == 0 ? '?' : '&');
    buf_adds(url, name);
    buf_addc(url, '=');
    buf_url(url, value);
}

const char *activity_query_text(struct arena *arena, const struct activity_typed *typed)
{
    struct buf query = {0};

    parameter(&query, "actor", typed->actor);
    parameter(&query, "kind", typed->kind);
    parameter(&query, "topic", typed->topic);
    parameter(&query, "from", typed->from);
    parameter(&query, "to", typed->to);
    parameter(&query, "person", typed->person);
    parameter(&query, "q", is_set(typed->person) ? "" : typed->search);
    const char *text = query.len > 0 ? arena_strndup(arena, query.data, query.len) : "";
    buf_free(&query);
    return text;
}

static const char *url_of(struct arena *arena, const struct activity_typed *typed)
{
    return arena_printf(arena, PATH "%s", activity_query_text(arena, typed));
}

static const char *url_at(struct arena *arena, const struct activity_typed *typed,
                          const char *place, struct position position)
{
    const char *query = activity_query_text(arena, typed);

    return arena_printf(arena, PATH "%s%c%s=%lld", query, *query == '\0' ? '?' : '&', place,
                        (long long)position.value);
}

static const char *person_url(struct arena *arena, const char *public_id)
{
    const struct activity_typed typed = {.person = public_id};

    return url_of(arena, &typed);
}

static bool is_same(const char *text, const char *key)
{
    return text != NULL && strcmp(text, key) == 0;
}

static void fill_fixed_options(struct activity_view *view, struct arena *arena)
{
    const struct activity_typed *typed = &view->typed;
    const char *all_kinds = ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_ALL_KINDS);
    const char *all_ways = ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_ALL_ACTORS);

    view->kinds[view->kinds_count++] = (struct option){"", all_kinds, !is_set(typed->kind)};
    for (unsigned i = 0; i < GROUP_COUNT; i++) {
        const char *key = ledger_group_key((enum ledger_group)i);
        view->kinds[view->kinds_count++] =
            (struct option){key, ADMIN_TEXT(arena, activity_group_words((enum ledger_group)i)),
                            is_same(typed->kind, key)};
    }
    view->ways[view->ways_count++] = (struct option){"", all_ways, !is_set(typed->actor)};
    view->ways[view->ways_count++] =
        (struct option){"person", ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_BY_PERSON),
                        is_same(typed->actor, "person")};
    static const enum actor_kind order[] = {ACTOR_RECIPIENT, ACTOR_ONE_CLICK, ACTOR_MAILTO,
                                            ACTOR_ADMIN,     ACTOR_API,       ACTOR_IMPORT,
                                            ACTOR_OPERATOR,  ACTOR_SYSTEM};
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const char *key = actor_kind_key(order[i]);
        view->ways[view->ways_count++] = (struct option){
            key, ADMIN_TEXT(arena, activity_actor_words(order[i])), is_same(typed->actor, key)};
    }
}

static struct option *named_options(struct arena *arena, const struct activity_actor *actors,
                                    size_t count, const char *typed)
{
    struct option *options = arena_array(arena, count, sizeof *options);

    for (size_t i = 0; i < count; i++)
        options[i] = (struct option){
            .value = actors[i].key,
            .label = actors[i].is_gone ? ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_ACTOR_GONE,
                                                    ARG("name", actors[i].name))
                                       : actors[i].name,
            .is_selected = is_same(typed, actors[i].key),
        };
    return options;
}

static void fill_options(struct activity_view *view, struct arena *arena,
                         const struct activity_names *names)
{
    const char *actor = view->typed.actor;

    fill_fixed_options(view, arena);
    view->admins = named_options(arena, names->admins, names->admins_count, actor);
    view->admins_count = names->admins_count;
    view->keys = named_options(arena, names->keys, names->keys_count, actor);
    view->keys_count = names->keys_count;
    view->topics = arena_array(arena, names->topics_count + 1, sizeof *view->topics);
    view->topics[view->topics_count++] = (struct option){
        "", ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_ALL_TOPICS), !is_set(view->typed.topic)};
    for (size_t i = 0; i < names->topics_count; i++)
        view->topics[view->topics_count++] =
            (struct option){names->topics[i].key, names->topics[i].name,
                            is_same(view->typed.topic, names->topics[i].key)};
}

static const char *called(struct arena *arena, const struct activity_person *person)
{
    if (person->is_gone)
        return ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_SOMEONE_GONE);
    return *person->name != '\0' ? person->name : person->email;
}

static const char *second(const struct activity_person *person)
{
    return *person->name != '\0' ? person->email : "";
}

static struct activity_row row_of(struct arena *arena, const struct activity_line *line)
{
    const struct activity_person *person = &line->person;
    struct activity_row row = {
        .position = arena_printf(arena, "%lld", (long long)line->entry.position.value),
        .at = line->entry.at,
        .what = line->words.what,
        .who = line->words.who,
        .proof = line->words.proof,
        .note = line->words.note,
        .campaign = line->words.campaign,
    };
    if (*person->public_id != '\0') {
        row.person = called(arena, person);
        row.person_email = second(person);
        row.person_url = person_url(arena, person->public_id);
    }
    return row;
}

static const char *label_of(const struct option *options, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (options[i].is_selected && *options[i].value != '\0')
            return options[i].label;
    return NULL;
}

static void drop(struct activity_view *view, struct arena *arena, const char *label,
                 const struct activity_typed *without)
{
    if (label != NULL)
        view->drops[view->drops_count++] =
            (struct drop_link){.label = label, .url = url_of(arena, without)};
}

/* Each filter, and the view without it. */
static void fill_drops(struct activity_view *view, struct arena *arena)
{
    const struct activity_typed *typed = &view->typed;
    struct activity_typed one = *typed;
    const char *actor = label_of(view->ways, view->ways_count);

    if (actor == NULL)
        actor = label_of(view->admins, view->admins_count);
    if (actor == NULL)
        actor = label_of(view->keys, view->keys_count);
    one.actor = "";
    drop(view, arena, is_set(typed->actor) && actor == NULL ? typed->actor : actor, &one);
    one = *typed;
    one.kind = "";
    const char *kind = label_of(view->kinds, view->kinds_count);
    drop(view, arena, is_set(typed->kind) && kind == NULL ? typed->kind : kind, &one);
    one = *typed;
    one.topic = "";
    drop(view, arena, label_of(view->topics, view->topics_count), &one);
    one = *typed;
    one.from = "";
    drop(view, arena,
         is_set(typed->from) ? ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_SINCE, ARG("day", typed->from))
                             : NULL,
         &one);
    one = *typed;
    one.to = "";
    drop(view, arena,
         is_set(typed->to) ? ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_UNTIL, ARG("day", typed->to))
                           : NULL,
         &one);
    one = *typed;
    one.person = one.search = "";
    drop(view, arena, view->person, &one);
}

static void fill_person(struct activity_view *view, struct arena *arena,
                        const struct activity_list *list)
{
    const struct activity_person *person = &list->query.person;
    struct activity_typed without = view->typed;

    if (*person->public_id == '\0')
        return;
    view->typed.person = arena_strdup(arena, person->public_id);
    view->person = called(arena, person);
    view->person_email = second(person);
    view->person_is_gone = person->is_gone;
    if (!person->is_gone)
        view->person_url = arena_printf(arena, "/admin/people/%s", person->public_id);
    without.person = without.search = "";
    view->everyone_url = url_of(arena, &without);
}

static void fill_choices(struct activity_view *view, struct arena *arena,
                         const struct activity_list *list)
{
    view->choices = arena_array(arena, list->found_count, sizeof *view->choices);
    view->choices_count = list->found_count;
    view->has_more_choices = list->found_is_cut;
    for (size_t i = 0; i < list->found_count; i++) {
        struct activity_typed one = view->typed;
        one.person = list->found[i].public_id;
        view->choices[i] = (struct activity_choice){.name = called(arena, &list->found[i]),
                                                    .email = second(&list->found[i]),
                                                    .url = url_of(arena, &one)};
    }
}

static void fill_pages(struct activity_view *view, struct arena *arena,
                       const struct activity_list *list)
{
    const struct activity_typed *typed = &view->typed;
    const char *query = activity_query_text(arena, typed);

    view->is_cut = list->is_cut;
    view->looked_at = list->looked_at_s;
    if (list->is_cut)
        view->further_url = url_at(arena, typed, "older", list->older);
    else if (list->older.value > 0)
        view->older_url = url_at(arena, typed, "older", list->older);
    if (list->newer.value > 0)
        view->newer_url = url_at(arena, typed, "newer", list->newer);
    view->csv_url =
        arena_printf(arena, PATH "/export%s%cformat=csv", query, *query == '\0' ? '?' : '&');
    view->json_url =
        arena_printf(arena, PATH "/export%s%cformat=ndjson", query, *query == '\0' ? '?' : '&');
}

void view_activity(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                   const struct activity_typed *typed, const struct activity_names *names,
                   const struct activity_list *list)
{
    const unsigned faults = list->faults;
    struct activity_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_ACTIVITY_TITLE), 'y'),
        .typed = *typed,
        .rows = arena_array(arena, list->lines_count, sizeof *view.rows),
        .rows_count = list->lines_count,
        .is_new = list->is_new,
        .actor_is_bad = (faults & ACTIVITY_ACTOR_BAD) != 0,
        .kind_is_bad = (faults & ACTIVITY_KIND_BAD) != 0,
        .topic_is_bad = (faults & ACTIVITY_TOPIC_BAD) != 0,
        .from_is_bad = (faults & (ACTIVITY_FROM_BAD | ACTIVITY_TIMES_CROSSED)) != 0,
        .to_is_bad = (faults & (ACTIVITY_TO_BAD | ACTIVITY_TIMES_CROSSED)) != 0,
        .search_is_bad = (faults & ACTIVITY_NOBODY_FOUND) != 0,
    };

    view.asof = view_asof_form(arena, shell->csrf, names->topics, names->topics_count,
                               &(struct as_of_typed){.person = typed->person}, NULL);
    if (faults != 0)
        view.fault = activity_fault_words(arena, typed, faults);
    fill_options(&view, arena, names);
    fill_person(&view, arena, list);
    fill_choices(&view, arena, list);
    fill_drops(&view, arena);
    view.is_filtered = view.drops_count > 0;
    view.is_listed = faults == 0 && list->found_count == 0;
    for (size_t i = 0; i < list->lines_count; i++)
        view.rows[i] = row_of(arena, &list->lines[i]);
    if (view.is_listed)
        fill_pages(&view, arena, list);
    template_activity(out, &view);
}
