/*
 * view/slot: how a value of a template's slot becomes text. Included by the generated templates.
 *
 * Every form escapes; there is no raw one. {{name}} picks by type: text; int as it is; int64_t and
 * size_t grouped as 12,408; a ledger position as it is. {{name|filter}} calls slot_filter(). A type
 * that has no entry, such as an enum or a bool, does not compile.
 */
#ifndef ASSENT_VIEW_SLOT_H
#define ASSENT_VIEW_SLOT_H

#include "base/buf.h"
#include "base/contact.h"

#define SLOT_LITERAL(out, ...) buf_add(out, "" __VA_ARGS__, sizeof("" __VA_ARGS__) - 1)

#define SLOT(out, value)                                                                           \
    _Generic((value),                                                                              \
        char *: slot_text,                                                                         \
        const char *: slot_text,                                                                   \
        int: slot_int,                                                                             \
        long: slot_grouped,                                                                        \
        unsigned long: slot_count,                                                                 \
        struct position: slot_position)(out, value)

#define SLOT_HAS(value)                                                                            \
    _Generic((value), char *: slot_has_text, const char *: slot_has_text, default: slot_has)(value)

void slot_text(struct buf *out, const char *text);
void slot_int(struct buf *out, int value);
void slot_grouped(struct buf *out, int64_t value);
void slot_count(struct buf *out, size_t value);
void slot_position(struct buf *out, struct position position);

bool slot_has_text(const char *text); /* neither NULL nor "" */
bool slot_has(int64_t value);

/* Filters. */
void slot_when(struct buf *out, int64_t at_s);    /* 3 Nov 2026, 09:41 UTC */
void slot_day(struct buf *out, int64_t at_s);     /* 3 Nov 2026 */
void slot_date(struct buf *out, int64_t at_s);    /* 3 November 2026 */
void slot_iso_day(struct buf *out, int64_t at_s); /* 2026-11-03, for date fields */
void slot_rfc3339(struct buf *out, int64_t at_s); /* for <time datetime> */
void slot_people(struct buf *out, int64_t count); /* 1 person; 12,408 people */
void slot_url(struct buf *out, const char *text); /* percent-encoded: a query value */
void slot_type(struct buf *out, enum contact_type type);

#endif
