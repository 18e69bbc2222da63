/*
 * base/catalogue: see catalogue.h.
 */
#include "base/catalogue.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"

enum form { FORM_ZERO, FORM_ONE, FORM_TWO, FORM_FEW, FORM_MANY, FORM_OTHER };

/* What stands between groups of three digits, and from how many digits on (CLDR). Digits are 0 to 9
 * in every language. */
static const struct {
    const char *group;
    int64_t from;
} numbers[] = {
    [LOCALE_EN] = {",", 1000},  [LOCALE_DE] = {".", 1000},       [LOCALE_FR] = {"\u202f", 1000},
    [LOCALE_ES] = {".", 10000}, [LOCALE_IT] = {".", 1000},       [LOCALE_PT] = {".", 1000},
    [LOCALE_NL] = {".", 1000},  [LOCALE_PL] = {"\u00a0", 10000}, [LOCALE_TR] = {".", 1000},
    [LOCALE_JA] = {",", 1000},  [LOCALE_AR] = {",", 1000},       [LOCALE_HE] = {",", 1000},
};
static_assert(sizeof numbers / sizeof *numbers == LOCALE_COUNT, "numbers in every language");

static const enum text months[12] = {
    TEXT_DATE_JANUARY,   TEXT_DATE_FEBRUARY, TEXT_DATE_MARCH,    TEXT_DATE_APRIL,
    TEXT_DATE_MAY,       TEXT_DATE_JUNE,     TEXT_DATE_JULY,     TEXT_DATE_AUGUST,
    TEXT_DATE_SEPTEMBER, TEXT_DATE_OCTOBER,  TEXT_DATE_NOVEMBER, TEXT_DATE_DECEMBER,
};

struct text_arg catalogue_arg_text(const char *name, const char *text)
{
    return (struct text_arg){.name = name, .kind = TEXT_ARG_TEXT, .text = text};
}

struct text_arg catalogue_arg_int(const char *name, int64_t number)
{
    return (struct text_arg){.name = name, .kind = TEXT_ARG_NUMBER, .number = number};
}

struct text_arg catalogue_arg_size(const char *name, size_t number)
{
    return catalogue_arg_int(name, (int64_t)number);
}

struct text_arg catalogue_arg_date(const char *name, int64_t at_s)
{
    return (struct text_arg){.name = name, .kind = TEXT_ARG_DAY, .number = at_s};
}

struct text_arg catalogue_arg_moment(const char *name, int64_t at_s)
{
    return (struct text_arg){.name = name, .kind = TEXT_ARG_MOMENT, .number = at_s};
}

struct text_arg catalogue_arg_short(const char *name, int64_t at_s)
{
    return (struct text_arg){.name = name, .kind = TEXT_ARG_SHORT, .number = at_s};
}

static unsigned plural_pl(int64_t n)
{
    int64_t ten = n % 10, hundred = n % 100;
    if (n == 1)
        return FORM_ONE;
    return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? FORM_FEW : FORM_MANY;
}

static unsigned plural_ar(int64_t n)
{
    int64_t hundred = n % 100;
    if (n <= 2)
        return n == 0 ? FORM_ZERO : n == 1 ? FORM_ONE : FORM_TWO;
    return hundred >= 3 && hundred <= 10 ? FORM_FEW : hundred >= 11 ? FORM_MANY : FORM_OTHER;
}

/* French, Spanish, Italian and Portuguese say "many" of whole millions ("1 million de"). */
static bool is_millions(int64_t n)
{
    return n != 0 && n % 1000000 == 0;
}

unsigned catalogue_plural(enum locale lang, int64_t n)
{
    if (n < 0)
        n = n == INT64_MIN ? INT64_MAX : -n;
    switch (lang) {
    case LOCALE_JA:
        return FORM_OTHER;
    case LOCALE_PL:
        return plural_pl(n);
    case LOCALE_AR:
        return plural_ar(n);
    case LOCALE_HE:
        return n == 1 ? FORM_ONE : n == 2 ? FORM_TWO : FORM_OTHER;
    case LOCALE_FR:
    case LOCALE_PT:
        return n <= 1 ? FORM_ONE : is_millions(n) ? FORM_MANY : FORM_OTHER;
    case LOCALE_ES:
    case LOCALE_IT:
        return n == 1 ? FORM_ONE : is_millions(n) ? FORM_MANY : FORM_OTHER;
    case LOCALE_EN:
    case LOCALE_DE:
    case LOCALE_NL:
    case LOCALE_TR:
    case LOCALE_COUNT:
        break;
    }
    return n == 1 ? FORM_ONE : FORM_OTHER;
}

void catalogue_number(struct buf *out, enum locale lang, int64_t number)
{
    const char *group = numbers[lang].group;
    uint64_t left = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    bool is_grouped = left >= (uint64_t)numbers[lang].from;
    char digits[24];
    int len = 0;

    do
        digits[len++] = (char)('0' + left % 10);
    while ((left /= 10) != 0);
    if (number < 0)
        buf_addc(out, '-');
    while (len-- > 0) {
        buf_addc(out, digits[len]);
        if (is_grouped && len > 0 && len % 3 == 0)
            buf_adds(out, group);
    }
}

/* Adds the text; each of the names in braces is filled in by fill. Tags are left out, or kept. */
struct filling {
    enum locale lang;
    const struct text_arg *args;
    size_t count;
    bool is_html;
};

static const struct text_arg *find_arg(const struct filling *filling, const char *name, size_t len)
{
    for (size_t i = 0; i < filling->count; i++) {
        const char *own = filling->args[i].name;
        if (own != NULL && strlen(own) == len && memcmp(own, name, len) == 0)
            return &filling->args[i];
    }
    return NULL;
}

static void add_words(struct buf *out, const struct filling *filling, const char *words, size_t len)
{
    if (!filling->is_html) {
        buf_add(out, words, len);
        return;
    }
    size_t run = 0;
    for (size_t i = 0; i < len; i++) {
        if (words[i] != '&' && words[i] != '"')
            continue;
        buf_add(out, words + run, i - run);
        buf_adds(out, words[i] == '&' ? "&amp;" : "&quot;");
        run = i + 1;
    }
    buf_add(out, words + run, len - run);
}

static void add_short_day(struct buf *out, int64_t at_s)
{
    char text[CLOCK_HUMAN_BYTES];
    clock_human(at_s, text);
    buf_add(out, text, strcspn(text, ","));
}

static void add_arg(struct buf *out, const struct filling *filling, const struct text_arg *arg)
{
    bool is_apart = locale_is_rtl(filling->lang);
    switch (arg->kind) {
    case TEXT_ARG_NUMBER:
        catalogue_number(out, filling->lang, arg->number);
        return;
    case TEXT_ARG_DAY:
        catalogue_date(out, filling->lang, arg->number);
        return;
    case TEXT_ARG_MOMENT:
        catalogue_moment(out, filling->lang, arg->number);
        return;
    case TEXT_ARG_SHORT:
        add_short_day(out, arg->number);
        return;
    case TEXT_ARG_TEXT:
        break;
    }
    const char *text = arg->text != NULL ? arg->text : "";
    if (is_apart)
        buf_adds(out, filling->is_html ? "<bdi>" : "\u2068");
    if (filling->is_html)
        buf_html(out, text);
    else
        buf_adds(out, text);
    if (is_apart)
        buf_adds(out, filling->is_html ? "</bdi>" : "\u2069");
}

static void add_tag(struct buf *out, const struct filling *filling, const char *tag, size_t len)
{
    const struct text_arg *address = find_arg(filling, "a", 1);
    if (!filling->is_html)
        return;
    if (len == 3 && memcmp(tag, "<a>", 3) == 0) {
        buf_adds(out, "<a href=\"");
        buf_html(out, address != NULL && address->text != NULL ? address->text : "");
        buf_adds(out, "\">");
    } else {
        buf_add(out, tag, len);
    }
}

static void add_text(struct buf *out, const struct filling *filling, const char *text)
{
    while (*text != '\0') {
        size_t words = strcspn(text, "{<");
        add_words(out, filling, text, words);
        text += words;
        if (*text == '\0')
            break;
        size_t len = strcspn(text, *text == '{' ? "}" : ">") + 1;
        const struct text_arg *arg = find_arg(filling, text + 1, len - 2);
        if (*text == '<')
            add_tag(out, filling, text, len);
        else if (arg != NULL)
            add_arg(out, filling, arg);
        text += len;
    }
}

static const char *form_of(enum locale lang, enum text text, const struct filling *filling)
{
    const struct text_row *row = &text_rows[lang][text];
    const struct text_arg *n = find_arg(filling, "n", 1);
    if (row->forms == NULL)
        return row->text;
    unsigned form = n != NULL ? catalogue_plural(lang, n->number) : FORM_OTHER;
    return row->forms[form] != NULL ? row->forms[form] : row->forms[FORM_OTHER];
}

void catalogue_html(struct buf *out, enum locale lang, enum text text, const struct text_arg *args,
                    size_t count)
{
    struct filling filling = {.lang = lang, .args = args, .count = count, .is_html = true};
    assert((unsigned)lang < LOCALE_COUNT && (unsigned)text < TEXT_COUNT);
    if (text_rows[lang][text].is_plain)
        buf_adds(out, text_rows[lang][text].text);
    else
        add_text(out, &filling, form_of(lang, text, &filling));
}

const char *catalogue_text(struct arena *arena, enum locale lang, enum text text,
                           const struct text_arg *args, size_t count)
{
    struct filling filling = {.lang = lang, .args = args, .count = count};
    struct buf words = {0};
    assert((unsigned)lang < LOCALE_COUNT && (unsigned)text < TEXT_COUNT);
    if (text_rows[lang][text].is_plain)
        return text_rows[lang][text].text;
    add_text(&words, &filling, form_of(lang, text, &filling));
    const char *kept = arena_strdup(arena, words.data != NULL ? words.data : "");
    buf_free(&words);
    return kept;
}

static void add_day(struct buf *out, enum locale lang, const struct tm *day)
{
    struct buf number = {0}, year = {0};
    buf_int(&number, day->tm_mday);
    buf_int(&year, day->tm_year + 1900);
    struct text_arg args[] = {
        {.name = "day", .text = number.data},
        {.name = "month", .text = text_rows[lang][months[day->tm_mon]].text},
        {.name = "year", .text = year.data},
    };
    /* Parts of one date belong together: they are not set apart from each other. */
    struct filling filling = {.lang = LOCALE_EN, .args = args, .count = 3};
    add_text(out, &filling, text_rows[lang][TEXT_DATE_DAY].text);
    buf_free(&number);
    buf_free(&year);
}

void catalogue_date(struct buf *out, enum locale lang, int64_t at_s)
{
    struct tm day;
    time_t at = at_s;
    if (gmtime_r(&at, &day) != NULL)
        add_day(out, lang, &day);
}

void catalogue_moment(struct buf *out, enum locale lang, int64_t at_s)
{
    struct tm day;
    time_t at = at_s;
    if (gmtime_r(&at, &day) == NULL)
        return;
    struct buf date = {0};
    char time[6] = {(char)('0' + day.tm_hour / 10), (char)('0' + day.tm_hour % 10), ':',
                    (char)('0' + day.tm_min / 10), (char)('0' + day.tm_min % 10)};
    add_day(&date, lang, &day);
    struct text_arg args[] = {{.name = "date", .text = date.data}, {.name = "time", .text = time}};
    struct filling filling = {.lang = LOCALE_EN, .args = args, .count = 2};
    add_text(out, &filling, text_rows[lang][TEXT_DATE_MOMENT].text);
    buf_free(&date);
}

static const char *apart(struct arena *arena, enum locale lang, const char *name)
{
    return locale_is_rtl(lang) ? arena_printf(arena, "\u2068%s\u2069", name) : name;
}

const char *catalogue_list(struct arena *arena, enum locale lang, const char *const *names,
                           size_t count)
{
    const char *text = count > 0 ? apart(arena, lang, names[0]) : "";
    for (size_t i = 1; i < count; i++) {
        enum text join = count == 2       ? TEXT_LIST_PAIR
                         : i + 1 == count ? TEXT_LIST_LAST
                                          : TEXT_LIST_MORE;
        struct text_arg args[] = {{.name = "a", .text = text},
                                  {.name = "b", .text = apart(arena, lang, names[i])}};
        struct filling filling = {.lang = LOCALE_EN, .args = args, .count = 2};
        struct buf words = {0};
        add_text(&words, &filling, text_rows[lang][join].text);
        text = arena_strdup(arena, words.data);
        buf_free(&words);
    }
    return text;
}
