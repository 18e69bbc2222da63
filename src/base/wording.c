/*
 * base/wording: see wording.h.
 */
#include "base/wording.h"

#include <assert.h>
#include <string.h>

#define IS_SET     (INT32_C(1) << 30)
#define PAGE_SHIFT 26
#define LANG_SHIFT 21

static_assert(WORDING_PAGE_COUNT <= 16, "4 bits of page");
static_assert(LOCALE_COUNT <= 32, "5 bits of language");

static const char *const keys[] = {
    [WORDING_NONE] = "",
    [WORDING_MANAGE] = "manage",
    [WORDING_UNSUBSCRIBE] = "unsubscribe",
    [WORDING_JOIN] = "join",
    [WORDING_CONFIRM] = "confirm",
    [WORDING_ADDRESS] = "address",
    [WORDING_LINK] = "link",
    [WORDING_MANAGE_DONE] = "manage_done",
    [WORDING_UNSUBSCRIBE_DONE] = "unsubscribe_done",
};
static_assert(sizeof keys / sizeof *keys == WORDING_PAGE_COUNT, "a key for every page");

/* By the number that was counted by hand. */
static const enum wording_page by_hand[] = {
    [0] = WORDING_NONE,        [1] = WORDING_MANAGE,      [2] = WORDING_UNSUBSCRIBE,
    [3] = WORDING_MANAGE,      [4] = WORDING_UNSUBSCRIBE, [5] = WORDING_JOIN,
    [6] = WORDING_CONFIRM,     [7] = WORDING_ADDRESS,     [8] = WORDING_MANAGE,
    [9] = WORDING_UNSUBSCRIBE, [10] = WORDING_MANAGE,     [11] = WORDING_UNSUBSCRIBE,
    [12] = WORDING_JOIN,       [13] = WORDING_CONFIRM,    [14] = WORDING_ADDRESS,
};

int32_t wording_pack(enum wording_page page, enum locale lang, int32_t set)
{
    assert((unsigned)page < WORDING_PAGE_COUNT && (unsigned)lang < LOCALE_COUNT);
    assert(set >= 0 && set <= WORDING_SET_MAX);
    if (page == WORDING_NONE)
        return 0;
    return IS_SET | (int32_t)page << PAGE_SHIFT | (int32_t)lang << LANG_SHIFT | set;
}

bool wording_unpack(int32_t packed, struct wording *out)
{
    struct wording wording = {0};
    unsigned page, lang;

    if (packed < 0)
        return false;
    if (packed & IS_SET) {
        page = (unsigned)(packed ^ IS_SET) >> PAGE_SHIFT;
        lang = (unsigned)packed >> LANG_SHIFT & 31;
        wording.set = packed & WORDING_SET_MAX;
        if (page == WORDING_NONE || page >= WORDING_PAGE_COUNT)
            return false;
    } else {
        const unsigned number = (unsigned)packed & 0xffff;
        if (number >= sizeof by_hand / sizeof *by_hand)
            return false;
        page = by_hand[number];
        lang = (unsigned)packed >> 16;
        wording.number = (int32_t)number;
    }
    if (lang >= LOCALE_COUNT || (page == WORDING_NONE && packed != 0))
        return false;
    wording.page = (enum wording_page)page;
    wording.lang = (enum locale)lang;
    *out = wording;
    return true;
}

enum wording_page wording_family(int32_t packed)
{
    struct wording wording;

    if (!wording_unpack(packed, &wording))
        return WORDING_NONE;
    switch (wording.page) {
    case WORDING_LINK:
    case WORDING_MANAGE_DONE:
        return WORDING_MANAGE;
    case WORDING_UNSUBSCRIBE_DONE:
        return WORDING_UNSUBSCRIBE;
    case WORDING_NONE:
    case WORDING_MANAGE:
    case WORDING_UNSUBSCRIBE:
    case WORDING_JOIN:
    case WORDING_CONFIRM:
    case WORDING_ADDRESS:
    case WORDING_PAGE_COUNT:
        break;
    }
    return wording.page;
}

const char *wording_page_key(enum wording_page page)
{
    return (unsigned)page < WORDING_PAGE_COUNT ? keys[page] : "";
}

bool wording_page_parse(const char *key, enum wording_page *out)
{
    for (unsigned page = WORDING_NONE + 1; page < WORDING_PAGE_COUNT; page++) {
        if (strcmp(key, keys[page]) == 0) {
            *out = (enum wording_page)page;
            return true;
        }
    }
    return false;
}

bool wording_name_parse(const char *name, enum locale lang, int32_t *out)
{
    const char *dash = strrchr(name, '-');
    const bool is_set = dash != NULL && strncmp(dash, "-set", 4) == 0;
    const char *digits = dash == NULL ? "" : dash + (is_set ? 4 : 1);
    enum wording_page page;
    int32_t number = 0;

    for (const char *c = digits; *c != '\0'; c++) {
        if (*c < '0' || *c > '9' || number > WORDING_SET_MAX)
            return false;
        number = number * 10 + (*c - '0');
    }
    if (number == 0 || number > WORDING_SET_MAX || *digits == '0')
        return false;
    for (unsigned i = WORDING_NONE + 1; i < WORDING_PAGE_COUNT; i++) {
        page = (enum wording_page)i;
        if (strlen(keys[i]) != (size_t)(dash - name) ||
            strncmp(name, keys[i], strlen(keys[i])) != 0)
            continue;
        if (!is_set &&
            ((size_t)number >= sizeof by_hand / sizeof *by_hand || by_hand[number] != page))
            return false;
        *out = is_set ? wording_pack(page, lang, number) : (int32_t)lang << 16 | number;
        return true;
    }
    return false;
}

const char *wording_name(struct arena *arena, int32_t packed)
{
    struct wording wording;

    if (!wording_unpack(packed, &wording))
        return arena_printf(arena, "page-%u", (unsigned)packed & 0xffff);
    if (wording.set != 0)
        return arena_printf(arena, "%s-set%d", keys[wording.page], (int)wording.set);
    if (wording.number != 0)
        return arena_printf(arena, "%s-%d", keys[wording.page], (int)wording.number);
    return keys[wording.page];
}
