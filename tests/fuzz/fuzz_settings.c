/*
 * Fuzzes what operators and admins set: the boot file (ASSENT_CONF), each setting of the page, the
 * URL of a hook, a brand's colours in a style sheet's address, a topic's name. The first byte
 * chooses. What is taken reads back the same and can be put where it belongs; everything else is
 * refused with a sentence.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/endpoint.h"
#include "base/fold.h"
#include "base/locale.h"
#include "service/brand.h"
#include "service/settings.h"
#include "service/topic_key.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

/* On one line, and of no byte that ends a quoted attribute, a tag, or a header. */
static void check_url(const char *url, bool allows_http)
{
    want(strncasecmp(url, "https://", 8) == 0 ||
         (allows_http && strncasecmp(url, "http://", 7) == 0));
    for (const char *c = url; *c; c++)
        want((unsigned char)*c > ' ' && *c != 0x7f && !strchr("\"<>\\^`{|}", *c));
}

static void check_value(struct arena *arena, enum setting setting, const char *value)
{
    int min, max;
    struct colour colour;
    char text[COLOUR_TEXT_BYTES];
    enum locale locale;
    want(fold_is_utf8(value, strlen(value)));
    for (const char *c = value; *c; c++)
        want(((unsigned char)*c >= ' ' && *c != 0x7f) ||
             (*c == '\n' && setting_kind(setting) == SETTING_LONG_TEXT));
    if (*value == '\0')
        return;
    switch (setting_kind(setting)) {
    case SETTING_TEXT:
    case SETTING_LONG_TEXT:
        want(strlen(value) <= (size_t)setting_max_bytes(setting));
        want(*value != '\n' && value[strlen(value) - 1] != '\n' && !strstr(value, "\n\n\n"));
        break;
    case SETTING_URL:
        check_url(value, false);
        break;
    case SETTING_EMAIL:
        want(strchr(value, '@') && !strpbrk(value, " \r\n<>,"));
        break;
    case SETTING_NUMBER:
        setting_bounds(setting, &min, &max);
        want(atoi(value) >= min && atoi(value) <= max);
        want(strspn(value, "0123456789") == strlen(value));
        break;
    case SETTING_YES_NO:
        want(strcmp(value, "yes") == 0 || strcmp(value, "no") == 0);
        break;
    case SETTING_LANGUAGE:
        want(locale_parse(value, &locale) && strcmp(locale_tag(locale), value) == 0);
        break;
    case SETTING_COLOUR:
        want(colour_parse(value, &colour));
        colour_text(colour, text);
        want(strcmp(text, value) == 0);
        want(contrast_holds(colour,
                            setting == SETTING_BRAND_COLOR_DARK ? CONTRAST_DARK : CONTRAST_LIGHT));
        break;
    case SETTING_KIND_COUNT:
        break;
    }
}

static void try_setting(struct arena *arena, enum setting setting, const char *typed)
{
    const char *value = NULL, *again = NULL, *fault = NULL, *offer = NULL;
    if (setting_check(arena, setting, typed, &value, &fault, &offer) != STATUS_OK) {
        want(fault != NULL && *fault != '\0' && value == NULL);
        if (offer != NULL) {
            want(setting_check(arena, setting, offer, &value, &fault, &again) == STATUS_OK);
            want(strcmp(value, offer) == 0);
        }
        return;
    }
    check_value(arena, setting, value);
    want(setting_check(arena, setting, value, &again, &fault, &offer) == STATUS_OK);
    want(strcmp(again, value) == 0);
}

static void check_conf(struct arena *arena, const struct conf *conf)
{
    struct conf_listen again;
    check_url(conf->public_url, true);
    want(conf->public_url[strlen(conf->public_url) - 1] != '/');
    want(conf->listens_count <= CONF_MAX_LISTENS && conf->proxies_count <= CONF_MAX_PROXIES);
    for (size_t i = 0; i < conf->listens_count; i++) {
        const struct conf_listen *one = &conf->listens[i];
        const char *text =
            arena_printf(arena, one->is_ipv6 ? "[%s]:%d" : "%s:%d", one->host, one->port);
        want(conf_listen_parse(arena, text, &again) && again.port == one->port);
        want(again.is_ipv6 == one->is_ipv6 && strcmp(again.host, one->host) == 0);
    }
    for (size_t i = 0; i < conf->proxies_count; i++)
        want(*conf->proxies[i] && !strpbrk(conf->proxies[i], " \t\r\n,"));
    want(!conf->tls_cert == !conf->tls_key && !conf->smtp_user == !conf->smtp_password_file);
    if (conf->smtp)
        want(strncmp(conf->smtp, "smtp", 4) == 0 && !strpbrk(conf->smtp, " @\r\n\"'"));
    if (conf->smtp && conf->smtp_user)
        want(conf->smtp[4] == 's' || conf->smtp_tls == CONF_TLS_REQUIRED ||
             conf_is_loopback(conf->smtp));
    if (conf->smtp_ca)
        want(*conf->smtp_ca == '/');
}

static void try_conf(struct arena *arena, const char *text, size_t len)
{
    static int file = -1;
    static char path[64];
    struct conf conf = {0};
    const char *fault = NULL;
    if (file < 0) {
        file = memfd_create("conf", MFD_CLOEXEC);
        want(file >= 0);
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    /* The default data folder may hold a public_url: only what is named here is read. */
    static const char first[] = "data /dev/null\n";
    want(ftruncate(file, 0) == 0 && pwrite(file, first, sizeof first - 1, 0) > 0);
    want(pwrite(file, text, len, sizeof first - 1) == (ssize_t)len);
    if (conf_load(arena, path, &conf, &fault) == STATUS_OK)
        check_conf(arena, &conf);
    else
        want(fault != NULL && strncmp(fault, path, strlen(path)) == 0);
}

static void try_endpoint(struct arena *arena, const char *text, bool allows_private)
{
    const char *url = NULL, *again = NULL;
    enum endpoint_fault fault = ENDPOINT_FINE;
    if (endpoint_parse(arena, text, allows_private, &url, &fault) != STATUS_OK) {
        want(fault != ENDPOINT_FINE && url == NULL && *endpoint_fault_words(fault) != '\0');
        return;
    }
    want(strlen(url) <= ENDPOINT_MAX_BYTES && !strchr(url, '#'));
    check_url(url, allows_private);
    want(endpoint_parse(arena, url, allows_private, &again, &fault) == STATUS_OK);
    want(strcmp(url, again) == 0);
}

static void try_style(const char *text)
{
    struct contrast_scheme light, dark;
    char again[BRAND_STYLE_BYTES];
    if (!brand_style_parse(text, &light, &dark))
        return;
    brand_style_text(light.accent, dark.accent, again);
    want(strlen(text) >= 6 && strncasecmp(again, text, 6) == 0);
    want(contrast_ratio(light.accent, light.text) >= CONTRAST_TEXT - 0.01);
}

static void try_topic(struct arena *arena, const char *name)
{
    if (!fold_is_utf8(name, strlen(name)))
        return;
    const char *key = topic_key_make(arena, name);
    want(strlen(key) <= TOPIC_KEY_MAX_BYTES && (*key == '\0' || topic_key_is_valid(key)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    struct arena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)data + 1, size - 1);
    if (data[0] == 'F')
        try_conf(arena, (const char *)data + 1, size - 1);
    else if (data[0] == 'H' || data[0] == 'P')
        try_endpoint(arena, text, data[0] == 'P');
    else if (data[0] == 'S')
        try_style(text);
    else if (data[0] == 'T')
        try_topic(arena, text);
    else
        try_setting(arena, (enum setting)(data[0] % SETTING_COUNT), text);
    arena_free(arena);
    return 0;
}
