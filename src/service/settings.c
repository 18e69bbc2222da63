/*
 * service/settings: the table, the checks, the readers. Writing is in settings_save.c.
 */
#include "service/settings.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/contrast.h"
#include "base/email.h"
#include "base/fold.h"
#include "service/links.h"
#include "store/settings.h"

#define TEXT_OF(number) #number
#define AS_TEXT(number) TEXT_OF(number)

#define LINK_LIFE_MAX 3650
#define CONFIRM_MAX   90
#define CLIENT_MAX    3650

static const struct row {
    const char *key;
    enum setting_kind kind;
    const char *fallback;
    int min, max; /* of a number; of a text, max is in bytes */
    const char *about;
} rows[] = {
    [SETTING_BRAND_NAME] = {"brand_name", SETTING_TEXT, "", 0, 120,
                            "Who writes to people: on every page of theirs"},
    [SETTING_BRAND_POSTAL_ADDRESS] = {"brand_postal_address", SETTING_TEXT, "", 0, 300,
                                      "The sender's postal address, below those pages"},
    [SETTING_BRAND_PRIVACY_URL] = {"brand_privacy_url", SETTING_URL, "", 0, 300,
                                   "Where the privacy notice stands"},
    [SETTING_BRAND_COLOR] = {"brand_color", SETTING_COLOUR, "#1f5fd6", 0, 7,
                             "Buttons and links on people's pages and in mails"},
    [SETTING_BRAND_COLOR_DARK] = {"brand_color_dark", SETTING_COLOUR, "", 0, 7,
                                  "The same on dark screens; empty: it follows from brand_color"},
    [SETTING_WELCOME_WORDS] = {"welcome_words", SETTING_LONG_TEXT, "", 0, 600,
                               "Stands above the choices on people's preferences page"},
    [SETTING_GOODBYE_WORDS] = {"goodbye_words", SETTING_LONG_TEXT, "", 0, 600,
                               "Stands on the page that confirms an unsubscription"},
    [SETTING_SENDER_NAME] = {"sender_name", SETTING_TEXT, "", 0, 120,
                             "Who our own mails are from; empty: brand_name"},
    [SETTING_SENDER_ADDRESS] = {"sender_address", SETTING_EMAIL, "", 0, 254,
                                "The address that they are from"},
    [SETTING_MAILTO_ADDRESS] = {"mailto_address", SETTING_EMAIL, "", 0, 254,
                                "Takes mails that unsubscribe: see mailto"},
    [SETTING_LINK_LIFE_DAYS] = {"link_life_days", SETTING_NUMBER, AS_TEXT(LINK_LIFE_DAYS), 1,
                                LINK_LIFE_MAX, "Days until a manage link expires"},
    [SETTING_JOIN_OPEN] = {"join_open", SETTING_YES_NO, "yes", 0, 3,
                           "Whether people may sign up by themselves at /join"},
    [SETTING_SITE_LANGUAGE] = {"site_language", SETTING_LANGUAGE, "en", 0, 2,
                               "Where neither the person nor the browser names one of ours"},
    [SETTING_CONFIRM_DAYS] = {"confirm_days", SETTING_NUMBER, "7", 1, CONFIRM_MAX,
                              "Days that a sign-up waits for its confirmation"},
    [SETTING_CLIENT_DAYS] = {"client_days", SETTING_NUMBER, "400", 1, CLIENT_MAX,
                             "Days that the ledger keeps clients' addresses and programs"},
    [SETTING_RETENTION] = {"retention", SETTING_TEXT, "", 0, 300,
                           "How long people's data are kept: stands on receipts"},
    [SETTING_JURISDICTION] = {"jurisdiction", SETTING_TEXT, "", 0, 120,
                              "Whose law applies: stands on receipts"},
    [SETTING_THIRD_PARTIES] = {"third_parties", SETTING_TEXT, "", 0, 300,
                               "Who else gets people's addresses: stands on receipts"},
    [SETTING_FACTOR_REQUIRED] = {"factor_required", SETTING_YES_NO, "no", 0, 3,
                                 "Whether every admin must have a second factor"},
};
static_assert(sizeof rows / sizeof *rows == SETTING_COUNT, "a row for every setting");

const char *setting_key(enum setting setting)
{
    return rows[setting].key;
}

const char *setting_about(enum setting setting)
{
    return rows[setting].about;
}

enum setting_kind setting_kind(enum setting setting)
{
    return rows[setting].kind;
}

const char *setting_default(enum setting setting)
{
    return rows[setting].fallback;
}

int setting_max_bytes(enum setting setting)
{
    return rows[setting].kind == SETTING_NUMBER ? 0 : rows[setting].max;
}

enum admin_role setting_least(enum setting setting)
{
    return setting == SETTING_FACTOR_REQUIRED ? ROLE_OWNER : ROLE_MANAGER;
}

void setting_bounds(enum setting setting, int *min, int *max)
{
    *min = rows[setting].min;
    *max = rows[setting].max;
}

bool setting_parse(const char *key, enum setting *out)
{
    for (int setting = 0; setting < SETTING_COUNT; setting++)
        if (strcmp(rows[setting].key, key) == 0) {
            *out = (enum setting)setting;
            return true;
        }
    return false;
}

/* Each line cleaned, runs of empty ones as one, none at either end. */
static const char *clean_lines(struct arena *arena, const char *typed)
{
    struct buf out = {0};
    size_t gap = 0;

    for (const char *at = typed; *at != '\0';) {
        size_t len = strcspn(at, "\n");
        const char *line = fold_clean(arena, arena_strndup(arena, at, len));
        at += len + (at[len] == '\n');
        if (*line == '\0') {
            gap = 1;
            continue;
        }
        if (out.len > 0)
            buf_add(&out, "\n\n", 1 + gap);
        gap = 0;
        buf_add(&out, line, strlen(line));
    }
    const char *kept = out.len > 0 ? arena_strndup(arena, out.data, out.len) : "";
    buf_free(&out);
    return kept;
}

static const char *url_fault(const char *value)
{
    const char *host = value + strlen("https://");

    if (strncmp(value, "https://", strlen("https://")) != 0 || strchr("/?#:@", *host) != NULL ||
        strpbrk(value, " \"'<>\\^`{|}") != NULL)
        return "it must be an address that begins with https://";
    return NULL;
}

/* Every mail server can write to it (ASCII), and a header line holds it (254 bytes: RFC 5321's path
 * without its brackets). */
static const char *email_fault_of(struct arena *arena, const char *value)
{
    static const char fault[] = "it must be a mail address in plain ASCII, as in news@example.com";
    struct email email;

    for (const char *c = value; *c != '\0'; c++)
        if ((unsigned char)*c >= 0x80)
            return fault;
    if (email_parse(arena, value, strlen(value), &email, NULL) != STATUS_OK)
        return fault;
    return NULL;
}

static bool read_number(const struct row *row, const char *value, int64_t *out)
{
    char *end = NULL;
    size_t digits = strspn(value, "0123456789");

    if (digits == 0 || digits > 9 || value[digits] != '\0')
        return false;
    *out = strtol(value, &end, 10);
    return *out >= row->min && *out <= row->max;
}

static const char *language_fault(struct arena *arena, const char **value)
{
    struct buf tags = {0};
    enum locale locale;

    if (locale_parse(*value, &locale)) {
        *value = locale_tag(locale);
        return NULL;
    }
    buf_adds(&tags, "it must be one of ");
    for (int i = 0; i < LOCALE_COUNT; i++)
        buf_printf(&tags, "%s%s", i == 0 ? "" : ", ", locale_tag((enum locale)i));
    const char *fault = arena_strdup(arena, tags.data);
    buf_free(&tags);
    return fault;
}

static const char *colour_fault(struct arena *arena, enum setting setting, const char **value,
                                const char **offer)
{
    const enum contrast_mode mode =
        setting == SETTING_BRAND_COLOR_DARK ? CONTRAST_DARK : CONTRAST_LIGHT;
    struct colour colour;
    char text[COLOUR_TEXT_BYTES];

    if (!colour_parse(*value, &colour))
        return "it must be a colour of six hexadecimal digits, as in #1f5fd6";
    if (contrast_holds(colour, mode)) {
        colour_text(colour, text);
        *value = arena_strdup(arena, text);
        return NULL;
    }
    colour_text(contrast_nearest(colour, mode, CONTRAST_PART), text);
    *offer = arena_strdup(arena, text);
    return arena_printf(arena,
                        "it must stand out from a %s page by 3:1 or more (WCAG AA), and this "
                        "one does by %.2f:1; the nearest that does is %s",
                        mode == CONTRAST_DARK ? "dark" : "white",
                        (double)(int)(contrast_worst(colour, mode) * 100) / 100, text);
}

/* NULL: *value, which was cleaned and is not empty, may be stored, and is brought into the form
 * that is. */
static const char *fault_of(struct arena *arena, enum setting setting, const char **value,
                            const char **offer)
{
    const struct row *row = &rows[setting];
    int64_t number;

    if (row->kind != SETTING_NUMBER && row->kind != SETTING_COLOUR &&
        row->kind != SETTING_LANGUAGE && strlen(*value) > (size_t)row->max)
        return arena_printf(arena, "it may have %d bytes at most", row->max);
    switch (row->kind) {
    case SETTING_URL:
        return url_fault(*value);
    case SETTING_EMAIL:
        return email_fault_of(arena, *value);
    case SETTING_NUMBER:
        if (!read_number(row, *value, &number))
            return arena_printf(arena, "it must be a number of days from %d to %d", row->min,
                                row->max);
        *value = arena_printf(arena, "%lld", (long long)number);
        return NULL;
    case SETTING_YES_NO:
        return strcmp(*value, "yes") == 0 || strcmp(*value, "no") == 0 ? NULL
                                                                       : "it must be yes or no";
    case SETTING_LANGUAGE:
        return language_fault(arena, value);
    case SETTING_COLOUR:
        return colour_fault(arena, setting, value, offer);
    case SETTING_TEXT:
    case SETTING_LONG_TEXT:
    case SETTING_KIND_COUNT:
        break;
    }
    return NULL;
}

enum status setting_check(struct arena *arena, enum setting setting, const char *typed,
                          const char **out, const char **fault, const char **offer)
{
    *offer = NULL;
    if (!fold_is_utf8(typed, strlen(typed))) {
        *fault = "it must be UTF-8";
        return STATUS_INVALID;
    }
    const char *value = rows[setting].kind == SETTING_LONG_TEXT ? clean_lines(arena, typed)
                                                                : fold_clean(arena, typed);
    if (*value == '\0')
        value = rows[setting].fallback;
    else if ((*fault = fault_of(arena, setting, &value, offer)) != NULL)
        return STATUS_INVALID;
    *out = value;
    return STATUS_OK;
}

enum status settings_text(struct store *store, struct arena *arena, enum setting setting,
                          const char **out)
{
    const char *stored = NULL, *fault, *offer;
    enum status status = settings_get(store, arena, rows[setting].key, &stored);

    if (status == STATUS_NOT_FOUND || (status == STATUS_OK && *stored == '\0')) {
        *out = rows[setting].fallback;
        return STATUS_OK;
    }
    if (status != STATUS_OK)
        return status;
    if (setting_check(arena, setting, stored, out, &fault, &offer) != STATUS_OK)
        *out = rows[setting].fallback;
    return STATUS_OK;
}

enum status settings_number(struct store *store, struct arena *arena, enum setting setting,
                            int64_t *out)
{
    const char *text;
    enum status status = settings_text(store, arena, setting, &text);

    assert(rows[setting].kind == SETTING_NUMBER);
    if (status == STATUS_OK && !read_number(&rows[setting], text, out))
        return STATUS_CORRUPT;
    return status;
}

enum status settings_yes(struct store *store, struct arena *arena, enum setting setting, bool *out)
{
    const char *text;
    enum status status = settings_text(store, arena, setting, &text);

    assert(rows[setting].kind == SETTING_YES_NO);
    if (status == STATUS_OK)
        *out = strcmp(text, "yes") == 0;
    return status;
}

enum status settings_locale(struct store *store, struct arena *arena, enum locale *out)
{
    const char *text;
    enum status status = settings_text(store, arena, SETTING_SITE_LANGUAGE, &text);

    if (status == STATUS_OK && !locale_parse(text, out))
        *out = LOCALE_EN;
    return status;
}
