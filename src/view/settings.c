/*
 * view/settings: see settings.h.
 */
#include "view/settings.h"

#include <ctype.h>
#include <string.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/requests.h"
#include "view/settings_model.h"
#include "view/sheet.h"

static const struct {
    enum text label, hint;
} words[SETTING_COUNT] = {
    [SETTING_BRAND_NAME] = {TEXT_ADMIN_SETTINGS_BRAND_NAME, TEXT_ADMIN_SETTINGS_BRAND_NAME_HINT},
    [SETTING_BRAND_POSTAL_ADDRESS] = {TEXT_ADMIN_SETTINGS_BRAND_POSTAL_ADDRESS,
                                      TEXT_ADMIN_SETTINGS_BRAND_POSTAL_ADDRESS_HINT},
    [SETTING_BRAND_PRIVACY_URL] = {TEXT_ADMIN_SETTINGS_BRAND_PRIVACY_URL,
                                   TEXT_ADMIN_SETTINGS_BRAND_PRIVACY_URL_HINT},
    [SETTING_BRAND_COLOR] = {TEXT_ADMIN_SETTINGS_BRAND_COLOR, TEXT_ADMIN_SETTINGS_BRAND_COLOR_HINT},
    [SETTING_BRAND_COLOR_DARK] = {TEXT_ADMIN_SETTINGS_BRAND_COLOR_DARK,
                                  TEXT_ADMIN_SETTINGS_BRAND_COLOR_DARK_HINT},
    [SETTING_WELCOME_WORDS] = {TEXT_ADMIN_SETTINGS_WELCOME_WORDS,
                               TEXT_ADMIN_SETTINGS_WELCOME_WORDS_HINT},
    [SETTING_GOODBYE_WORDS] = {TEXT_ADMIN_SETTINGS_GOODBYE_WORDS,
                               TEXT_ADMIN_SETTINGS_GOODBYE_WORDS_HINT},
    [SETTING_SENDER_NAME] = {TEXT_ADMIN_SETTINGS_SENDER_NAME, TEXT_ADMIN_SETTINGS_SENDER_NAME_HINT},
    [SETTING_SENDER_ADDRESS] = {TEXT_ADMIN_SETTINGS_SENDER_ADDRESS,
                                TEXT_ADMIN_SETTINGS_SENDER_ADDRESS_HINT},
    [SETTING_MAILTO_ADDRESS] = {TEXT_ADMIN_SETTINGS_MAILTO_ADDRESS,
                                TEXT_ADMIN_SETTINGS_MAILTO_ADDRESS_HINT},
    [SETTING_LINK_LIFE_DAYS] = {TEXT_ADMIN_SETTINGS_LINK_LIFE_DAYS,
                                TEXT_ADMIN_SETTINGS_LINK_LIFE_DAYS_HINT},
    [SETTING_JOIN_OPEN] = {TEXT_ADMIN_SETTINGS_JOIN_OPEN, TEXT_ADMIN_SETTINGS_JOIN_OPEN_HINT},
    [SETTING_SITE_LANGUAGE] = {TEXT_ADMIN_SETTINGS_SITE_LANGUAGE,
                               TEXT_ADMIN_SETTINGS_SITE_LANGUAGE_HINT},
    [SETTING_CONFIRM_DAYS] = {TEXT_ADMIN_SETTINGS_CONFIRM_DAYS,
                              TEXT_ADMIN_SETTINGS_CONFIRM_DAYS_HINT},
    [SETTING_CLIENT_DAYS] = {TEXT_ADMIN_SETTINGS_CLIENT_DAYS, TEXT_ADMIN_SETTINGS_CLIENT_DAYS_HINT},
    [SETTING_RETENTION] = {TEXT_ADMIN_SETTINGS_RETENTION, TEXT_ADMIN_SETTINGS_RETENTION_HINT},
    [SETTING_FACTOR_REQUIRED] = {TEXT_ADMIN_SETTINGS_FACTOR_REQUIRED,
                                 TEXT_ADMIN_SETTINGS_FACTOR_REQUIRED_HINT},
};

static const struct {
    enum text title, lead;
    enum setting first, last;
} parts[] = {
    {TEXT_ADMIN_SETTINGS_BRAND, TEXT_ADMIN_SETTINGS_BRAND_LEAD, SETTING_BRAND_NAME,
     SETTING_GOODBYE_WORDS},
    {TEXT_ADMIN_SETTINGS_MAIL, TEXT_ADMIN_SETTINGS_MAIL_LEAD, SETTING_SENDER_NAME,
     SETTING_MAILTO_ADDRESS},
    {TEXT_ADMIN_SETTINGS_LINKS, TEXT_ADMIN_SETTINGS_LINKS_LEAD, SETTING_LINK_LIFE_DAYS,
     SETTING_JOIN_OPEN},
    {TEXT_ADMIN_SETTINGS_LANGUAGES, TEXT_ADMIN_SETTINGS_LANGUAGES_LEAD, SETTING_SITE_LANGUAGE,
     SETTING_SITE_LANGUAGE},
    {TEXT_ADMIN_SETTINGS_RETENTION_PART, TEXT_ADMIN_SETTINGS_RETENTION_LEAD, SETTING_CONFIRM_DAYS,
     SETTING_RETENTION},
    {TEXT_ADMIN_SETTINGS_SIGN_IN, TEXT_ADMIN_SETTINGS_SIGN_IN_LEAD, SETTING_FACTOR_REQUIRED,
     SETTING_FACTOR_REQUIRED},
};

static const struct {
    const char *key;
    enum text label;
} pages[] = {
    {"manage", TEXT_ADMIN_SETTINGS_PAGE_MANAGE},
    {"saved", TEXT_ADMIN_SETTINGS_PAGE_SAVED},
    {"paused", TEXT_ADMIN_SETTINGS_PAGE_PAUSED},
    {"unsubscribe", TEXT_ADMIN_SETTINGS_PAGE_UNSUBSCRIBE},
    {"topic", TEXT_ADMIN_SETTINGS_PAGE_TOPIC},
    {"done", TEXT_ADMIN_SETTINGS_PAGE_DONE},
    {"expired", TEXT_ADMIN_SETTINGS_PAGE_EXPIRED},
    {"void", TEXT_ADMIN_SETTINGS_PAGE_VOID},
    {"broken", TEXT_ADMIN_SETTINGS_PAGE_BROKEN},
    {"home", TEXT_ADMIN_SETTINGS_PAGE_HOME},
    {"how", TEXT_ADMIN_SETTINGS_PAGE_HOW},
    {"asked", TEXT_ADMIN_SETTINGS_PAGE_ASKED},
    {"join", TEXT_ADMIN_SETTINGS_PAGE_JOIN},
    {"confirm", TEXT_ADMIN_SETTINGS_PAGE_CONFIRM},
    {"confirmed", TEXT_ADMIN_SETTINGS_PAGE_CONFIRMED},
    {"mail_link", TEXT_ADMIN_SETTINGS_MAIL_LINK},
    {"mail_join", TEXT_ADMIN_SETTINGS_MAIL_JOIN},
    {"mail_in", TEXT_ADMIN_SETTINGS_MAIL_IN},
    {"mail_new", TEXT_ADMIN_SETTINGS_MAIL_NEW},
    {"mail_taken", TEXT_ADMIN_SETTINGS_MAIL_TAKEN},
    {"mail_old", TEXT_ADMIN_SETTINGS_MAIL_OLD},
    {"mail_test", TEXT_ADMIN_SETTINGS_MAIL_TEST},
};
#define PAGES (sizeof pages / sizeof *pages)

const char *view_settings_names(struct arena *arena, int64_t changed)
{
    const char *names[SETTING_COUNT];
    size_t count = 0;

    for (int i = 0; i < SETTING_COUNT; i++)
        if (changed >> i & 1)
            names[count++] = ADMIN_TEXT(arena, words[i].label);
    return catalogue_list(arena, LOCALE_EN, names, count);
}

/* "it must be …" as a sentence. */
static const char *sentence(struct arena *arena, const char *fault)
{
    char *text = arena_printf(arena, "%s.", fault);

    *text = (char)toupper((unsigned char)*text);
    return text;
}

static void add_options(struct arena *arena, struct settings_field *field, enum setting setting)
{
    const bool is_yes_no = setting_kind(setting) == SETTING_YES_NO;

    field->options_count = is_yes_no ? 2 : LOCALE_COUNT;
    field->options = arena_array(arena, field->options_count, sizeof *field->options);
    if (is_yes_no) {
        field->options[0] =
            (struct option){.value = "yes", .label = ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_YES)};
        field->options[1] =
            (struct option){.value = "no", .label = ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_NO)};
    } else {
        for (int i = 0; i < LOCALE_COUNT; i++)
            field->options[i] = (struct option){.value = locale_tag((enum locale)i),
                                                .label = locale_name((enum locale)i)};
    }
    for (size_t i = 0; i < field->options_count; i++)
        field->options[i].is_selected = strcmp(field->options[i].value, field->value) == 0;
}

static const char *colour_in_force(struct arena *arena, struct colour colour)
{
    char text[COLOUR_TEXT_BYTES];

    colour_text(colour, text);
    return arena_strdup(arena, text);
}

static const char *placeholder_of(struct arena *arena, const struct settings_show *show,
                                  enum setting setting)
{
    if (setting == SETTING_BRAND_NAME || setting == SETTING_SENDER_NAME)
        return show->brand->name;
    if (setting == SETTING_BRAND_COLOR_DARK)
        return colour_in_force(arena, show->brand->dark.accent);
    return "";
}

static struct settings_field field_of(struct arena *arena, const struct settings_show *show,
                                      enum setting setting)
{
    const enum setting_kind kind = setting_kind(setting);
    const char *typed = show->edit ? show->edit->typed[setting] : NULL;
    const bool is_locked =
        show->can_change && !show->is_owner && setting_least(setting) == ROLE_OWNER;
    const char *fault = show->saved ? show->saved->faults[setting] : NULL;
    struct settings_field field = {
        .key = setting_key(setting),
        .label = ADMIN_TEXT(arena, words[setting].label),
        .hint = ADMIN_TEXT(arena, words[setting].hint),
        .value = typed ? typed : show->settings->lines[setting].value,
        .placeholder = placeholder_of(arena, show, setting),
        .fault = fault ? sentence(arena, fault) : NULL,
        .offer = show->saved ? show->saved->offers[setting] : NULL,
        .is_long = kind == SETTING_LONG_TEXT,
        .is_choice = kind == SETTING_YES_NO || kind == SETTING_LANGUAGE,
        .is_number = kind == SETTING_NUMBER,
        .locked = is_locked ? ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_LOCKED) : NULL,
        .is_disabled = !show->can_change || is_locked,
        .type = kind == SETTING_URL     ? "url"
                : kind == SETTING_EMAIL ? "email"
                                        : "text",
    };
    struct colour colour;

    field.is_line = !field.is_long && !field.is_choice && !field.is_number;
    field.max = setting_max_bytes(setting);
    if (field.is_number)
        setting_bounds(setting, &field.min, &field.max);
    if (field.is_choice)
        add_options(arena, &field, setting);
    if (kind == SETTING_COLOUR) {
        const char *shown = *field.value ? field.value : field.placeholder;
        if (colour_parse(shown, &colour))
            field.swatch = colour_in_force(arena, colour);
    }
    return field;
}

/* A form for any site: plain HTML, as text to copy. */
static const char *snippet_of(struct arena *arena, const struct settings_show *show)
{
    struct buf out = {0};

    view_join_snippet(&out, arena, show->join);
    const char *text = arena_strdup(arena, out.data);
    buf_free(&out);
    return text;
}

static void fill_sections(struct settings_view *view, struct arena *arena,
                          const struct settings_show *show)
{
    view->faults = arena_array(arena, SETTING_COUNT, sizeof *view->faults);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct settings_section *section = &view->sections[view->sections_count++];
        *section = (struct settings_section){
            .title = ADMIN_TEXT(arena, parts[i].title),
            .lead = ADMIN_TEXT(arena, parts[i].lead),
            .fields = arena_array(arena, SETTING_COUNT, sizeof *section->fields),
        };
        if (parts[i].lead == TEXT_ADMIN_SETTINGS_MAIL_LEAD)
            section->lead = show->smtp ? ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_MAIL_LEAD,
                                                    ARG("server", show->smtp))
                                       : ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_MAIL_LEAD_NONE);
        for (int at = (int)parts[i].first; at <= (int)parts[i].last; at++) {
            struct settings_field field = field_of(arena, show, (enum setting)at);
            section->fields[section->fields_count++] = field;
            if (field.fault != NULL)
                view->faults[view->faults_count++] = field;
        }
    }
}

static void fill_preview(struct settings_view *view, struct arena *arena)
{
    view->pages = arena_array(arena, PAGES, sizeof *view->pages);
    view->languages = arena_array(arena, LOCALE_COUNT, sizeof *view->languages);
    for (size_t i = 0; i < PAGES; i++)
        view->pages[view->pages_count++] =
            (struct option){.value = pages[i].key,
                            .label = ADMIN_TEXT(arena, pages[i].label),
                            .is_selected = strcmp(pages[i].key, view->preview.page) == 0};
    for (int i = 0; i < LOCALE_COUNT; i++)
        view->languages[view->languages_count++] = (struct option){
            .value = locale_tag((enum locale)i),
            .label = locale_name((enum locale)i),
            .is_selected = strcmp(locale_tag((enum locale)i), view->preview.lang) == 0};
}

void view_settings(struct buf *out, struct arena *arena, const struct admin_shell *shell,
                   const struct settings_show *show)
{
    const char *title = ADMIN_TEXT(arena, TEXT_ADMIN_SETTINGS_TITLE);
    struct settings_view view = {
        .frame = admin_frame_of(shell, title, 's'),
        .brand = *show->brand,
        .logo_fault = show->logo_fault,
        .version = show->settings->version,
        .can_change = show->can_change,
        .is_trial = show->is_trial,
        .snippet = snippet_of(arena, show),
        .preview = show->preview,
    };

    struct sheet_frame sheet =
        sheet_frame(arena, show->brand, (struct speech){.lang = LOCALE_EN}, title);
    view.logo_width = sheet.logo_width;
    view.logo_height = sheet.logo_height;
    if (show->can_undo)
        view.frame.undo_url = "/admin/settings";
    fill_sections(&view, arena, show);
    view_settings_kept(&view, arena, show->settings);
    fill_preview(&view, arena);
    template_settings(out, &view);
}
