/*
 * store/log_map: what a reader's snapshot holds in the log (WAL) rather than in the database file:
 * for copying both as bytes, beside SQLite. For this room.
 *
 * Why that is right (sqlite.org/walformat.html, sections 2.3.1, 4 and 4.3; wal.html, 2.2). Who
 * reads holds a lock on a read mark. A checkpoint moves no frame beyond any mark that is held into
 * the file, and the log can't begin anew while a mark above 0 is held. Mark 0 says that all was
 * moved already; while it is held nobody may write to the file at all, and the log may begin anew.
 * So:
 *
 * - Was all moved when the snapshot began, then the file alone is the snapshot, and stays so: by
 *   mark 0, or, where that was busy, by a mark at the log's end, beyond which nothing is moved. The
 *   log is not looked at: it may begin anew, and what is left of an older one in it must not be put
 *   over newer pages.
 * - Was it not, then we hold a mark above 0. Frames up to the snapshot's end never change. Each
 * page that is in one of them counts as its last such frame has it; each other page is the file's,
 * and nobody writes to it. Pages that a checkpoint is just writing, half or wholly, are among the
 *   first.
 *
 * Which of the two it is, and where the snapshot ends, stands in the log's index (section 2.1),
 * which is looked at before and after the snapshot is taken and must be the same: its counter moves
 * with each commit. The checksum of the last frame stands in it too, and is a sum over all frames
 * before: what is read of the log is exactly what was committed, or is refused. So no frame half
 * written, of a commit not done, or of one that failed, gets in.
 *
 * The log is read through SQLite's own descriptor: closing another of the same file would drop its
 * locks (fcntl(2)). The one that store/copy opens of the database file is
 * closed by the process's end.
 */
#ifndef ASSENT_STORE_LOG_MAP_H
#define ASSENT_STORE_LOG_MAP_H

#include "store/store.h"

struct log_map {
    void *log;          /* the engine's own handle of it */
    uint32_t pages;     /* of the database, as the snapshot has it */
    uint32_t frames;    /* of the log that are looked at; 0: the file is all */
    uint8_t salts[8];   /* that each of them bears, as bytes of the file */
    size_t count, room; /* pages that are newest in the log */
    struct log_page {
        uint32_t page, frame; /* by page */
    } * at;
};

/* Begins store's snapshot, which the caller ends, and reads where its pages are. STATUS_BUSY:
 * others commit all the time. STATUS_REFUSED: no database in WAL mode with pages of 4096 bytes.
 * STATUS_CORRUPT: the log is not what its index says. Free it whatever comes back. */
enum status log_map_begin(struct store *store, struct log_map *out) MUST_CHECK;
void log_map_free(struct log_map *map);

/* Page at[i] of the snapshot, as the log has it: 4096 bytes. Its unused space was not cleaned. */
enum status log_map_read(const struct log_map *map, size_t i, uint8_t *out) MUST_CHECK;

#endif
