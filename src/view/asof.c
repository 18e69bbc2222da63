/*
 * view/asof: see asof.h.
 */
#include "view/asof.h"

#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "templates.h"
#include "view/asof_model.h"

static const char *text_or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void put_fault(struct asof_form *form, struct arena *arena, enum as_of_fault fault)
{
    switch (fault) {
    case AS_OF_BAD_ADDRESS:
        form->email_fault = ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_FAULT_ADDRESS);
        break;
    case AS_OF_UNKNOWN_TOPIC:
        form->topic_fault = ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_FAULT_TOPIC);
        break;
    case AS_OF_BAD_TIME:
        form->at_fault = ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_FAULT_TIME);
        break;
    case AS_OF_FUTURE:
        form->at_fault = ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_FAULT_FUTURE);
        break;
    case AS_OF_FINE:
    case AS_OF_NOBODY:
    case AS_OF_FAULT_COUNT:
        break;
    }
}

struct asof_form view_asof_form(struct arena *arena, const char *csrf, const struct topic *topics,
                                size_t count, const struct as_of_typed *typed,
                                const struct as_of_page *page)
{
    const bool has_person = typed->person != NULL && *typed->person != '\0';
    struct asof_form form = {
        .csrf = csrf,
        .person = has_person && (page == NULL || page->email != NULL) ? typed->person : NULL,
        .email = text_or_empty(typed->email),
        .at = text_or_empty(typed->at),
        .topics = arena_array(arena, count + 1, sizeof *form.topics),
        .topics_count = count,
    };
    for (size_t i = 0; i < count; i++)
        form.topics[i] = (struct option){
            .value = topics[i].key,
            .label = topics[i].retired_at != 0 ? ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_TOPIC_RETIRED,
                                                            ARG("topic", topics[i].name))
                                               : topics[i].name,
            .is_selected = typed->topic != NULL && strcmp(typed->topic, topics[i].key) == 0,
        };
    if (page != NULL && page->is_asked)
        put_fault(&form, arena, page->fault);
    return form;
}

static const char *number(struct arena *arena, struct position position)
{
    return position.value != 0 ? arena_printf(arena, "%lld", (long long)position.value) : NULL;
}

static const char *often_words(struct arena *arena, const struct as_of_told *told)
{
    static const enum text words[FREQUENCY_COUNT] = {
        [FREQUENCY_ALL] = TEXT_ADMIN_ASOF_OFTEN_ALL,
        [FREQUENCY_DAILY] = TEXT_ADMIN_ASOF_OFTEN_DAILY,
        [FREQUENCY_WEEKLY] = TEXT_ADMIN_ASOF_OFTEN_WEEKLY,
    };
    return told->why == AS_OF_ALLOWED && told->offers_frequency
               ? ADMIN_TEXT(arena, words[told->frequency])
               : NULL;
}

static const char *id_text(struct arena *arena, struct public_id id)
{
    char text[PUBLIC_ID_TEXT_BYTES];
    public_id_text(id, text);
    return arena_strdup(arena, text);
}

const char *view_asof_url(struct arena *arena, const struct as_of_told *told)
{
    char at[CLOCK_RFC3339_BYTES];
    clock_rfc3339(told->at_s, at);
    return arena_printf(arena, "/admin/activity/asof?person=%s&topic=%s&at=%.19s",
                        id_text(arena, told->person), told->topic.key, at);
}

static void put_answer(struct asof_view *view, struct arena *arena)
{
    const struct as_of_told *told = &view->told;
    char when[CLOCK_HUMAN_BYTES];
    clock_human(told->at_s, when);
    view->is_answered = true;
    view->is_yes = told->why == AS_OF_ALLOWED;
    view->is_lost = told->why == AS_OF_ERASED;
    view->key = as_of_key(told->why);
    view->heading = ADMIN_TEXT(arena,
                               view->is_yes    ? TEXT_ADMIN_ASOF_HEADING_YES
                               : view->is_lost ? TEXT_ADMIN_ASOF_HEADING_LOST
                                               : TEXT_ADMIN_ASOF_HEADING_NO,
                               catalogue_arg_text("when", when), ARG("topic", told->topic.name),
                               ARG("email", told->email));
    view->decided = number(arena, told->decided);
    view->since = number(arena, told->since.position);
    view->until = number(arena, told->until.position);
    view->position = number(arena, told->position);
    view->often = often_words(arena, told);
    if (told->has_person)
        view->person_url =
            arena_printf(arena, "/admin/activity?person=%s", id_text(arena, told->person));
}

void view_asof(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const struct as_of_typed *typed, const struct as_of_page *page)
{
    struct asof_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_QUESTION), 'y'),
        .form = view_asof_form(arena, shell->csrf, page->topics, page->topics_count, typed, page),
        .email = page->email,
        .told = page->told,
    };
    if (page->fault == AS_OF_NOBODY)
        view.gone = ADMIN_TEXT(arena, TEXT_ADMIN_ASOF_FAULT_NOBODY);
    if (page->is_asked && page->fault == AS_OF_FINE)
        put_answer(&view, arena);
    template_asof(out, &view);
}
