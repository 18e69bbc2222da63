/*
 * base/locale: see locale.h.
 */
#include "base/locale.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

struct naming {
    const char *tag, *name;
    bool is_rtl;
};

static const struct naming locales[] = {
    [LOCALE_EN] = {"en", "English", false},    [LOCALE_DE] = {"de", "Deutsch", false},
    [LOCALE_FR] = {"fr", "Français", false},   [LOCALE_ES] = {"es", "Español", false},
    [LOCALE_IT] = {"it", "Italiano", false},   [LOCALE_PT] = {"pt", "Português", false},
    [LOCALE_NL] = {"nl", "Nederlands", false}, [LOCALE_PL] = {"pl", "Polski", false},
    [LOCALE_TR] = {"tr", "Türkçe", false},     [LOCALE_JA] = {"ja", "日本語", false},
    [LOCALE_AR] = {"ar", "العربية", true},     [LOCALE_HE] = {"he", "עברית", true},
};
static_assert(sizeof locales / sizeof *locales == LOCALE_COUNT, "a name for every locale");

const char *locale_tag(enum locale locale)
{
    return (unsigned)locale < LOCALE_COUNT ? locales[locale].tag : locales[LOCALE_EN].tag;
}

const char *locale_name(enum locale locale)
{
    return (unsigned)locale < LOCALE_COUNT ? locales[locale].name : locales[LOCALE_EN].name;
}

bool locale_is_rtl(enum locale locale)
{
    return (unsigned)locale < LOCALE_COUNT && locales[locale].is_rtl;
}

static bool find(const char *tag, size_t len, enum locale *out)
{
    size_t first = 0;
    while (first < len && tag[first] != '-' && tag[first] != '_')
        first++;
    if (first == 2 && strncasecmp(tag, "iw", 2) == 0) { /* Hebrew's tag of old (RFC 5646, 2.2.1) */
        *out = LOCALE_HE;
        return true;
    }
    for (unsigned i = 0; i < LOCALE_COUNT; i++)
        if (strlen(locales[i].tag) == first && strncasecmp(tag, locales[i].tag, first) == 0) {
            *out = (enum locale)i;
            return true;
        }
    return false;
}

bool locale_parse(const char *tag, enum locale *out)
{
    return tag != NULL && find(tag, strlen(tag), out);
}

/* ";q=0.8" as thousandths; -1: broken. RFC 9110, 12.4.2. */
static int read_weight(const char *text, size_t len)
{
    static const int places[] = {100, 10, 1};
    size_t i = 0;
    while (i < len && (text[i] == ' ' || text[i] == '\t' || text[i] == ';'))
        i++;
    if (i == len)
        return 1000;
    if (len - i < 3 || (text[i] != 'q' && text[i] != 'Q') || text[i + 1] != '=' ||
        (text[i + 2] != '0' && text[i + 2] != '1'))
        return -1;
    int weight = (text[i + 2] - '0') * 1000;
    i += 3;
    if (i < len && text[i] == '.')
        i++;
    for (int place = 0; i < len && text[i] >= '0' && text[i] <= '9'; i++, place++)
        if (place < 3)
            weight += (text[i] - '0') * places[place];
    while (i < len && (text[i] == ' ' || text[i] == '\t'))
        i++;
    return i < len || weight > 1000 ? -1 : weight;
}

bool locale_negotiate(const char *accept_language, enum locale *out)
{
    int best = 0;
    enum locale chosen = LOCALE_EN;
    const char *at = accept_language != NULL ? accept_language : "";
    while (*at != '\0') {
        at += strspn(at, ", \t");
        size_t len = strcspn(at, ",");
        size_t tag_len = strcspn(at, ",; \t");
        int weight = read_weight(at + tag_len, len - tag_len);
        enum locale found;
        if (weight < 0)
            return false;
        if (weight > best && find(at, tag_len, &found)) {
            best = weight;
            chosen = found;
        }
        at += len;
    }
    if (best > 0)
        *out = chosen;
    return best > 0;
}
