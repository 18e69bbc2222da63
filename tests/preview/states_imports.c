/*
 * tests/preview/states_imports: the admins' pages of imports by upload. See states.h.
 */
#include "preview/states.h"

#include "service/import_apply.h"
#include "service/import_columns.h"
#include "view/imports.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */

static struct admin_shell shell(void)
{
    return (struct admin_shell){
        .admin_name = typed("Ada Admin"),
        .admin_email = typed("ada@northwind.example"),
        .csrf = "csrf-of-this-session",
    };
}

static struct import_job job_of(enum import_state state)
{
    const bool is_written =
        state >= IMPORT_IS_RUNNING && state != IMPORT_IS_DISCARDED && state != IMPORT_IS_UNREADABLE;
    return (struct import_job){
        .id = 7,
        .state = state,
        .asked_at = NOV_3,
        .moved_at = NOV_3 + 60,
        .name = typed("spring-fair-visitors-of-all-halls-final-version-2.csv"),
        .file = "0123456789abcdef0123456789abcdef",
        .consent = "",
        .bytes = 1000000,
        .bytes_done = 420000,
        .total = 20003,
        .added = 18000,
        .updated = 1500,
        .unchanged = 400,
        .kept_out = 100,
        .rejected = 3,
        .fault = "",
        .run = is_written ? 4 : 0,
        .first = {100},
        .last = {20100},
        .undone = {8100},
        .restored = 19400,
        .left_alone = 100,
    };
}

static void draw(struct buf *out, struct arena *arena, struct import_job job, bool can_change)
{
    struct import_column_row columns[] = {
        {COLUMN_EMAIL, {0}, typed("E-Mail"), typed("amara.okafor@northwind.example")},
        {COLUMN_NAME, {0}, typed("Name"), typed("Amara Okafor")},
        {COLUMN_TOPIC, {1}, typed("newsletter"), typed("yes")},
        {COLUMN_STATUS, {0}, typed("Status"), typed("Opted In")},
        {COLUMN_LANGUAGE, {0}, typed("Language"), typed("de")},
        {COLUMN_TYPE, {0}, typed("Contact type"), typed("Client")},
        {COLUMN_IGNORED, {0}, typed("Phone"), typed("+49 30 1234")},
        {COLUMN_REMARK, {0}, typed("reason"), ""},
    };
    struct import_example examples[] = {
        {IMPORT_REJECTED, 4, typed("not an address"), typed("This address has no @."), 0, 0, 0, 0,
         ""},
        {IMPORT_KEPT_OUT, 9, typed("out@harbour.example"), "", CONTACT_OPTED_OUT, CONTACT_OPTED_OUT,
         0, 0, typed("name: A → B")},
        {IMPORT_UPDATED, 12, typed("amara.okafor@northwind.example"), "", CONTACT_OPTED_IN,
         CONTACT_OPTED_IN, 2, 4, typed("type: Client → Partner")},
        {IMPORT_ADDED, 13, typed("new@cedar.example"), "", CONTACT_OPTED_OUT, CONTACT_OPTED_IN, 0,
         2, ""},
    };
    struct topic topics[] = {
        {.id = {1}, .key = "newsletter", .name = typed("Newsletter"), .description = ""},
        {.id = {2}, .key = "marketing", .name = typed("Marketing"), .description = ""},
    };
    const struct import_look look = {
        .job = job,
        .admin = typed("Ada Admin"),
        .columns = columns,
        .columns_count = sizeof columns / sizeof *columns,
        .examples = examples,
        .examples_count = sizeof examples / sizeof *examples,
        .topics = topics,
        .topics_count = sizeof topics / sizeof *topics,
        .can_undo = job.state == IMPORT_IS_DONE || job.state == IMPORT_IS_STOPPED,
        .can_resume = job.state == IMPORT_IS_STOPPED,
        .has_rejected = true,
    };
    const struct admin_shell frame = shell();
    view_import(out, arena, &frame, &look, can_change);
}

static void draw_list(struct buf *out, struct arena *arena, bool has_jobs, bool is_busy,
                      const struct imports_fault *fault, bool can_change)
{
    struct import_job jobs[IMPORT_STATE_END];
    struct import_recent recent = {.jobs = jobs, .is_busy = is_busy};
    const struct admin_shell frame = shell();
    if (is_busy)
        jobs[recent.count++] = job_of(IMPORT_IS_RUNNING);
    for (enum import_state at = IMPORT_IS_DONE; has_jobs && at < IMPORT_STATE_END; at++)
        jobs[recent.count++] = job_of(at);
    view_imports(out, arena, &frame, &recent, fault, can_change);
}

static void imports(struct buf *out, struct arena *arena)
{
    draw_list(out, arena, true, false, NULL, true);
}

static void imports_none(struct buf *out, struct arena *arena)
{
    draw_list(out, arena, false, false, NULL, true);
}

static void imports_busy(struct buf *out, struct arena *arena)
{
    draw_list(out, arena, true, true, NULL, true);
}

static void imports_viewer(struct buf *out, struct arena *arena)
{
    draw_list(out, arena, true, false, NULL, false);
}

static void imports_refused(struct buf *out, struct arena *arena)
{
    const struct imports_fault fault = {.file = typed("Choose a file first."),
                                        .consent = typed("Keep it under 1,000 bytes."),
                                        .typed = typed("Signed form")};
    draw_list(out, arena, false, false, &fault, true);
}

static void checking(struct buf *out, struct arena *arena)
{
    draw(out, arena, job_of(IMPORT_IS_CHECKING), true);
}

static void checked(struct buf *out, struct arena *arena)
{
    struct import_job job = job_of(IMPORT_IS_CHECKED);
    job.consent = typed("Signed form, spring fair");
    draw(out, arena, job, true);
}

static void checked_same(struct buf *out, struct arena *arena)
{
    struct import_job job = job_of(IMPORT_IS_CHECKED);
    job.added = job.updated = 0;
    draw(out, arena, job, true);
}

static void running(struct buf *out, struct arena *arena)
{
    draw(out, arena, job_of(IMPORT_IS_RUNNING), true);
}

static void stopping(struct buf *out, struct arena *arena)
{
    struct import_job job = job_of(IMPORT_IS_RUNNING);
    job.is_stopping = true;
    draw(out, arena, job, true);
}

static void done(struct buf *out, struct arena *arena)
{
    draw(out, arena, job_of(IMPORT_IS_DONE), true);
}

static void stopped(struct buf *out, struct arena *arena)
{
    draw(out, arena, job_of(IMPORT_IS_STOPPED), true);
}

static void unreadable(struct buf *out, struct arena *arena)
{
    struct import_job job = job_of(IMPORT_IS_UNREADABLE);
    job.fault = typed("There is no column for the email address.");
    draw(out, arena, job, true);
}

static void failed(struct buf *out, struct arena *arena)
{
    struct import_job job = job_of(IMPORT_IS_FAILED);
    job.fault = "The disk is full.";
    draw(out, arena, job, false);
}

static void undoing(struct buf *out, struct arena *arena)
{
    draw(out, arena, job_of(IMPORT_IS_UNDOING), true);
}

static void undone(struct buf *out, struct arena *arena)
{
    draw(out, arena, job_of(IMPORT_IS_UNDONE), true);
}

static const struct state states[] = {
    {"imports", imports},
    {"imports-none", imports_none},
    {"imports-busy", imports_busy},
    {"imports-viewer", imports_viewer},
    {"imports-refused", imports_refused},
    {"import-checking", checking},
    {"import-checked", checked},
    {"import-checked-same", checked_same},
    {"import-running", running},
    {"import-stopping", stopping},
    {"import-done", done},
    {"import-stopped", stopped},
    {"import-unreadable", unreadable},
    {"import-failed", failed},
    {"import-undoing", undoing},
    {"import-undone", undone},
};
const struct state_set states_of_imports = {states, sizeof states / sizeof *states, true};
