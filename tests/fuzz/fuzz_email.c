/*
 * Fuzzes addresses and names. What is taken is UTF-8 within its limit and reads back as itself;
 * keys fold to themselves; a mask shows no more of the local part than its first character.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/contact.h"
#include "base/email.h"
#include "base/fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void want(bool is_so)
{
    if (!is_so)
        abort();
}

static void check_address(struct arena *arena, const char *text, size_t len)
{
    struct email email, again;
    enum email_fault fault = EMAIL_FINE;
    if (email_parse(arena, text, len, &email, &fault) != STATUS_OK) {
        want(fault > EMAIL_FINE && fault < EMAIL_FAULT_COUNT);
        return;
    }
    size_t written_len = strlen(email.written), key_len = strlen(email.key);
    want(written_len <= EMAIL_MAX_BYTES && fold_is_utf8(email.written, written_len));
    want(key_len <= EMAIL_MAX_BYTES && fold_is_utf8(email.key, key_len));
    want(!strpbrk(email.written, " \t\r\n<>,;\"\\"));
    want(strchr(email.key, '@') && strrchr(email.key, '@') == strchr(email.key, '@'));
    want(email_parse(arena, email.written, written_len, &again, NULL) == STATUS_OK);
    want(strcmp(again.written, email.written) == 0 && strcmp(again.key, email.key) == 0);
    const char *at = strchr(email.written, '@'), *mask = email_mask(arena, email.written);
    want(strlen(mask) <= 4 + 15 + strlen(at));
}

static void check_name(struct arena *arena, const char *text)
{
    const char *key = fold_key(arena, text), *clean = fold_clean(arena, text);
    const char *initials = fold_initials(arena, clean);
    want(fold_is_utf8(key, strlen(key)) && fold_is_utf8(clean, strlen(clean)));
    want(strcmp(fold_clean(arena, clean), clean) == 0);
    want(*initials && strlen(initials) <= 8);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *text = arena_strndup(arena, (const char *)data, size);
    check_address(arena, text, size);
    if (fold_is_utf8(text, size))
        check_name(arena, text);
    arena_free(arena);
    return 0;
}
