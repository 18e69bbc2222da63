/*
 * service/ledger_checkpoint: see ledger_checkpoint.h.
 */
#include "service/ledger_checkpoint.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "store/entries.h"

#define FILE_MODE  0644
#define AT_A_TIME  1000
#define READ_BYTES 65536

static enum status find_newest(struct store *store, struct arena *arena, struct checkpoint_row *out)
{
    *out = (struct checkpoint_row){0};
    enum status status = checkpoints_newest(store, arena, out);
    return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static bool is_day_over(const struct checkpoint_row *row, int64_t now_s)
{
    return now_s - row->at >= LEDGER_CHECKPOINT_DAY_S || now_s < row->at;
}

enum status ledger_checkpoint_due(const struct service *service, struct arena *arena, int64_t now_s,
                                  struct ledger_checkpoint_due *out)
{
    struct checkpoint_row row;
    struct position head = {0};
    enum status status = find_newest(service->store, arena, &row);
    if (status == STATUS_OK)
        status = store_position(service->store, &head);
    if (status == STATUS_OK)
        *out = (struct ledger_checkpoint_due){.is_day_over = head.value > row.position.value &&
                                                             is_day_over(&row, now_s),
                                              .newest = row.position};
    return status;
}

enum status ledger_checkpoint_make(const struct service *service, struct txn *txn,
                                   struct arena *arena, int64_t now_s, bool at_once, bool *made)
{
    struct checkpoint_row row;
    struct checkpoint checkpoint = {.at = now_s};
    char note[CHECKPOINT_NOTE_MAX];
    enum status status = find_newest(txn_store(txn), arena, &row);
    if (status == STATUS_OK)
        status = entries_head(txn, &checkpoint.position, checkpoint.hash);
    if (status != STATUS_OK)
        return status;
    const bool is_due =
        checkpoint.position.value > row.position.value && (at_once || is_day_over(&row, now_s));
    if (is_due) {
        checkpoint_sign(service->secrets, &checkpoint, note);
        status = checkpoints_put(txn, &(struct checkpoint_row){checkpoint.position, now_s, note});
    }
    if (status == STATUS_OK && made)
        *made = is_due;
    return status;
}

enum status ledger_head_get(const struct service *service, struct ledger_head *out)
{
    struct arena *arena = arena_new();
    struct position position;
    struct entry entry = {0};
    enum status status = store_position(service->store, &position);
    if (status == STATUS_OK && position.value != 0)
        status = entries_get(service->store, arena, position, &entry);
    if (status == STATUS_OK) {
        *out = (struct ledger_head){.position = entry.position, .at = entry.at};
        memcpy(out->hash, entry.hash, sizeof out->hash);
    }
    arena_free(arena);
    return status;
}

enum status ledger_checkpoint_newest(const struct service *service, struct arena *arena,
                                     struct checkpoint_row *out)
{
    return checkpoints_newest(service->store, arena, out);
}

void ledger_checkpoint_key(const struct service *service, struct ledger_checkpoint_key *out)
{
    uint8_t public_key[CHECKPOINT_PUBLIC_BYTES];
    checkpoint_public_key(service->secrets, public_key);
    checkpoint_key_id(public_key, out->id);
    checkpoint_verifier(public_key, out->verifier);
    crypto_base64url(public_key, sizeof public_key, out->public_key, sizeof out->public_key);
}

static enum status read_file(int fd, struct buf *out)
{
    for (;;) {
        buf_reserve(out, READ_BYTES);
        const ssize_t got = read(fd, out->data + out->len, READ_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return STATUS_IO;
        if (got == 0)
            return STATUS_OK;
        out->len += (size_t)got;
    }
}

/* What the note says in its second line, which only a signature makes true. */
static int64_t claimed(const char *note)
{
    return strtoll(strchr(note, '\n') + 1, NULL, 10);
}

/* Where the notes of the file begin, as size_t; *end: what is behind it is torn. */
static void find_notes(const struct buf *file, struct buf *starts, size_t *end)
{
    size_t at = 0, len;
    while ((len = checkpoint_find(file->data, file->len, &at)) != 0) {
        buf_add(starts, &at, sizeof at);
        at += len;
    }
    *end = at;
}

/* The newest position that a note of this key in the file names; *end as above. From the end, since
 * notes stand in the ledger's order: the last one is checked, and then none that says less. Writers
 * wait meanwhile, and the file has one for each ten thousandth entry. */
static struct position last_written(const struct service *service, const struct buf *file,
                                    size_t *end)
{
    uint8_t public_key[CHECKPOINT_PUBLIC_BYTES];
    struct position last = {0};
    struct checkpoint read;
    struct buf starts = {0};
    size_t at, behind;
    checkpoint_public_key(service->secrets, public_key);
    find_notes(file, &starts, end);
    for (size_t left = starts.len; left > 0; left -= sizeof at) {
        memcpy(&at, starts.data + left - sizeof at, sizeof at);
        behind = at;
        if (claimed(file->data + at) > last.value &&
            checkpoint_read(file->data + at, checkpoint_find(file->data, file->len, &behind),
                            public_key, &read) == CHECKPOINT_FINE)
            last = read.position;
    }
    buf_free(&starts);
    return last;
}

static enum status append(int fd, size_t end, const struct buf *text)
{
    size_t done = 0;
    if (text->len == 0)
        return STATUS_OK;
    if (ftruncate(fd, (off_t)end) != 0) /* a note that a crash cut short */
        return STATUS_IO;
    while (done < text->len) {
        const ssize_t put = pwrite(fd, text->data + done, text->len - done, (off_t)(end + done));
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
        done += (size_t)put;
    }
    return fsync(fd) == 0 ? STATUS_OK : STATUS_IO;
}

/* So that a file that was just made has its name after a crash, too. */
static enum status sync_folder(const char *folder)
{
    const int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool is_fine = fd >= 0 && fsync(fd) == 0;
    if (fd >= 0)
        close(fd);
    return is_fine ? STATUS_OK : STATUS_IO;
}

static enum status gather(struct store *store, struct arena *arena, struct position last,
                          struct position newest, struct buf *out)
{
    struct checkpoint_row *rows;
    size_t count;
    enum status status;
    do {
        status = checkpoints_walk(store, arena, last, AT_A_TIME, &rows, &count);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; i < count && rows[i].position.value <= newest.value; i++) {
            buf_add(out, rows[i].note, strlen(rows[i].note));
            buf_addc(out, '\n');
        }
        if (count > 0)
            last = rows[count - 1].position;
    } while (count == AT_A_TIME);
    return STATUS_OK;
}

enum status ledger_checkpoint_write(const struct service *service, struct txn *txn,
                                    struct arena *arena, struct position newest)
{
    const char *path = arena_printf(arena, "%s/%s", service->conf->data, CHECKPOINT_FILE);
    const bool is_new = access(path, F_OK) != 0;
    struct buf file = {0}, more = {0};
    size_t end = 0;
    const int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, FILE_MODE);
    if (fd < 0)
        return errno == ENOSPC || errno == EDQUOT ? STATUS_FULL : STATUS_IO;
    enum status status = read_file(fd, &file);
    if (status == STATUS_OK) {
        const struct position last = last_written(service, &file, &end);
        status = gather(txn_store(txn), arena, last, newest, &more);
    }
    if (status == STATUS_OK)
        status = append(fd, end, &more);
    if (status == STATUS_OK && is_new)
        status = sync_folder(service->conf->data);
    close(fd);
    buf_free(&file);
    buf_free(&more);
    return status;
}
