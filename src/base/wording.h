/*
 * base/wording: which texts a person saw when choosing, as one number in a ledger entry.
 *
 * The number names a page, the language it was read in, and the set of texts that stood then: the
 * page's own, the topics and the brand's words, kept by their hash (service/wording). Bit 30 says
 * so; below it are 4 bits of page, 5 of language and 21 of the set's number. Entries of the time
 * before hold (language << 16 | a number of their page's texts, counted by hand from 1 to 14);
 * those numbers name what they named, for ever.
 */
#ifndef ASSENT_BASE_WORDING_H
#define ASSENT_BASE_WORDING_H

#include <stdint.h>

#include "base/arena.h"
#include "base/locale.h"

/* Stored and hashed: never renumbered, only added to. assets/pages.txt says what stands on each. */
enum wording_page {
    WORDING_NONE, /* a mail program acted, nobody read a page */
    WORDING_MANAGE,
    WORDING_UNSUBSCRIBE,
    WORDING_JOIN,        /* the sign-up form */
    WORDING_CONFIRM,     /* the page that confirms a sign-up */
    WORDING_ADDRESS,     /* the page that confirms a new address */
    WORDING_LINK,        /* of a manage link that expired or is void: stops everything */
    WORDING_MANAGE_DONE, /* after a stop by a manage link: undo, and why */
    WORDING_UNSUBSCRIBE_DONE,
    WORDING_PAGE_COUNT
};

#define WORDING_SET_MAX ((INT32_C(1) << 21) - 1)

struct wording {
    enum wording_page page;
    enum locale lang;
    int32_t set;    /* 0: not known, or of the time before sets */
    int32_t number; /* of the time before: as counted by hand; else 0 */
};

/* set: 0 to WORDING_SET_MAX. NONE is 0, whatever else. */
int32_t wording_pack(enum wording_page page, enum locale lang, int32_t set);

/* False: no such page or language; *out is left alone. 0 is NONE. */
bool wording_unpack(int32_t packed, struct wording *out);

/* The pages of one kind of link: MANAGE for LINK and MANAGE_DONE, UNSUBSCRIBE for
 * UNSUBSCRIBE_DONE, else the page itself; of whatever version. NONE for what can't be unpacked. */
enum wording_page wording_family(int32_t packed);

/* "manage", "unsubscribe_done"; "" for NONE. Static. parse: false: no such page. */
const char *wording_page_key(enum wording_page page);
bool wording_page_parse(const char *key, enum wording_page *out);

/* What receipts and admins call it: "manage-set12" for a set, "manage-10" for a number of the time
 * before, "page-99" for one that nobody gave, "manage" while the set is not known; "" for NONE. */
const char *wording_name(struct arena *arena, int32_t packed);

/* The number of such a name in a language. False: it names no page, or no number of one. */
bool wording_name_parse(const char *name, enum locale lang, int32_t *out);

#endif
