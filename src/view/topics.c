/*
 * view/topics: the topics, to add, order, edit, retire and restore. See admin.h.
 */
#include <string.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/admin.h"
#include "view/admin_model.h"

static const char *fault_words(struct arena *arena, const struct topic_saved *saved)
{
    switch (saved->fault) {
    case TOPIC_KEY_BAD:
        return ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_KEY_BAD);
    case TOPIC_KEY_TAKEN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_KEY_TAKEN);
    case TOPIC_NAME_TAKEN:
        return ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_NAME_TAKEN);
    case TOPIC_NAME_BAD:
        return ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_NAME_BAD);
    case TOPIC_ABOUT_BAD:
        return ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_ABOUT_BAD);
    case TOPIC_WORDS_BAD:
        return ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_WORDS_BAD,
                          ARG("language", locale_name(saved->fault_lang)));
    case TOPIC_NONE_LEFT:
        return ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_NONE_LEFT);
    case TOPIC_GONE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_GONE);
    case TOPIC_FINE:
    case TOPIC_FAULT_COUNT:
        break;
    }
    return NULL;
}

static const char *or_blank(const char *text)
{
    return text ? text : "";
}

static bool is_there(const char *text)
{
    return text && *text;
}

/* One row a language: as stored, or as typed where the form was refused. */
static void fill_words(struct topic_row *row, struct arena *arena, const struct topic_edit *typed)
{
    struct buf languages = {0};

    for (unsigned lang = 0; lang < LOCALE_COUNT; lang++) {
        const struct topic_words *words = &row->topic.words[lang];
        if (is_there(words->name) || is_there(words->description))
            buf_printf(&languages, "%s%s", languages.len ? ", " : "",
                       locale_tag((enum locale)lang));
        if (typed && typed->sets_words)
            words = &typed->words[lang];
        row->words[row->words_count++] = (struct topic_words_row){
            .tag = locale_tag((enum locale)lang),
            .language = locale_name((enum locale)lang),
            .name = or_blank(words->name),
            .description = or_blank(words->description),
            .usual_name = or_blank(row->topic.usual[lang].name),
            .usual_description = or_blank(row->topic.usual[lang].description),
        };
    }
    row->languages = languages.len ? arena_strdup(arena, languages.data) : "";
    buf_free(&languages);
}

static void fill_row(struct topics_view *view, struct arena *arena, const struct topic_page *topics,
                     size_t i, const struct topic_edit *edit, const struct topic_saved *saved,
                     const char *fault)
{
    const struct topic_line *topic = &topics->topics[i];
    bool is_refused =
        fault && edit && edit->act == TOPIC_EDIT && edit->key && strcmp(edit->key, topic->key) == 0;
    bool is_words = is_refused && saved->fault == TOPIC_WORDS_BAD;
    bool is_typed = is_refused && edit->sets_options;
    struct topic_row row = {
        .topic = *topic,
        .name = is_refused && edit->name ? edit->name : topic->name,
        .description = is_refused && edit->description ? edit->description : topic->description,
        .offers_frequency = is_typed ? edit->offers_frequency : topic->offers_frequency,
        .double_opt_in = is_typed ? edit->double_opt_in : topic->double_opt_in,
        .on_join = is_typed ? edit->on_join : topic->on_join,
        .fault = is_refused && !is_words ? fault : NULL,
        .words_fault = is_words ? fault : NULL,
        .opens_words = is_words,
        .is_open = is_refused,
        .csrf = view->frame.shell.csrf,
    };
    fill_words(&row, arena, is_refused ? edit : NULL);
    if (topic->retired_at) {
        view->retired[view->retired_count++] = row;
        return;
    }
    row.is_first = view->rows_count == 0;
    if (view->rows_count > 0)
        view->rows[view->rows_count - 1].is_last = false;
    row.is_last = true;
    view->rows[view->rows_count++] = row;
}

void view_topics(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct topic_page *topics, const char *retire_key,
                 const struct topic_edit *edit, const struct topic_saved *saved)
{
    struct topics_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_TOPICS_TITLE), 't'),
        .rows = arena_array(arena, topics->count, sizeof *view.rows),
        .retired = arena_array(arena, topics->count, sizeof *view.retired),
        .can_add = topics->count < TOPIC_MAX,
        .new_double_opt_in = true,
        .new_on_join = true,
    };
    const char *fault = saved ? fault_words(arena, saved) : NULL;
    for (size_t i = 0; i < topics->count; i++) {
        const struct topic_line *topic = &topics->topics[i];
        fill_row(&view, arena, topics, i, edit, saved, fault);
        if (retire_key && !topic->retired_at && strcmp(retire_key, topic->key) == 0) {
            view.asked = *topic;
            view.asks = true;
        }
    }
    if (fault && edit && edit->act == TOPIC_ADD) {
        view.opens_new = true;
        view.new_fault = fault;
        view.new_name = edit->name;
        view.new_description = edit->description;
        view.new_offers_frequency = edit->offers_frequency;
        view.new_double_opt_in = edit->double_opt_in;
        view.new_on_join = edit->on_join;
    } else if (fault && !view.frame.shell.notice) {
        view.frame.shell.notice = fault;
        view.frame.shell.notice_is_fault = true;
    }
    template_topics(out, &view);
}
