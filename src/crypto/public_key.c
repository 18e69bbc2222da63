/*
 * crypto/public_key: see public_key.h.
 */
#include "crypto/public_key.h"

#include <sodium.h>
#include <string.h>

#define BLANKS   " \t\r\n"
#define DER_HEAD 12
#define DER_MAX  512

/* SEQUENCE { SEQUENCE { OBJECT 1.3.101.112 } BIT STRING of 256 bits }: RFC 8410. */
static const uint8_t der_head[DER_HEAD] = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03,
                                           0x2b, 0x65, 0x70, 0x03, 0x21, 0x00};

static bool decode(const char *text, size_t len, int variant, uint8_t *out, size_t max,
                   size_t *decoded)
{
    const char *end = NULL;
    return sodium_base642bin(out, max, text, len, BLANKS, decoded, &end, variant) == 0 &&
           end == text + len;
}

static enum public_key_fault read_pem(const char *text, size_t len, uint8_t *out)
{
    static const char begin[] = "-----BEGIN PUBLIC KEY-----", end[] = "-----END PUBLIC KEY-----";
    uint8_t der[DER_MAX];
    size_t decoded = 0;
    if (memmem(text, len, "PRIVATE KEY-----", 16) != NULL)
        return PUBLIC_KEY_PRIVATE;
    if (len < sizeof begin + sizeof end || memcmp(text, begin, sizeof begin - 1) != 0 ||
        memcmp(text + len - (sizeof end - 1), end, sizeof end - 1) != 0)
        return PUBLIC_KEY_UNREADABLE;
    if (!decode(text + sizeof begin - 1, len - (sizeof begin - 1) - (sizeof end - 1),
                sodium_base64_VARIANT_ORIGINAL, der, sizeof der, &decoded))
        return PUBLIC_KEY_UNREADABLE;
    if (decoded != DER_HEAD + LINK_PUBLIC_BYTES || memcmp(der, der_head, DER_HEAD) != 0)
        return PUBLIC_KEY_OTHER_KIND;
    memcpy(out, der + DER_HEAD, LINK_PUBLIC_BYTES);
    return PUBLIC_KEY_FINE;
}

static enum public_key_fault read_plain(const char *text, size_t len, uint8_t *out)
{
    static const int variants[] = {
        sodium_base64_VARIANT_ORIGINAL, sodium_base64_VARIANT_ORIGINAL_NO_PADDING,
        sodium_base64_VARIANT_URLSAFE, sodium_base64_VARIANT_URLSAFE_NO_PADDING};
    uint8_t bytes[LINK_PUBLIC_BYTES];
    size_t decoded = 0;
    bool is_read = false;
    if (len == (size_t)2 * LINK_PUBLIC_BYTES)
        is_read = sodium_hex2bin(bytes, sizeof bytes, text, len, NULL, &decoded, NULL) == 0;
    for (size_t i = 0; i < sizeof variants / sizeof *variants && !is_read; i++)
        is_read = decode(text, len, variants[i], bytes, sizeof bytes, &decoded);
    if (!is_read || decoded != sizeof bytes)
        return PUBLIC_KEY_UNREADABLE;
    memcpy(out, bytes, sizeof bytes);
    return PUBLIC_KEY_FINE;
}

enum public_key_fault public_key_judge(const uint8_t key[LINK_PUBLIC_BYTES])
{
    uint8_t eightfold[LINK_PUBLIC_BYTES];
    memcpy(eightfold, key, sizeof eightfold);
    for (int i = 0; i < 3; i++) {
        uint8_t once[LINK_PUBLIC_BYTES];
        memcpy(once, eightfold, sizeof once);
        if (crypto_core_ed25519_add(eightfold, once, once) != 0)
            return PUBLIC_KEY_NO_POINT;
    }
    /* The neutral element, y = 1: the point's order divides the cofactor, eight. */
    static const uint8_t neutral[LINK_PUBLIC_BYTES] = {1};
    if (memcmp(eightfold, neutral, sizeof neutral) == 0)
        return PUBLIC_KEY_SMALL_ORDER;
    return crypto_core_ed25519_is_valid_point(key) == 1 ? PUBLIC_KEY_FINE : PUBLIC_KEY_NO_POINT;
}

enum public_key_fault public_key_read(const char *text, uint8_t out[LINK_PUBLIC_BYTES])
{
    uint8_t key[LINK_PUBLIC_BYTES];
    text += strspn(text, BLANKS);
    size_t len = strlen(text);
    while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
        len--;
    enum public_key_fault fault =
        strncmp(text, "-----", 5) == 0 ? read_pem(text, len, key) : read_plain(text, len, key);
    if (fault == PUBLIC_KEY_FINE)
        fault = public_key_judge(key);
    if (fault == PUBLIC_KEY_FINE)
        memcpy(out, key, sizeof key);
    return fault;
}
