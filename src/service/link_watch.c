/*
 * service/link_watch: see link_watch.h. Two hash tables of small sets; in a full set the oldest
 * place is taken, which at worst leaves an opening where it was counted.
 */
#include "service/link_watch.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/mman.h>

#define WAYS          4
#define LINK_SETS     2048
#define NETWORK_SETS  256
#define DAY_S         86400
#define IPV4_NETWORK  3 /* bytes: a /24 */
#define IPV6_NETWORK  6 /* a /48 */
#define HASH_SEED     UINT64_C(0xcbf29ce484222325)
#define HASH_MULTIPLY UINT64_C(0x100000001b3)

struct watched_link {
    uint64_t link; /* 0: free */
    int64_t at_s;  /* opened last */
    uint8_t key[LINK_KEY_ID_BYTES];
    int32_t day;
    int32_t people, machines; /* its openings of that day, as counted */
    bool has_acted;
};

struct watched_network {
    uint64_t network; /* 0: free */
    int64_t at_s;
    uint64_t links[LINK_WATCH_BURST]; /* the different ones of that second */
    size_t count;
};

struct link_watch {
    pthread_mutex_t mutex;
    struct watched_link links[LINK_SETS][WAYS];
    struct watched_network networks[NETWORK_SETS][WAYS];
};

struct link_watch *link_watch_new(void)
{
    struct link_watch *watch =
        mmap(NULL, sizeof *watch, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pthread_mutexattr_t how;
    if (watch == MAP_FAILED)
        return NULL;
    pthread_mutexattr_init(&how);
    pthread_mutexattr_setpshared(&how, PTHREAD_PROCESS_SHARED);
    pthread_mutexattr_setrobust(&how, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(&watch->mutex, &how);
    pthread_mutexattr_destroy(&how);
    return watch;
}

void link_watch_free(struct link_watch *watch)
{
    if (watch != NULL)
        munmap(watch, sizeof *watch);
}

/* A worker that died within left at worst a row half written: a count, and not worth more. */
static void lock(struct link_watch *watch)
{
    if (pthread_mutex_lock(&watch->mutex) == EOWNERDEAD)
        pthread_mutex_consistent(&watch->mutex);
}

/* FNV-1a; never 0. Whoever could make two links collide holds a key, and gains a wrong count. */
static uint64_t hash_of(const void *data, size_t len)
{
    const uint8_t *bytes = data;
    uint64_t hash = HASH_SEED;
    for (size_t i = 0; i < len; i++)
        hash = (hash ^ bytes[i]) * HASH_MULTIPLY;
    return hash != 0 ? hash : 1;
}

static uint64_t network_of_text(const char *address)
{
    uint8_t bytes[16];
    if (inet_pton(AF_INET, address, bytes) == 1)
        return hash_of(bytes, IPV4_NETWORK);
    if (inet_pton(AF_INET6, address, bytes) == 1)
        return hash_of(bytes, IPV6_NETWORK);
    return hash_of(address, strlen(address));
}

/* The link's row; NULL: it has none, or one that is over. */
static struct watched_link *find_link(struct link_watch *watch, uint64_t link, int64_t now_s)
{
    struct watched_link *set = watch->links[link % LINK_SETS];
    for (int i = 0; i < WAYS; i++)
        if (set[i].link == link && now_s - set[i].at_s <= LINK_WATCH_ANSWER_S &&
            set[i].day == now_s / DAY_S)
            return &set[i];
    return NULL;
}

static struct watched_link *put_link(struct link_watch *watch, uint64_t link,
                                     const struct link_key_id *key, int64_t now_s)
{
    struct watched_link *row = find_link(watch, link, now_s);
    if (row == NULL) {
        struct watched_link *set = watch->links[link % LINK_SETS];
        row = &set[0];
        for (int i = 1; i < WAYS; i++)
            if (row->link != link && (set[i].link == link || set[i].at_s < row->at_s))
                row = &set[i];
        *row = (struct watched_link){.link = link, .day = (int32_t)(now_s / DAY_S)};
        memcpy(row->key, key->value, sizeof row->key);
    }
    row->at_s = now_s;
    return row;
}

static struct watched_network *put_network(struct link_watch *watch, uint64_t network,
                                           int64_t now_s)
{
    struct watched_network *set = watch->networks[network % NETWORK_SETS];
    struct watched_network *row = &set[0];
    for (int i = 0; i < WAYS; i++)
        if (set[i].network == network && set[i].at_s == now_s)
            return &set[i];
    for (int i = 1; i < WAYS; i++)
        if (row->network != network && (set[i].network == network || set[i].at_s < row->at_s))
            row = &set[i];
    *row = (struct watched_network){.network = network, .at_s = now_s};
    return row;
}

static void move(struct link_moves *out, const uint8_t key[LINK_KEY_ID_BYTES], int32_t day,
                 int opened, int machine)
{
    struct link_use *row = &out->rows[out->count++];
    *row = (struct link_use){.day = day, .opened = opened, .machine = machine};
    memcpy(row->key, key, LINK_KEY_ID_BYTES);
}

static bool is_burst(struct watched_network *network, uint64_t link)
{
    for (size_t i = 0; i < network->count; i++)
        if (network->links[i] == link)
            return network->count == LINK_WATCH_BURST;
    if (network->count < LINK_WATCH_BURST)
        network->links[network->count++] = link;
    return network->count == LINK_WATCH_BURST;
}

/* What the network opened before its burst was known for one. */
static void take_back_people(struct link_watch *watch, const struct watched_network *network,
                             uint64_t but, int64_t now_s, struct link_moves *out)
{
    for (size_t i = 0; i < network->count; i++) {
        struct watched_link *row =
            network->links[i] == but ? NULL : find_link(watch, network->links[i], now_s);
        if (row == NULL || row->has_acted || row->people == 0)
            continue;
        move(out, row->key, row->day, -row->people, row->people);
        row->machines += row->people;
        row->people = 0;
    }
}

void link_watch_opened(struct link_watch *watch, const struct link_seen *seen, int64_t now_s,
                       struct link_moves *out)
{
    const uint64_t link = hash_of(seen->token, strlen(seen->token));
    const int64_t age_s = now_s - seen->issued_at;
    out->count = 0;
    lock(watch);
    struct watched_network *network = put_network(watch, network_of_text(seen->address), now_s);
    struct watched_link *row = put_link(watch, link, &seen->key, now_s);
    const bool has_burst = is_burst(network, link);
    if (has_burst)
        take_back_people(watch, network, link, now_s, out);
    const bool is_machine =
        !row->has_acted && (has_burst || (age_s >= 0 && age_s <= LINK_WATCH_SENDING_S));
    move(out, seen->key.value, row->day, is_machine ? 0 : 1, is_machine ? 1 : 0);
    ++*(is_machine ? &row->machines : &row->people);
    pthread_mutex_unlock(&watch->mutex);
}

void link_watch_acted(struct link_watch *watch, const struct link_seen *seen, int64_t now_s,
                      struct link_moves *out)
{
    const uint64_t link = hash_of(seen->token, strlen(seen->token));
    const int32_t day = (int32_t)(now_s / DAY_S);
    out->count = 0;
    lock(watch);
    struct watched_link *row = find_link(watch, link, now_s);
    const int32_t machines = row != NULL ? row->machines : 0;
    if (row == NULL)
        row = put_link(watch, link, &seen->key, now_s);
    row->people += machines;
    row->machines = 0;
    row->has_acted = true;
    move(out, seen->key.value, day, machines, -machines);
    out->rows[0].acted = 1;
    pthread_mutex_unlock(&watch->mutex);
}
