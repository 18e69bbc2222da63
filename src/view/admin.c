/*
 * view/admin: see admin.h. The frame of every admin page, help, login and errors.
 */
#include "view/admin.h"

#include <string.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/admin_model.h"

struct admin_frame admin_frame_of(const struct admin_shell *shell, const char *title, char item)
{
    struct admin_frame frame = {
        .shell = *shell,
        .title = title,
        .on_overview = item == 'v',
        .on_people = item == 'p',
        .on_activity = item == 'y',
        .on_topics = item == 't',
        .on_outbox = item == 'o',
        .on_import = item == 'i',
        .on_requests = item == 'r',
        .on_link_keys = item == 'l',
        .on_approvals = item == 'q',
        .on_hooks = item == 'k',
        .on_api_keys = item == 'a',
        .on_api = item == 'c',
        .on_team = item == 'm',
        .on_settings = item == 's',
        .on_help = item == 'h',
        .on_account = item == 'u',
    };
    if (!frame.shell.admin_name || !*frame.shell.admin_name)
        frame.shell.admin_name = frame.shell.admin_email;
    return frame;
}

void view_help(struct buf *out, struct arena *arena, const struct admin_shell *shell,
               const char *task)
{
    static const struct {
        const char *task;
        enum text title;
        void (*render)(struct buf *out, const struct help_view *view);
    } pages[] = {
        {"see", TEXT_ADMIN_HELP_SEE, template_help_see},
        {"find", TEXT_ADMIN_HELP_FIND, template_help_find},
        {"manage", TEXT_ADMIN_HELP_MANAGE, template_help_manage},
        {"overview", TEXT_ADMIN_HELP_OVERVIEW, template_help_overview},
        {"activity", TEXT_ADMIN_HELP_ACTIVITY, template_help_activity},
        {"add", TEXT_ADMIN_HELP_ADD, template_help_add},
        {"topics", TEXT_ADMIN_HELP_TOPICS, template_help_topics},
        {"import", TEXT_ADMIN_HELP_IMPORT, template_help_import},
        {"requests", TEXT_ADMIN_HELP_REQUESTS, template_help_requests},
        {"links", TEXT_ADMIN_HELP_LINKS, template_help_links},
        {"keys", TEXT_ADMIN_HELP_KEYS, template_help_keys},
        {"approvals", TEXT_ADMIN_HELP_APPROVALS, template_help_approvals},
        {"hooks", TEXT_ADMIN_HELP_HOOKS, template_help_hooks},
        {"api-keys", TEXT_ADMIN_HELP_API_KEYS, template_help_api_keys},
        {"team", TEXT_ADMIN_HELP_TEAM, template_help_team},
        {"outbox", TEXT_ADMIN_HELP_OUTBOX, template_help_outbox},
        {"settings", TEXT_ADMIN_HELP_SETTINGS, template_help_settings},
        {"backup", TEXT_ADMIN_HELP_BACKUP, template_help_backup},
        {"account", TEXT_ADMIN_HELP_ACCOUNT, template_help_account},
        {"why", TEXT_ADMIN_HELP_WHY, template_help_why},
    };
    for (size_t i = 0; task && i < sizeof pages / sizeof pages[0]; i++) {
        if (strcmp(task, pages[i].task) == 0) {
            const char *title = ADMIN_TEXT(arena, pages[i].title);
            struct help_view view = {.frame = admin_frame_of(shell, title, 'h'),
                                     .film = film_of(arena, task, title)};
            pages[i].render(out, &view);
            return;
        }
    }
    struct help_view view = {
        .frame = admin_frame_of(shell, ADMIN_TEXT(arena, TEXT_ADMIN_HELP_TITLE), 'h')};
    template_help(out, &view);
}

void view_admin_error(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                      int code, const char *title, const char *advice)
{
    struct admin_error_view view = {
        .frame = admin_frame_of(shell, title, 0),
        .code = code,
        .advice = advice,
    };
    template_admin_error(out, &view);
}

void view_login(struct buf *out, const char *email, const char *next, enum login_fault fault,
                int64_t wait_s)
{
    struct login_view view = {.email = email, .next = next, .fault = fault, .wait_s = wait_s};
    template_login(out, &view);
}
