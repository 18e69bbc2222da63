/*
 * service/brand: see the header.
 */
#include "service/brand.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "service/settings.h"
#include "store/brand_files.h"

#if BRAND_FILE_MAX < PICTURE_WRITTEN_MAX
#error "what is written must fit"
#endif

#define LOGO         "logo" /* its name in the store */
#define LOGO_BEFORE  "logo_before"
#define LOGO_SETTING "brand_logo"

/* A host that tells a reader who writes: not an address, not this machine. */
static const char *default_name(const struct service *service, struct arena *arena)
{
    const char *url = service->conf->public_url ? service->conf->public_url : "";
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    const size_t len = strcspn(host, "/:");
    bool has_letter = false;
    for (size_t i = 0; i < len; i++)
        has_letter = has_letter || isalpha((unsigned char)host[i]);
    if (!has_letter || *host == '[' || !memchr(host, '.', len))
        return "Assent";
    return arena_strndup(arena, host, len);
}

struct colour brand_dark_of(struct colour light)
{
    return contrast_nearest(light, CONTRAST_DARK, CONTRAST_TEXT);
}

void brand_style_text(struct colour light, struct colour dark, char out[BRAND_STYLE_BYTES])
{
    snprintf(out, BRAND_STYLE_BYTES, "%02x%02x%02x-%02x%02x%02x", light.red, light.green,
             light.blue, dark.red, dark.green, dark.blue);
}

bool brand_style_parse(const char *style, struct contrast_scheme *light,
                       struct contrast_scheme *dark)
{
    char text[BRAND_STYLE_BYTES];
    struct colour colours[2];

    if (strlen(style) != BRAND_STYLE_BYTES - 1 || style[6] != '-')
        return false;
    memcpy(text, style, sizeof text);
    text[6] = '\0';
    if (*text == '#' || text[7] == '#' || !colour_parse(text, &colours[0]) ||
        !colour_parse(text + 7, &colours[1]))
        return false;
    *light = contrast_scheme_of(colours[0], CONTRAST_LIGHT);
    *dark = contrast_scheme_of(colours[1], CONTRAST_DARK);
    return true;
}

/* The style sheet's own colours need no style. */
static enum status get_colours(const struct service *service, struct arena *arena,
                               struct brand *brand)
{
    const char *light, *dark;
    struct colour accents[2] = {{0}};
    char style[BRAND_STYLE_BYTES];
    enum status status = settings_text(service->store, arena, SETTING_BRAND_COLOR, &light);

    if (status == STATUS_OK)
        status = settings_text(service->store, arena, SETTING_BRAND_COLOR_DARK, &dark);
    if (status != STATUS_OK)
        return status;
    bool is_plain = strcmp(light, setting_default(SETTING_BRAND_COLOR)) == 0 && *dark == '\0';
    if (!colour_parse(light, &accents[0]))
        return STATUS_CORRUPT; /* the setting is checked whenever it is read */
    if (is_plain)
        accents[1] = (struct colour){0x7a, 0xa7, 0xff};
    else if (!colour_parse(dark, &accents[1]))
        accents[1] = brand_dark_of(accents[0]);
    brand_style_text(accents[0], accents[1], style);
    brand->style = is_plain ? "" : arena_strdup(arena, style);
    brand->light = contrast_scheme_of(accents[0], CONTRAST_LIGHT);
    brand->dark = contrast_scheme_of(accents[1], CONTRAST_DARK);
    return STATUS_OK;
}

static enum status get_logo(const struct service *service, struct arena *arena, struct brand *brand)
{
    struct brand_file file = {.version = ""};
    enum status status = brand_files_find(service->store, arena, LOGO, &file);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    brand->logo = file.version;
    brand->logo_width = file.width;
    brand->logo_height = file.height;
    return STATUS_OK;
}

enum status brand_get(const struct service *service, struct arena *arena, struct brand *out)
{
    struct brand brand = {0};
    const struct {
        enum setting setting;
        const char **to;
    } texts[] = {
        {SETTING_BRAND_NAME, &brand.name},
        {SETTING_BRAND_POSTAL_ADDRESS, &brand.postal_address},
        {SETTING_BRAND_PRIVACY_URL, &brand.privacy_url},
        {SETTING_WELCOME_WORDS, &brand.welcome},
        {SETTING_GOODBYE_WORDS, &brand.goodbye},
    };
    enum status status = get_colours(service, arena, &brand);

    for (size_t i = 0; status == STATUS_OK && i < sizeof texts / sizeof *texts; i++)
        status = settings_text(service->store, arena, texts[i].setting, texts[i].to);
    if (status == STATUS_OK)
        status = get_logo(service, arena, &brand);
    if (status != STATUS_OK)
        return status;
    if (!*brand.name)
        brand.name = default_name(service, arena);
    *out = brand;
    return STATUS_OK;
}

enum status brand_logo_get(const struct service *service, struct arena *arena,
                           struct brand_logo *out)
{
    struct brand_file file;
    enum status status = brand_files_data(service->store, arena, LOGO, &file);

    if (status == STATUS_OK)
        *out = (struct brand_logo){
            .type = file.type, .version = file.version, .data = file.data, .len = file.len};
    return status;
}

/* "png, 240 × 80 (3f9a02…)". */
static const char *described(struct arena *arena, const struct brand_file *file)
{
    return arena_printf(arena, "%s, %d × %d (%s)", strchr(file->type, '/') + 1, file->width,
                        file->height, file->version);
}

enum status brand_logo_put(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct picture *picture, const struct origin *origin,
                           bool *changed)
{
    struct brand_file before, after;
    const char *was = "none", *is = "none";
    char version[CRYPTO_DIGEST_TEXT_BYTES] = "";
    enum status status = brand_files_find(txn_store(txn), arena, LOGO, &before);

    if (status != STATUS_OK && status != STATUS_NOT_FOUND)
        return status;
    const bool has_one = status == STATUS_OK;
    if (has_one)
        was = described(arena, &before);
    if (picture != NULL) {
        crypto_digest_text(picture->data, picture->len, version);
        after = (struct brand_file){.type = picture->type,
                                    .width = picture->width,
                                    .height = picture->height,
                                    .version = version,
                                    .changed_at = clock_now_s(),
                                    .data = picture->data,
                                    .len = picture->len};
        is = described(arena, &after);
    }
    *changed = picture != NULL ? !has_one || strcmp(before.version, version) != 0 : has_one;
    if (!*changed)
        return STATUS_OK;
    status =
        has_one ? brand_files_rename(txn, LOGO, LOGO_BEFORE) : brand_files_remove(txn, LOGO_BEFORE);
    if (status == STATUS_OK && picture != NULL)
        status = brand_files_put(txn, LOGO, &after);
    if (status != STATUS_OK)
        return status;
    return settings_record(service, txn, arena, LOGO_SETTING, was, is, origin, false);
}

/* "none", or what it is. */
static enum status describe_one(struct store *store, struct arena *arena, const char *name,
                                const char **out)
{
    struct brand_file file;
    enum status status = brand_files_find(store, arena, name, &file);

    *out = status == STATUS_OK ? described(arena, &file) : "none";
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static enum status undo_logo(const struct service *service, struct txn *txn, struct arena *arena,
                             const struct origin *origin)
{
    const char *was, *is;
    enum status status = describe_one(txn_store(txn), arena, LOGO, &was);

    if (status == STATUS_OK)
        status = describe_one(txn_store(txn), arena, LOGO_BEFORE, &is);
    if (status == STATUS_OK)
        status = brand_files_remove(txn, LOGO);
    if (status == STATUS_OK)
        status = brand_files_rename(txn, LOGO_BEFORE, LOGO);
    if (status != STATUS_OK)
        return status;
    return settings_record(service, txn, arena, LOGO_SETTING, was, is, origin, true);
}

enum status brand_undo(const struct service *service, struct txn *txn, struct arena *arena,
                       const struct origin *origin, struct settings_saved *out)
{
    const char *record = NULL;
    enum status status = settings_recorded(txn_store(txn), arena, origin, clock_now_s(), &record);

    if (status != STATUS_OK)
        return status;
    if (record == NULL || strcmp(record, LOGO_SETTING) != 0)
        return settings_undo(service, txn, arena, origin, out);
    *out = (struct settings_saved){0};
    return undo_logo(service, txn, arena, origin);
}
