/*
 * tests/unit/file_support: imports of a file's text in a site of the test's own, and who is there
 * after them. Imports by upload are import_support's.
 */
#ifndef ASSENT_TESTS_FILE_SUPPORT_H
#define ASSENT_TESTS_FILE_SUPPORT_H

#include "service/import.h"
#include "unit/site.h"

extern struct site file_site;

/* The rejected rows of the newest import; freed by the next, and by whoever ends. */
extern char *file_rejected;

int file_open_site(void **state);
int file_close_site(void **state);

struct import_result file_import_with(const char *csv, struct import_options options);
struct import_result file_import(const char *csv);

/* It ended well and counted so. */
void file_expect(const struct import_result *result, int added, int updated, int unchanged,
                 int kept_out, int rejected);

struct contact file_find(const char *email_key);
void file_is_person(const char *email_key, const char *name, enum contact_type type,
                    const char *language, enum contact_status status, uint64_t choices);

/* A test in a site of its own, in cmocka's table. */
#define TEST(name, function)                                                                       \
    {                                                                                              \
        name, function, file_open_site, file_close_site, NULL                                      \
    }

#endif
