/*
 * cli/cli: what every verb of the command shares: its row in the table, its arguments, and how it
 * speaks. Answers go to standard output, everything else to standard error.
 *
 * Exit codes are part of the contract with scripts: 0 done, 1 refused or failed, 2 misused;
 * 75 of mailto asks a mail server to try again later.
 */
#ifndef ASSENT_CLI_CLI_H
#define ASSENT_CLI_CLI_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/status.h"

enum cli_exit { CLI_DONE = 0, CLI_REFUSED = 1, CLI_MISUSED = 2, CLI_AGAIN = 75 };

#define CLI_OPTIONS_MAX 12

struct cli_option {
    const char *name;  /* long name without dashes; NULL ends the list */
    const char *value; /* what the help calls its value; NULL: a switch */
    const char *help;
};

struct args;

struct verb {
    const char *name;    /* "show", or two words: "keys list" */
    const char *usage;   /* its arguments, "EMAIL"; options are added from the list */
    const char *summary; /* one line, for the list of verbs */
    const char *help;    /* paragraphs after the usage; "" when the summary says it all */
    const struct cli_option *options; /* NULL: none of its own */
    size_t words_min, words_max;      /* arguments that are no options */
    enum cli_exit (*run)(const struct args *args);
};

/* A verb's arguments, read and counted by verbs_run. */
struct args {
    const struct verb *verb;
    char **words;
    size_t words_count;
    const char *values[CLI_OPTIONS_MAX]; /* beside the verb's options; "" for a given switch */
};

/* The option's value, or NULL when it was not given; name must be one of the verb's. */
const char *args_get(const struct args *args, const char *name);
bool args_has(const struct args *args, const char *name);

/* A line on standard error, "assent show: …", with control characters made harmless; then the exit
 * code to return. cli_misused adds where the help is. */
enum cli_exit cli_refused(const struct args *args, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum cli_exit cli_misused(const struct args *args, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void cli_note(const struct args *args, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A line on standard output, with control characters made harmless. */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Why a service failed, in words that say what to do: after any status but STATUS_OK that the verb
 * has no better words for. */
enum cli_exit cli_failed(const struct args *args, enum status status, const char *what);

/* json on standard output, two spaces a level, and frees it. */
enum cli_exit cli_json(json_t *json);

/* json_string that never fails: what is not UTF-8 becomes null. NULL becomes null. */
json_t *cli_json_text(const char *text);

/* RFC 3339 text; null for 0. */
json_t *cli_json_time(int64_t at_s);

#endif
