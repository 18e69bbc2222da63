/*
 * base/locale: the languages that pages and mails come in.
 *
 * What is said in them is in assets/locale/, compiled to base/catalogue's table. Numbers and dates
 * in a language's form, and its plural rule, belong to base/catalogue as well.
 */
#ifndef ASSENT_BASE_LOCALE_H
#define ASSENT_BASE_LOCALE_H

#include <stdbool.h>
#include <stddef.h>

/* Ledger entries name the language of a page: never renumbered, only added to. */
enum locale {
    LOCALE_EN,
    LOCALE_DE,
    LOCALE_FR,
    LOCALE_ES,
    LOCALE_IT,
    LOCALE_PT,
    LOCALE_NL,
    LOCALE_PL,
    LOCALE_TR,
    LOCALE_JA,
    LOCALE_AR,
    LOCALE_HE,
    LOCALE_COUNT
};

/* What a page is said in. */
struct speech {
    enum locale lang;
    bool is_asked; /* its address says so (?lang=de), and the links on it do too */
};

/* "de", "Deutsch". Static. */
const char *locale_tag(enum locale locale);
const char *locale_name(enum locale locale);
bool locale_is_rtl(enum locale locale);

/* The language of a tag, by its first part, in any case ("pt-BR" is LOCALE_PT). False: none of
 * ours, NULL and "" included; *out is left alone. RFC 4647 §3.4 (lookup). */
bool locale_parse(const char *tag, enum locale *out);

/* The one that an Accept-Language header likes best of those that we have (RFC 9110 §12.5.4).
 * False: none, or the header is broken; *out is left alone. */
bool locale_negotiate(const char *accept_language, enum locale *out);

#endif
