/*
 * base/conf: reads the boot settings: defaults, then the file, then the environment.
 */
#include "base/conf.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define PATH_DEFAULT "conf/assent.conf"
#define LINE_BYTES   4096
#define BLANKS       " \t\r\n"
#define HOST_CHARS   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-:[]"

struct reading {
    struct arena *arena;
    struct conf *conf;
    const char *path;
    int line;
    const char **fault;
};

static enum status refuse(const struct reading *in, const char *why)
{
    *in->fault = in->line ? arena_printf(in->arena, "%s, line %d: %s", in->path, in->line, why)
                          : arena_printf(in->arena, "%s: %s", in->path, why);
    return STATUS_INVALID;
}

/* "https://host[:port]" with the slashes at its end taken off; NULL if it is anything else. */
static const char *clean_url(struct arena *arena, const char *url)
{
    size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;
    size_t len = strlen(url);
    while (len > scheme && url[len - 1] == '/')
        len--;
    if (scheme == 0 || len == scheme || len - scheme > 255)
        return NULL;
    size_t host = strspn(url + scheme, HOST_CHARS);
    return scheme + host == len ? arena_strndup(arena, url, len) : NULL;
}

static enum status set_url(const struct reading *in, const char *value)
{
    const char *url = clean_url(in->arena, value);
    if (!url)
        return refuse(in, "public_url wants a scheme and a host, like https://mail.example.com");
    in->conf->public_url = url;
    in->conf->is_url_chosen = true;
    return STATUS_OK;
}

/* Where the server that last served this data was reached: so that links which the command makes
 * lead there. A file that is missing or makes no sense leaves the default. */
static void read_served_url(struct arena *arena, struct conf *conf)
{
    char line[LINE_BYTES];
    FILE *file = fopen(arena_printf(arena, "%s/public_url", conf->data), "re");
    if (!file)
        return;
    if (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\r\n")] = '\0';
        const char *url = clean_url(arena, line);
        if (url)
            conf->public_url = url;
    }
    fclose(file);
}

static enum status add_proxies(const struct reading *in, const char *value)
{
    struct conf *conf = in->conf;
    while (*value) {
        size_t len = strcspn(value, BLANKS ",");
        if (len) {
            if (conf->proxies_count == CONF_MAX_PROXIES)
                return refuse(in, "more trusted proxies than there is room for (16)");
            conf->proxies[conf->proxies_count++] = arena_strndup(in->arena, value, len);
        }
        value += len;
        value += strspn(value, BLANKS ",");
    }
    return STATUS_OK;
}

bool conf_listen_parse(struct arena *arena, const char *text, struct conf_listen *out)
{
    const char *colon = strrchr(text, ':');
    unsigned char raw[16];
    char *end;
    if (!colon || colon == text || !isdigit((unsigned char)colon[1]))
        return false;
    const bool is_ipv6 = *text == '[' && colon[-1] == ']';
    const char *host = is_ipv6 ? arena_strndup(arena, text + 1, (size_t)(colon - text) - 2)
                               : arena_strndup(arena, text, (size_t)(colon - text));
    const long port = strtol(colon + 1, &end, 10);
    if (*end || port < 1 || port > 65535 || inet_pton(is_ipv6 ? AF_INET6 : AF_INET, host, raw) != 1)
        return false;
    *out = (struct conf_listen){.host = host, .port = (int)port, .is_ipv6 = is_ipv6};
    return true;
}

static enum status add_listen(const struct reading *in, const char *value)
{
    struct conf *conf = in->conf;
    if (conf->listens_count == CONF_MAX_LISTENS)
        return refuse(in, "more addresses to listen on than there is room for (8)");
    if (!conf_listen_parse(in->arena, value, &conf->listens[conf->listens_count]))
        return refuse(in, "listen wants an address and a port, like 127.0.0.1:8888 or [::]:443");
    conf->listens_count++;
    return STATUS_OK;
}

/* Yes or no in the words that people use. */
static bool read_yes_no(const char *value, bool *out)
{
    static const char *const yes[] = {"yes", "true", "on", "1"};
    static const char *const no[] = {"no", "false", "off", "0"};
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (strcasecmp(value, yes[i]) != 0 && strcasecmp(value, no[i]) != 0)
            continue;
        *out = strcasecmp(value, yes[i]) == 0;
        return true;
    }
    return false;
}

/* "smtp://host[:port]" or "smtps://…"; a name or password in it would show in process lists. */
static enum status set_smtp(const struct reading *in, const char *value)
{
    const size_t scheme = strncmp(value, "smtps://", 8) == 0  ? 8
                          : strncmp(value, "smtp://", 7) == 0 ? 7
                                                              : 0;
    const size_t len = strlen(value);
    const size_t host = scheme ? strspn(value + scheme, HOST_CHARS) : 0;
    if (host == 0 || scheme + host != len || host > 255 || value[scheme] == ':')
        return refuse(in, "smtp wants smtp:// or smtps:// and a host, like "
                          "smtp://mail.example.com:587");
    in->conf->smtp = arena_strdup(in->arena, value);
    return STATUS_OK;
}

static enum status set_smtp_tls(const struct reading *in, const char *value)
{
    static const char *const words[] = {
        [CONF_TLS_REQUIRED] = "required", [CONF_TLS_OPTIONAL] = "optional", [CONF_TLS_OFF] = "off"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(value, words[i]) == 0) {
            in->conf->smtp_tls = (enum conf_tls)i;
            return STATUS_OK;
        }
    return refuse(in, "smtp_tls is required, optional or off");
}

/* Whether "assent serve" starts one. */
static bool set_courier(const struct reading *in, const char *value)
{
    bool is_wanted;
    if (!read_yes_no(value, &is_wanted))
        return false;
    in->conf->is_courier_apart = !is_wanted;
    return true;
}

static enum status set(const struct reading *in, const char *key, const char *value)
{
    if (strcmp(key, "data") == 0)
        in->conf->data = arena_strdup(in->arena, value);
    else if (strcmp(key, "public_url") == 0)
        return set_url(in, value);
    else if (strcmp(key, "listen") == 0)
        return add_listen(in, value);
    else if (strcmp(key, "trusted_proxy") == 0)
        return add_proxies(in, value);
    else if (strcmp(key, "tls_cert") == 0)
        in->conf->tls_cert = arena_strdup(in->arena, value);
    else if (strcmp(key, "tls_key") == 0)
        in->conf->tls_key = arena_strdup(in->arena, value);
    else if (strcmp(key, "hooks_private") == 0)
        return read_yes_no(value, &in->conf->hooks_private)
                   ? STATUS_OK
                   : refuse(in, "hooks_private wants yes or no");
    else if (strcmp(key, "courier") == 0)
        return set_courier(in, value) ? STATUS_OK : refuse(in, "courier wants yes or no");
    else if (strcmp(key, "smtp") == 0)
        return set_smtp(in, value);
    else if ((strcmp(key, "smtp_password_file") == 0 || strcmp(key, "smtp_ca") == 0) &&
             *value != '/')
        return refuse(in, arena_printf(in->arena, "%s wants a path that begins with /", key));
    else if (strcmp(key, "smtp_user") == 0)
        in->conf->smtp_user = arena_strdup(in->arena, value);
    else if (strcmp(key, "smtp_password_file") == 0)
        in->conf->smtp_password_file = arena_strdup(in->arena, value);
    else if (strcmp(key, "smtp_tls") == 0)
        return set_smtp_tls(in, value);
    else if (strcmp(key, "smtp_ca") == 0)
        in->conf->smtp_ca = arena_strdup(in->arena, value);
    else
        return refuse(
            in,
            arena_printf(in->arena,
                         "\"%s\" is not a setting; there are data, public_url, "
                         "listen, trusted_proxy, tls_cert, tls_key, hooks_private, courier, smtp, "
                         "smtp_user, smtp_password_file, smtp_tls and smtp_ca",
                         key));
    return STATUS_OK;
}

static enum status read_line(const struct reading *in, char *line)
{
    char *key = line + strspn(line, BLANKS);
    if (*key == '\0' || *key == '#')
        return STATUS_OK;
    char *value = key + strcspn(key, BLANKS);
    if (*value)
        *value++ = '\0';
    value += strspn(value, BLANKS);
    size_t len = strlen(value);
    while (len && strchr(BLANKS, value[len - 1]))
        value[--len] = '\0';
    if (len == 0)
        return refuse(in, arena_printf(in->arena, "\"%s\" has no value", key));
    return set(in, key, value);
}

static enum status read_file(struct reading *in, FILE *file)
{
    char line[LINE_BYTES];
    enum status status = STATUS_OK;
    while (status == STATUS_OK && fgets(line, sizeof line, file)) {
        in->line++;
        if (!strchr(line, '\n') && !feof(file))
            status = refuse(in, "the line is too long");
        else
            status = read_line(in, line);
    }
    if (status == STATUS_OK && ferror(file)) {
        in->line = 0;
        status = refuse(in, "can't be read");
    }
    return status;
}

static const char *from_environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

/* A login is told to a server that showed who it is, or to this machine. */
static enum status check_login(const struct reading *in)
{
    const struct conf *conf = in->conf;
    if (!conf->smtp_user != !conf->smtp_password_file)
        return refuse(in, "smtp_user and smtp_password_file come together");
    if (!conf->smtp || !conf->smtp_user || strncmp(conf->smtp, "smtps:", 6) == 0 ||
        conf->smtp_tls == CONF_TLS_REQUIRED || conf_is_loopback(conf->smtp))
        return STATUS_OK;
    return refuse(in, "smtp_user wants smtp_tls required, or smtps://: a password is sent to no "
                      "server that has not shown who it is");
}

static enum status finish(struct reading *in)
{
    struct conf *conf = in->conf;
    const char *data = from_environment("ASSENT_DATA");
    const char *url = from_environment("ASSENT_PUBLIC_URL");
    const char *smtp = from_environment("ASSENT_SMTP");
    const char *path = in->path;
    in->line = 0;
    if (!conf->tls_cert != !conf->tls_key)
        return refuse(in, "tls_cert and tls_key come together");
    if (conf->tls_cert && from_environment("ASSENT_TLS_FOLDER")) {
        conf->tls_cert = arena_printf(in->arena, "%s/cert.pem", getenv("ASSENT_TLS_FOLDER"));
        conf->tls_key = arena_printf(in->arena, "%s/key.pem", getenv("ASSENT_TLS_FOLDER"));
    }
    if (data)
        conf->data = arena_strdup(in->arena, data);
    if (url) {
        in->path = "ASSENT_PUBLIC_URL";
        enum status status = set_url(in, url);
        if (status != STATUS_OK)
            return status;
    }
    const char *private = from_environment("ASSENT_HOOKS_PRIVATE");
    if (private && !read_yes_no(private, &conf->hooks_private)) {
        in->path = "ASSENT_HOOKS_PRIVATE";
        return refuse(in, "wants yes or no");
    }
    const char *courier = from_environment("ASSENT_COURIER");
    if (courier && !set_courier(in, courier)) {
        in->path = "ASSENT_COURIER";
        return refuse(in, "wants yes or no");
    }
    if (smtp) {
        in->path = "ASSENT_SMTP";
        enum status status = set_smtp(in, smtp);
        if (status != STATUS_OK)
            return status;
    }
    in->path = path;
    enum status status = check_login(in);
    if (status != STATUS_OK)
        return status;
    if (!conf->is_url_chosen)
        read_served_url(in->arena, conf);
    conf->db_path = arena_printf(in->arena, "%s/assent.db", conf->data);
    conf->keys_path = arena_printf(in->arena, "%s/keys", conf->data);
    conf->lock_path = arena_printf(in->arena, "%s/assent.lock", conf->data);
    return STATUS_OK;
}

bool conf_is_loopback(const char *url)
{
    static const char *const hosts[] = {"127.0.0.1", "localhost", "[::1]"};
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        const size_t len = strlen(hosts[i]);
        if (strncmp(host, hosts[i], len) == 0 && (host[len] == ':' || host[len] == '\0'))
            return true;
    }
    return false;
}

enum status conf_load(struct arena *arena, const char *path, struct conf *out, const char **fault)
{
    const char *named = from_environment("ASSENT_CONF");
    struct conf conf = {.data = "var", .public_url = "http://127.0.0.1:8888"};
    struct reading in = {
        .arena = arena,
        .conf = &conf,
        .path = named  ? named
                : path ? path
                       : PATH_DEFAULT,
        .fault = fault,
    };
    FILE *file = fopen(in.path, "re");
    enum status status = STATUS_OK;
    if (file) {
        status = read_file(&in, file);
        fclose(file);
    } else if (errno != ENOENT || named) {
        status = refuse(&in, strerror(errno));
    }
    if (status == STATUS_OK)
        status = finish(&in);
    if (status == STATUS_OK)
        *out = conf;
    return status;
}
