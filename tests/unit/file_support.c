/*
 * tests/unit/file_support: see the header.
 */
#include "unit/file_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/contacts.h"

struct site file_site;

int file_open_site(void **state)
{
    site_open(&file_site);
    return 0;
}

int file_close_site(void **state)
{
    site_close(&file_site);
    return 0;
}

char *file_rejected;

struct import_result file_import_with(const char *csv, struct import_options options)
{
    struct import_result result;
    size_t size = 0;
    FILE *file = fmemopen((void *)(uintptr_t)csv, strlen(csv), "r");

    free(file_rejected);
    options.name = "people.csv";
    options.rejected = open_memstream(&file_rejected, &size);
    assert_non_null(file);
    assert_int_equal(import_run(&file_site.service, file_site.arena, file, &options, &result),
                     STATUS_OK);
    fclose(options.rejected);
    fclose(file);
    return result;
}

struct import_result file_import(const char *csv)
{
    return file_import_with(csv, (struct import_options){0});
}

void file_expect(const struct import_result *result, int added, int updated, int unchanged,
                 int kept_out, int rejected)
{
    const struct import_counts *counts = &result->counts;
    assert_int_equal(result->end, IMPORT_DONE);
    assert_int_equal(counts->added, added);
    assert_int_equal(counts->updated, updated);
    assert_int_equal(counts->unchanged, unchanged);
    assert_int_equal(counts->kept_out, kept_out);
    assert_int_equal(counts->rejected, rejected);
    assert_int_equal(counts->rows, added + updated + unchanged + kept_out + rejected);
}

struct contact file_find(const char *email_key)
{
    struct contact contact;
    assert_int_equal(
        contacts_find_email(file_site.service.store, file_site.arena, email_key, &contact),
        STATUS_OK);
    return contact;
}

void file_is_person(const char *email_key, const char *name, enum contact_type type,
                    const char *language, enum contact_status status, uint64_t choices)
{
    struct contact contact = file_find(email_key);
    assert_string_equal(contact.name, name);
    assert_int_equal(contact.type, type);
    assert_string_equal(contact.language, language);
    assert_int_equal(contact.status, status);
    assert_int_equal(contact.choices, choices);
}
