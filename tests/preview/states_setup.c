/*
 * tests/preview/states_setup: the admins' pages under Setup: hooks and settings. See states.h.
 */
#include "preview/states.h"

#include <string.h>

#include "service/hook_kinds.h"
#include "view/hooks.h"
#include "view/settings.h"

#define NOV_3 1793698860 /* 3 Nov 2026, 09:41 UTC */
#define CRM   "https://crm.northwind.example/hooks/assent"

static struct admin_shell shell(void)
{
    return (struct admin_shell){
        .admin_name = typed("Ada Admin"),
        .admin_email = typed("ada@northwind.example"),
        .csrf = "csrf-of-this-session",
    };
}

static struct hook_line hook_of(int64_t id, enum hook_state state, bool is_failing)
{
    return (struct hook_line){
        .hook = {.id = id,
                 .url = typed(id == 1 ? CRM
                                      : "https://warehouse.northwind.example:8443/a/rather/long/"
                                        "path/of/an/endpoint/that/does/not/end?tenant=northwind"),
                 .about = typed(id == 1 ? "The CRM" : ""),
                 .signing = HOOK_BOTH,
                 .state = state,
                 .fault = state == HOOK_FAILED
                              ? "stopped: it answered 410, which says that it is gone"
                              : "",
                 .generation = 2,
                 .older_until = NOV_3 + 3600,
                 .failing_since = is_failing ? NOV_3 - 7200 : 0,
                 .tried_at = NOV_3 - 60,
                 .tried_code = is_failing ? 503 : 204,
                 .tried_fault = is_failing ? "it answered 503" : ""},
        .waiting = is_failing ? 1204 : 0,
        .lost = is_failing ? 1 : 0,
        .due_at = is_failing ? NOV_3 + 60 : 0,
    };
}

static struct hook_list canned_hooks(struct arena *arena)
{
    struct hook_list list = {
        .hooks = arena_array(arena, 4, sizeof *list.hooks), .count = 4, .can_add = true};

    list.hooks[0] = hook_of(1, HOOK_ON, false);
    list.hooks[1] = hook_of(2, HOOK_ON, true);
    list.hooks[2] = hook_of(3, HOOK_STOPPED, false);
    list.hooks[3] = hook_of(4, HOOK_FAILED, true);
    return list;
}

static void draw_hooks(struct buf *out, struct arena *arena, const struct hook_list *list,
                       const struct hooks_show *show, const char *notice)
{
    struct admin_shell frame = shell();
    frame.notice = notice;
    view_hooks(out, arena, &frame, list, show);
}

static void hooks(struct buf *out, struct arena *arena)
{
    struct hook_list list = canned_hooks(arena);
    draw_hooks(out, arena, &list, &(struct hooks_show){.now_s = NOV_3, .can_change = true}, NULL);
}

static void hooks_none(struct buf *out, struct arena *arena)
{
    struct hook_list list = {.can_add = true};
    draw_hooks(out, arena, &list, &(struct hooks_show){.now_s = NOV_3, .can_change = true}, NULL);
}

static void hooks_viewer(struct buf *out, struct arena *arena)
{
    struct hook_list list = canned_hooks(arena);
    draw_hooks(out, arena, &list, &(struct hooks_show){.now_s = NOV_3}, NULL);
}

static void hooks_full(struct buf *out, struct arena *arena)
{
    struct hook_list list = canned_hooks(arena);
    list.can_add = false;
    draw_hooks(out, arena, &list, &(struct hooks_show){.now_s = NOV_3, .can_change = true}, NULL);
}

static void hooks_removed(struct buf *out, struct arena *arena)
{
    struct hook_list list = canned_hooks(arena);
    list.count = 2;
    draw_hooks(out, arena, &list,
               &(struct hooks_show){.now_s = NOV_3, .can_change = true, .removed = 3},
               typed(CRM " was removed. Nothing more is sent to it."));
}

static void refused(struct buf *out, struct arena *arena, const struct hook_saved *saved)
{
    struct hook_list list = {.can_add = true};
    const struct hook_edit edit = {.act = HOOK_ADD,
                                   .url = typed("ftp://crm.example/"),
                                   .about = typed("A note"),
                                   .kinds = saved->fault == HOOK_KINDS_NONE ? 0 : 2,
                                   .signing = HOOK_HMAC};
    draw_hooks(
        out, arena, &list,
        &(struct hooks_show){.now_s = NOV_3, .can_change = true, .edit = &edit, .saved = saved},
        NULL);
}

static void hooks_bad_url(struct buf *out, struct arena *arena)
{
    refused(out, arena,
            &(struct hook_saved){.fault = HOOK_URL_BAD, .endpoint = ENDPOINT_NOT_HTTPS});
}

static void hooks_no_kind(struct buf *out, struct arena *arena)
{
    refused(out, arena, &(struct hook_saved){.fault = HOOK_KINDS_NONE});
}

static struct hook_page canned_hook(struct arena *arena, struct hook_line line)
{
    static const struct {
        const char *type, *fault;
        enum hook_outcome outcome;
        int code, tries;
    } rows[] = {
        {"contact.choices_changed", "", HOOK_WAITS, 0, 0},
        {"contact.frequency_changed", "it answered 503", HOOK_WAITS, 503, 3},
        {"contact.added", "no answer within 15 seconds", HOOK_GIVEN_UP, 0, 10},
        {"import.ended", "", HOOK_DELIVERED, 204, 2},
        {"test", "", HOOK_DELIVERED, 200, 1},
    };
    const size_t count = sizeof rows / sizeof *rows;
    struct hook_page page = {
        .line = line,
        .public_key = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        .older_public_key = "whpk_PUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=",
        .deliveries = arena_array(arena, count, sizeof *page.deliveries),
        .count = count,
        .before = 7,
    };

    for (size_t i = 0; i < count; i++) {
        struct hook_delivery_line *at = &page.deliveries[i];
        at->type = rows[i].type;
        at->delivery = (struct hook_delivery){.id = 20 - (int64_t)i,
                                              .created_at = NOV_3 - (int64_t)i * 4000,
                                              .due_at = NOV_3 + 300,
                                              .tries = rows[i].tries,
                                              .outcome = rows[i].outcome,
                                              .code = rows[i].code,
                                              .fault = typed(rows[i].fault)};
        memset(at->delivery.message_id, 0xa0 + (int)i, sizeof at->delivery.message_id);
        hook_message_id_text(at->delivery.message_id, at->id_text);
    }
    return page;
}

static void draw_hook(struct buf *out, struct arena *arena, const struct hook_page *page,
                      struct hooks_show show, const char *notice)
{
    struct admin_shell frame = shell();
    frame.notice = notice;
    show.now_s = NOV_3;
    view_hook(out, arena, &frame, page, &show);
}

static void hook(struct buf *out, struct arena *arena)
{
    struct hook_page page = canned_hook(arena, hook_of(1, HOOK_ON, true));
    draw_hook(out, arena, &page, (struct hooks_show){.can_change = true},
              "There is a new key. The one before signs too for 24 hours.");
}

static void hook_fresh(struct buf *out, struct arena *arena)
{
    struct hook_page page = {.line = hook_of(1, HOOK_ON, false),
                             .public_key = "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="};
    page.line.hook.tried_at = 0;
    draw_hook(out, arena, &page, (struct hooks_show){.can_change = true}, NULL);
}

static void hook_secret(struct buf *out, struct arena *arena)
{
    struct hook_page page = canned_hook(arena, hook_of(1, HOOK_ON, false));
    const struct hook_edit edit = {.act = HOOK_SHOW_SECRET, .id = 1};
    const struct hook_saved saved = {
        .id = 1,
        .has_secret = true,
        .has_older = true,
        .secret = "whsec_QW5vdGhlciBzZWNyZXQgb2YgMzIgYnl0ZXMgaGVyZSE=",
        .older_secret = "whsec_VGhlIHNlY3JldCBiZWZvcmUsIG9mIDMyIGJ5dGVzISE=",
    };
    draw_hook(out, arena, &page,
              (struct hooks_show){.can_change = true, .edit = &edit, .saved = &saved}, NULL);
}

static void hook_failed(struct buf *out, struct arena *arena)
{
    struct hook_page page = canned_hook(arena, hook_of(4, HOOK_FAILED, true));
    draw_hook(out, arena, &page, (struct hooks_show){.can_change = true}, NULL);
}

static void hook_asked(struct buf *out, struct arena *arena)
{
    struct hook_page page = canned_hook(arena, hook_of(1, HOOK_STOPPED, false));
    draw_hook(out, arena, &page, (struct hooks_show){.can_change = true, .asks_remove = true},
              NULL);
}

static void hook_bad_edit(struct buf *out, struct arena *arena)
{
    struct hook_page page = canned_hook(arena, hook_of(1, HOOK_ON, false));
    const struct hook_edit edit = {.act = HOOK_EDIT,
                                   .id = 1,
                                   .url = typed("https://me@crm.example/"),
                                   .about = typed(""),
                                   .kinds = hook_kinds_all(),
                                   .signing = HOOK_BOTH};
    const struct hook_saved saved = {.fault = HOOK_URL_BAD, .endpoint = ENDPOINT_HAS_USER};
    draw_hook(out, arena, &page,
              (struct hooks_show){.can_change = true, .edit = &edit, .saved = &saved}, NULL);
}

static void hook_viewer(struct buf *out, struct arena *arena)
{
    struct hook_page page = canned_hook(arena, hook_of(1, HOOK_ON, false));
    draw_hook(out, arena, &page, (struct hooks_show){0}, NULL);
}

/* Settings: what is set in most of them. */
static struct settings_show canned_settings(struct arena *arena)
{
    struct settings_page *page = arena_alloc(arena, sizeof *page);
    struct brand *brand = arena_alloc(arena, sizeof *brand);
    struct join_page *join = arena_alloc(arena, sizeof *join);

    *page = (struct settings_page){.version = 3};
    for (int i = 0; i < SETTING_COUNT; i++)
        page->lines[i] = (struct setting_line){.setting = (enum setting)i,
                                               .value = setting_default((enum setting)i),
                                               .is_default = true};
    page->lines[SETTING_BRAND_NAME].value = typed("Northwind");
    page->lines[SETTING_BRAND_POSTAL_ADDRESS].value = typed("1 North Road\nHaven");
    page->lines[SETTING_WELCOME_WORDS].value = typed("Good to see you.");
    *brand = (struct brand){.name = typed("Northwind"),
                            .postal_address = typed("1 North Road\nHaven"),
                            .privacy_url = "",
                            .welcome = "",
                            .goodbye = "",
                            .style = "",
                            .logo = ""};
    *join = (struct join_page){.brand = *brand,
                               .is_open = true,
                               .typed = {.name = "", .email = ""},
                               .form_url = "https://mail.northwind.example/join"};
    return (struct settings_show){
        .settings = page,
        .brand = brand,
        .join = join,
        .preview = {.page = "manage", .as = "", .lang = "en", .url = "manage.html"},
        .smtp = "smtp://mail.northwind.example:587",
        .can_change = true,
    };
}

static void draw_settings(struct buf *out, struct arena *arena, const struct settings_show *show,
                          const char *notice)
{
    struct admin_shell frame = shell();
    frame.notice = notice;
    view_settings(out, arena, &frame, show);
}

static void settings(struct buf *out, struct arena *arena)
{
    struct settings_show show = canned_settings(arena);
    draw_settings(out, arena, &show, NULL);
}

static void settings_saved(struct buf *out, struct arena *arena)
{
    struct settings_show show = canned_settings(arena);
    show.can_undo = true;
    show.preview.is_wide = true;
    draw_settings(out, arena, &show, "Saved: Brand name and Welcome words.");
}

static void settings_viewer(struct buf *out, struct arena *arena)
{
    struct settings_show show = canned_settings(arena);
    show.can_change = false;
    show.smtp = NULL;
    draw_settings(out, arena, &show, NULL);
}

static void settings_refused(struct buf *out, struct arena *arena)
{
    struct settings_show show = canned_settings(arena);
    struct settings_edit edit = {.version = 3};
    struct settings_saved saved = {.is_refused = true};

    edit.typed[SETTING_BRAND_COLOR] = typed("#ffcc00");
    edit.typed[SETTING_BRAND_PRIVACY_URL] = typed("northwind.example/privacy");
    edit.typed[SETTING_CONFIRM_DAYS] = typed("0");
    saved.faults[SETTING_BRAND_COLOR] = "it must stand out from the page by 3:1";
    saved.offers[SETTING_BRAND_COLOR] = "#a87f00";
    saved.faults[SETTING_BRAND_PRIVACY_URL] = "it must be an address that begins with https://";
    saved.faults[SETTING_CONFIRM_DAYS] = "it must be a number from 1 to 90";
    show.edit = &edit;
    show.saved = &saved;
    draw_settings(out, arena, &show, NULL);
}

static void settings_bad_logo(struct buf *out, struct arena *arena)
{
    struct settings_show show = canned_settings(arena);
    show.logo_fault = typed("Line 2: <script> may not stand in a logo.");
    draw_settings(out, arena, &show, NULL);
}

static void help_hooks(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = shell();
    view_help(out, arena, &frame, "hooks");
}

static void help_settings(struct buf *out, struct arena *arena)
{
    struct admin_shell frame = shell();
    view_help(out, arena, &frame, "settings");
}

static const struct state states[] = {
    {"hooks", hooks},
    {"hooks-none", hooks_none},
    {"hooks-viewer", hooks_viewer},
    {"hooks-full", hooks_full},
    {"hooks-removed", hooks_removed},
    {"hooks-bad-url", hooks_bad_url},
    {"hooks-no-kind", hooks_no_kind},
    {"hook", hook},
    {"hook-fresh", hook_fresh},
    {"hook-secret", hook_secret},
    {"hook-failed", hook_failed},
    {"hook-remove", hook_asked},
    {"hook-bad-edit", hook_bad_edit},
    {"hook-viewer", hook_viewer},
    {"settings", settings},
    {"settings-saved", settings_saved},
    {"settings-viewer", settings_viewer},
    {"settings-refused", settings_refused},
    {"settings-bad-logo", settings_bad_logo},
    {"help-hooks", help_hooks},
    {"help-settings", help_settings},
};
const struct state_set states_of_setup = {states, sizeof states / sizeof *states, true};
