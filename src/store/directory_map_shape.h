/*
 * store/directory_map_shape: what the map is inside, for directory_map*.c alone.
 *
 * One reserved stretch of shared memory: the head, a row of seven words for each row number, the
 * texts end to end, what is known of them a group at a time (directory_search_groups.h), and two
 * tables of slots that find a row by its address, of which one is in use. Nothing in it is a
 * pointer.
 */
#ifndef ASSENT_STORE_DIRECTORY_MAP_SHAPE_H
#define ASSENT_STORE_DIRECTORY_MAP_SHAPE_H

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include "store/directory_map.h"

#define MAP_TEXT_UNIT      4                         /* texts begin at multiples of it */
#define MAP_TEXT_BYTES_MAX (INT64_C(80) * (1 << 26)) /* reserved */
#define MAP_SLOT_BITS_MAX  27                        /* of a table: twice as many as rows */
#define MAP_SLOT_BITS_MIN  12
#define MAP_SLOT_ROW       (DIRECTORY_MAP_ROWS_MAX - 1) /* bits of a slot that are the row number */
#define MAP_SLOT_GONE      UINT32_MAX

enum map_state { MAP_EMPTY, MAP_FILLING, MAP_READY };

/* word 0: sequence number (16 bits, odd while the row is being changed), type (8), head's upper 8;
 * word 1: the rest of head;
 * words 2, 3: lower and upper half of the choices mask, with the status in bit 0, which is no
 * topic's;
 * words 4, 5: updated_at, paused_until;
 * word 6: where the texts stand, in units. 0: nobody has this row. */
enum { MAP_ROW_UPDATED = 4, MAP_ROW_PAUSED, MAP_ROW_PLACE, MAP_ROW_WORDS };
struct map_row {
    _Atomic uint32_t words[MAP_ROW_WORDS];
};
#define MAP_ROW_SEQUENCE_SHIFT 16 /* in word 0 */
#define MAP_ROW_IS_CHANGING    (UINT32_C(1) << MAP_ROW_SEQUENCE_SHIFT)

/* Before the texts of a row: name_key, a zero byte, email_key, a zero byte. All but the head is
 * never changed, but that texts of who was erased become zero bytes. Texts hold no zero byte. */
struct map_text {
    _Atomic uint32_t head; /* row number (26 bits), facet (5), MAP_TEXT_DEAD */
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
    bool is_filling; /* this process fills it: what finds people by their texts comes at the end */
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

static inline uint32_t map_row_word(const struct map_row *row, int word)
{
    return atomic_load_explicit(&row->words[word], memory_order_relaxed);
}

/* Where its texts stand, in units. 0: nobody has it. */
static inline uint64_t map_row_place(const struct map_row *row)
{
    return map_row_word(row, MAP_ROW_PLACE);
}

/* A row is whole when its sequence number is even and still the same after the rest was read
 * (H.-J. Boehm, Can seqlocks get along with programming language memory models, 2012). False: it is
 * being changed, and stays so. */
static inline bool map_words_read(const struct map_row *row, uint32_t words[MAP_ROW_WORDS])
{
    for (int i = 0; i < MAP_PATIENCE; i++) {
        words[0] = atomic_load_explicit(&row->words[0], memory_order_acquire);
        for (int n = 1; n < MAP_ROW_WORDS; n++)
            words[n] = atomic_load_explicit(&row->words[n], memory_order_acquire);
        if ((words[0] & MAP_ROW_IS_CHANGING) == 0 &&
            atomic_load_explicit(&row->words[0], memory_order_relaxed) == words[0])
            return true;
    }
    return false;
}

/* What they say of whoever has the row. */
static inline struct directory_row map_words_row(int64_t id, const uint32_t words[MAP_ROW_WORDS])
{
    const uint64_t choices = (uint64_t)words[3] << 32 | words[2];
    return (struct directory_row){
        .id.value = id,
        .type = (enum contact_type)(words[0] >> 8 & 0xff),
        .status = (enum contact_status)(choices & 1),
        .choices = choices & ~UINT64_C(1),
        .paused_until = words[MAP_ROW_PAUSED],
        .updated_at = words[MAP_ROW_UPDATED],
        .head.value = (int64_t)((uint64_t)(words[0] & 0xff) << 32 | words[1]),
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

/* The texts of a row that somebody has, under the mutex. */
static inline const struct map_text *map_text_of(const struct directory_map *map, int64_t id)
{
    return (const struct map_text *)(map->texts + map_row_place(&map->rows[id]) * MAP_TEXT_UNIT);
}

/* The texts of a row, under the mutex. NULL: nobody has it. */
static inline const struct map_text *map_text_at(const struct directory_map *map, int64_t id)
{
    return map_row_place(&map->rows[id]) == 0 ? NULL : map_text_of(map, id);
}

/* How long a name is that stands in the map, where what lies behind it can always be read; names of
 * 32 bytes and more are few. ThreadSanitizer need not tell of the heads that it reads over. */
#ifdef __SSE2__
__attribute__((no_sanitize("thread"))) static inline size_t map_name_len(const char *name)
{
    const __m128i none = _mm_setzero_si128();
    const __m128i *at = (const __m128i *)(const void *)name;
    const uint32_t low = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(at), none));
    const uint32_t high =
        (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128(at + 1), none));
    const uint32_t ends = low | high << 16;
    return __builtin_expect(ends != 0, 1) ? (size_t)__builtin_ctz(ends) : strlen(name);
}
#else
static inline size_t map_name_len(const char *name)
{
    return strlen(name);
}
#endif

static inline const char *map_text_email(const struct map_text *text)
{
    return text->bytes + map_name_len(text->bytes) + 1;
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

/* Slots, under the mutex: of a new table for about so many people; of an address that a row has
 * now, or of a text that is its row's no more; of rows that have none, by several threads at once,
 * while nobody reads there. map_slots_recount: as whoever died may have left the number wrong. */
void map_slots_begin(struct directory_map *map, int64_t people);
void map_slot_put(struct directory_map *map, const char *email, size_t len, int64_t row);
void map_slot_drop(struct directory_map *map, const struct map_text *text);
void map_slots_put_rows(struct directory_map *map, int64_t from, int64_t to);
void map_slots_recount(struct directory_map *map);

/* Under the mutex: who counts as subscribed, and so who is in which facet, by these topics. */
void map_use_topics(struct directory_map *map, uint64_t in_use);

/* Counts people and slots again, as whoever died may have left the numbers wrong. */
void map_recount(struct directory_map *map);

uint64_t map_hash(const struct directory_map *map, const char *text, size_t len);

#endif
