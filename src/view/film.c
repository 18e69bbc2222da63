/*
 * view/film: see film.h.
 */
#include "view/film.h"

#include <string.h>

#include "assets.h"

static const struct asset *part_of(struct arena *arena, const char *task, const char *suffix)
{
    return asset_find(arena_printf(arena, "%s.%s", task, suffix));
}

static const char *url_of(struct arena *arena, const struct asset *asset)
{
    return arena_printf(arena, "/assets/%s?v=%s", asset->name, asset->version);
}

/* The first line is the length, the others are steps. */
static void read_words(struct arena *arena, const struct asset *words, struct film *film)
{
    const char *at = (const char *)words->data, *end = at + words->size;
    size_t lines = 0;

    for (const char *byte = at; byte < end; byte++)
        lines += *byte == '\n';
    film->lines = arena_array(arena, lines + 1, sizeof *film->lines);
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        size_t len = (size_t)((stop != NULL ? stop : end) - at);
        const char *text = arena_printf(arena, "%.*s", (int)len, at);
        if (film->length == NULL)
            film->length = text;
        else if (len > 0)
            film->lines[film->lines_count++].text = text;
        at += len + 1;
    }
}

struct film film_of(struct arena *arena, const char *task, const char *title)
{
    const struct asset *pictures = part_of(arena, task, "webm");
    const struct asset *captions = part_of(arena, task, "vtt");
    const struct asset *poster = part_of(arena, task, "webp");
    const struct asset *words = part_of(arena, task, "txt");
    struct film film = {.title = title};

    if (pictures == NULL || captions == NULL || poster == NULL || words == NULL)
        return film;
    film.url = url_of(arena, pictures);
    film.captions_url = url_of(arena, captions);
    film.poster_url = url_of(arena, poster);
    read_words(arena, words, &film);
    return film;
}
