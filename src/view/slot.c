/*
 * view/slot: see slot.h.
 */
#include "view/slot.h"

#include <string.h>

#include "base/catalogue.h"
#include "base/clock.h"
#include "view/words.h"

void slot_text(struct buf *out, const char *text)
{
    buf_html(out, text);
}

void slot_int(struct buf *out, int value)
{
    buf_int(out, value);
}

void slot_grouped(struct buf *out, int64_t value)
{
    buf_grouped(out, value);
}

void slot_count(struct buf *out, size_t value)
{
    buf_grouped(out, (int64_t)value);
}

void slot_position(struct buf *out, struct position position)
{
    buf_int(out, position.value);
}

bool slot_has_text(const char *text)
{
    return text && *text;
}

bool slot_has(int64_t value)
{
    return value != 0;
}

void slot_when(struct buf *out, int64_t at_s)
{
    char text[CLOCK_HUMAN_BYTES];
    clock_human(at_s, text);
    buf_html(out, text);
}

void slot_day(struct buf *out, int64_t at_s)
{
    char text[CLOCK_HUMAN_BYTES];
    clock_human(at_s, text);
    text[strcspn(text, ",")] = '\0';
    buf_html(out, text);
}

void slot_date(struct buf *out, int64_t at_s)
{
    char text[CLOCK_HUMAN_BYTES];
    clock_long_day(at_s, text);
    buf_html(out, text);
}

void slot_iso_day(struct buf *out, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(at_s, text);
    text[strcspn(text, "T")] = '\0';
    buf_html(out, text);
}

void slot_rfc3339(struct buf *out, int64_t at_s)
{
    char text[CLOCK_RFC3339_BYTES];
    clock_rfc3339(at_s, text);
    buf_html(out, text);
}

void slot_people(struct buf *out, int64_t count)
{
    struct text_arg n = catalogue_arg_int("n", count);
    catalogue_html(out, LOCALE_EN, TEXT_ADMIN_PEOPLE_COUNT, &n, 1);
}

void slot_url(struct buf *out, const char *text)
{
    buf_url(out, text);
}

void slot_type(struct buf *out, enum contact_type type)
{
    catalogue_html(out, LOCALE_EN, words_type(type), NULL, 0);
}
