/*
 * base/base32: base32 of RFC 4648 section 6, without padding: what people type by hand.
 *
 * Reading is as lenient as typing is careless: either case, blanks and dashes between, and 0, 1, 8
 * where o, l and b were meant. Not for what a program sends.
 */
#ifndef ASSENT_BASE_BASE32_H
#define ASSENT_BASE_BASE32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Characters that len bytes take, without the NUL; len is a multiple of 5. */
#define BASE32_CHARS(len) ((len) / 5 * 8)

/* Small letters and digits 2 to 7; out has room for BASE32_CHARS(len) and the NUL. */
void base32_encode(const uint8_t *data, size_t len, char *out);

/* Exactly len bytes, a multiple of 5. False: text is something else; out is then undefined. */
bool base32_read(const char *text, uint8_t *out, size_t len);

#endif
