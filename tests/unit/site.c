/*
 * tests/unit/site: a whole installation in a folder of its own. See the header.
 */
#include "unit/site.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wording.h"
#include "crypto/chain.h"
#include "service/ledger_verify.h"
#include "service/setup.h"
#include "service/wording.h"
#include "store/contacts.h"
#include "store/directory.h"
#include "store/entries.h"
#include "store/settings.h"
#include "store/topics.h"

static void open_here(struct site *site)
{
    const char *fault = "";
    enum status status = setup_open(site->arena, &site->conf, true, &site->service, &fault);
    if (status != STATUS_OK)
        fail_msg("setup_open: %s", fault);
}

void site_open(struct site *site)
{
    memset(site, 0, sizeof(*site));
    site->arena = arena_new();
    const char *folder = support_folder();
    site->conf = (struct conf){.data = folder,
                               .db_path = support_path(folder, "assent.db"),
                               .keys_path = support_path(folder, "keys"),
                               .lock_path = support_path(folder, "assent.lock"),
                               .public_url = "https://lists.example.org"};
    const char *fault = "";
    if (setup_init(site->arena, &site->conf, &fault) != STATUS_OK)
        fail_msg("setup_init: %s", fault);
    open_here(site);
}

void site_close(struct site *site)
{
    setup_close(&site->service);
    arena_free(site->arena);
}

void site_reopen(struct site *site)
{
    setup_close(&site->service);
    open_here(site);
}

struct service site_service(struct site *site, bool writes)
{
    struct service service;
    const char *fault = "";
    if (setup_open(site->arena, &site->conf, writes, &service, &fault) != STATUS_OK)
        fail_msg("setup_open: %s", fault);
    return service;
}

struct txn *site_begin(struct site *site)
{
    struct txn *txn = NULL;
    assert_int_equal(txn_begin(site->service.store, 10000, &txn), STATUS_OK);
    return txn;
}

void site_commit(struct txn *txn)
{
    assert_int_equal(txn_commit(txn), STATUS_OK);
}

struct change_result site_change(struct site *site, const struct change *change)
{
    struct change_result result;
    struct txn *txn = site_begin(site);
    assert_int_equal(change_apply(&site->service, txn, site->arena, change, &result), STATUS_OK);
    site_commit(txn);
    return result;
}

static struct contact add(struct site *site, const char *email, enum change_intent intent,
                          uint64_t choices)
{
    struct change change = {.kind = ENTRY_CONTACT_ADDED,
                            .intent = intent,
                            .turn_on = choices,
                            .email = email,
                            .email_key = email,
                            .name = "Zoë Ångström",
                            .origin = site_origin(ACTOR_OPERATOR, 0)};
    struct change_result result = site_change(site, &change);
    assert_int_equal(result.verdict, CHANGE_APPLIED);
    return result.after;
}

struct contact site_add(struct site *site, const char *email, uint64_t choices)
{
    return add(site, email, INTENT_OPT_IN, choices);
}

struct contact site_add_out(struct site *site, const char *email)
{
    return add(site, email, INTENT_OPT_OUT, 0);
}

struct contact site_get(struct site *site, struct contact_id id)
{
    struct contact contact;
    assert_int_equal(contacts_get(site->service.store, site->arena, id, &contact), STATUS_OK);
    return contact;
}

struct entry site_entry(struct site *site, struct position position)
{
    struct entry entry;
    assert_int_equal(entries_get(site->service.store, site->arena, position, &entry), STATUS_OK);
    return entry;
}

struct position site_head(struct site *site)
{
    struct position head;
    assert_int_equal(store_position(site->service.store, &head), STATUS_OK);
    return head;
}

int site_sql(struct site *site, const char *sql)
{
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(site->conf.db_path, &db), SQLITE_OK);
    sqlite3_busy_timeout(db, 10000);
    sqlite3_exec(db, "PRAGMA synchronous = OFF", NULL, NULL, NULL);
    const int rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    sqlite3_close(db);
    return rc;
}

void site_retire(struct site *site, uint8_t topic)
{
    struct topic *topics;
    size_t count;
    struct txn *txn = site_begin(site);
    assert_int_equal(topics_list(txn_store(txn), site->arena, &topics, &count), STATUS_OK);
    for (size_t i = 0; i < count; i++) {
        if (topics[i].id.value != topic)
            continue;
        topics[i].retired_at = clock_now_s();
        assert_int_equal(topics_put(txn, &topics[i]), STATUS_OK);
    }
    struct entry entry = {.kind = ENTRY_TOPIC_RETIRED, .subject = topic};
    struct origin origin = site_origin(ACTOR_ADMIN, 1);
    assert_int_equal(change_record(&site->service, txn, &entry, &origin), STATUS_OK);
    site_commit(txn);
}

void site_suppress(struct site *site, const char *email_key)
{
    uint8_t hash[SUPPRESSION_HASH_BYTES];
    secrets_suppression_hash(site->service.secrets, email_key, hash);
    struct txn *txn = site_begin(site);
    assert_int_equal(suppressions_put(txn, hash, clock_now_s()), STATUS_OK);
    site_commit(txn);
}

void site_put_setting(struct site *site, const char *key, const char *value)
{
    struct txn *txn = site_begin(site);
    assert_int_equal(settings_put(txn, key, value, clock_now_s()), STATUS_OK);
    site_commit(txn);
}

struct link_set site_links(struct site *site, const struct contact *contact, uint8_t topic)
{
    struct link_set links;
    struct topic *topics;
    size_t count, at = 0;
    assert_int_equal(topics_list(site->service.store, site->arena, &topics, &count), STATUS_OK);
    while (topic && at < count && topics[at].id.value != topic)
        at++;
    assert_true(at < count);
    assert_int_equal(links_mint(&site->service, site->arena, contact, topic ? &topics[at] : NULL,
                                clock_now_s(), &links),
                     STATUS_OK);
    return links;
}

const char *site_token(const char *url)
{
    return strrchr(url, '/') + 1;
}

struct origin site_origin(enum actor_kind actor, int64_t actor_id)
{
    struct origin origin = {
        .actor = actor, .actor_id = actor_id, .address = "192.0.2.7", .agent = "Test/1.0"};
    if (actor == ACTOR_ADMIN) {
        origin.proof_kind = PROOF_SESSION;
        origin.proof_len = 8;
        memcpy(origin.proof, "sessionh", 8);
    } else if (actor == ACTOR_OPERATOR) {
        origin.proof_kind = PROOF_COMMAND;
    } else if (actor == ACTOR_RECIPIENT || actor == ACTOR_ONE_CLICK) {
        origin.proof_kind = PROOF_LINK;
        origin.proof_len = 8;
        memcpy(origin.proof, "linkissu", 8);
        origin.wording = actor == ACTOR_RECIPIENT ? wording_pack(WORDING_MANAGE, LOCALE_EN, 1) : 0;
    }
    return origin;
}

/* What the walk knows of one person from their entries alone. */
struct replay {
    struct position head;
    enum contact_status status;
    uint64_t choices;
    uint64_t daily, weekly;
    int64_t paused_until;
    bool is_erased;
    bool is_blanked; /* a private text of theirs is gone: only an erasure does that */
};

struct walk {
    struct site *site;
    struct replay *people; /* by row number */
    size_t people_count;
    uint8_t hash[LEDGER_HASH_BYTES];
    int64_t entries, wordings;
};

/* Whether a private text of a person's, other than their client, was there and is not. */
static bool check_private(struct walk *walk, const struct entry *entry)
{
    static const uint8_t none[LEDGER_HASH_BYTES];
    if (entry->kind == ENTRY_WORDING) { /* covers texts that are public */
        walk->wordings++;
        assert_memory_not_equal(entry->private_hash, none, sizeof(none));
        return false;
    }
    const enum chain_private state =
        chain_private_check(entry, secrets_ledger_key(walk->site->service.secrets));
    assert_int_not_equal(state, CHAIN_PRIVATE_ALTERED);
    assert_true(state != CHAIN_PRIVATE_BLANKED || entry->contact.value != 0);
    return state == CHAIN_PRIVATE_BLANKED;
}

static void replay_one(struct walk *walk, const struct entry *entry, bool is_blanked)
{
    const size_t row = (size_t)entry->contact.value;
    if (row == 0)
        return;
    if (row >= walk->people_count) {
        const size_t count = row * 2 + 16;
        walk->people = realloc(walk->people, count * sizeof(*walk->people));
        memset(walk->people + walk->people_count, 0,
               (count - walk->people_count) * sizeof(*walk->people));
        walk->people_count = count;
    }
    struct replay *person = &walk->people[row];
    assert_int_equal(entry->previous.value, person->head.value);
    assert_int_equal(entry->kind == ENTRY_CONTACT_ADDED, person->head.value == 0);
    assert_int_equal(entry->status_before, person->status);
    assert_true(entry->choices_before == person->choices);
    assert_int_equal(entry->paused_before, person->paused_until);
    assert_true(entry->daily_before == person->daily && entry->weekly_before == person->weekly);
    assert_false(person->is_erased);
    is_blanked = is_blanked || person->is_blanked;
    *person = (struct replay){
        entry->position,     entry->status_after, entry->choices_after,        entry->daily_after,
        entry->weekly_after, entry->paused_after, entry->kind == ENTRY_ERASED, is_blanked};
}

static void check_people(struct walk *walk)
{
    struct site *site = walk->site;
    struct directory_counts counts;
    int64_t total = 0, opted_in = 0, by_topic[TOPIC_MAX + 1] = {0};
    struct contact_id at = {0};
    struct contact *rows;
    size_t count;
    do {
        assert_int_equal(contacts_walk(site->service.store, site->arena, at, 500, &rows, &count),
                         STATUS_OK);
        for (size_t i = 0; i < count; i++) {
            const struct contact *row = &rows[i];
            assert_true((size_t)row->id.value < walk->people_count);
            const struct replay *person = &walk->people[row->id.value];
            assert_int_equal(row->head.value, person->head.value);
            assert_false(person->is_erased || person->is_blanked);
            assert_int_equal(row->status, person->status);
            assert_true(row->choices == person->choices);
            assert_int_equal(row->paused_until, person->paused_until);
            assert_true(row->daily == person->daily && row->weekly == person->weekly);
            total++;
            opted_in += row->status == CONTACT_OPTED_IN;
            for (int topic = 1; topic <= TOPIC_MAX; topic++)
                by_topic[topic] += (int64_t)(row->choices >> topic & 1);
            at = row->id;
        }
    } while (count != 0);
    assert_int_equal(directory_count(site->service.store, clock_now_s(), &counts), STATUS_OK);
    assert_int_equal(counts.total, total);
    assert_int_equal(counts.opted_in, opted_in);
    for (int topic = 1; topic <= TOPIC_MAX; topic++)
        assert_int_equal(counts.by_topic[topic], by_topic[topic]);
}

/* And what an operator would be told of it. */
static void check_as_operator(struct site *site)
{
    const struct ledger_verify_plan plan = {.service = &site->service, .threads = 2};
    struct ledger_finding found[LEDGER_DAMAGE_COUNT];
    struct ledger_report report;
    size_t count;
    assert_int_equal(ledger_verify(&plan, site->arena, &report), STATUS_OK);
    ledger_tally_list(&report.tally, found, &count);
    if (count != 0)
        fail_msg("entry %lld %s", (long long)found[0].position.value,
                 ledger_damage_words(found[0].damage));
}

int64_t site_check_ledger(struct site *site)
{
    struct walk walk = {.site = site};
    struct arena *arena = arena_new();
    struct entry *entries;
    size_t count;
    do {
        arena_reset(arena);
        assert_int_equal(entries_walk(site->service.store, arena, (struct position){walk.entries},
                                      500, &entries, &count),
                         STATUS_OK);
        for (size_t i = 0; i < count; i++) {
            uint8_t hash[LEDGER_HASH_BYTES];
            assert_int_equal(entries[i].position.value, walk.entries + 1);
            chain_hash(&entries[i], walk.hash, hash);
            assert_memory_equal(hash, entries[i].hash, sizeof(hash));
            memcpy(walk.hash, hash, sizeof(hash));
            const bool is_blanked = check_private(&walk, &entries[i]);
            replay_one(&walk, &entries[i], is_blanked);
            walk.entries++;
        }
    } while (count != 0);
    check_people(&walk);
    struct wording_fault fault;
    assert_int_equal(wording_check(site->service.store, arena, walk.wordings, &fault), STATUS_OK);
    assert_int_equal(fault.kind, WORDING_SOUND);
    arena_free(arena);
    check_as_operator(site);
    free(walk.people);
    return walk.entries;
}

int64_t site_add_admin(struct site *site, const char *email, enum admin_role role)
{
    struct admin admin = {.email = email,
                          .email_key = email,
                          .name = "",
                          .role = role,
                          .password = "hash",
                          .created_at = clock_now_s()};
    struct txn *txn = site_begin(site);
    int64_t id = 0;
    assert_int_equal(admins_put(txn, &admin, &id), STATUS_OK);
    site_commit(txn);
    return id;
}

void site_change_admin(struct site *site, int64_t id, enum admin_role role, bool disables)
{
    struct admin admin;
    struct txn *txn = site_begin(site);
    assert_int_equal(admins_get(txn_store(txn), site->arena, id, &admin), STATUS_OK);
    admin.role = role;
    admin.disabled_at = disables ? clock_now_s() : 0;
    assert_int_equal(admins_put(txn, &admin, &id), STATUS_OK);
    site_commit(txn);
}
