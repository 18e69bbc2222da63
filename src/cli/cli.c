/*
 * cli/cli: how the command speaks.
 */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

const char *args_get(const struct args *args, const char *name)
{
    const struct cli_option *options = args->verb->options;

    for (size_t i = 0; options && options[i].name; i++)
        if (strcmp(options[i].name, name) == 0)
            return args->values[i];
    abort(); /* a verb asked for an option that its table row lacks */
}

bool args_has(const struct args *args, const char *name)
{
    return args_get(args, name) != NULL;
}

/* Names and addresses come from strangers: what would move a terminal's cursor, change its colours
 * or turn the reading order around is shown as U+FFFD. */
static bool is_harmful(const unsigned char *at, size_t *len)
{
    *len = 1;
    if (at[0] < 0x20 || at[0] == 0x7f)
        return at[0] != '\n';
    if (at[0] == 0xc2 && at[1] >= 0x80 && at[1] <= 0x9f) {
        *len = 2;
        return true;
    }
    if (at[0] == 0xe2 && ((at[1] == 0x80 && at[2] >= 0xaa && at[2] <= 0xae) ||
                          (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9))) {
        *len = 3;
        return true;
    }
    return false;
}

static void print_safely(FILE *out, const char *format, va_list values)
{
    char *text = NULL;

    if (vasprintf(&text, format, values) < 0)
        abort();
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t len;
        if (is_harmful(at, &len))
            fputs("\xef\xbf\xbd", out);
        else
            fwrite(at, 1, len, out);
        at += len;
    }
    free(text);
}

static void complain(const struct args *args, const char *format, va_list values)
{
    fprintf(stderr, "assent %s: ", args->verb->name);
    print_safely(stderr, format, values);
    fputc('\n', stderr);
}

enum cli_exit cli_refused(const struct args *args, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    complain(args, format, values);
    va_end(values);
    return CLI_REFUSED;
}

enum cli_exit cli_misused(const struct args *args, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    complain(args, format, values);
    va_end(values);
    fprintf(stderr, "How it is used: assent %s --help\n", args->verb->name);
    return CLI_MISUSED;
}

void cli_note(const struct args *args, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    complain(args, format, values);
    va_end(values);
}

void cli_say(const char *format, ...)
{
    va_list values;

    va_start(values, format);
    print_safely(stdout, format, values);
    va_end(values);
    fputc('\n', stdout);
}

enum cli_exit cli_failed(const struct args *args, enum status status, const char *what)
{
    switch (status) {
    case STATUS_BUSY:
        return cli_refused(args, "%s: others were writing all the time; try again.", what);
    case STATUS_FULL:
        return cli_refused(args, "%s: the disk is full; make room, then try again.", what);
    case STATUS_CORRUPT:
        return cli_refused(args,
                           "%s: the stored data contradicts itself; stop the server and "
                           "restore a backup.",
                           what);
    case STATUS_IO:
        return cli_refused(args,
                           "%s: reading or writing the data folder failed; look at its disk "
                           "and its permissions.",
                           what);
    case STATUS_OK:
    case STATUS_NOT_FOUND:
    case STATUS_INVALID:
    case STATUS_REFUSED:
    case STATUS_CONFLICT:
    case STATUS_COUNT:
        break;
    }
    return cli_refused(args, "%s: %s.", what, status_name(status));
}

enum cli_exit cli_json(json_t *json)
{
    if (!json || json_dumpf(json, stdout, JSON_INDENT(2)) != 0) {
        json_decref(json);
        fputs("assent: the JSON could not be written\n", stderr);
        return CLI_REFUSED;
    }
    fputc('\n', stdout);
    json_decref(json);
    return CLI_DONE;
}

json_t *cli_json_text(const char *text)
{
    json_t *json = text ? json_string(text) : NULL;

    return json ? json : json_null();
}

json_t *cli_json_time(int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];

    if (at_s == 0)
        return json_null();
    clock_rfc3339(at_s, text);
    return json_string(text);
}
