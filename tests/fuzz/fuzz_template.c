/*
 * Fuzzes texts of people and of the brand on their way into pages: every page in every state
 * (tests/preview), with one hostile text wherever somebody could have typed one. The page has the
 * same tags and attributes as with a harmless one, whatever the text is; an address that a link
 * leads to is one that runs nothing.
 */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/locale.h"
#include "preview/states.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

static const char *skip_name(const char *at)
{
    while (isalnum((unsigned char)*at) || *at == '-' || *at == ':')
        at++;
    return at;
}

/* Whether a value of href, src, action or formaction leads to this site, or to another by a scheme
 * that only asks. */
static bool is_tame(const char *value, size_t len)
{
    static const char *const begins[] = {
        "/", "?", "#", "https://", "http://", "mailto:", "otpauth://totp/", "data:text/plain;"};
    for (size_t i = 0; i < sizeof begins / sizeof *begins; i++)
        if (len >= strlen(begins[i]) && strncmp(value, begins[i], strlen(begins[i])) == 0)
            return true;
    return len == 0 || !memchr(value, ':', len);
}

static bool leads(const char *name, size_t len)
{
    static const char *const names[] = {"href", "src", "action", "formaction"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strlen(names[i]) == len && strncmp(names[i], name, len) == 0)
            return true;
    return false;
}

/* An attribute: its name goes into shape. Gives where it ends. */
static const char *read_attribute(struct buf *shape, const char *at)
{
    const char *name = at;
    at = skip_name(at);
    want(at > name);
    buf_addc(shape, ' ');
    buf_add(shape, name, (size_t)(at - name));
    if (*at != '=')
        return at;
    const char *value = ++at;
    if (*at == '"') {
        value = ++at;
        at += strcspn(at, "\"");
        want(*at == '"');
        if (leads(name, (size_t)(value - 2 - name)))
            want(is_tame(value, (size_t)(at - value)));
        return at + 1;
    }
    at += strcspn(at, " \t\n>\"'`=<");
    want(at > value && (*at == ' ' || *at == '\n' || *at == '>'));
    return at;
}

/* The tags of a page with the names of their attributes, as a strict reader sees them; anything
 * that it stumbles over ends the run. */
static void read_shape(struct buf *shape, const char *at)
{
    while (*(at += strcspn(at, "<")) != '\0') {
        if (strncmp(at, "<!doctype html>", 15) == 0) {
            at += 15;
            continue;
        }
        const char *name = ++at;
        at += *at == '/';
        at = skip_name(at);
        want(isalpha((unsigned char)at[-1]) || isdigit((unsigned char)at[-1]));
        buf_addc(shape, '<');
        buf_add(shape, name, (size_t)(at - name));
        while (*at != '>') {
            if (*at == '/' && at[1] == '>') {
                at++;
                continue;
            }
            want(isspace((unsigned char)*at));
            at += strspn(at, " \t\n");
            if (*at != '>' && *at != '/')
                at = read_attribute(shape, at);
        }
    }
}

static void render(const struct state *state, const char *text, struct buf *shape)
{
    struct arena *arena = arena_new();
    struct buf page = {0};
    states_hostile = text;
    state->render(&page, arena);
    want(page.len > 0 && memchr(page.data, '\0', page.len) == NULL);
    read_shape(shape, page.data);
    buf_free(&page);
    arena_free(arena);
}

static const struct state *pick(size_t number)
{
    size_t all = 0;
    for (size_t set = 0; set < state_sets_count; set++)
        all += state_sets[set]->count;
    number %= all;
    for (size_t set = 0;; set++) {
        if (number < state_sets[set]->count)
            return &state_sets[set]->states[number];
        number -= state_sets[set]->count;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buf hostile = {0}, tame = {0}, shape = {0};
    if (size < 4)
        return 0;
    const struct state *state = pick((size_t)data[0] << 8 | data[1]);
    states_lang = (enum locale)(data[2] % LOCALE_COUNT);
    /* An empty text is left out, and one that is an address may become a link: with a letter before
     * it, it is there and is none. */
    const bool is_text = data[3] % 4 != 0;
    buf_adds(&hostile, is_text ? "x" : "");
    for (size_t i = 4; i < size && data[i] != '\0'; i++)
        buf_addc(&hostile, (char)data[i]);
    render(state, hostile.len > 0 ? hostile.data : "", &shape);
    if (is_text) {
        render(state, "x", &tame);
        want(tame.len == shape.len && memcmp(tame.data, shape.data, shape.len) == 0);
    }
    buf_free(&hostile);
    buf_free(&tame);
    buf_free(&shape);
    return 0;
}
