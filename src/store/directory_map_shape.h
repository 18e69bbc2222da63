/*
 * store/directory_map_shape: what the map is inside, for directory_map*.c alone.
 *
 * One reserved stretch of shared memory: the head, a row of four words for each row number, the
 * texts end to end, what is known of them a group at a time (directory_search_groups.h), and two
 * tables of slots that find a row by its address, of which one is in use. Nothing in it is a
 * pointer.
 */
#ifndef ASSENT_STORE_DIRECTORY_MAP_SHAPE_H
#define ASSENT_STORE_DIRECTORY_MAP_SHAPE_H

#include <pthread.h>
#include <stdatomic.h>

#include "store/directory_map.h"

#define MAP_TEXT_UNIT      4                         /* texts begin at multiples of it */
#define MAP_TEXT_BYTES_MAX (INT64_C(80) * (1 << 26)) /* reserved */
#define MAP_SLOT_BITS_MAX  27                        /* of a table: twice as many as rows */
#define MAP_SLOT_BITS_MIN  12
#define MAP_SLOT_ROW       (DIRECTORY_MAP_ROWS_MAX - 1) /* bits of a slot that are the row number */
#define MAP_SLOT_GONE      UINT32_MAX

enum map_state { MAP_EMPTY, MAP_FILLING, MAP_READY };

/* word 0: sequence number (16 bits, odd while the row is being changed), type (8), head (40);
 * word 1: the choices mask, with the status in bit 0, which is no topic's;
 * word 2: updated_at (32), paused_until (32);
 * word 3: where the texts stand, in units. 0: nobody has this row. */
struct map_row {
    _Atomic uint64_t words[4];
};

/* Before the texts of a row: name_key, a zero byte, email_key, a zero byte. All but the head is
 * never changed. */
struct map_text {
    _Atomic uint32_t head; /* row number (26 bits), facet (5), MAP_TEXT_DEAD */
    uint16_t name_len, email_len;
    char bytes[];
};

/* The row has another text, or none, or not yet this one. */
#define MAP_TEXT_DEAD        (UINT32_C(1) << 31)
#define MAP_TEXT_FACET_SHIFT 26

enum map_order { MAP_BY_NAME, MAP_BY_EMAIL, MAP_BY_UPDATED, MAP_ORDER_COUNT };

struct map_order_head {
    uint32_t tops, blocks_end, first_free;
};

/* Who changed last: what a snapshot of before has of them is the file's to say. */
#define MAP_RECENT_MAX 65536
struct map_recent {
    int64_t position, contact;
};

struct map_head {
    pthread_mutex_t mutex; /* of all changes */
    _Atomic uint32_t state;
    _Atomic uint64_t at;     /* position that is mapped */
    _Atomic uint64_t left;   /* see directory_map_left */
    _Atomic uint64_t table;  /* which of the two (bit 8), and its slots as a power of two */
    _Atomic uint64_t people; /* rows that somebody has */
    _Atomic uint64_t text_end, text_dead;
    _Atomic uint64_t fills;
    _Atomic uint64_t faults;     /* how often it was not as the file */
    _Atomic uint64_t wanted;     /* while it is filled: about how many come */
    _Atomic uint64_t rows_end;   /* above every row that somebody had */
    _Atomic uint64_t slots_used; /* of the table in use, those of rows that left too */
    uint8_t at_hash[32];         /* of the entry at that position; under the mutex, as below */
    uint64_t seeds[4];           /* of the hash; set once */
    _Atomic uint64_t in_use;     /* topics, at that position: they decide who is in which facet */
    _Atomic uint64_t turns;      /* of facets, to other topics; odd: they are being turned */
    uint64_t recents;            /* so many were noted, round and round */
    int64_t recents_from;        /* all those behind this position */
    bool has_orders;             /* they stand; not while it is filled */
    bool is_ordering;            /* one of them is being changed */
    struct map_order_head orders[MAP_ORDER_COUNT];
};

struct directory_map {
    uint8_t *base;
    size_t size;
    struct map_head *head;
    struct map_row *rows;
    uint8_t *texts;
    _Atomic uint64_t *group_begins, *group_grams, *group_pairs,
        *newest; /* see directory_search_groups.h */
    _Atomic uint32_t *tables[2];
    struct order_top *tops[MAP_ORDER_COUNT]; /* see directory_order.h */
    struct order_block *blocks[MAP_ORDER_COUNT];
    struct map_recent *recents;
    const char *image; /* to be tried by this process's next filling; NULL: none */
};

/* What a row is to be. */
struct map_values {
    struct directory_row row;
    const char *name_key, *email_key;
    size_t name_len, email_len;
};

/* Readings of a row that is being changed; a change takes none of them. */
#define MAP_PATIENCE 4096

/* A row is whole when its sequence number is even and still the same after the rest was read
 * (H.-J. Boehm, Can seqlocks get along with programming language memory models, 2012). False: it is
 * being changed, and stays so. */
static inline bool map_words_read(const struct map_row *row, uint64_t words[4])
{
    for (int i = 0; i < MAP_PATIENCE; i++) {
        words[0] = atomic_load_explicit(&row->words[0], memory_order_acquire);
        for (int n = 1; n < 4; n++)
            words[n] = atomic_load_explicit(&row->words[n], memory_order_acquire);
        if ((words[0] >> 48 & 1) == 0 &&
            atomic_load_explicit(&row->words[0], memory_order_relaxed) == words[0])
            return true;
    }
    return false;
}

/* What they say of whoever has the row. */
static inline struct directory_row map_words_row(int64_t id, const uint64_t words[4])
{
    return (struct directory_row){
        .id.value = id,
        .type = (enum contact_type)(words[0] >> 40 & 0xff),
        .status = (enum contact_status)(words[1] & 1),
        .choices = words[1] & ~UINT64_C(1),
        .paused_until = (int64_t)(words[2] & UINT32_MAX),
        .updated_at = (int64_t)(words[2] >> 32),
        .head.value = (int64_t)(words[0] & ((UINT64_C(1) << 40) - 1)),
    };
}

/* A row as it stands; false: nobody has it, or (*is_busy) it is being changed and stays so. */
bool map_row_read(const struct directory_map *map, int64_t id, struct directory_row *out,
                  const struct map_text **text, bool *is_busy);

/* The texts one after another, as they were put, those that were replaced too: *at begins with 0.
 * NULL: no more. */
const struct map_text *map_text_next(const struct directory_map *map, uint64_t *at);

/* The row that text is of; false: it has others now, or none. */
bool map_text_row(const struct directory_map *map, const struct map_text *text,
                  struct directory_row *out);

static inline int64_t map_text_id(const struct map_text *text)
{
    return atomic_load_explicit(&text->head, memory_order_acquire) & MAP_SLOT_ROW;
}

/* The texts of a row, under the mutex. NULL: nobody has it. */
static inline const struct map_text *map_text_at(const struct directory_map *map, int64_t id)
{
    const uint64_t place = atomic_load_explicit(&map->rows[id].words[3], memory_order_relaxed);
    return place == 0 ? NULL : (const struct map_text *)(map->texts + place * MAP_TEXT_UNIT);
}

/* From one text to the next. */
static inline uint64_t map_text_size(size_t name_len, size_t email_len)
{
    const uint64_t size = sizeof(struct map_text) + name_len + 1 + email_len + 1;
    return (size + MAP_TEXT_UNIT - 1) / MAP_TEXT_UNIT * MAP_TEXT_UNIT;
}

/* Takes the mutex, waiting up to wait_ms (STATUS_BUSY), and heals what whoever died with it left.
 */
enum status map_lock(struct directory_map *map, int wait_ms) MUST_CHECK;
void map_unlock(struct directory_map *map);

/* Under the mutex and in a snapshot of store: to that snapshot's position, unless it stands there
 * or, with an old one, beyond. */
enum status map_bring(struct directory_map *map, struct store *store,
                      bool is_old_snapshot) MUST_CHECK;

/* Under the mutex and in a snapshot: forgets everything, and puts everyone of the file. Leaves the
 * orders, and what says where it stands, to the caller. */
enum status map_fill(struct directory_map *map, struct store *store) MUST_CHECK;

/* The same from an image, where one is offered: it then holds what the image says, position and
 * orders too. STATUS_NOT_FOUND: there is none, or none that is sound. */
enum status map_load(struct directory_map *map) MUST_CHECK;

/* The columns of directory_map_all and directory_map_changed; texts are the query's until its next
 * row. False: only the number is there, of one who is gone. */
struct query;
bool map_read_values(struct query *query, struct map_values *out);

/* Under the mutex: who changed behind a position, in ascending order of rows, each once. False:
 * that is not known any more. The list lives in arena. */
bool map_changed_since(const struct directory_map *map, struct arena *arena,
                       struct position position, int64_t **ids, size_t *count);

/* Under the mutex. Each may be done again after it was cut short anywhere. */
enum status map_row_put(struct directory_map *map, const struct map_values *values) MUST_CHECK;
void map_row_remove(struct directory_map *map, int64_t id, struct position by);

/* Forgets everything, for a filling that begins; people: about how many will come. */
void map_clear(struct directory_map *map, int64_t people);

/* Under the mutex: who counts as subscribed, and so who is in which facet, by these topics. */
void map_use_topics(struct directory_map *map, uint64_t in_use);

/* Counts people and slots again, as whoever died may have left the numbers wrong. */
void map_recount(struct directory_map *map);

uint64_t map_hash(const struct directory_map *map, const char *text, size_t len);

#endif
