/*
 * cli/wording_verb: wording list and wording show: the texts that people chose by.
 */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "cli/open.h"
#include "cli/verbs.h"
#include "service/wording.h"

/* A whole number from 1 on; false: something else. */
static bool read_number(const char *text, int64_t max, int64_t *out)
{
    char *end;

    if (*text < '0' || *text > '9')
        return false;
    const long long number = strtoll(text, &end, 10);
    *out = number;
    return *end == '\0' && number >= 1 && number <= max;
}

static const char *moved_words(const struct wording_listed *row)
{
    static const char *const words[] = {
        "nothing", "pages",       "topics",       "pages topics",
        "brand",   "pages brand", "topics brand", "pages topics brand"};

    return row->is_first ? "first"
                         : words[row->pages_moved + 2 * row->topics_moved + 4 * row->brand_moved];
}

static json_t *moved_json(const struct wording_listed *row)
{
    json_t *list = json_array();

    if (row->pages_moved)
        json_array_append_new(list, json_string("pages"));
    if (row->topics_moved)
        json_array_append_new(list, json_string("topics"));
    if (row->brand_moved)
        json_array_append_new(list, json_string("brand"));
    return list;
}

static void list_one(const struct wording_listed *row, json_t *list)
{
    char at[CLOCK_HUMAN_BYTES];

    if (list) {
        json_array_append_new(list, json_pack("{s:I, s:o, s:I, s:s, s:o}", "number",
                                              (json_int_t)row->set.number, "since",
                                              cli_json_time(row->set.at), "position",
                                              (json_int_t)row->set.position.value, "hash",
                                              row->hash, "moved", moved_json(row)));
        return;
    }
    clock_human(row->set.at, at);
    cli_say("%6lld  %-22s entry %-8lld %s  %s", (long long)row->set.number, at,
            (long long)row->set.position.value, row->hash, moved_words(row));
}

enum cli_exit wording_verb_list(const struct args *args)
{
    struct open open = {0};
    struct wording_listed *rows;
    size_t count;
    int64_t limit = WORDING_LIST_MAX, before = 0;
    enum cli_exit code = CLI_REFUSED;

    if (args_has(args, "limit") && !read_number(args_get(args, "limit"), WORDING_LIST_MAX, &limit))
        return cli_misused(args, "--limit takes a number from 1 to %d.", WORDING_LIST_MAX);
    if (args_has(args, "before") && !read_number(args_get(args, "before"), INT32_MAX, &before))
        return cli_misused(args, "--before takes the number of a set.");
    if (!open_data(args, false, &open))
        goto out;
    enum status status = wording_list(&open.service, open.arena, before, (int)limit, &rows, &count);
    if (status != STATUS_OK) {
        code = cli_failed(args, status, "The texts can't be read");
        goto out;
    }
    code = CLI_DONE;
    json_t *list = args_has(args, "json") ? json_array() : NULL;
    for (size_t i = 0; i < count; i++)
        list_one(&rows[i], list);
    if (list)
        code = cli_json(list);
    else if (count == 0)
        cli_say("No texts are kept yet: \"assent serve\" keeps them when it starts.");
out:
    open_end(&open);
    return code;
}

static json_t *shown_json(const struct wording_shown *shown)
{
    static const char *const names[] = {"page", "topics", "brand"};
    json_t *texts = json_object();

    for (size_t i = 0; shown->is_kept && i < 3; i++)
        json_object_set_new(texts, names[i],
                            json_pack("{s:s, s:o}", "hash", shown->sources[i].hash, "text",
                                      cli_json_text(shown->sources[i].text)));
    return json_pack("{s:i, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o}", "wording", (int)shown->packed,
                     "name", shown->name, "page", wording_page_key(shown->wording.page), "language",
                     locale_tag(shown->wording.lang), "set",
                     shown->is_kept ? json_integer(shown->wording.set) : json_null(), "since",
                     cli_json_time(shown->since), "position",
                     shown->is_kept ? json_integer(shown->position.value) : json_null(), "hash",
                     shown->is_kept ? json_string(shown->hash) : json_null(), "texts", texts);
}

static void say_shown(const struct wording_shown *shown)
{
    static const char *const names[] = {"page", "topics", "brand"};
    char since[CLOCK_HUMAN_BYTES];

    cli_say("%s, %s", shown->name, locale_tag(shown->wording.lang));
    if (!shown->is_kept) {
        cli_say("%s", shown->wording.number
                          ? "Counted by hand, before texts were kept: the program's version of "
                            "that time has its words."
                          : "Which texts stood there is not known: none were kept at that moment.");
        return;
    }
    clock_human(shown->since, since);
    cli_say("in use since %s, ledger entry %lld", since, (long long)shown->position.value);
    cli_say("hash %s", shown->hash);
    for (size_t i = 0; i < 3; i++) {
        cli_say("\n%s %s", names[i], shown->sources[i].hash);
        for (const char *line = shown->sources[i].text; *line != '\0';) {
            const size_t len = strcspn(line, "\n");
            cli_say("%.*s", (int)len, line);
            line += len + (line[len] == '\n');
        }
    }
}

/* What is asked for, as an entry would name it. */
static enum status read_wanted(const struct args *args, const struct open *open, int64_t number,
                               enum wording_page page, enum locale lang, int32_t *out)
{
    enum status status = STATUS_OK;
    int32_t newest = 0;

    if (*out != 0 || number > WORDING_SET_MAX) {
        *out = (int32_t)number;
        return STATUS_OK;
    }
    if (args->words_count == 0)
        status = wording_now(&open->service, &newest);
    *out = wording_pack(page, lang, args->words_count == 0 ? newest : (int32_t)number);
    return status;
}

enum cli_exit wording_verb_show(const struct args *args)
{
    struct open open = {0};
    struct wording_shown shown;
    enum wording_page page = WORDING_MANAGE;
    enum locale lang = LOCALE_EN;
    enum cli_exit code = CLI_REFUSED;
    int64_t number = 0;
    int32_t wanted = 0;

    if (args_has(args, "page") && !wording_page_parse(args_get(args, "page"), &page))
        return cli_misused(args, "there is no page \"%s\".", args_get(args, "page"));
    if (args_has(args, "language") && !locale_parse(args_get(args, "language"), &lang))
        return cli_misused(args, "pages don't come in \"%s\".", args_get(args, "language"));
    if (args->words_count > 0 && wording_name_parse(args->words[0], lang, &wanted))
        number = wanted;
    else if (args->words_count > 0 && !read_number(args->words[0], INT32_MAX, &number))
        return cli_misused(args, "WHAT is the number of a set, a name as in receipts "
                                 "(\"manage-set12\"), or an entry's wording.");
    if (!open_data(args, false, &open))
        goto out;
    enum status status = read_wanted(args, &open, number, page, lang, &wanted);
    if (status == STATUS_OK)
        status = wording_show(&open.service, open.arena, wanted, &shown);
    if (status == STATUS_NOT_FOUND) {
        code = cli_refused(args, "there are no such texts; \"assent wording list\" has the sets.");
    } else if (status != STATUS_OK) {
        code = cli_failed(args, status, "The texts can't be read");
    } else if (args_has(args, "json")) {
        code = cli_json(shown_json(&shown));
    } else {
        say_shown(&shown);
        code = CLI_DONE;
    }
out:
    open_end(&open);
    return code;
}
