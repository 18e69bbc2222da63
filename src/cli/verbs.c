/*
 * cli/verbs: how a command line finds its row in the table of verbs (verbs_setup, verbs_people,
 * verbs_site).
 */
#include "cli/verbs.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "cli/verbs_rows.h"

#define USAGE_BYTES 64

const struct cli_option verbs_json_only[] = {VERBS_JSON_OPTION, {0}};

static const struct verb_rows *const parts[] = {&verbs_setup, &verbs_people, &verbs_site, NULL};

/* NULL: there are no more. */
static const struct verb *row_at(size_t i)
{
    for (const struct verb_rows *const *part = parts; *part; part++) {
        if (i < (*part)->count)
            return &(*part)->at[i];
        i -= (*part)->count;
    }
    return NULL;
}

/* "keys" of "keys list": whether name's first word is word. */
static bool is_family(const char *name, const char *word)
{
    size_t len = strlen(word);

    return strncmp(name, word, len) == 0 && name[len] == ' ';
}

/* Lists the verbs of a family, or of all when family is NULL. */
static void print_list(FILE *out, const char *family)
{
    if (!family)
        fputs("Assent keeps who may be mailed, about what, and the proof.\n\n"
              "Usage: assent VERB [OPTION...] [ARGUMENT...]\n\n",
              out);
    for (size_t i = 0; row_at(i); i++)
        if (!family || is_family(row_at(i)->name, family))
            fprintf(out, "  %-15s %s\n", row_at(i)->name, row_at(i)->summary);
    fputs("\nMore about one: assent VERB --help. The data folder is ASSENT_DATA, or var.\n"
          "Exit code: 0 done, 1 refused or failed, 2 misused.\n",
          out);
}

static void print_help(const struct verb *verb)
{
    printf("Usage: assent %s%s%s [OPTION...]\n\n%s\n", verb->name, *verb->usage ? " " : "",
           verb->usage, verb->summary);
    if (*verb->help)
        printf("\n%s\n", verb->help);
    printf("\nOptions:\n");
    for (const struct cli_option *o = verb->options; o && o->name; o++) {
        char left[32];
        snprintf(left, sizeof left, "--%s%s%s", o->name, o->value ? " " : "",
                 o->value ? o->value : "");
        printf("  %-18s %s\n", left, o->help);
    }
    printf("  %-18s %s\n", "--help", "This text.");
}

/* Puts getopt's finding into args. False: it has said what is wrong. */
static bool take_option(struct args *args, const struct option *longs, int found, int index,
                        char **argv)
{
    if (found == ':' || found == '?') {
        const char *given = argv[optind - 1];
        if (found == ':')
            cli_misused(args, "%s needs a value.", given);
        else
            cli_misused(args, "there is no option %s, or not with that value.", given);
        return false;
    }
    if (args->values[index]) {
        cli_misused(args, "--%s is given twice.", longs[index].name);
        return false;
    }
    args->values[index] = optarg ? optarg : "";
    return true;
}

/* What of "EMAIL TOPIC [FILE]" is missing when count words were given. */
static const char *missing(const struct verb *verb, size_t count, char out[USAGE_BYTES])
{
    const char *at = verb->usage;

    for (size_t i = 0; i < count; i++) {
        at += strcspn(at, " ");
        at += strspn(at, " ");
    }
    const char *optional = strstr(at, " [");
    snprintf(out, USAGE_BYTES, "%.*s", (int)(optional ? (size_t)(optional - at) : strlen(at)), at);
    return out;
}

static enum cli_exit read_and_run(const struct verb *verb, int argc, char **argv)
{
    struct args args = {.verb = verb};
    struct option longs[CLI_OPTIONS_MAX + 2] = {{0}};
    char lacks[USAGE_BYTES];
    int found, index = 0, count = 0;

    for (; verb->options && verb->options[count].name; count++)
        longs[count] =
            (struct option){.name = verb->options[count].name,
                            .has_arg = verb->options[count].value ? required_argument : no_argument,
                            .val = 1};
    longs[count] = (struct option){.name = "help", .has_arg = no_argument, .val = 'h'};

    optind = 0; /* glibc: begin anew, permuting */
    opterr = 0;
    while ((found = getopt_long(argc, argv, ":h", longs, &index)) != -1) {
        if (found == 'h') {
            print_help(verb);
            return CLI_DONE;
        }
        if (!take_option(&args, longs, found, index, argv))
            return CLI_MISUSED;
    }
    args.words = argv + optind;
    args.words_count = (size_t)(argc - optind);
    if (args.words_count < verb->words_min)
        return cli_misused(&args, "%s is missing.", missing(verb, args.words_count, lacks));
    if (args.words_count > verb->words_max)
        return cli_misused(&args, "\"%s\" is one argument too many.", args.words[verb->words_max]);
    return verb->run(&args);
}

/* Runs verb on its own words: argv[0] is the verb's last word. */
static enum cli_exit run_verb(const struct verb *verb, int argc, char **argv)
{
    const enum cli_exit code = read_and_run(verb, argc, argv);

    /* Of any other failure a mail server would make a bounce: a slip in its settings would lose
     * what people asked for. */
    return code != CLI_DONE && verb->run == mailto_verb_run ? CLI_AGAIN : code;
}

/* A verb of two words that begins with one that is a verb too, as in "topics set". */
static const struct verb *find_longer(const char *first, const char *second)
{
    size_t len = strlen(first);

    for (size_t i = 0; second && row_at(i); i++)
        if (is_family(row_at(i)->name, first) && strcmp(row_at(i)->name + len + 1, second) == 0)
            return row_at(i);
    return NULL;
}

static bool is_help(const char *word)
{
    return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0 || strcmp(word, "help") == 0;
}

/* A verb of two words: argv[0] is the first. */
static enum cli_exit run_family(const char *family, int argc, char **argv)
{
    char name[32];

    if (argc > 1 && !is_help(argv[1])) {
        snprintf(name, sizeof name, "%s %s", family, argv[1]);
        for (size_t i = 0; row_at(i); i++)
            if (strcmp(row_at(i)->name, name) == 0)
                return run_verb(row_at(i), argc - 1, argv + 1);
    }
    print_list(argc > 1 && is_help(argv[1]) ? stdout : stderr, family);
    return argc > 1 && is_help(argv[1]) ? CLI_DONE : CLI_MISUSED;
}

enum cli_exit verbs_run(int argc, char **argv)
{
    const char *word = argc > 1 ? argv[1] : NULL;

    if (!word) {
        print_list(stderr, NULL);
        return CLI_MISUSED;
    }
    if (is_help(word)) {
        print_list(stdout, NULL);
        return CLI_DONE;
    }
    if (strcmp(word, "--version") == 0)
        word = "version";
    const struct verb *longer = find_longer(word, argc > 2 ? argv[2] : NULL);
    if (longer)
        return run_verb(longer, argc - 2, argv + 2);
    for (size_t i = 0; row_at(i); i++) {
        if (strcmp(row_at(i)->name, word) == 0)
            return run_verb(row_at(i), argc - 1, argv + 1);
        if (is_family(row_at(i)->name, word))
            return run_family(word, argc - 1, argv + 1);
    }
    fprintf(stderr, "assent: there is no such verb. \"assent --help\" lists them.\n");
    return CLI_MISUSED;
}
