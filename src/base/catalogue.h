/*
 * base/catalogue: what is said to people, in their language: a text of assets/locale/ with its
 * arguments filled in, dates and numbers in the language's form.
 *
 * enum text is generated: the text "manage.title" is TEXT_MANAGE_TITLE. Templates say
 * {{_manage.title}}; C that words a notice or a subject says TEXT(arena, lang, TEXT_MANAGE_TITLE).
 * What is filled in is a person's or an admin's, so the HTML form escapes it, and where the
 * language runs from right to left it is set apart (<bdi>, or U+2068 and U+2069 in plain text).
 */
#ifndef ASSENT_BASE_CATALOGUE_H
#define ASSENT_BASE_CATALOGUE_H

#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/contact.h"
#include "base/locale.h"
#include "texts.h"

struct text_arg {
    const char *name; /* NULL: not there */
    enum { TEXT_ARG_TEXT, TEXT_ARG_NUMBER, TEXT_ARG_DAY, TEXT_ARG_MOMENT, TEXT_ARG_SHORT } kind;
    const char *text; /* NULL counts as "" */
    int64_t number;   /* a count (the one named n picks the plural form), or UTC seconds */
};

/* {{_key name=value}}: by type, text or a number. */
#define ARG(name, value)                                                                           \
    _Generic((value),                                                                              \
        char *: catalogue_arg_text,                                                                \
        const char *: catalogue_arg_text,                                                          \
        int: catalogue_arg_int,                                                                    \
        long: catalogue_arg_int,                                                                   \
        unsigned long: catalogue_arg_size)(name, value)
struct text_arg catalogue_arg_text(const char *name, const char *text);
struct text_arg catalogue_arg_int(const char *name, int64_t number);
struct text_arg catalogue_arg_size(const char *name, size_t number);
/* {{_key name=value|date}}, {{_key name=value|moment}}: "23 November 2026", and with the time. */
struct text_arg catalogue_arg_date(const char *name, int64_t at_s);
struct text_arg catalogue_arg_moment(const char *name, int64_t at_s);
/* {{_key name=value|short}}: "23 Nov 2026", whatever the language: the form of admins' pages. */
struct text_arg catalogue_arg_short(const char *name, int64_t at_s);

/* Adds a text as HTML: its own tags stay, everything else is escaped. The argument a is the address
 * of its <a>. */
void catalogue_html(struct buf *out, enum locale lang, enum text text, const struct text_arg *args,
                    size_t count);

/* A text without its tags, not escaped: for titles, notices, attributes, mails in plain text. */
const char *catalogue_text(struct arena *arena, enum locale lang, enum text text,
                           const struct text_arg *args, size_t count);

/* TEXT(arena, lang, TEXT_X, ARG("topic", name), …) */
#define TEXT(arena, lang, text, ...)                                                               \
    catalogue_text(arena, lang, text, (const struct text_arg[]){{.name = NULL}, __VA_ARGS__},      \
                   sizeof((const struct text_arg[]){{.name = NULL}, __VA_ARGS__}) /                \
                       sizeof(struct text_arg))

/* What admins read is English: ADMIN_TEXT(arena, TEXT_ADMIN_X, ARG("topic", name), …) */
#define ADMIN_TEXT(arena, ...) TEXT(arena, LOCALE_EN, __VA_ARGS__)

/* In the language's form: "12,408"; "23 November 2026"; "A, B and C", each set apart as above. */
void catalogue_number(struct buf *out, enum locale lang, int64_t number);
void catalogue_date(struct buf *out, enum locale lang, int64_t at_s);
void catalogue_moment(struct buf *out, enum locale lang, int64_t at_s);
const char *catalogue_list(struct arena *arena, enum locale lang, const char *const *names,
                           size_t count);

/* Which of zero, one, two, few, many, other (0 to 5) a whole number takes: CLDR's cardinal rules.
 */
unsigned catalogue_plural(enum locale lang, int64_t n);

#endif
