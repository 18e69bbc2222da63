/*
 * crypto/password: Argon2id at libsodium's interactive limits, and the rules for new passwords.
 */
#include "crypto/password.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/arena.h"
#include "base/fold.h"
#include "base/utf8.h"

static_assert(PASSWORD_HASH_BYTES == crypto_pwhash_STRBYTES, "the text form that libsodium writes");

/* From assets/common-passwords.txt, each as fold_key gives it; NULL ends it. */
extern const char *const common_passwords[];

/* A hash of 32 random bytes that were thrown away, at the limits that password_hash uses. */
static const char decoy[] = "$argon2id$v=19$m=65536,t=2,p=1$Pb3xko36HdvhXstzshwJkw$"
                            "I8SC/zaJ/N86ZOOFq/ZeCzzPrIeyqZJ/eWIMX5X4UaM";

/* Characters, a byte that belongs to none counting as one. */
static size_t length_of(const char *text)
{
    size_t left = strlen(text), count = 0;
    while (left) {
        size_t step = utf8_step(text, left, NULL);
        step = step ? step : 1;
        text += step;
        left -= step;
        count++;
    }
    return count;
}

static bool is_common(const char *password)
{
    bool found = false;
    struct arena *arena = arena_new();
    const char *key =
        utf8_is_valid(password, strlen(password)) ? fold_key(arena, password) : password;
    for (size_t i = 0; common_passwords[i] && !found; i++)
        found = strcmp(key, common_passwords[i]) == 0;
    arena_free(arena);
    return found;
}

enum password_fault password_check(const char *password)
{
    size_t length = length_of(password);
    if (length < PASSWORD_MIN_CHARS)
        return PASSWORD_TOO_SHORT;
    if (length > PASSWORD_MAX_CHARS)
        return PASSWORD_TOO_LONG;
    return is_common(password) ? PASSWORD_COMMON : PASSWORD_FINE;
}

const char *password_fault_words(enum password_fault fault)
{
    switch (fault) {
    case PASSWORD_FINE:
        return "This password is fine.";
    case PASSWORD_TOO_SHORT:
        return "Use at least 12 characters. A few unrelated words are easy to remember.";
    case PASSWORD_TOO_LONG:
        return "Use at most 128 characters.";
    case PASSWORD_COMMON:
        return "This password is one that guessers try first. Choose another.";
    }
    return "";
}

enum status password_hash(const char *password, char out[PASSWORD_HASH_BYTES])
{
    char text[PASSWORD_HASH_BYTES];
    if (crypto_pwhash_str_alg(text, password, strlen(password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                              crypto_pwhash_MEMLIMIT_INTERACTIVE, crypto_pwhash_ALG_ARGON2ID13))
        return STATUS_IO; /* 64 MiB were not to be had */
    memcpy(out, text, sizeof text);
    return STATUS_OK;
}

bool password_is_right(const char *hash, const char *password)
{
    int wrong = crypto_pwhash_str_verify(hash ? hash : decoy, password, strlen(password));
    return hash && wrong == 0;
}

void password_generate(char out[PASSWORD_GENERATED_BYTES])
{
    /* Nothing that reads as something else; 20 of 31 are 99 bits. */
    static const char letters[] = "23456789abcdefghjkmnpqrstuvwxyz";
    char *at = out;
    for (int i = 0; i < 20; i++) {
        if (i && i % 5 == 0)
            *at++ = '-';
        *at++ = letters[randombytes_uniform(sizeof letters - 1)];
    }
    *at = '\0';
    static_assert(20 + 3 + 1 <= PASSWORD_GENERATED_BYTES, "it fits");
}
