/*
 * base/utf8: one well-formed UTF-8 sequence at a time (RFC 3629), for code that copies or escapes
 * text it does not trust. Not for case, normal forms or word breaks: base/fold.
 */
#ifndef ASSENT_BASE_UTF8_H
#define ASSENT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of the well-formed sequence that begins at text, 1 to 4; 0 if there is none within len.
 * No overlong forms, no surrogates, nothing past U+10FFFF. *rune, unless NULL, gets the code point
 * (untouched on 0). */
size_t utf8_step(const char *text, size_t len, uint32_t *rune);

/* Whether all len bytes are well-formed; NUL bytes count as well-formed. */
bool utf8_is_valid(const char *text, size_t len);

/* Writes rune (a Unicode scalar value) to out and returns its bytes, 1 to 4. */
size_t utf8_put(uint32_t rune, char out[4]);

#endif
