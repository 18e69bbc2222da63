/*
 * service/wording_parts: the texts that stand now, in the form in which they are kept. For
 * service/wording*.c alone; the form is described in wording.h.
 */
#ifndef ASSENT_SERVICE_WORDING_PARTS_H
#define ASSENT_SERVICE_WORDING_PARTS_H

#include "service/wording.h"

#define WORDING_PARTS_MAX ((WORDING_PAGE_COUNT + 1) * LOCALE_COUNT + 3)

struct wording_part {
    uint8_t hash[CONTENT_HASH_BYTES];
    const char *text;
};

struct wording_parts {
    struct wording_part parts[WORDING_PARTS_MAX];
    size_t count;
    size_t pages_count;                /* the first so many are pages, and their list */
    uint8_t pages[CONTENT_HASH_BYTES]; /* of the list of pages */
    uint8_t hash[CONTENT_HASH_BYTES];  /* of the whole */
};

/* The pages alone, which are the program's own: fills parts up to pages_count, and pages. */
void wording_parts_pages(struct arena *arena, struct wording_parts *out);

/* All of it, as service->store has it. */
enum status wording_parts_all(const struct service *service, struct arena *arena,
                              struct wording_parts *out) MUST_CHECK;

/* The hash behind what in a list ("manage en", "brand"). False: it is not in it. */
bool wording_parts_find(const char *list, const char *what, uint8_t out[CONTENT_HASH_BYTES]);

/* One line "name = words" of a text, taken apart into arena; *text goes on to the next. False: the
 * text is at its end. Lines of another form are passed over. */
bool wording_parts_line(struct arena *arena, const char **text, struct wording_line *out);

#endif
