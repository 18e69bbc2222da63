/*
 * Fuzzes SVG pictures. What is taken comes out as well-formed SVG that is taken again and comes out
 * the same, and holds nothing that could run or ask for anything.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/svg.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

/* An attribute whose name begins with "on"; a value may say " on" as it likes. */
static bool has_handler(const char *text)
{
    bool is_value = false;
    for (; *text != '\0'; text++) {
        if (*text == '"')
            is_value = !is_value;
        if (!is_value && strncmp(text, " on", 3) == 0)
            return true;
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    struct picture picture, again;
    const char *fault = NULL;

    if (svg_read(arena, data, size, &picture, &fault) == STATUS_OK) {
        static const char *const never[] = {"<script", "<style", "<image",   "<foreign",
                                            "<!",      "<?",     "&#x",      "<a ",
                                            "<a>",     "<set",   "<animate", "<filter"};
        const char *text = picture.data;
        want(picture.width >= 1 && picture.width <= PICTURE_MAX);
        want(picture.height >= 1 && picture.height <= PICTURE_MAX);
        want(strlen(text) == picture.len && strncmp(text, "<svg xmlns=", 11) == 0);
        bool has_text = strstr(text, "<t") != NULL; /* words in it may say anything */
        for (size_t i = 0; i < sizeof never / sizeof *never && !has_text; i++)
            want(strstr(text, never[i]) == NULL);
        want(has_text || !has_handler(text));
        want(svg_read(arena, picture.data, picture.len, &again, &fault) == STATUS_OK);
        want(again.len == picture.len && memcmp(again.data, picture.data, again.len) == 0);
    } else {
        want(fault != NULL && *fault != '\0');
    }
    arena_free(arena);
    return 0;
}
