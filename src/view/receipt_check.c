/*
 * view/receipt_check: see receipt_check.h.
 */
#include "view/receipt_check.h"

#include <string.h>

#include "base/catalogue.h"
#include "templates.h"
#include "view/past.h"
#include "view/sheet.h"

static enum text unread_text(enum receipt_fault fault)
{
    switch (fault) {
    case RECEIPT_EMPTY:
        return TEXT_CHECK_EMPTY;
    case RECEIPT_LONG:
        return TEXT_CHECK_LONG;
    case RECEIPT_WRAPPED:
        return TEXT_CHECK_WRAPPED;
    case RECEIPT_FINE:
    case RECEIPT_BYTES:
    case RECEIPT_DEEP:
    case RECEIPT_TWICE:
    case RECEIPT_BEHIND:
    case RECEIPT_CUT:
    case RECEIPT_SYNTAX:
    case RECEIPT_NUMBER:
    case RECEIPT_NONE:
    case RECEIPT_MORE:
    case RECEIPT_SIGNATURE:
    case RECEIPT_FAULT_COUNT:
        break;
    }
    return TEXT_CHECK_UNREAD;
}

static enum text fault_text(const struct receipt_check *check)
{
    switch (check->verdict) {
    case RECEIPT_FOREIGN:
        return TEXT_CHECK_FOREIGN;
    case RECEIPT_ALTERED:
        return TEXT_CHECK_ALTERED;
    case RECEIPT_UNREAD:
    case RECEIPT_VALID:
    case RECEIPT_VERDICT_COUNT:
        break;
    }
    return unread_text(check->file.fault);
}

/* Whoever reads it need not be the person: not "you". */
static enum text who_text(const char *by)
{
    static const struct {
        const char *key;
        enum text text;
    } words[] = {
        {"recipient", TEXT_CHECK_BY_PERSON}, {"one_click", TEXT_CHECK_BY_PERSON},
        {"mailto", TEXT_CHECK_BY_PERSON},    {"admin", TEXT_PAST_BY_ADMIN},
        {"operator", TEXT_PAST_BY_ADMIN},    {"import", TEXT_PAST_BY_IMPORT},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(words[i].key, by) == 0)
            return words[i].text;
    return TEXT_PAST_BY_SYSTEM;
}

static const char *what(struct arena *arena, enum locale lang, const struct receipt_said *said)
{
    if (said->paused_until != 0)
        return TEXT(arena, lang, TEXT_MANAGE_PAUSED,
                    catalogue_arg_date("until", said->paused_until));
    if (strcmp(said->type, "contact_added") == 0)
        return TEXT(arena, lang, TEXT_PAST_ADDED);
    if (strcmp(said->type, "undone") == 0)
        return TEXT(arena, lang, TEXT_PAST_UNDONE);
    return strcmp(said->type, "pause") == 0 ? TEXT(arena, lang, TEXT_PAST_RESUMED) : "";
}

static void show(struct receipt_check_view *view, struct arena *arena,
                 const struct receipt_said *said)
{
    view->is_valid = true;
    view->said = *said;
    view->what = what(arena, view->lang, said);
    view->who = TEXT(arena, view->lang, who_text(said->by));
    view->position.value = said->position;
    view->purposes = arena_array(arena, said->purposes_count + 1, sizeof *view->purposes);
    for (size_t i = 0; i < said->purposes_count; i++) {
        const struct receipt_said_purpose *one = &said->purposes[i];
        struct receipt_purpose purpose = {
            .id = one->id, .name = one->name, .is_given = strcmp(one->state, "given") == 0};
        (void)frequency_parse(one->frequency, &purpose.frequency);
        view->purposes[view->purposes_count++] = view_receipt_purpose(arena, view->lang, &purpose);
    }
}

void view_receipt_check(struct buf *out, struct arena *arena, const struct brand *brand,
                        struct speech speech, const struct receipt_check *check, const char *typed)
{
    struct receipt_check_view view = {
        .lang = speech.lang,
        .frame = sheet_frame(arena, brand, speech, TEXT(arena, speech.lang, TEXT_CHECK_TITLE)),
        .typed = "",
    };
    if (check != NULL && check->verdict == RECEIPT_VALID) {
        show(&view, arena, &check->file.said);
    } else if (check != NULL) {
        view.fault = TEXT(arena, speech.lang, fault_text(check));
        view.typed = typed;
    }
    template_receipt_check(out, &view);
}
