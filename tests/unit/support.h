/*
 * tests/unit/support: what several unit tests need: cmocka with its includes, and folders of a
 * test's own.
 */
#ifndef ASSENT_TESTS_UNIT_SUPPORT_H
#define ASSENT_TESTS_UNIT_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A new empty folder (0700) below TMPDIR or /tmp; removed, with all in it, when the program ends.
 * The text lives as long as the program. */
const char *support_folder(void);

/* folder/name, as long as the program lives. */
const char *support_path(const char *folder, const char *name);

/* Writes len bytes of data as folder/name with that mode; fails the test if it can't. */
const char *support_write(const char *folder, const char *name, unsigned mode, const void *data,
                          size_t len);

#endif
