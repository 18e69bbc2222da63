/*
 * web/guard_words: see guard_words.h.
 */
#include "web/guard_words.h"

#include <string.h>

#include "base/catalogue.h"
#include "view/error.h"
#include "view/problem.h"
#include "web/reply_head.h"

static bool holds(struct guard_slice slice, const char *text)
{
    return slice.len > 0 && memmem(slice.at, slice.len, text, strlen(text)) != NULL;
}

static bool is_of_admins(struct guard_slice target)
{
    static const char admin[] = "/admin";
    return target.len >= sizeof admin - 1 && memcmp(target.at, admin, sizeof admin - 1) == 0;
}

/* The value of ?lang= as it stands: a tag needs no decoding. */
static const char *asked_language(struct arena *arena, struct guard_slice target)
{
    static const char name[] = "lang=";
    const char *address = arena_strndup(arena, target.at ? target.at : "", target.len);
    const char *at = strchr(address, '?');
    while (at && strncmp(at + 1, name, sizeof name - 1) != 0)
        at = strchr(at + 1, '&');
    if (!at)
        return "";
    at += sizeof name;
    return arena_strndup(arena, at, strcspn(at, "&"));
}

/* The order of web/speak, as far as a head goes. */
static struct speech speech_of(struct arena *arena, const struct guard_result *request)
{
    struct speech speech = {.lang = LOCALE_EN};
    if (!request || is_of_admins(request->target))
        return speech;
    speech.is_asked = locale_parse(asked_language(arena, request->target), &speech.lang);
    if (!speech.is_asked && request->accept_language.len > 0)
        (void)locale_negotiate(
            arena_strndup(arena, request->accept_language.at, request->accept_language.len),
            &speech.lang);
    return speech;
}

/* What a person can meet; all else is said by programs that break the rules. */
static void words_of(int code, enum text *title, enum text *advice)
{
    static const struct {
        int code;
        enum text title, advice;
    } words[] = {
        {401, TEXT_ERROR_TITLE_401, TEXT_ERROR_ADVICE_401},
        {413, TEXT_ERROR_TITLE_413, TEXT_ERROR_ADVICE_413},
        {503, TEXT_ERROR_TITLE_503, TEXT_ERROR_ADVICE_503},
        {507, TEXT_ERROR_TITLE_507, TEXT_ERROR_ADVICE_507},
    };
    *title = TEXT_ERROR_TITLE_400;
    *advice = TEXT_ERROR_ADVICE_400;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (words[i].code == code) {
            *title = words[i].title;
            *advice = words[i].advice;
        }
}

const char *guard_words(struct buf *body, const char *public_url, int code, const char *why,
                        const struct guard_result *request, enum locale *lang)
{
    *lang = LOCALE_EN;
    if (request && request->is_api) {
        view_api_problem_as(body, public_url, problem_of_code(code), code, why);
        return "application/problem+json";
    }
    struct arena *arena = arena_new();
    const struct speech speech = speech_of(arena, request);
    const bool is_page = request && holds(request->accept, "text/html");
    enum text title, advice;
    words_of(code, &title, &advice);
    const char *what = TEXT(arena, speech.lang, title);
    const char *next = speech.lang == LOCALE_EN ? why : TEXT(arena, speech.lang, advice);
    if (is_page)
        view_error_page(body, arena, speech, code, what, next, NULL, NULL);
    else if (speech.lang == LOCALE_EN)
        buf_printf(body, "%d %s\n%s\n", code, reply_head_phrase(code), why);
    else
        buf_printf(body, "%d %s\n%s\n%s\n", code, reply_head_phrase(code), what, next);
    arena_free(arena);
    *lang = speech.lang;
    return is_page ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
}
