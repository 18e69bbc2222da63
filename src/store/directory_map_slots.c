/*
 * store/directory_map_slots: the tables that find a row by its address. See directory_map_shape.h.
 */
#include <string.h>
#include <sys/mman.h>

#include "store/directory_map_shape.h"

#define AHEAD 16 /* slots whose memory is fetched while others are filled */

static uint64_t load(const _Atomic uint64_t *from)
{
    return atomic_load_explicit(from, memory_order_relaxed);
}

static void store_in(_Atomic uint64_t *to, uint64_t value)
{
    atomic_store_explicit(to, value, memory_order_relaxed);
}

static uint32_t slot_of(uint64_t hash, int64_t row)
{
    return (uint32_t)(hash >> 58) << 26 | (uint32_t)row;
}

static uint64_t hash_of(const struct directory_map *map, const struct map_text *text)
{
    const char *email = map_text_email(text);
    return map_hash(map, email, strlen(email));
}

/* Its memory goes back. */
static void empty_table(struct directory_map *map, uint64_t which)
{
    madvise((void *)(uintptr_t)map->tables[which], sizeof(uint32_t) << MAP_SLOT_BITS_MAX,
            MADV_REMOVE);
}

struct waiting {
    uint64_t hash;
    int64_t row;
};

/* By several threads at once, perhaps: whoever finds a slot taken takes the next. */
static void put_one(_Atomic uint32_t *slots, uint64_t mask, const struct waiting *one)
{
    uint32_t none = 0;
    for (uint64_t at = one->hash & mask;
         !atomic_compare_exchange_strong_explicit(&slots[at], &none, slot_of(one->hash, one->row),
                                                  memory_order_relaxed, memory_order_relaxed);
         at = (at + 1) & mask)
        none = 0;
}

/* Rows that are in no slot yet, before somebody reads there. Gives how many. */
static uint64_t put_rows(const struct directory_map *map, _Atomic uint32_t *slots, uint64_t mask,
                         int64_t from, int64_t to)
{
    struct waiting waiting[AHEAD];
    uint64_t count = 0;
    for (int64_t id = from; id < to; id++) {
        const struct map_text *text = map_text_at(map, id);
        if (text == NULL)
            continue;
        struct waiting *one = &waiting[count % AHEAD];
        if (count >= AHEAD)
            put_one(slots, mask, one);
        *one = (struct waiting){.hash = hash_of(map, text), .row = id};
        __builtin_prefetch((const void *)(uintptr_t)&slots[one->hash & mask], 1);
        count++;
    }
    for (uint64_t i = 0; i < count && i < AHEAD; i++)
        put_one(slots, mask, &waiting[i]);
    return count;
}

void map_slots_put_rows(struct directory_map *map, int64_t from, int64_t to)
{
    const uint64_t table = load(&map->head->table);
    const uint64_t count =
        put_rows(map, map->tables[table >> 8], (UINT64_C(1) << (table & 0xff)) - 1, from, to);
    atomic_fetch_add(&map->head->slots_used, count);
}

/* Readers that are in the table that is left find nothing more in it, and look once more, since
 * another has come into use meanwhile. The new one is emptied, too, before: whoever died may have
 * begun it. */
static void use_table(struct directory_map *map, int bits)
{
    const uint64_t was = load(&map->head->table);
    const uint64_t which = was == 0 ? 0 : !(was >> 8);
    const uint64_t mask = (UINT64_C(1) << bits) - 1;
    _Atomic uint32_t *slots = map->tables[which];
    empty_table(map, which);
    store_in(&map->head->slots_used,
             put_rows(map, slots, mask, 1, (int64_t)load(&map->head->rows_end)));
    atomic_store_explicit(&map->head->table, which << 8 | (uint64_t)bits, memory_order_release);
    if (was != 0)
        empty_table(map, was >> 8);
}

/* Three of four slots at most are somebody's in a new table. */
static int bits_for(uint64_t people)
{
    int bits = MAP_SLOT_BITS_MIN;
    while (bits < MAP_SLOT_BITS_MAX && people * 4 / 3 > UINT64_C(1) << bits)
        bits++;
    return bits;
}

/* Four of five at most are in use, those of addresses that left included, so that a search ends
 * soon: it goes past three or four that are another's, past a dozen where nobody has the address.
 * Some are free in a new table, so that none is made again and again. */
static void make_room(struct directory_map *map)
{
    const uint64_t slots = UINT64_C(1) << (load(&map->head->table) & 0xff);
    if ((load(&map->head->slots_used) + 1) * 5 > slots * 4)
        use_table(map, bits_for(load(&map->head->people) + 1));
}

void map_slot_put(struct directory_map *map, const char *email, size_t len, int64_t row)
{
    make_room(map);
    const uint64_t table = load(&map->head->table);
    const uint64_t mask = (UINT64_C(1) << (table & 0xff)) - 1;
    const uint64_t hash = map_hash(map, email, len);
    const uint32_t wanted = slot_of(hash, row);
    _Atomic uint32_t *slots = map->tables[table >> 8];
    for (uint64_t at = hash & mask;; at = (at + 1) & mask) {
        const uint32_t slot = atomic_load_explicit(&slots[at], memory_order_relaxed);
        if (slot == wanted)
            return;
        if (slot != 0)
            continue;
        atomic_store_explicit(&slots[at], wanted, memory_order_release);
        store_in(&map->head->slots_used, load(&map->head->slots_used) + 1);
        return;
    }
}

void map_slot_drop(struct directory_map *map, const struct map_text *text)
{
    const uint64_t table = load(&map->head->table);
    const uint64_t mask = (UINT64_C(1) << (table & 0xff)) - 1;
    const uint64_t hash = hash_of(map, text);
    _Atomic uint32_t *slots = map->tables[table >> 8];
    for (uint64_t at = hash & mask;; at = (at + 1) & mask) {
        const uint32_t slot = atomic_load_explicit(&slots[at], memory_order_relaxed);
        if (slot == 0)
            return;
        if (slot == slot_of(hash, map_text_id(text))) {
            atomic_store_explicit(&slots[at], MAP_SLOT_GONE, memory_order_release);
            return;
        }
    }
}

void map_slots_begin(struct directory_map *map, int64_t people)
{
    use_table(map, bits_for((uint64_t)people));
}

void map_slots_recount(struct directory_map *map)
{
    const uint64_t table = load(&map->head->table);
    uint64_t used = 0;
    for (uint64_t at = 0; table != 0 && at < UINT64_C(1) << (table & 0xff); at++)
        used += atomic_load_explicit(&map->tables[table >> 8][at], memory_order_relaxed) != 0;
    store_in(&map->head->slots_used, used);
}
