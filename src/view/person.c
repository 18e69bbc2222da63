/*
 * view/person: one person, to manage or to add. See admin.h.
 */
#include <string.h>

#include "base/email.h"
#include "templates.h"
#include "view/admin.h"
#include "view/admin_model.h"
#include "view/words.h"

/* What is wrong, and beside which field to say it. */
static void fill_faults(struct person_view *view, struct arena *arena,
                        const struct person_saved *saved)
{
    switch (saved->fault) {
    case EDIT_EMAIL_BAD:
        view->email_fault = ADMIN_TEXT(arena, words_email((enum email_fault)saved->email_fault));
        break;
    case EDIT_EMAIL_TAKEN:
        view->email_fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_EMAIL_TAKEN);
        break;
    case EDIT_NAME_BAD:
        view->name_fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_NAME_BAD);
        break;
    case EDIT_TYPE_BAD:
        view->type_fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_TYPE_BAD);
        break;
    case EDIT_LANGUAGE_BAD:
        view->language_fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_LANGUAGE_BAD);
        break;
    case EDIT_PAUSE_BAD:
        view->pause_fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_PAUSE_BAD);
        break;
    case EDIT_NEEDS_CONSENT:
        view->consent_fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_NEEDS_CONSENT);
        break;
    case EDIT_CONSENT_BAD:
        view->consent_fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_CONSENT_BAD);
        break;
    case EDIT_SUPPRESSED:
        view->email_fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_SUPPRESSED);
        break;
    case EDIT_UNDO_LATE:
        view->fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_UNDO_LATE);
        break;
    case EDIT_GONE:
        view->fault = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_GONE);
        break;
    case EDIT_CHANGED_MEANWHILE:
        view->is_stale = true;
        view->changed = saved->changed;
        view->changed_count = saved->changed_count;
        break;
    case EDIT_FINE:
    case EDIT_FAULT_COUNT:
        break;
    }
    const struct {
        const char *fault, *field;
    } by_field[] = {
        {view->name_fault, "name"},       {view->email_fault, "email"},
        {view->type_fault, "type"},       {view->language_fault, "language"},
        {view->consent_fault, "consent"}, {view->pause_fault, "pause"},
    };
    for (size_t i = 0; i < sizeof by_field / sizeof by_field[0]; i++) {
        if (by_field[i].fault) {
            view->fault = by_field[i].fault;
            view->fault_field = by_field[i].field;
        }
    }
    view->opens_details = view->fault_field && !view->consent_fault && !view->pause_fault;
}

static void fill_types(struct person_view *view, struct arena *arena, const char *chosen)
{
    for (enum contact_type type = 0; type < TYPE_COUNT; type++) {
        const char *key = contact_type_key(type);
        view->types[view->types_count++] = (struct option){key, ADMIN_TEXT(arena, words_type(type)),
                                                           chosen && strcmp(chosen, key) == 0};
    }
}

/* "Deutsch (de)"; a tag that begins none of our languages as it is. */
static const char *language_words(struct arena *arena, const char *tag)
{
    enum locale lang;

    if (!*tag || !locale_parse(tag, &lang))
        return tag;
    return ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_LANGUAGE_NAMED, ARG("language", locale_name(lang)),
                      ARG("tag", tag));
}

static void fill_languages(struct person_view *view, struct arena *arena)
{
    const char *chosen = view->language ? view->language : "";
    struct option *options = view->languages;
    size_t n = 0;
    bool is_ours = *chosen == '\0';

    options[n++] = (struct option){"", ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_LANGUAGE_NONE), is_ours};
    for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
        const char *tag = locale_tag((enum locale)lang);
        bool is_this = strcmp(chosen, tag) == 0;
        options[n++] = (struct option){tag, language_words(arena, tag), is_this};
        is_ours = is_ours || is_this;
    }
    if (!is_ours)
        options[n++] = (struct option){chosen, language_words(arena, chosen), true};
    view->languages_count = n;
}

static void fill_pauses(struct person_view *view, struct arena *arena, const char *chosen)
{
    const int64_t until = view->page.paused_until;
    view->pauses[view->pauses_count++] = (struct option){
        "",
        until ? ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_PAUSE_UNTIL, catalogue_arg_short("day", until))
              : ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_PAUSE_NONE),
        false};
    if (until)
        view->pauses[view->pauses_count++] =
            (struct option){"end", ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_PAUSE_END), false};
    for (size_t i = 0; i < PAUSE_LENGTHS; i++)
        view->pauses[view->pauses_count++] = (struct option){
            arena_printf(arena, "%d", pause_lengths[i]),
            ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_PAUSE_DAYS, ARG("n", pause_lengths[i])), false};
    for (size_t i = 0; i < view->pauses_count; i++)
        view->pauses[i].is_selected = chosen && strcmp(chosen, view->pauses[i].value) == 0;
}

/* Puts back what was typed into a form that was refused. */
static void keep_typed(struct person_view *view, const struct person_edit *edit)
{
    view->email = edit->email ? edit->email : view->email;
    view->name = edit->name ? edit->name : view->name;
    view->language = edit->language ? edit->language : view->language;
    view->consent = edit->consent;
    if (edit->has_status)
        view->is_in = edit->status == CONTACT_OPTED_IN;
}

static void keep_box(struct choice_box *box, uint8_t topic, const struct person_edit *edit)
{
    uint64_t bit = UINT64_C(1) << topic;
    if (edit && edit->has_choices && (edit->choices_shown & bit))
        box->is_on = (edit->choices_on & bit) != 0;
    if (edit && (edit->often_shown & bit))
        box->frequency = (edit->weekly & bit)  ? FREQUENCY_WEEKLY
                         : (edit->daily & bit) ? FREQUENCY_DAILY
                                               : FREQUENCY_ALL;
}

void view_person(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct person_page *page, const struct person_edit *edit,
                 const struct person_saved *saved)
{
    const char *called = *page->name ? page->name : page->email;
    struct person_view view = {
        .page = *page,
        .heading = ADMIN_TEXT(arena, TEXT_ADMIN_PERSON_TITLE, ARG("who", called)),
        .email = page->email,
        .name = page->name,
        .language = page->language,
        .is_in = page->status == CONTACT_OPTED_IN,
        .can_hand_out = shell->can_change,
        .needs_consent = page->status == CONTACT_OPTED_OUT,
        .latest = page->history,
        .latest_count = page->history_count > 0,
    };
    view.frame = admin_frame_of(shell, view.heading, 'p');
    if (page->undoable.value && shell->notice && !shell->notice_is_fault) {
        view.frame.undoes = page->undoable;
        view.frame.undo_url = arena_printf(arena, "/admin/people/%s", page->public_id);
    }
    if (saved)
        fill_faults(&view, arena, saved);
    /* After a change by someone else the form shows the truth, so that nothing is overwritten. */
    if (view.is_stale || (edit && edit->undoes.value))
        edit = NULL;
    if (edit)
        keep_typed(&view, edit);
    fill_types(&view, arena, edit && edit->type ? edit->type : contact_type_key(page->type));
    fill_languages(&view, arena);
    view.language_words = language_words(arena, page->language);
    fill_pauses(&view, arena, edit ? edit->pause : NULL);
    view.boxes = arena_array(arena, page->choices_count, sizeof *view.boxes);
    for (size_t i = 0; i < page->choices_count; i++) {
        const struct person_choice *choice = &page->choices[i];
        struct choice_box *box = &view.boxes[view.boxes_count++];
        *box = (struct choice_box){
            .key = choice->key,
            .name = choice->name,
            .description = choice->description,
            .is_on = choice->is_on,
            .is_retired = choice->is_retired,
            .offers_frequency = choice->offers_frequency,
            .frequency = choice->frequency,
        };
        keep_box(box, choice->topic, edit);
    }
    template_person(out, &view);
}

void view_person_new(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                     const struct topic_page *topics, const struct person_edit *edit,
                     const struct person_saved *saved)
{
    struct person_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_PEOPLE_ADD), 'p'),
        .is_new = true,
        .heading = ADMIN_TEXT(arena, TEXT_ADMIN_PEOPLE_ADD),
        .is_in = true,
    };
    if (edit)
        keep_typed(&view, edit);
    if (saved)
        fill_faults(&view, arena, saved);
    fill_types(&view, arena, edit && edit->type ? edit->type : contact_type_key(TYPE_CLIENT));
    fill_languages(&view, arena);
    view.boxes = arena_array(arena, topics->count, sizeof *view.boxes);
    for (size_t i = 0; i < topics->count; i++) {
        const struct topic_line *topic = &topics->topics[i];
        if (topic->retired_at)
            continue;
        struct choice_box *box = &view.boxes[view.boxes_count++];
        *box = (struct choice_box){.key = topic->key,
                                   .name = topic->name,
                                   .description = topic->description,
                                   .offers_frequency = topic->offers_frequency};
        keep_box(box, topic->id, edit);
    }
    template_person(out, &view);
}

void view_person_rights(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                        const struct person_rights *rights)
{
    const bool is_erasing = rights->act == RIGHTS_ERASE;
    struct person_rights_view view = {.id = rights->id,
                                      .email = rights->email,
                                      .is_erasing = is_erasing,
                                      .is_done = rights->is_done,
                                      .reason = rights->reason,
                                      .lacks_reason = rights->lacks_reason,
                                      .lacks_word = rights->lacks_word};
    if (rights->is_done)
        view.heading = ADMIN_TEXT(arena, TEXT_ADMIN_RIGHTS_DONE);
    else
        view.heading = ADMIN_TEXT(
            arena, is_erasing ? TEXT_ADMIN_RIGHTS_ERASE_TITLE : TEXT_ADMIN_RIGHTS_DATA_TITLE,
            ARG("who", *rights->name ? rights->name : rights->email));
    if (rights->lacks_reason) {
        view.fault = ADMIN_TEXT(arena, TEXT_ADMIN_RIGHTS_NO_REASON);
        view.fault_field = "reason";
    } else if (rights->lacks_word) {
        view.fault = ADMIN_TEXT(arena, TEXT_ADMIN_RIGHTS_NO_WORD);
        view.fault_field = "sure";
    }
    view.frame = admin_frame_of(shell, view.heading, 'p');
    template_person_rights(out, &view);
}
