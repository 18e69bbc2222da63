/*
 * view/words: see words.h.
 */
#include "view/words.h"

#include <assert.h>

enum text words_type(enum contact_type type)
{
    static const enum text words[] = {
        [TYPE_CLIENT] = TEXT_ADMIN_TYPE_CLIENT,
        [TYPE_PARTNER] = TEXT_ADMIN_TYPE_PARTNER,
        [TYPE_FRANCHISEE] = TEXT_ADMIN_TYPE_FRANCHISEE,
    };
    static_assert(sizeof words / sizeof *words == TYPE_COUNT, "a word for every type");
    assert((unsigned)type < TYPE_COUNT);
    return words[type];
}

enum text words_status(enum contact_status status)
{
    static const enum text words[] = {
        [CONTACT_OPTED_OUT] = TEXT_ADMIN_WORD_OPTED_OUT,
        [CONTACT_OPTED_IN] = TEXT_ADMIN_WORD_OPTED_IN,
    };
    static_assert(sizeof words / sizeof *words == CONTACT_STATUS_COUNT, "and every status");
    assert((unsigned)status < CONTACT_STATUS_COUNT);
    return words[status];
}

enum text words_email(enum email_fault fault)
{
    static const enum text words[] = {
        [EMAIL_FINE] = TEXT_ADMIN_EMAIL_FINE,
        [EMAIL_EMPTY] = TEXT_ADMIN_EMAIL_EMPTY,
        [EMAIL_TOO_LONG] = TEXT_ADMIN_EMAIL_TOO_LONG,
        [EMAIL_NOT_UTF8] = TEXT_ADMIN_EMAIL_NOT_UTF8,
        [EMAIL_NO_AT] = TEXT_ADMIN_EMAIL_NO_AT,
        [EMAIL_BAD_LOCAL] = TEXT_ADMIN_EMAIL_BAD_LOCAL,
        [EMAIL_BAD_DOMAIN] = TEXT_ADMIN_EMAIL_BAD_DOMAIN,
    };
    static_assert(sizeof words / sizeof *words == EMAIL_FAULT_COUNT, "words for every fault");
    assert((unsigned)fault < EMAIL_FAULT_COUNT);
    return words[fault];
}
