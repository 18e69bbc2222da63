/*
 * tests/unit/people_support: see people_support.h.
 */
#include "unit/people_support.h"

#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

static void open_stores(struct place *place)
{
    assert_int_equal(store_open_writer(place->path, place->lock, &place->writer), STATUS_OK);
    assert_int_equal(store_open_reader(place->path, &place->reader), STATUS_OK);
}

struct place *place_open(void)
{
    struct place *place = calloc(1, sizeof *place);
    place->folder = support_folder();
    place->path = support_path(place->folder, "assent.db");
    place->lock = support_path(place->folder, "assent.lock");
    place->arena = arena_new();
    assert_int_equal(store_migrate(place->path, place->lock), STATUS_OK);
    open_stores(place);
    return place;
}

void place_reopen(struct place *place)
{
    store_close(place->writer);
    store_close(place->reader);
    open_stores(place);
}

void place_close(struct place *place)
{
    store_close(place->writer);
    store_close(place->reader);
    arena_free(place->arena);
    free(place);
}

struct txn *place_begin(struct place *place)
{
    struct txn *txn = NULL;
    assert_int_equal(txn_begin(place->writer, 1000, &txn), STATUS_OK);
    return txn;
}

struct contact place_person(struct txn *txn, const char *email_key)
{
    struct contact contact = {
        .email = email_key,
        .email_key = email_key,
        .name = "Ada Lovelace",
        .name_key = "ada lovelace",
        .language = "en",
        .type = TYPE_CLIENT,
        .status = CONTACT_OPTED_IN,
        .choices = 0x0a,
        .created_at = 1700000000,
        .updated_at = 1700000000,
    };
    assert_int_equal(contacts_next_id(txn, &contact.id), STATUS_OK);
    contact.public_id.value = (uint64_t)contact.id.value * UINT64_C(0x9e3779b97f4a7c15);
    return contact;
}

enum status place_add(struct txn *txn, const struct contact *contact)
{
    struct entry entry = {
        .kind = ENTRY_CONTACT_ADDED,
        .contact = contact->id,
        .at = contact->created_at,
        .status_after = contact->status,
        .choices_after = contact->choices,
    };
    struct contact row = *contact;
    uint8_t hash[LEDGER_HASH_BYTES];
    enum status status = entries_head(txn, &entry.position, hash);
    if (status != STATUS_OK)
        return status;
    entry.position.value++;
    memset(entry.hash, (int)(entry.position.value & 0xff) | 1, sizeof entry.hash);
    row.head = entry.position;
    status = contacts_insert(txn, &row, IN_USE);
    return status == STATUS_OK ? entries_append(txn, &entry) : status;
}

int64_t place_ask(const struct place *place, const char *sql)
{
    struct place own = *place;
    sqlite3_stmt *statement = NULL;
    if (place->watch == NULL)
        place_watch(&own);
    assert_int_equal(sqlite3_prepare_v2(own.watch, sql, -1, &statement, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (place->watch == NULL)
        place_unwatch(&own);
    return value;
}

void place_watch(struct place *place)
{
    assert_int_equal(sqlite3_open_v2(place->path, &place->watch, SQLITE_OPEN_READWRITE, NULL),
                     SQLITE_OK);
}

void place_unwatch(struct place *place)
{
    assert_int_equal(sqlite3_close(place->watch), SQLITE_OK);
    place->watch = NULL;
}
