/*
 * view/settings_kept: what the Retention part of the settings says is kept how long. Times come
 * from the parts that keep to them.
 */
#include <stdlib.h>

#include "base/catalogue.h"
#include "service/auth.h"
#include "service/confirm.h"
#include "service/data_requests.h"
#include "service/hooks.h"
#include "service/idempotency.h"
#include "service/import_jobs.h"
#include "service/outbox.h"
#include "service/throttle.h"
#include "view/settings.h"
#include "view/settings_model.h"

#define DAY_S INT64_C(86400)

struct list {
    struct arena *arena;
    struct settings_view *view;
};

static void add(struct list *list, enum text what, const char *how_long)
{
    list->view->kept[list->view->kept_count++] =
        (struct settings_kept){.what = ADMIN_TEXT(list->arena, what), .how_long = how_long};
}

static const char *days(struct list *list, enum text words, int64_t count)
{
    return ADMIN_TEXT(list->arena, words, ARG("n", count));
}

static const char *days_of(struct list *list, int64_t span_s)
{
    return days(list, TEXT_ADMIN_SETTINGS_KEPT_DAYS, span_s / DAY_S);
}

static const char *two_days(struct list *list, int64_t a_s, int64_t b_s)
{
    return ADMIN_TEXT(list->arena, TEXT_ADMIN_SETTINGS_KEPT_TWO, ARG("a", a_s / DAY_S),
                      ARG("b", b_s / DAY_S));
}

static const char *plain(struct list *list, enum text words)
{
    return ADMIN_TEXT(list->arena, words);
}

/* A number as it is in force: the table of settings sees to it that it is one. */
static const char *setting_days(struct list *list, const struct settings_page *settings,
                                enum setting setting)
{
    return days(list, TEXT_ADMIN_SETTINGS_KEPT_DAYS,
                strtoll(settings->lines[setting].value, NULL, 10));
}

void view_settings_kept(struct settings_view *view, struct arena *arena,
                        const struct settings_page *settings)
{
    struct list list = {.arena = arena, .view = view};

    add(&list, TEXT_ADMIN_SETTINGS_KEPT_PERSON, plain(&list, TEXT_ADMIN_SETTINGS_KEPT_ON_LIST));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_LEDGER, plain(&list, TEXT_ADMIN_SETTINGS_KEPT_PROOF));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_CLIENT, setting_days(&list, settings, SETTING_CLIENT_DAYS));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_WAITING,
        setting_days(&list, settings, SETTING_CONFIRM_DAYS));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_ANSWERED, days_of(&list, CONFIRM_KEEP_S));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_MAILS, days_of(&list, OUTBOX_KEEP_S));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_HOOKS,
        two_days(&list, HOOK_KEEP_TAKEN_S, HOOK_KEEP_LOST_S));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_CALLS, days_of(&list, IDEMPOTENCY_KEEP_S));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_SENT, plain(&list, TEXT_ADMIN_SETTINGS_KEPT_ON_LIST));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_REPORTS, plain(&list, TEXT_ADMIN_SETTINGS_KEPT_HASHES));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_REQUESTS, days_of(&list, DATA_REQUEST_KEEP_S));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_UPLOADS, days_of(&list, IMPORT_KEEP_S));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_LOGINS,
        days(&list, TEXT_ADMIN_SETTINGS_KEPT_AT_MOST, SESSION_ABSOLUTE_S / DAY_S));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_THROTTLE, days_of(&list, THROTTLE_FORGET_S));
    add(&list, TEXT_ADMIN_SETTINGS_KEPT_BACKUPS, plain(&list, TEXT_ADMIN_SETTINGS_KEPT_YOURS));
}
