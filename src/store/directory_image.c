/*
 * store/directory_image: see the header. The head, then the parts of the map one after another, in
 * pieces of PIECE_BYTES with a sum of each; two threads take pieces in turn.
 */
#include "store/directory_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/thread.h"
#include "store/directory_order.h"
#include "store/directory_search_groups.h"

#define PARTS_MAX   16
#define PIECE_BYTES (UINT64_C(16) << 20)
#define PIECES_MAX  2048
#define HEAD_BYTES  65536
#define WIPE_BYTES  (1 << 20)
#define LOCK_MS     1000

static const char magic[16] = "assent-image-v1";

struct image_head {
    char magic[16];
    uint64_t layout; /* of the program that wrote it */
    uint64_t sum;    /* of this head, where it is 0 */
    uint64_t sums[PIECES_MAX];
    struct map_head map; /* its mutex and state mean nothing here */
};
_Static_assert(sizeof(struct image_head) <= HEAD_BYTES, "the head has its room");

struct piece {
    uint8_t *memory;
    uint64_t bytes, at; /* at: in the file */
};

struct moving {
    int fd;
    bool is_saving;
    struct piece pieces[PIECES_MAX];
    size_t count;
    uint64_t *sums;
    _Atomic size_t next;
    _Atomic bool has_failed;
};

/* Changes with whatever says how the parts are laid out. */
static uint64_t layout(void)
{
    const uint64_t sizes[] = {sizeof(struct map_head),
                              sizeof(struct map_row),
                              sizeof(struct map_text),
                              sizeof(struct order_top),
                              sizeof(struct order_block),
                              MAP_TEXT_UNIT,
                              GROUP_SHIFT,
                              GRAM_BITS,
                              BLOCK_GROUPS,
                              FACET_COUNT,
                              MAP_ORDER_COUNT,
                              DIRECTORY_MAP_ROWS_MAX,
                              PIECE_BYTES,
                              GROUP_WORD_SHIFT,
                              STRETCH_SHIFT,
                              SPAN_SHIFT,
                              BYTE_CLASSES,
                              5};
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        sum = (sum ^ sizes[i]) * UINT64_C(0x9e3779b97f4a7c15) + (sum >> 29);
    return sum;
}

/* Against damage, not against malice: who can write here can write the database. Four lanes, as
 * quick as memory. */
static uint64_t sum_of(const uint8_t *bytes, uint64_t len)
{
    uint64_t lanes[4] = {1, 2, 3, 4}, words[4] = {0};
    for (; len > 0; bytes += 32) {
        const uint64_t some = len < 32 ? len : 32;
        if (some < 32)
            memset(words, 0, sizeof words);
        memcpy(words, bytes, some);
        for (int i = 0; i < 4; i++) {
            lanes[i] = (lanes[i] ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
            lanes[i] ^= lanes[i] >> 32;
        }
        len -= some;
    }
    return lanes[0] ^ lanes[1] * 3 ^ lanes[2] * 5 ^ lanes[3] * 7;
}

static void add_part(struct moving *moving, void *memory, uint64_t bytes, uint64_t *at)
{
    for (uint64_t from = 0; from < bytes; from += PIECE_BYTES) {
        const uint64_t some = bytes - from < PIECE_BYTES ? bytes - from : PIECE_BYTES;
        if (moving->count == PIECES_MAX) {
            atomic_store(&moving->has_failed, true);
            return;
        }
        moving->pieces[moving->count++] =
            (struct piece){(uint8_t *)memory + from, some, *at + from};
    }
    *at += bytes;
}

/* All parts, as head says how much of them is in use. */
static void list_pieces(struct moving *moving, const struct directory_map *map,
                        const struct map_head *head)
{
    const uint64_t end = atomic_load(&head->text_end), table = atomic_load(&head->table);
    const uint64_t groups = directory_groups_count(end);
    uint64_t at = HEAD_BYTES;
    add_part(moving, map->rows, atomic_load(&head->rows_end) * sizeof(struct map_row), &at);
    add_part(moving, map->texts, end, &at);
    add_part(moving, (void *)(uintptr_t)map->group_begins,
             groups * (GROUP_BYTES >> GROUP_WORD_SHIFT) * sizeof(uint64_t), &at);
    add_part(moving, (void *)(uintptr_t)map->group_grams,
             (groups + BLOCK_GROUPS - 1) / BLOCK_GROUPS * BLOCK_WORDS * sizeof(uint64_t), &at);
    add_part(moving, (void *)(uintptr_t)map->group_pairs,
             ((end >> SPAN_SHIFT) + 1) * BYTE_CLASSES * sizeof(uint64_t), &at);
    add_part(moving, (void *)(uintptr_t)map->newest,
             ((end >> STRETCH_SHIFT) + 1) * sizeof(uint64_t), &at);
    add_part(moving, (void *)(uintptr_t)map->tables[table >> 8 & 1],
             sizeof(uint32_t) << (table & 0xff), &at);
    for (int order = 0; order < MAP_ORDER_COUNT; order++) {
        const struct map_order_head *used = &head->orders[order];
        add_part(moving, map->tops[order], used->tops * sizeof(struct order_top), &at);
        add_part(moving, map->blocks[order], used->blocks_end * sizeof(struct order_block), &at);
    }
}

static bool move_all(int fd, bool is_saving, uint8_t *memory, uint64_t bytes, uint64_t at)
{
    while (bytes > 0) {
        const ssize_t done =
            is_saving ? pwrite(fd, memory, bytes, (off_t)at) : pread(fd, memory, bytes, (off_t)at);
        if (done <= 0 && errno != EINTR)
            return false;
        if (done > 0) {
            memory += done;
            bytes -= (uint64_t)done;
            at += (uint64_t)done;
        }
    }
    return true;
}

static void move_pieces(void *context)
{
    struct moving *moving = context;
    size_t i;
    while (!atomic_load(&moving->has_failed) &&
           (i = atomic_fetch_add(&moving->next, 1)) < moving->count) {
        const struct piece *piece = &moving->pieces[i];
        if (!move_all(moving->fd, moving->is_saving, piece->memory, piece->bytes, piece->at))
            atomic_store(&moving->has_failed, true);
        const uint64_t sum = sum_of(piece->memory, piece->bytes);
        if (moving->is_saving)
            moving->sums[i] = sum;
        else if (moving->sums[i] != sum)
            atomic_store(&moving->has_failed, true);
    }
}

static bool move_by_two(struct moving *moving)
{
    return thread_both(move_pieces, moving, moving) && !atomic_load(&moving->has_failed);
}

/* Texts that were replaced, as nobody reads any more what was. */
static void wipe_replaced(struct directory_map *map)
{
    const uint64_t end = atomic_load(&map->head->text_end);
    for (uint64_t at = MAP_TEXT_UNIT, next; at < end; at = next) {
        struct map_text *text = (struct map_text *)(map->texts + at);
        next = directory_groups_behind(map, at, end);
        if ((atomic_load(&text->head) & MAP_TEXT_DEAD) != 0 &&
            map_text_at(map, map_text_id(text)) != text)
            memset(text->bytes, 0, next - at - sizeof *text);
    }
}

static enum status write_image(struct directory_map *map, int fd)
{
    struct image_head *head = calloc(1, HEAD_BYTES);
    struct moving *moving = calloc(1, sizeof *moving);
    bool is_done = head != NULL && moving != NULL;
    if (is_done) {
        wipe_replaced(map);
        memcpy(head->magic, magic, sizeof magic);
        head->layout = layout();
        memcpy(&head->map, map->head, sizeof head->map);
        memset(&head->map.mutex, 0, sizeof head->map.mutex);
        moving->fd = fd;
        moving->is_saving = true;
        moving->sums = head->sums;
        list_pieces(moving, map, map->head);
        is_done = move_by_two(moving);
        head->sum = sum_of((const uint8_t *)head, HEAD_BYTES);
        is_done = is_done && move_all(fd, true, (uint8_t *)head, HEAD_BYTES, 0);
    }
    free(moving);
    free(head);
    return is_done ? STATUS_OK : STATUS_IO;
}

/* Started as root, it is not root who reads it. */
static bool give_to_owner(int fd, const char *folder)
{
    struct stat owner;
    return stat(folder, &owner) == 0 &&
           (geteuid() != 0 || owner.st_uid == 0 || fchown(fd, owner.st_uid, owner.st_gid) == 0);
}

enum status directory_image_save(struct directory_map *map, const char *folder)
{
    return atomic_load(&map->head->people) < DIRECTORY_IMAGE_PEOPLE
               ? STATUS_OK
               : directory_image_save_any(map, folder);
}

enum status directory_image_save_any(struct directory_map *map, const char *folder)
{
    char path[4096], fresh[4096];
    struct position at;
    if (!directory_map_is_ready(map, &at) || !map->head->has_orders)
        return STATUS_OK;
    if (snprintf(path, sizeof path, "%s/" DIRECTORY_IMAGE_NAME, folder) >= (int)sizeof path ||
        snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
        return STATUS_INVALID;
    const int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return STATUS_IO;
    enum status status = give_to_owner(fd, folder) ? map_lock(map, LOCK_MS) : STATUS_IO;
    if (status == STATUS_OK) {
        status = directory_map_is_ready(map, &at) && map->head->has_orders ? write_image(map, fd)
                                                                           : STATUS_IO;
        map_unlock(map);
    }
    if (close(fd) != 0 || status != STATUS_OK || rename(fresh, path) != 0) {
        (void)unlink(fresh);
        return status == STATUS_OK ? STATUS_IO : status;
    }
    return STATUS_OK;
}

static bool is_sound(struct image_head *head)
{
    const uint64_t sum = head->sum;
    head->sum = 0;
    return memcmp(head->magic, magic, sizeof magic) == 0 && head->layout == layout() &&
           sum == sum_of((const uint8_t *)head, HEAD_BYTES);
}

/* What of the head is of the people and not of this run. The mutex stays as it is: it is held, and
 * others wait for it. */
static void take_head(struct map_head *to, const struct map_head *from)
{
    struct map_head head = *from;
    const size_t begin = offsetof(struct map_head, at);
    atomic_store(&head.fills, atomic_load(&to->fills));
    atomic_store(&head.faults, atomic_load(&to->faults));
    head.recents = 0;
    head.recents_from = (int64_t)atomic_load(&head.at);
    memcpy((char *)to + begin, (const char *)&head + begin, sizeof head - begin);
}

static enum status read_image(struct directory_map *map, int fd)
{
    struct image_head *head = calloc(1, HEAD_BYTES);
    struct moving *moving = calloc(1, sizeof *moving);
    bool is_done = head != NULL && moving != NULL &&
                   move_all(fd, false, (uint8_t *)head, HEAD_BYTES, 0) && is_sound(head);
    if (is_done) {
        map_clear(map, 0);
        moving->fd = fd;
        moving->sums = head->sums;
        list_pieces(moving, map, &head->map);
        is_done = move_by_two(moving);
        /* Whether or not: what was read is known of, to be cleared. */
        take_head(map->head, &head->map);
    }
    free(moving);
    free(head);
    return is_done ? STATUS_OK : STATUS_NOT_FOUND;
}

enum status map_load(struct directory_map *map)
{
    const char *path = map->image;
    map->image = NULL; /* once: after a fault the file is asked */
    const int fd = path == NULL ? -1 : open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return STATUS_NOT_FOUND;
    enum status status = read_image(map, fd);
    close(fd);
    return status;
}

void directory_image_offer(struct directory_map *map, const char *path)
{
    map->image = path;
}

enum status directory_image_remove(const char *path)
{
    struct stat file;
    const int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT ? STATUS_OK : STATUS_IO;
    uint8_t *zeroes = calloc(1, WIPE_BYTES);
    bool is_done = zeroes != NULL && fstat(fd, &file) == 0;
    for (off_t at = 0; is_done && at < file.st_size; at += WIPE_BYTES) {
        const off_t left = file.st_size - at;
        is_done = move_all(fd, true, zeroes, (uint64_t)(left < WIPE_BYTES ? left : WIPE_BYTES),
                           (uint64_t)at);
    }
    is_done = is_done && fdatasync(fd) == 0;
    free(zeroes);
    close(fd);
    if (unlink(path) != 0 && errno != ENOENT)
        return STATUS_IO;
    return is_done ? STATUS_OK : STATUS_IO;
}
