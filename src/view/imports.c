/*
 * view/imports: see imports.h.
 */
#include "view/imports.h"

#include <string.h>

#include "base/buf.h"
#include "base/catalogue.h"
#include "service/import_apply.h"
#include "service/import_columns.h"
#include "templates.h"
#include "view/imports_model.h"
#include "view/words.h"

static const char *number(struct arena *arena, int64_t value)
{
    return arena_printf(arena, "%lld", (long long)value);
}

static const char *path_of(struct arena *arena, const struct import_job *job)
{
    return arena_printf(arena, "/admin/import/%lld", (long long)job->id);
}

static enum text state_text(enum import_state state)
{
    switch (state) {
    case IMPORT_IS_CHECKING:
        return TEXT_ADMIN_IMPORT_STATE_CHECKING;
    case IMPORT_IS_CHECKED:
        return TEXT_ADMIN_IMPORT_STATE_CHECKED;
    case IMPORT_IS_RUNNING:
        return TEXT_ADMIN_IMPORT_STATE_RUNNING;
    case IMPORT_IS_DONE:
        return TEXT_ADMIN_IMPORT_STATE_DONE;
    case IMPORT_IS_STOPPED:
        return TEXT_ADMIN_IMPORT_STATE_STOPPED;
    case IMPORT_IS_DISCARDED:
        return TEXT_ADMIN_IMPORT_STATE_DISCARDED;
    case IMPORT_IS_UNREADABLE:
        return TEXT_ADMIN_IMPORT_STATE_UNREADABLE;
    case IMPORT_IS_UNDOING:
        return TEXT_ADMIN_IMPORT_STATE_UNDOING;
    case IMPORT_IS_UNDONE:
        return TEXT_ADMIN_IMPORT_STATE_UNDONE;
    case IMPORT_IS_FAILED:
    case IMPORT_STATE_END:
        break;
    }
    return TEXT_ADMIN_IMPORT_STATE_FAILED;
}

static struct import_line line_of(struct arena *arena, const struct import_job *job)
{
    const bool has_written = job->run != 0;

    return (struct import_line){
        .url = path_of(arena, job),
        .name = job->name,
        .summary = has_written ? ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_SUMMARY,
                                            catalogue_arg_moment("when", job->asked_at),
                                            catalogue_arg_int("added", job->added),
                                            catalogue_arg_int("updated", job->updated),
                                            catalogue_arg_int("rejected", job->rejected))
                               : ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_SUMMARY_UNWRITTEN,
                                            catalogue_arg_moment("when", job->asked_at)),
        .state = ADMIN_TEXT(arena, state_text(job->state)),
        .is_good = job->state == IMPORT_IS_DONE,
        .is_bad = job->state == IMPORT_IS_FAILED || job->state == IMPORT_IS_UNREADABLE,
        .is_going = !import_jobs_has_ended(job->state),
    };
}

void view_imports(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                  const struct import_recent *recent, const struct imports_fault *fault,
                  bool can_change)
{
    struct imports_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_TITLE), 'i'),
        .rows = arena_array(arena, recent->count, sizeof *view.rows),
        .rows_count = recent->count,
        .busy_url = recent->is_busy ? path_of(arena, &recent->busy) : NULL,
        .fault = fault ? fault->file : NULL,
        .consent_fault = fault ? fault->consent : NULL,
        .consent = fault ? fault->typed : NULL,
        .can_change = can_change,
    };

    view.opens_consent = view.consent != NULL && *view.consent != '\0';
    for (size_t i = 0; i < recent->count; i++)
        view.rows[i] = line_of(arena, &recent->jobs[i]);
    template_imports(out, &view);
}

static const struct topic *topic_of(const struct import_look *look, struct topic_id id)
{
    for (size_t i = 0; i < look->topics_count; i++)
        if (look->topics[i].id.value == id.value)
            return &look->topics[i];
    return NULL;
}

static const char *meaning_of(struct arena *arena, const struct import_look *look,
                              const struct import_column_row *column)
{
    const struct topic *topic = topic_of(look, column->topic);

    switch ((enum import_column_kind)column->kind) {
    case COLUMN_EMAIL:
        return ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_MEANS_EMAIL);
    case COLUMN_NAME:
        return ADMIN_TEXT(arena, TEXT_ADMIN_WORD_NAME);
    case COLUMN_TYPE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_WORD_CONTACT_TYPE);
    case COLUMN_STATUS:
        return ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_MEANS_STATUS);
    case COLUMN_LANGUAGE:
        return ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_MEANS_LANGUAGE);
    case COLUMN_REMARK:
        return ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_MEANS_REMARK);
    case COLUMN_IGNORED:
        return ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_MEANS_NOTHING);
    default:
        return topic ? ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_MEANS_TOPIC, ARG("topic", topic->name))
                     : ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_MEANS_NOTHING);
    }
}

static void put_columns(struct import_view *view, struct arena *arena,
                        const struct import_look *look)
{
    view->columns = arena_array(arena, look->columns_count, sizeof *view->columns);
    view->columns_count = look->columns_count;
    for (size_t i = 0; i < look->columns_count; i++) {
        const struct import_column_row *column = &look->columns[i];
        view->columns[i] = (struct import_meaning){
            .title = column->title,
            .sample = column->sample,
            .meaning = meaning_of(arena, look, column),
            .is_ignored = column->kind == COLUMN_IGNORED || column->kind == COLUMN_REMARK,
        };
    }
}

static void put_topics(struct buf *out, struct arena *arena, const struct import_look *look,
                       uint64_t topics, enum text text)
{
    for (size_t i = 0; i < look->topics_count; i++)
        if ((topics >> look->topics[i].id.value & 1) != 0)
            buf_printf(out, "%s%s", out->len ? ", " : "",
                       ADMIN_TEXT(arena, text, ARG("topic", look->topics[i].name)));
}

/* What a row does to the person, in words. */
static const char *what_of(struct arena *arena, const struct import_look *look,
                           const struct import_example *example)
{
    struct buf buf = {0};

    if (*example->reason)
        return example->reason;
    if (example->status_before != example->status_after || example->verdict == IMPORT_ADDED)
        buf_adds(&buf, ADMIN_TEXT(arena, words_status(example->status_after)));
    put_topics(&buf, arena, look, example->choices_after & ~example->choices_before,
               TEXT_ADMIN_IMPORT_ON);
    put_topics(&buf, arena, look, example->choices_before & ~example->choices_after,
               TEXT_ADMIN_IMPORT_OFF);
    for (const char *line = example->edits; *line; line += *line == '\n') {
        const size_t len = strcspn(line, "\n");
        buf_printf(&buf, "%s%.*s", buf.len ? ", " : "", (int)len, line);
        line += len;
    }
    if (example->verdict == IMPORT_KEPT_OUT)
        buf_printf(&buf, "%s%s", buf.len ? ", " : "",
                   ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_STAYS_OUT));
    const char *words = arena_strndup(arena, buf.data, buf.len);
    buf_free(&buf);
    return words;
}

static void put_group(struct import_view *view, struct arena *arena, const struct import_look *look,
                      enum import_verdict verdict, enum text title)
{
    struct import_group *group = &view->groups[view->groups_count];

    *group = (struct import_group){
        .title = ADMIN_TEXT(arena, title),
        .rows = arena_array(arena, look->examples_count, sizeof *group->rows),
    };
    for (size_t i = 0; i < look->examples_count; i++) {
        const struct import_example *example = &look->examples[i];
        if (example->verdict == (int)verdict)
            group->rows[group->rows_count++] =
                (struct import_case){.line = number(arena, example->line),
                                     .email = example->email,
                                     .what = what_of(arena, look, example)};
    }
    view->groups_count += group->rows_count > 0;
}

/* In thousandths; what can't be told is 0. */
static int64_t progress_of(const struct import_job *job)
{
    const bool is_undo = job->state == IMPORT_IS_UNDOING;
    const int64_t all = is_undo ? job->last.value - job->first.value : job->bytes;
    const int64_t done = is_undo ? job->undone.value - job->first.value : job->bytes_done;

    if (all <= 0 || done < 0)
        return 0;
    return done >= all ? 1000 : done * 1000 / all;
}

static void put_words(struct import_view *view, struct arena *arena, const struct import_job *job)
{
    static const enum text headlines[IMPORT_STATE_END] = {
        [IMPORT_IS_CHECKING] = TEXT_ADMIN_IMPORT_CHECKING,
        [IMPORT_IS_CHECKED] = TEXT_ADMIN_IMPORT_CHECKED,
        [IMPORT_IS_RUNNING] = TEXT_ADMIN_IMPORT_RUNNING,
        [IMPORT_IS_DONE] = TEXT_ADMIN_IMPORT_DONE,
        [IMPORT_IS_STOPPED] = TEXT_ADMIN_IMPORT_STOPPED,
        [IMPORT_IS_DISCARDED] = TEXT_ADMIN_IMPORT_DISCARDED,
        [IMPORT_IS_UNREADABLE] = TEXT_ADMIN_IMPORT_UNREADABLE,
        [IMPORT_IS_FAILED] = TEXT_ADMIN_IMPORT_FAILED,
        [IMPORT_IS_UNDOING] = TEXT_ADMIN_IMPORT_UNDOING,
        [IMPORT_IS_UNDONE] = TEXT_ADMIN_IMPORT_UNDONE,
    };

    view->headline = ADMIN_TEXT(arena, headlines[job->state]);
    if (*job->fault)
        view->advice = job->fault;
    else if (job->is_stopping)
        view->advice = ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_STOPPING);
    else if (job->state == IMPORT_IS_CHECKED)
        view->advice =
            ADMIN_TEXT(arena, job->added + job->updated > 0 ? TEXT_ADMIN_IMPORT_CHECKED_ABOUT
                                                            : TEXT_ADMIN_IMPORT_CHECKED_NOTHING);
    else if (job->state == IMPORT_IS_RUNNING)
        view->advice = ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_RUNNING_ABOUT);
    else if (job->state == IMPORT_IS_STOPPED)
        view->advice = ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_STOPPED_ABOUT);
    else if (job->state == IMPORT_IS_UNDONE)
        view->advice = ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_UNDONE_ABOUT,
                                  catalogue_arg_int("restored", job->restored),
                                  catalogue_arg_int("alone", job->left_alone));
}

void view_import(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                 const struct import_look *look, bool can_change)
{
    const struct import_job *job = &look->job;
    const int64_t permille = progress_of(job);
    const bool is_checked = job->state == IMPORT_IS_CHECKED;
    struct import_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_ONE), 'i'),
        .path = path_of(arena, job),
        .name = job->name,
        .admin = look->admin,
        .consent = *job->consent ? job->consent : NULL,
        .progress_words = ADMIN_TEXT(arena, TEXT_ADMIN_IMPORT_PROGRESS,
                                     catalogue_arg_int("percent", permille / 10)),
        .permille = number(arena, permille),
        .percent = number(arena, permille / 10),
        .asked_at = job->asked_at,
        .undo_until = job->moved_at + IMPORT_UNDO_S,
        .total = job->total,
        .added = job->added,
        .updated = job->updated,
        .unchanged = job->unchanged,
        .kept_out = job->kept_out,
        .rejected = job->rejected,
        .changes = job->added + job->updated,
        .is_working = import_jobs_is_working(job->state),
        .is_done = job->run != 0,
        .has_counts = job->state != IMPORT_IS_UNREADABLE && job->total > 0,
        .has_rejected = look->has_rejected && !import_jobs_is_working(job->state),
        .can_change = can_change,
        .can_start = is_checked && job->added + job->updated > 0,
        .can_discard = is_checked,
        .can_stop = (job->state == IMPORT_IS_CHECKING || job->state == IMPORT_IS_RUNNING) &&
                    !job->is_stopping,
        .can_undo = look->can_undo,
        .can_resume = look->can_resume,
    };

    view.has_acts =
        view.can_start || view.can_discard || view.can_stop || view.can_undo || view.can_resume;
    view.frame.shell.is_live = view.is_working;
    put_words(&view, arena, job);
    if (job->state == IMPORT_IS_CHECKED || job->state == IMPORT_IS_UNREADABLE) {
        put_columns(&view, arena, look);
        put_group(&view, arena, look, IMPORT_REJECTED, TEXT_ADMIN_IMPORT_SOME_REJECTED);
        put_group(&view, arena, look, IMPORT_KEPT_OUT, TEXT_ADMIN_IMPORT_SOME_KEPT_OUT);
        put_group(&view, arena, look, IMPORT_UPDATED, TEXT_ADMIN_IMPORT_SOME_UPDATED);
        put_group(&view, arena, look, IMPORT_ADDED, TEXT_ADMIN_IMPORT_SOME_ADDED);
    }
    template_import(out, &view);
}
