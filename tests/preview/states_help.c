/*
 * tests/preview/states_help: the pages of Help. See states.h.
 */
#include "preview/states_account.h"

static void help_task(struct buf *out, struct arena *arena, const char *task)
{
    struct admin_shell frame = states_shell();
    view_help(out, arena, &frame, task);
}

static void help(struct buf *out, struct arena *arena)
{
    help_task(out, arena, NULL);
}

static void help_see(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "see");
}

static void help_find(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "find");
}

static void help_manage(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "manage");
}

static void help_overview(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "overview");
}

static void help_add(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "add");
}

static void help_topics(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "topics");
}

static void help_import(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "import");
}

static void help_team(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "team");
}

static void help_api_keys(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "api-keys");
}

static void help_requests(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "requests");
}

static void help_approvals(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "approvals");
}

static void help_keys(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "keys");
}

static void help_backup(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "backup");
}

static void help_account(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "account");
}

static void help_outbox(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "outbox");
}

static void help_why(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "why");
}

static void help_links(struct buf *out, struct arena *arena)
{
    help_task(out, arena, "links");
}

static const struct state states[] = {
    {"help", help},
    {"help-see", help_see},
    {"help-find", help_find},
    {"help-manage", help_manage},
    {"help-overview", help_overview},
    {"help-add", help_add},
    {"help-topics", help_topics},
    {"help-import", help_import},
    {"help-links", help_links},
    {"help-api-keys", help_api_keys},
    {"help-team", help_team},
    {"help-why", help_why},
    {"help-requests", help_requests},
    {"help-approvals", help_approvals},
    {"help-keys", help_keys},
    {"help-account", help_account},
    {"help-backup", help_backup},
    {"help-outbox", help_outbox},
};
const struct state_set states_of_help = {states, sizeof states / sizeof *states, true};
