/*
 * service/wording: the texts that people choose by, kept so that years later it can be shown what
 * stood on the page.
 *
 * Every text is kept once, by the BLAKE2b-256 of its bytes. A text is lines "name = words", in the
 * order of the page; in words a line's end is \n and a backslash \\. There is one a page and
 * language (its words from the catalogues, {names} as they are), one of the topics in each
 * language, one of the brand's words. A list of "what hash" lines holds the pages together, and one
 * more ("pages", "topics en", …, "brand") the whole set: its hash is the set's. A set is numbered
 * when it comes to stand, with an ENTRY_WORDING whose private_hash is the set's hash, so that the
 * ledger's chain covers every text. Sets and texts are never altered.
 *
 * What somebody saw is a page of a set in a language (base/wording). Its own hash is that of the
 * three lines "page hash", "topics hash", "brand hash", each with its end.
 *
 * While two releases run on one database, each names sets that were made with its own pages.
 */
#ifndef ASSENT_SERVICE_WORDING_H
#define ASSENT_SERVICE_WORDING_H

#include "base/wording.h"
#include "crypto/content_hash.h"
#include "service/service.h"
#include "store/wordings.h"

/* The hash of this program's list of pages, for struct service. */
void wording_pages(uint8_t out[CONTENT_HASH_BYTES]);

/* Keeps the texts as they stand in txn, with an entry by origin, unless the newest set of this
 * release is these. Part of every change of a topic, of its texts, or of the brand's words, and of
 * every start. STATUS_REFUSED: there were WORDING_SET_MAX sets. */
enum status wording_keep(const struct service *service, struct txn *txn, struct arena *arena,
                         const struct origin *origin) MUST_CHECK;

/* Whether wording_keep would have nothing to do. Reads only. */
enum status wording_is_kept(const struct service *service, struct arena *arena,
                            bool *out) MUST_CHECK;

/* The set that a page shows now; 0 where none was made yet. */
enum status wording_now(const struct service *service, int32_t *out) MUST_CHECK;

/* Completes origin's wording, which has its page and language. seen: what the page's form says that
 * it showed; taken where it names that kind of page, and a set that there is; else it is the newest
 * set. An origin that saw no page stays so. */
enum status wording_of_act(const struct service *service, int32_t seen,
                           struct origin *origin) MUST_CHECK;

struct wording_line {
    const char *key, *text;
};

struct wording_topic {
    const char *key, *name, *description;
    bool offers_frequency, on_join, double_opt_in;
};

/* What somebody saw. */
struct wording_shown {
    int32_t packed;
    struct wording wording;
    const char *name;         /* as wording_name */
    bool is_kept;             /* false: of the time before sets, or it is not known which; then all
                                 below is empty */
    int64_t since;            /* when the set came to stand */
    struct position position; /* of its entry in the ledger */
    char hash[CONTENT_HASH_TEXT_BYTES];
    struct wording_line *lines; /* the page's, in order */
    size_t lines_count;
    struct wording_topic *topics; /* that were in use, in order */
    size_t topics_count;
    struct wording_line *brand; /* what was set of it */
    size_t brand_count;
    struct wording_source { /* the texts that hash covers, as they are kept */
        char hash[CONTENT_HASH_TEXT_BYTES];
        const char *text;
    } sources[3]; /* page, topics, brand */
};

/* STATUS_NOT_FOUND: packed names no page, or a set that there is not. STATUS_CORRUPT: a text is
 * missing. */
enum status wording_show(const struct service *service, struct arena *arena, int32_t packed,
                         struct wording_shown *out) MUST_CHECK;

/* Its hash alone; "" where wording_show says that it is not kept, or finds none. */
enum status wording_hash(const struct service *service, struct arena *arena, int32_t packed,
                         char out[CONTENT_HASH_TEXT_BYTES]) MUST_CHECK;

/* A set, and what of it differs from the one before. */
struct wording_listed {
    struct wording_set set;
    char hash[CONTENT_HASH_TEXT_BYTES];
    bool is_first;
    bool pages_moved, topics_moved, brand_moved;
};

#define WORDING_LIST_MAX 100

/* Sets with a number below before (0: all), newest first, at most limit, up to WORDING_LIST_MAX. */
enum status wording_list(const struct service *service, struct arena *arena, int64_t before,
                         int limit, struct wording_listed **out, size_t *count) MUST_CHECK;

enum wording_fault_kind {
    WORDING_SOUND,
    WORDING_SET_MISSING,   /* an entry of the ledger names a set that there is not, or the numbers
                              have a gap */
    WORDING_ENTRY_MISSING, /* a set is there without its entry */
    WORDING_SET_ALTERED,   /* the set's hash is another than its entry says */
    WORDING_TEXT_MISSING,
    WORDING_TEXT_ALTERED,
    WORDING_FAULT_COUNT
};

struct wording_fault {
    enum wording_fault_kind kind;
    int64_t set;
    struct position position; /* of the entry that is contradicted; 0: unknown */
    const char *part; /* "manage de", "topics en", "brand", "pages"; "" for the set itself */
};

/* Whether what ENTRY_WORDING entries cover is there, unaltered: every set, in order of its number,
 * and every text of it, each read once. entries: how many such entries the ledger has, -1 where
 * that was not counted (sets cut off at the end are then not missed). STATUS_OK also for faults:
 * *out is the first. */
enum status wording_check(struct store *store, struct arena *arena, int64_t entries,
                          struct wording_fault *out) MUST_CHECK;

#endif
