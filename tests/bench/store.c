/*
 * tests/bench/store: how fast the store alone is, on made-up people: import by batch size, pages,
 * searches, changes. Not part of `make bench`, which measures the whole; for work on src/store.
 *
 * Use: store FOLDER PEOPLE BATCH…   (FOLDER must be empty; every batch size gets a file of its own)
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "base/clock.h"
#include "store/contacts.h"
#include "store/directory.h"
#include "store/entries.h"

#define IN_USE UINT64_C(0x1e)
#define NOW_S  1700000000

struct made {
    char email[64], name[48], key[48];
};

static uint64_t seed = 42;
static uint64_t random64(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed;
}

static void must(enum status status, const char *what)
{
    if (status == STATUS_OK)
        return;
    fprintf(stderr, "%s: %s\n", what, status_name(status));
    exit(1);
}

static int by_email(const void *left, const void *right)
{
    return strcmp(((const struct made *)left)->email, ((const struct made *)right)->email);
}

static struct made *make_people(size_t count)
{
    static const char *const first[] = {"Ada",  "Bela", "Chidi", "Dana",  "Emeka", "Farah",
                                        "Gus",  "Hana", "Ines",  "John",  "Kaito", "Lena",
                                        "Mara", "Noor", "Olaf",  "Priya", "Quinn", "Rosa"};
    static const char *const last[] = {"Smith",   "Ivanov", "Garcia", "Okafor", "Tanaka", "Novak",
                                       "Johnson", "Khan",   "Silva",  "Muller", "Rossi",  "Dubois",
                                       "Hansen",  "Kowal",  "Nguyen", "Popescu"};
    static const char *const host[] = {"gmail.com", "example.com", "mail.example.org",
                                       "firm.example"};
    struct made *people = calloc(count, sizeof *people);
    if (people == NULL)
        exit(1);
    for (size_t i = 0; i < count; i++) {
        const char *given = first[random64() % 18], *family = last[random64() % 16];
        snprintf(people[i].name, sizeof people[i].name, "%s %s %c%c", given, family,
                 (char)('A' + random64() % 26), (char)('a' + random64() % 26));
        for (size_t c = 0; people[i].name[c] != '\0'; c++)
            people[i].key[c] = (char)(people[i].name[c] | 0x20);
        snprintf(people[i].email, sizeof people[i].email, "%s.%s%zu@%s", given, family, i,
                 host[random64() % 4]);
        for (char *c = people[i].email; *c != '\0'; c++)
            *c = *c >= 'A' && *c <= 'Z' ? (char)(*c | 0x20) : *c;
    }
    qsort(people, count, sizeof *people, by_email);
    return people;
}

static void add(struct txn *txn, const struct made *made)
{
    struct contact contact = {
        .email = made->email,
        .email_key = made->email,
        .name = made->name,
        .name_key = made->key,
        .language = "en",
        .type = (enum contact_type)(random64() % 3),
        .status = random64() % 5 != 0,
        .created_at = NOW_S,
        .updated_at = NOW_S + (int64_t)(random64() % 4 == 0 ? random64() % 1000000 : 0),
    };
    if (contact.status == CONTACT_OPTED_IN)
        contact.choices = random64() & IN_USE;
    if (random64() % 100 == 0)
        contact.paused_until = NOW_S - 500 + (int64_t)(random64() % 1000);
    struct entry entry = {.kind = ENTRY_CONTACT_ADDED, .at = NOW_S};
    entry.actor = ACTOR_IMPORT;
    entry.actor_id = 1;
    entry.proof_kind = PROOF_IMPORT;
    entry.proof_len = 4;
    must(contacts_next_id(txn, &contact.id), "next_id");
    must(entries_head(txn, &entry.position, entry.hash), "head");
    contact.public_id.value = random64();
    entry.contact = contact.id;
    entry.status_after = contact.status;
    entry.choices_after = contact.choices;
    entry.position.value++;
    entry.hash[0] = (uint8_t)random64();
    contact.head = entry.position;
    must(contacts_insert(txn, &contact, IN_USE), "insert");
    must(entries_append(txn, &entry), "append");
}

static void import(const char *path, const char *lock, const struct made *people, size_t count,
                   size_t batch)
{
    struct store *store = NULL;
    struct txn *txn = NULL;
    must(store_migrate(path, lock), "migrate");
    must(store_open_writer(path, lock, &store), "open");
    store_use_memory(store, batch >= 2000);
    int64_t start = clock_monotonic_ns(), checkpoints = 0, longest = 0;
    for (size_t i = 0; i < count; i++) {
        if (txn == NULL)
            must(txn_begin(store, 1000, &txn), "begin");
        add(txn, &people[i]);
        if ((i + 1) % batch == 0 || i + 1 == count) {
            must(txn_commit(txn), "commit");
            txn = NULL;
            int64_t before = clock_monotonic_ns();
            must(store_checkpoint(store), "checkpoint");
            int64_t took = clock_monotonic_ns() - before;
            checkpoints += took;
            longest = took > longest ? took : longest;
        }
    }
    double took = (double)(clock_monotonic_ns() - start) / 1e9;
    printf("import, batches of %zu: %.0f rows/s; checkpoints %.1f of %.1f s, longest %.0f ms\n",
           batch, (double)count / took, (double)checkpoints / 1e9, took, (double)longest / 1e6);
    fflush(stdout);
    store_close(store);
}

struct best {
    double ms, worst;
};

static struct directory_page page_of(struct store *store, struct arena *arena,
                                     const struct directory_filter *filter,
                                     enum directory_sort sort, bool is_down,
                                     const struct directory_place *place, int limit,
                                     struct best *best)
{
    struct directory_page page = {0};
    *best = (struct best){.ms = 1e9};
    for (int i = 0; i < 5; i++) {
        arena_reset(arena);
        int64_t start = clock_monotonic_ns();
        must(directory_query(store, arena, filter, sort, is_down, place, limit, NOW_S, &page),
             "query");
        double ms = (double)(clock_monotonic_ns() - start) / 1e6;
        best->ms = ms < best->ms ? ms : best->ms;
        best->worst = ms > best->worst ? ms : best->worst;
    }
    return page;
}

static void pages(struct store *store)
{
    static const char *const sorts[] = {"name", "email", "updated"};
    struct arena *arena = arena_new();
    struct best best;
    double worst = 0;
    for (int subscribed = -1; subscribed <= 1; subscribed++)
        for (int sort = 0; sort < DIRECTORY_SORT_COUNT; sort++)
            for (int is_down = 0; is_down < 2; is_down++)
                for (int where = 0; where < 3; where++) {
                    struct directory_filter filter = {-1, subscribed, -1, ""};
                    struct directory_place place = {
                        .is_set = where == 2,
                        .is_backward = where == 1,
                        .text = sort == 0 ? "mara khan f" : "mara.khan5",
                        .number = NOW_S,
                        .id = {500000},
                    };
                    page_of(store, arena, &filter, sort, is_down, &place, 50, &best);
                    if (best.worst > 5 || best.ms > worst)
                        printf("page by %s %d subscribed %d place %d: %.2f ms (worst %.2f)\n",
                               sorts[sort], is_down, subscribed, where, best.ms, best.worst);
                    worst = best.ms > worst ? best.ms : worst;
                }
    struct directory_filter all = {-1, -1, -1, ""};
    page_of(store, arena, &all, DIRECTORY_BY_NAME, false, &(struct directory_place){0}, 1000,
            &best);
    printf("slowest page of 50: %.2f ms; a page of 1000: %.2f ms\n", worst, best.ms);
    struct directory_counts counts;
    int64_t start = clock_monotonic_ns();
    must(directory_count(store, NOW_S, &counts), "count");
    printf("cards: %.2f ms (%" PRId64 " people)\n", (double)(clock_monotonic_ns() - start) / 1e6,
           counts.total);
    arena_free(arena);
}

static void searches(struct store *store)
{
    static const char *const terms[] = {"e",  "a", "gmail", "smith", "john.smith1", "no one at all",
                                        "sm", "@"};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof terms / sizeof *terms; i++)
        for (int sort = 0; sort < DIRECTORY_SORT_COUNT; sort++)
            for (int is_down = 0; is_down < 2; is_down++) {
                struct best best;
                struct directory_filter filter = {-1, -1, -1, terms[i]};
                struct directory_page page = page_of(store, arena, &filter, sort, is_down,
                                                     &(struct directory_place){0}, 50, &best);
                printf("search %-14s sort %d %s: %6.1f ms (worst %6.1f), %" PRId64 " matches\n",
                       terms[i], sort, is_down ? "down" : "up  ", best.ms, best.worst,
                       page.matches);
            }
    arena_free(arena);
}

static void changes(struct store *store, size_t count, size_t batch)
{
    struct arena *arena = arena_new();
    struct txn *txn = NULL;
    size_t total = batch * 200;
    int64_t start = clock_monotonic_ns(), checkpoints = 0;
    for (size_t i = 0; i < total; i++) {
        struct contact before, after;
        struct entry entry = {.kind = ENTRY_CHOICES, .at = NOW_S};
        if (txn == NULL)
            must(txn_begin(store, 1000, &txn), "begin");
        arena_reset(arena);
        struct contact_id id = {1 + (int64_t)(random64() % count)};
        must(contacts_get(txn_store(txn), arena, id, &before), "get");
        after = before;
        after.status = !before.status;
        after.choices = after.status == CONTACT_OPTED_IN ? 2 : 0;
        after.updated_at = NOW_S + 2000000;
        must(entries_head(txn, &entry.position, entry.hash), "head");
        entry.position.value++;
        entry.hash[1]++;
        after.head = entry.position;
        must(contacts_update(txn, &before, &after, IN_USE), "update");
        must(entries_append(txn, &entry), "append");
        if ((i + 1) % batch == 0) {
            must(txn_commit(txn), "commit");
            txn = NULL;
            int64_t before_checkpoint = clock_monotonic_ns();
            must(store_checkpoint(store), "checkpoint");
            checkpoints += clock_monotonic_ns() - before_checkpoint;
        }
    }
    double took = (double)(clock_monotonic_ns() - start) / 1e9;
    printf("opt-outs and -ins, %zu a commit: %.0f/s, checkpoints %.2f of %.2f s\n", batch,
           (double)total / took, (double)checkpoints / 1e9, took);
    arena_free(arena);
}

int main(int argc, char **argv)
{
    if (argc < 4) {
        fprintf(stderr, "use: %s FOLDER PEOPLE BATCH...\n", argv[0]);
        return 2;
    }
    size_t count = strtoul(argv[2], NULL, 10);
    struct made *people = make_people(count);
    char path[512] = "", lock[512] = "";
    for (int i = 3; i < argc; i++) {
        snprintf(path, sizeof path, "%s/%s.db", argv[1], argv[i]);
        snprintf(lock, sizeof lock, "%s/%s.lock", argv[1], argv[i]);
        import(path, lock, people, count, strtoul(argv[i], NULL, 10));
    }
    free(people);
    struct store *reader = NULL, *writer = NULL;
    must(store_open_writer(path, lock, &writer), "open");
    must(store_open_reader(path, &reader), "open");
    pages(reader);
    searches(reader);
    changes(writer, count, 64);
    changes(writer, count, 1);
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    printf("most memory at any time: %ld MB\n", usage.ru_maxrss / 1024);
    store_close(reader);
    store_close(writer);
    return 0;
}
