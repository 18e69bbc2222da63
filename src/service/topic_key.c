/*
 * service/topic_key: see the header.
 */
#include "service/topic_key.h"

#include <string.h>

#include "base/contact.h"
#include "base/fold.h"

/* Folded letters only: base/fold has taken case and accents off. Greek by ISO 843 and Cyrillic by
 * the passport spelling of ICAO Doc 9303, without its rarer letters. */
static const struct {
    const char *letter, *ascii;
} spellings[] = {
    {"α", "a"},  {"β", "v"},  {"γ", "g"},  {"δ", "d"},  {"ε", "e"},    {"ζ", "z"},  {"η", "i"},
    {"θ", "th"}, {"ι", "i"},  {"κ", "k"},  {"λ", "l"},  {"μ", "m"},    {"ν", "n"},  {"ξ", "x"},
    {"ο", "o"},  {"π", "p"},  {"ρ", "r"},  {"σ", "s"},  {"ς", "s"},    {"τ", "t"},  {"υ", "y"},
    {"φ", "f"},  {"χ", "ch"}, {"ψ", "ps"}, {"ω", "o"},  {"а", "a"},    {"б", "b"},  {"в", "v"},
    {"г", "g"},  {"ґ", "g"},  {"д", "d"},  {"е", "e"},  {"є", "ie"},   {"ж", "zh"}, {"з", "z"},
    {"и", "i"},  {"і", "i"},  {"ї", "i"},  {"й", "i"},  {"ј", "j"},    {"к", "k"},  {"л", "l"},
    {"љ", "lj"}, {"м", "m"},  {"н", "n"},  {"њ", "nj"}, {"о", "o"},    {"п", "p"},  {"р", "r"},
    {"с", "s"},  {"т", "t"},  {"ћ", "c"},  {"у", "u"},  {"ў", "u"},    {"ф", "f"},  {"х", "kh"},
    {"ц", "ts"}, {"ч", "ch"}, {"џ", "dz"}, {"ш", "sh"}, {"щ", "shch"}, {"ъ", "ie"}, {"ы", "y"},
    {"ь", ""},   {"э", "e"},  {"ю", "iu"}, {"я", "ia"}, {"ђ", "dj"},   {"ё", "e"},  {"ß", "ss"},
};

static size_t char_len(const char *text)
{
    size_t len = 1;

    while (((unsigned char)text[len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* How the one character at text is spelt; NULL: as a gap. */
static const char *spell(const char *text, size_t len)
{
    static const char ascii[] = "abcdefghijklmnopqrstuvwxyz0123456789";

    if (len == 1) {
        const char *at = *text == '\0' ? NULL : strchr(ascii, *text);
        return at;
    }
    for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++)
        if (strlen(spellings[i].letter) == len && memcmp(spellings[i].letter, text, len) == 0)
            return spellings[i].ascii;
    return NULL;
}

const char *topic_key_make(struct arena *arena, const char *name)
{
    char key[TOPIC_KEY_MAX_BYTES + 1];
    size_t len = 0;
    bool has_gap = false;
    const char *folded = fold_key(arena, name);

    for (size_t at = 0, size; folded[at] != '\0'; at += size) {
        size = char_len(folded + at);
        const char *ascii = spell(folded + at, size);
        size_t more = ascii == NULL ? 0 : size == 1 ? 1 : strlen(ascii);
        if (ascii == NULL) {
            has_gap = len > 0;
            continue;
        }
        if (len == 0 && *ascii >= '0' && *ascii <= '9')
            continue; /* a key begins with a letter */
        if (len + has_gap + more > TOPIC_KEY_MAX_BYTES)
            break;
        if (has_gap && more > 0)
            key[len++] = '_';
        has_gap = has_gap && more == 0;
        while (more-- > 0)
            key[len++] = *ascii++;
    }
    return arena_strndup(arena, key, len);
}
