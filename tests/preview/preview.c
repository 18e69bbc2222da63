/*
 * tests/preview/preview: writes every page in every state to a folder, with its assets beside it,
 * so that they can be looked at and checked without a server: preview FOLDER. Recipients' pages
 * stand once more in FOLDER/de, FOLDER/ar and so on, in that language.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "assets.h"
#include "preview/states.h"

static void save(const char *folder, const char *name, const char *suffix, const void *data,
                 size_t len)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(data, 1, len, file) != len || fclose(file) != 0) {
        perror(path);
        exit(1);
    }
}

/* Pages name their assets from the site's root; a folder has none. up: the way to them. */
static void draw(const char *folder, const char *up, const struct state *state)
{
    struct arena *arena = arena_new();
    struct buf page = {0}, local = {0};
    state->render(&page, arena);
    const char *from = page.data;
    for (const char *at; (at = strstr(from, "\"/assets/")); from = at + strlen("\"/assets/")) {
        buf_add(&local, from, (size_t)(at - from));
        buf_addc(&local, '"');
        buf_adds(&local, up);
    }
    buf_adds(&local, from);
    save(folder, state->name, ".html", local.data, local.len);
    buf_free(&page);
    buf_free(&local);
    arena_free(arena);
}

static void make_folder(const char *path)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST) {
        perror(path);
        exit(1);
    }
}

/* Recipients' pages. Gives how many. */
static size_t draw_language(const char *folder, enum locale lang)
{
    char path[512];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/%s", folder, locale_tag(lang));
    make_folder(path);
    states_lang = lang;
    for (size_t set = 0; set < state_sets_count; set++) {
        for (size_t i = 0; !state_sets[set]->is_admin && i < state_sets[set]->count; i++, count++)
            draw(path, "../", &state_sets[set]->states[i]);
    }
    return count;
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: preview FOLDER\n");
        return 2;
    }
    for (size_t i = 0; i < assets_count; i++)
        save(argv[1], assets[i].name, "", assets[i].data, assets[i].size);
    size_t count = 0;
    for (size_t set = 0; set < state_sets_count; set++) {
        for (size_t i = 0; i < state_sets[set]->count; i++)
            draw(argv[1], "", &state_sets[set]->states[i]);
        count += state_sets[set]->count;
    }
    for (enum locale lang = LOCALE_EN + 1; lang < LOCALE_COUNT; lang++)
        count += draw_language(argv[1], lang);
    printf("%zu pages in %s\n", count, argv[1]);
    return 0;
}
