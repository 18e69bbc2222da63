/*
 * store/directory_map: everyone on the list, in memory that all processes of a server share.
 *
 * The file is the truth; the map follows the ledger. It says which position it stands at, and
 * whoever needs a newer one brings it there first (directory_map_catch_up). One process at a time
 * changes it, under a robust mutex of its own: what a killed one left half done is done again, as
 * every step may be taken twice. Readers take no lock: a row is four words behind a sequence
 * number, read again when it moved; texts never change where they stand.
 *
 * It answers what scans or asks for many. Where it is not ready, ask the file.
 */
#ifndef ASSENT_STORE_DIRECTORY_MAP_H
#define ASSENT_STORE_DIRECTORY_MAP_H

#include "store/store.h"

struct directory_map;

/* Row numbers from here on don't fit, and such a list is not mapped (STATUS_FULL). */
#define DIRECTORY_MAP_ROWS_MAX (INT64_C(1) << 26)

/* Reserves the memory, empty: it costs addresses, and pages only as they are filled. Before the
 * fork of those who are to share it. STATUS_FULL: no addresses to be had. */
enum status directory_map_new(struct directory_map **out) MUST_CHECK;
void directory_map_free(struct directory_map *map); /* this process's view; NULL is allowed */

/* Whether it is filled, and the position that it stands at. Never waits. */
bool directory_map_is_ready(const struct directory_map *map, struct position *at);

/* While it is filled: how far that is, in hundredths. */
int directory_map_percent(const struct directory_map *map);

/* Fills it from store, or brings it to store's newest position (inside a snapshot: to that of the
 * snapshot; it may stand beyond already). While another process is doing so it waits for that, up
 * to wait_ms; STATUS_BUSY after it. A file whose history is not the one that was mapped (a restored
 * backup) is mapped anew, and so is one whose memory holds mostly texts that were replaced;
 * meanwhile it is not ready. STATUS_FULL: too many people. Any failure leaves a map that says what
 * it is. */
enum status directory_map_catch_up(struct directory_map *map, struct store *store,
                                   int wait_ms) MUST_CHECK;

/* What is kept of a person. */
struct directory_row {
    struct contact_id id;
    enum contact_type type;
    enum contact_status status;
    uint64_t choices;
    int64_t paused_until; /* seconds; 0: not paused. Beyond 2106 it is 2106 */
    int64_t updated_at;
    struct position head; /* their newest entry: what changed after a snapshot shows by it */
};

/* One address to look up. */
struct directory_ask {
    const char *key; /* as in contact.email_key */
    size_t len;
    enum status status; /* STATUS_OK: row is set. STATUS_NOT_FOUND: nobody has it. STATUS_BUSY: just
                           being changed by one who does not go on; ask the file */
    struct directory_row row;
};

/* Looks up count addresses, comparing them whole. Only while it is ready. */
void directory_map_find(const struct directory_map *map, struct directory_ask *asks, size_t count);

/* The newest entry that took an address away from somebody: an address that is not found after a
 * snapshot of before it may have been somebody's in the snapshot. */
struct position directory_map_left(const struct directory_map *map);

/* How often it was filled: what was read while the number changed is nothing. */
uint64_t directory_map_fills(const struct directory_map *map);

/* Has the pages of what searches read mapped into this process, where the system can: the first
 * search would do so one fault at a time. Takes some tens of milliseconds for millions of people.
 */
void directory_map_fetch(const struct directory_map *map);

/* Lets store's searches look in map, where that is ready. NULL: no more. */
void store_use_directory(struct store *store, struct directory_map *map);
struct directory_map *store_directory(const struct store *store); /* NULL: none */

/* Whether map stands at the position of store's snapshot or beyond, now or within wait_ms; and so
 * can be read instead of the file. Not while nobody has filled it, nor inside a transaction. */
bool directory_map_serves(struct directory_map *map, struct store *store, int wait_ms);

/* Compares every row with the file's, both at one position. *differing: how many rows differ, or
 * are in only one of them, or stand where they don't belong in an order. Takes as long as reading
 * all people. */
enum status directory_map_compare(struct directory_map *map, struct store *store,
                                  int64_t *differing) MUST_CHECK;

/* The same of some rows behind number *last, which moves on, and is 0 again at the end; where
 * another process is at the map, of none. A map that differs is emptied, to be filled anew by
 * whoever catches up next, and counted in directory_map_faults. */
enum status directory_map_check(struct directory_map *map, struct store *store, int64_t *last,
                                int rows, int64_t *differing) MUST_CHECK;
uint64_t directory_map_faults(const struct directory_map *map);

struct directory_map_size {
    int64_t people;
    int64_t row_bytes, text_bytes, order_bytes, slot_bytes; /* in use */
    int64_t group_bytes;     /* of what searches know of groups of texts */
    int64_t dead_text_bytes; /* of texts that were replaced */
};
void directory_map_measure(const struct directory_map *map, struct directory_map_size *out);

#endif
