/*
 * service/key_backup: see key_backup.h.
 */
#include "service/key_backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/whole_file.h"
#include "crypto/crypto.h"
#include "crypto/key_file.h"

#define ENDING        ".key"
#define KEY_NAME_MAX  64
#define KEY_MAX_BYTES 4096
#define BOX_MAX_BYTES (KEY_BACKUP_MAX_BYTES + KEY_BOX_MORE_BYTES)

/* Records in guarded memory. */
struct bundle {
    uint8_t *data; /* KEY_BACKUP_MAX_BYTES */
    size_t len;
};

static bool is_key_name(const char *name, size_t len)
{
    if (len <= strlen(ENDING) || len > KEY_NAME_MAX || name[0] == '.' ||
        memcmp(name + len - strlen(ENDING), ENDING, strlen(ENDING)) != 0)
        return false;
    for (size_t i = 0; i < len; i++)
        if (!((name[i] >= 'a' && name[i] <= 'z') || (name[i] >= '0' && name[i] <= '9') ||
              name[i] == '.' || name[i] == '_'))
            return false;
    return true;
}

static enum status add(struct arena *arena, struct bundle *bundle, const char *folder,
                       const char *name, const char **fault)
{
    const char *path = arena_printf(arena, "%s/%s", folder, name);
    const size_t name_len = strlen(name);
    struct stat facts;

    if (stat(path, &facts) != 0 || facts.st_size <= 0 || facts.st_size > KEY_MAX_BYTES ||
        bundle->len + 1 + name_len + 4 + (size_t)facts.st_size > KEY_BACKUP_MAX_BYTES) {
        *fault = arena_printf(arena, "%s is no key", path);
        return STATUS_CORRUPT;
    }
    const size_t len = (size_t)facts.st_size;
    uint8_t *at = bundle->data + bundle->len;
    *at++ = (uint8_t)name_len;
    memcpy(at, name, name_len);
    at += name_len;
    for (int i = 0; i < 4; i++)
        *at++ = (uint8_t)(len >> (24 - 8 * i));
    const enum status status = key_file_read(path, at, len);
    if (status == STATUS_REFUSED)
        *fault =
            arena_printf(arena, "%s is readable by others, or not yours; \"chmod 600\" it", path);
    else if (status != STATUS_OK)
        *fault = arena_printf(arena, "%s: %s", path, status_name(status));
    bundle->len += 1 + name_len + 4 + len;
    return status;
}

/* In the order of the folder, which does not matter. */
static enum status gather(struct arena *arena, const struct conf *conf, struct bundle *bundle,
                          size_t *count, const char **fault)
{
    DIR *folder = opendir(conf->keys_path);
    bool has_master = false;
    enum status status = STATUS_OK;

    *count = 0;
    if (folder == NULL) {
        *fault = arena_printf(arena, "%s: %s", conf->keys_path, strerror(errno));
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    }
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(folder)) != NULL;) {
        if (!is_key_name(entry->d_name, strlen(entry->d_name)))
            continue;
        status = add(arena, bundle, conf->keys_path, entry->d_name, fault);
        has_master |= strcmp(entry->d_name, "master.key") == 0;
        ++*count;
    }
    closedir(folder);
    if (status == STATUS_OK && !has_master) {
        *fault = arena_printf(arena, "%s holds no master.key", conf->keys_path);
        status = STATUS_NOT_FOUND;
    }
    return status;
}

enum status key_backup_make(struct arena *arena, const struct conf *conf, const char *path,
                            bool replaces, const char *passphrase, const struct key_box_cost *cost,
                            size_t *count, const char **fault)
{
    struct bundle bundle = {0};
    struct whole_file file = {.fd = -1};
    uint8_t *box = NULL, *again = NULL;

    *fault = "no randomness to be had from the system";
    enum status status = crypto_start();
    if (status == STATUS_OK) {
        *fault = "";
        bundle.data = key_memory_new(KEY_BACKUP_MAX_BYTES);
        status = gather(arena, conf, &bundle, count, fault);
    }
    if (status == STATUS_OK)
        status = whole_file_begin(arena, path, replaces, &file, fault);
    if (status != STATUS_OK)
        goto out;
    box = arena_alloc(arena, bundle.len + KEY_BOX_MORE_BYTES);
    again = key_memory_new(bundle.len);
    status = key_box_close(passphrase, cost, bundle.data, bundle.len, box);
    if (status == STATUS_OK)
        status = key_box_open(passphrase, box, bundle.len + KEY_BOX_MORE_BYTES, again);
    if (status == STATUS_OK && memcmp(again, bundle.data, bundle.len) != 0)
        status = STATUS_CORRUPT;
    if (status == STATUS_FULL)
        *fault = arena_printf(arena, "the passphrase needs %" PRIu64 " MB of memory for a moment",
                              cost->memory_bytes / 1000000);
    if (status == STATUS_OK) {
        status = whole_file_write(file.fd, box, bundle.len + KEY_BOX_MORE_BYTES);
        if (status != STATUS_OK)
            *fault = arena_printf(arena, "%s: %s", path, strerror(errno));
    }
    if (status == STATUS_OK)
        status = whole_file_end(arena, &file, fault);
    whole_file_drop(&file);
out:
    key_memory_free(bundle.data);
    key_memory_free(again);
    return status;
}

/* One record from *at on. False: what is there is none. */
struct record {
    char name[KEY_NAME_MAX + 1];
    const uint8_t *data;
    size_t len;
};
static bool read_record(const struct bundle *bundle, size_t *at, struct record *out)
{
    const uint8_t *from = bundle->data + *at;
    const size_t left = bundle->len - *at;
    const size_t name_len = left > 0 ? from[0] : 0;

    if (name_len == 0 || name_len > KEY_NAME_MAX || left < 1 + name_len + 4 ||
        !is_key_name((const char *)from + 1, name_len))
        return false;
    memcpy(out->name, from + 1, name_len);
    out->name[name_len] = '\0';
    from += 1 + name_len;
    out->len = (size_t)from[0] << 24 | (size_t)from[1] << 16 | (size_t)from[2] << 8 | from[3];
    out->data = from + 4;
    if (out->len == 0 || out->len > KEY_MAX_BYTES || left - 1 - name_len - 4 < out->len)
        return false;
    *at += 1 + name_len + 4 + out->len;
    return true;
}

static enum status read_box(struct arena *arena, const char *path, uint8_t **out, size_t *len,
                            const char **fault)
{
    FILE *file = fopen(path, "re");
    uint8_t *box = arena_alloc(arena, BOX_MAX_BYTES + 1);

    if (file == NULL) {
        *fault = arena_printf(arena, "%s: %s", path, strerror(errno));
        return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;
    }
    *len = fread(box, 1, BOX_MAX_BYTES + 1, file);
    const bool is_read = !ferror(file);
    fclose(file);
    if (!is_read)
        *fault = arena_printf(arena, "%s can't be read", path);
    *out = box;
    return is_read ? STATUS_OK : STATUS_IO;
}

static enum status open_box(struct arena *arena, const char *path, const char *passphrase,
                            struct bundle *out, const char **fault)
{
    uint8_t *box = NULL;
    size_t len = 0;
    enum status status = read_box(arena, path, &box, &len, fault);

    if (status != STATUS_OK)
        return status;
    status = len > BOX_MAX_BYTES ? STATUS_INVALID : key_box_open(passphrase, box, len, out->data);
    out->len = len > KEY_BOX_MORE_BYTES ? len - KEY_BOX_MORE_BYTES : 0;
    if (status == STATUS_INVALID)
        *fault = arena_printf(arena, "%s is no backup of keys, or its beginning was changed", path);
    else if (status == STATUS_REFUSED)
        *fault =
            arena_printf(arena, "the passphrase is another one, or %s was changed since", path);
    else if (status == STATUS_FULL)
        *fault = "there is too little memory for the passphrase; close other programs";
    return status;
}

/* STATUS_NOT_FOUND: no such key yet. STATUS_CONFLICT: it says something else. */
static enum status compare(const char *path, const struct record *record)
{
    uint8_t *there = key_memory_new(record->len);
    enum status status = key_file_read(path, there, record->len);

    const bool differs = status == STATUS_OK && memcmp(there, record->data, record->len) != 0;
    if (differs || status == STATUS_CORRUPT || status == STATUS_REFUSED)
        status = STATUS_CONFLICT;
    key_memory_free(there);
    return status;
}

static enum status put(struct arena *arena, const struct conf *conf, const struct record *record,
                       struct key_backup_done *done, const char **fault)
{
    const char *path = arena_printf(arena, "%s/%s", conf->keys_path, record->name);
    char at[CLOCK_RFC3339_BYTES];
    enum status status = compare(path, record);

    if (status == STATUS_OK) {
        done->unchanged++;
        return STATUS_OK;
    }
    if (status == STATUS_CONFLICT) {
        clock_rfc3339(clock_now_s(), at);
        if (rename(path, arena_printf(arena, "%s.before-restore-%s", path, at)) != 0) {
            *fault = arena_printf(arena, "%s can't be kept aside: %s", path, strerror(errno));
            return STATUS_IO;
        }
        done->aside++;
    } else if (status != STATUS_NOT_FOUND) {
        *fault = arena_printf(arena, "%s: %s", path, status_name(status));
        return status;
    }
    status = key_file_create(conf->keys_path, record->name, record->data, record->len);
    if (status != STATUS_OK)
        *fault = arena_printf(arena, "%s can't be written: %s", path, status_name(status));
    return status;
}

/* Everything is looked at before anything is written. */
static enum status check(struct arena *arena, const struct conf *conf, const struct bundle *bundle,
                         bool replaces, const char **fault)
{
    struct record record;
    size_t at = 0;

    while (at < bundle->len) {
        if (!read_record(bundle, &at, &record)) {
            *fault = "what it holds is of another version of this program";
            return STATUS_INVALID;
        }
        const char *path = arena_printf(arena, "%s/%s", conf->keys_path, record.name);
        if (!replaces && compare(path, &record) == STATUS_CONFLICT) {
            *fault = arena_printf(arena, "%s is there, and is another key", path);
            return STATUS_CONFLICT;
        }
    }
    return STATUS_OK;
}

enum status key_backup_restore(struct arena *arena, const struct conf *conf, const char *path,
                               bool replaces, const char *passphrase, struct key_backup_done *out,
                               const char **fault)
{
    struct bundle bundle = {0};
    struct key_backup_done done = {0};
    struct record record;

    *fault = "no randomness to be had from the system";
    enum status status = crypto_start();
    if (status == STATUS_OK) {
        *fault = "";
        bundle.data = key_memory_new(BOX_MAX_BYTES);
        status = open_box(arena, path, passphrase, &bundle, fault);
    }
    if (status == STATUS_OK)
        status = check(arena, conf, &bundle, replaces, fault);
    if (status == STATUS_OK && mkdir(conf->data, 0700) != 0 && errno != EEXIST) {
        *fault = arena_printf(arena, "%s: %s", conf->data, strerror(errno));
        status = STATUS_IO;
    }
    for (size_t at = 0; status == STATUS_OK && at < bundle.len; done.count++)
        status = read_record(&bundle, &at, &record) ? put(arena, conf, &record, &done, fault)
                                                    : STATUS_INVALID;
    key_memory_free(bundle.data);
    if (status == STATUS_OK)
        *out = done;
    return status;
}
