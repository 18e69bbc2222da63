/*
 * tests/preview/preview: writes every page in every state to a folder, with its assets beside it,
 * so that they can be looked at and checked without a server: preview FOLDER.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Pages name their assets from the site's root; a folder has none. */
static void draw(const char *folder, const struct state *state)
{
    struct arena *arena = arena_new();
    struct buf page = {0}, local = {0};
    state->render(&page, arena);
    const char *from = page.data;
    for (const char *at; (at = strstr(from, "\"/assets/")); from = at + strlen("\"/assets/")) {
        buf_add(&local, from, (size_t)(at - from));
        buf_addc(&local, '"');
    }
    buf_adds(&local, from);
    save(folder, state->name, ".html", local.data, local.len);
    buf_free(&page);
    buf_free(&local);
    arena_free(arena);
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
            draw(argv[1], &state_sets[set]->states[i]);
        count += state_sets[set]->count;
    }
    printf("%zu pages in %s\n", count, argv[1]);
    return 0;
}
