/*
 * store/log_map: see log_map.h.
 */
#include "store/log_map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/clean_file.h"
#include "store/connection.h"

#define INDEX_VERSION      3007000
#define INDEX_HEADER_BYTES 48 /* of each of its two copies */
#define INDEX_MOVED_AT     96 /* "nBackfill": frames that are in the file already */
#define INDEX_REGION_BYTES 32768
#define LOG_HEADER_BYTES   32
#define LOG_MAGIC          0x377f0682U /* its last bit: sums are of big-endian words */
#define FRAME_HEADER_BYTES 24
#define FRAME_BYTES        (FRAME_HEADER_BYTES + CLEAN_PAGE_SIZE)
#define FRAMES_A_READ      256
#define TRIES              20000 /* some seconds */
#define TRIES_AT_ONCE      4
#define FIRST_PAGES        1024

/* The index's header, in the machine's own order (section 2.1). */
struct header {
    uint32_t version, unused, change;
    uint8_t is_init, is_big_endian;
    uint16_t page_bytes;
    uint32_t frames, pages;
    uint32_t frame_sum[2];
    uint8_t salts[8];
    uint32_t sum[2];
};
static_assert(sizeof(struct header) == INDEX_HEADER_BYTES, "as the format has it");

static uint32_t read_32(const uint8_t *from)
{
    return (uint32_t)from[0] << 24 | (uint32_t)from[1] << 16 | (uint32_t)from[2] << 8 | from[3];
}

static uint32_t read_word(const uint8_t *from, bool is_big_endian)
{
    return is_big_endian ? read_32(from)
                         : (uint32_t)from[3] << 24 | (uint32_t)from[2] << 16 |
                               (uint32_t)from[1] << 8 | from[0];
}

/* Section 4.2. */
static void add_up(uint32_t sum[2], const uint8_t *data, size_t len, bool is_big_endian)
{
    uint32_t a = sum[0], b = sum[1];
    for (size_t i = 0; i < len; i += 8) {
        a += read_word(data + i, is_big_endian) + b;
        b += read_word(data + i + 4, is_big_endian) + a;
    }
    sum[0] = a;
    sum[1] = b;
}

/* False: somebody is writing it. */
static bool read_header(sqlite3_file *file, const volatile uint8_t *index, struct header *out)
{
    struct header copy = {0};
    for (size_t i = 0; i < sizeof copy; i++)
        ((uint8_t *)out)[i] = index[i];
    file->pMethods->xShmBarrier(file);
    for (size_t i = 0; i < sizeof copy; i++)
        ((uint8_t *)&copy)[i] = index[INDEX_HEADER_BYTES + i];
    return memcmp(out, &copy, sizeof copy) == 0;
}

static uint32_t read_moved(sqlite3_file *file, const volatile uint8_t *index)
{
    file->pMethods->xShmBarrier(file);
    const uint32_t moved =
        *(const volatile uint32_t *)(const volatile void *)(index + INDEX_MOVED_AT);
    file->pMethods->xShmBarrier(file);
    return moved;
}

static enum status find_file(struct store *store, sqlite3_file **out)
{
    uint8_t header[100] = {0};
    int rc = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_FILE_POINTER, out);
    if (rc == SQLITE_OK)
        rc = (*out)->pMethods->xRead(*out, header, sizeof header, 0);
    enum status status = connection_status(store, "copy", rc);
    /* Bytes 16 and 18, section 1.3 of the file's format: the page's size, and that it has a log. */
    if (status == STATUS_OK &&
        ((header[16] << 8 | header[17]) != CLEAN_PAGE_SIZE || header[18] != 2))
        status = STATUS_REFUSED;
    return status;
}

/* One try: STATUS_BUSY where somebody committed meanwhile. */
static enum status take(struct store *store, sqlite3_file *file, const volatile uint8_t *index,
                        struct header *header, uint32_t *moved)
{
    struct header after;
    struct position seen;
    if (!read_header(file, index, header))
        return STATUS_BUSY;
    enum status status = store_snapshot_begin(store);
    if (status != STATUS_OK)
        return status;
    status = store_position(store, &seen); /* the first read takes it */
    *moved = read_moved(file, index);
    if (status == STATUS_OK &&
        (!read_header(file, index, &after) || memcmp(&after, header, sizeof after) != 0))
        status = STATUS_BUSY;
    if (status != STATUS_OK)
        store_snapshot_end(store);
    return status;
}

static int by_page(const void *a, const void *b)
{
    const struct log_page *one = a, *other = b;
    if (one->page != other->page)
        return one->page < other->page ? -1 : 1;
    return one->frame < other->frame ? -1 : one->frame > other->frame;
}

/* Of each page its last frame alone. */
static void order(struct log_map *map)
{
    size_t kept = 0;
    if (map->count == 0)
        return;
    qsort(map->at, map->count, sizeof *map->at, by_page);
    for (size_t i = 1; i < map->count; i++) {
        if (map->at[i].page != map->at[kept].page)
            kept++;
        map->at[kept] = map->at[i];
    }
    map->count = kept + 1;
}

static bool note(struct log_map *map, uint32_t page, uint32_t frame)
{
    if (map->count == map->room) {
        const size_t room = map->room ? 2 * map->room : FIRST_PAGES;
        struct log_page *all = realloc(map->at, room * sizeof *all);
        if (all == NULL)
            return false;
        map->at = all;
        map->room = room;
    }
    map->at[map->count++] = (struct log_page){page, frame};
    return true;
}

static sqlite3_int64 place_of(uint32_t frame)
{
    return LOG_HEADER_BYTES + (sqlite3_int64)(frame - 1) * FRAME_BYTES;
}

/* Section 4.1 and 4.3: each frame bears the header's salts, and the sum of all before it. */
static enum status read_frames(struct log_map *map, const struct header *header, uint8_t *buffer)
{
    uint32_t sum[2] = {0, 0};
    sqlite3_file *log = map->log;
    if (log->pMethods->xRead(log, buffer, LOG_HEADER_BYTES, 0) != SQLITE_OK ||
        (read_32(buffer) & ~1U) != LOG_MAGIC || memcmp(buffer + 16, map->salts, 8) != 0)
        return STATUS_CORRUPT;
    const bool is_big_endian = (read_32(buffer) & 1) != 0;
    add_up(sum, buffer, 24, is_big_endian);
    if (sum[0] != read_32(buffer + 24) || sum[1] != read_32(buffer + 28))
        return STATUS_CORRUPT;
    for (uint32_t done = 0; done < map->frames;) {
        uint32_t count = map->frames - done;
        if (count > FRAMES_A_READ)
            count = FRAMES_A_READ;
        if (log->pMethods->xRead(log, buffer, (int)count * FRAME_BYTES, place_of(done + 1)) !=
            SQLITE_OK)
            return STATUS_IO;
        for (const uint8_t *frame = buffer; count > 0; count--, frame += FRAME_BYTES) {
            add_up(sum, frame, 8, is_big_endian);
            add_up(sum, frame + FRAME_HEADER_BYTES, CLEAN_PAGE_SIZE, is_big_endian);
            if (memcmp(frame + 8, map->salts, 8) != 0 || sum[0] != read_32(frame + 16) ||
                sum[1] != read_32(frame + 20))
                return STATUS_CORRUPT;
            if (!note(map, read_32(frame), ++done))
                return STATUS_FULL;
        }
    }
    return sum[0] == header->frame_sum[0] && sum[1] == header->frame_sum[1] ? STATUS_OK
                                                                            : STATUS_CORRUPT;
}

static enum status read_log(struct store *store, struct log_map *map, const struct header *header)
{
    uint8_t *buffer = malloc((size_t)FRAMES_A_READ * FRAME_BYTES);
    int rc = sqlite3_file_control(store->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &map->log);
    enum status status = connection_status(store, "copy", rc);
    memcpy(map->salts, header->salts, sizeof map->salts);
    map->frames = header->frames;
    if (buffer == NULL)
        status = STATUS_FULL;
    if (status == STATUS_OK)
        status = read_frames(map, header, buffer);
    free(buffer);
    order(map);
    return status;
}

enum status log_map_begin(struct store *store, struct log_map *out)
{
    struct header header;
    uint32_t moved = 0;
    volatile void *index = NULL;
    sqlite3_int64 bytes = 0;
    sqlite3_file *file = NULL;
    *out = (struct log_map){0};
    enum status status = find_file(store, &file);
    if (status != STATUS_OK)
        return status;
    int rc = file->pMethods->xShmMap(file, 0, INDEX_REGION_BYTES, 0, &index);
    status = connection_status(store, "copy", rc);
    if (status == STATUS_OK && index == NULL)
        status = STATUS_IO;
    if (status != STATUS_OK)
        return status;
    for (int tries = 0; tries < TRIES; tries++) {
        status = take(store, file, index, &header, &moved);
        if (status != STATUS_BUSY)
            break;
        if (tries % TRIES_AT_ONCE == 0) /* who is writing the header may wait for a processor */
            nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    }
    if (status != STATUS_OK)
        return status;
    if (header.version != INDEX_VERSION || header.is_init == 0)
        return STATUS_REFUSED;
    if (moved < header.frames)
        status = read_log(store, out, &header);
    /* Where the log never held anything SQLite goes by the file's size, too. */
    if (status == STATUS_OK)
        status = connection_status(store, "copy", file->pMethods->xFileSize(file, &bytes));
    out->pages = header.pages != 0 ? header.pages : (uint32_t)(bytes / CLEAN_PAGE_SIZE);
    return status;
}

void log_map_free(struct log_map *map)
{
    free(map->at);
    *map = (struct log_map){0};
}

enum status log_map_read(const struct log_map *map, size_t i, uint8_t *out)
{
    const struct log_page *page = &map->at[i];
    uint8_t frame[FRAME_BYTES];
    sqlite3_file *log = map->log;
    if (log->pMethods->xRead(log, frame, sizeof frame, place_of(page->frame)) != SQLITE_OK)
        return STATUS_IO;
    memcpy(out, frame + FRAME_HEADER_BYTES, CLEAN_PAGE_SIZE);
    /* Nobody can have written over it while we hold our mark. */
    return read_32(frame) == page->page && memcmp(frame + 8, map->salts, sizeof map->salts) == 0
               ? STATUS_OK
               : STATUS_CORRUPT;
}
