/*
 * bench: the bare limit of links: libsodium's own speed, one thread, for a second each.
 *
 * prints: signatures a second, verifications a second
 */
#include <sodium.h>
#include <stdio.h>
#include <time.h>

static double now_s(void)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

int main(void)
{
    unsigned char public_key[32], secret[64], signature[64], text[35] = {0};
    unsigned long signs = 0, checks = 0;
    double began;

    if (sodium_init() < 0)
        return 1;
    crypto_sign_keypair(public_key, secret);
    for (began = now_s(); now_s() - began < 1.0; signs++) {
        text[0] = (unsigned char)signs;
        crypto_sign_detached(signature, NULL, text, sizeof(text), secret);
    }
    for (began = now_s(); now_s() - began < 1.0; checks++)
        if (crypto_sign_verify_detached(signature, text, sizeof(text), public_key) != 0)
            return 1;
    printf("%lu %lu\n", signs, checks);
    return 0;
}
