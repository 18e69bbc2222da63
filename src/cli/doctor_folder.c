/*
 * cli/doctor_folder: see doctor.h.
 */
#include "cli/doctor.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/whole_file.h"

#define MEGABYTE    1000000
#define ROOM_LEAST  (INT64_C(64) << 20) /* below it writes fail soon */
#define DAY_S       86400
#define ASIDE_OLD_S (90 * INT64_C(86400))
#define OTHERS      (S_IRWXG | S_IRWXO)

static bool is_ours(const struct stat *facts)
{
    return facts->st_uid == geteuid() || facts->st_uid == 0;
}

/* One file or folder that others may neither read nor own. True: nothing is wrong with it. */
static bool check_private(struct doctor *doctor, const char *check, const char *path,
                          bool is_folder)
{
    struct arena *arena = doctor->arena;
    struct stat facts;

    if (stat(path, &facts) != 0) {
        if (errno != ENOENT)
            doctor_add(doctor, check, DOCTOR_BROKEN, "look at the disk and the folders above it",
                       "%s: %s", path, strerror(errno));
        return errno == ENOENT;
    }
    if (!is_ours(&facts))
        doctor_add(doctor, check, DOCTOR_BROKEN,
                   arena_printf(arena, "chown -R it to the user that runs the server"),
                   "%s belongs to user %d, and this is user %d", path, (int)facts.st_uid,
                   (int)geteuid());
    else if (access(path, R_OK | W_OK | (is_folder ? X_OK : 0)) != 0)
        doctor_add(doctor, check, DOCTOR_BROKEN,
                   arena_printf(arena, "chmod %s %s; a disk may also be mounted read-only",
                                is_folder ? "700" : "600", path),
                   "%s can't be read and written: %s", path, strerror(errno));
    else if ((facts.st_mode & OTHERS) != 0)
        doctor_add(doctor, check, DOCTOR_LOOK,
                   arena_printf(arena, "chmod %s %s", is_folder ? "700" : "600", path),
                   "%s is open to others (mode %o)", path, facts.st_mode & 0777);
    else
        return true;
    return false;
}

static void check_data(struct doctor *doctor)
{
    const struct conf *conf = doctor->conf;
    static const char *const endings[] = {"", "-wal", "-shm"};
    bool is_fine = check_private(doctor, "data_folder", conf->data, true);

    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        is_fine &=
            check_private(doctor, "data_folder",
                          arena_printf(doctor->arena, "%s%s", conf->db_path, endings[i]), false);
    is_fine &= check_private(doctor, "data_folder", conf->lock_path, false);
    if (is_fine)
        doctor_add(doctor, "data_folder", DOCTOR_FINE, NULL, "%s is ours alone", conf->data);
}

static void check_keys(struct doctor *doctor)
{
    const char *path = doctor->conf->keys_path;
    bool is_fine = check_private(doctor, "keys_folder", path, true);
    DIR *folder = opendir(path);

    for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.')
            is_fine &=
                check_private(doctor, "keys_folder",
                              arena_printf(doctor->arena, "%s/%s", path, entry->d_name), false);
    if (folder)
        closedir(folder);
    if (is_fine)
        doctor_add(doctor, "keys_folder", DOCTOR_FINE, NULL, "%s is ours alone", path);
}

/* Who may write to the settings says where data and keys lie. */
static void check_settings(struct doctor *doctor, const char *path)
{
    const struct conf *conf = doctor->conf;
    struct stat facts;
    const bool is_there = stat(path, &facts) == 0;
    bool is_fine = true;

    if (is_there && (facts.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        is_fine = false;
        doctor_add(doctor, "settings", DOCTOR_LOOK,
                   arena_printf(doctor->arena, "chmod go-w %s", path),
                   "%s may be written by others: they could name another data folder", path);
    }
    if (conf->smtp_password_file && access(conf->smtp_password_file, R_OK) != 0) {
        is_fine = false;
        doctor_add(doctor, "settings", DOCTOR_BROKEN,
                   "name the file that holds it, readable for the user that runs the courier",
                   "smtp_password_file %s: %s", conf->smtp_password_file, strerror(errno));
    } else if (conf->smtp_password_file)
        is_fine &= check_private(doctor, "settings", conf->smtp_password_file, false);
    if (is_fine)
        doctor_add(doctor, "settings", DOCTOR_FINE, NULL, "%s %s", path,
                   is_there ? "is read, and only we may write to it"
                            : "is not there: all settings are as they come");
}

static int64_t bytes_of(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 ? (int64_t)facts.st_size : 0;
}

static void check_disk(struct doctor *doctor)
{
    const struct conf *conf = doctor->conf;
    struct statvfs disk;
    if (statvfs(conf->data, &disk) != 0)
        return;
    const int64_t room = (int64_t)disk.f_bavail * (int64_t)disk.f_frsize;
    const int64_t needed =
        bytes_of(conf->db_path) + bytes_of(arena_printf(doctor->arena, "%s-wal", conf->db_path));
    if ((disk.f_flag & ST_RDONLY) != 0)
        doctor_add(doctor, "disk", DOCTOR_BROKEN,
                   "mount it for writing; after an error of the disk look at its log (dmesg) first",
                   "the disk of %s is mounted read-only", conf->data);
    else if (room < ROOM_LEAST)
        doctor_add(doctor, "disk", DOCTOR_BROKEN,
                   "make room now: when nothing can be written, opt-outs are answered with 503",
                   "%" PRId64 " MB are left on the disk of %s", room / MEGABYTE, conf->data);
    else if (room < needed + ROOM_LEAST)
        doctor_add(doctor, "disk", DOCTOR_LOOK,
                   "make room: an upgrade, a restore and a backup here each need as much again",
                   "%" PRId64 " MB are left on the disk of %s, and the database has %" PRId64,
                   room / MEGABYTE, conf->data, needed / MEGABYTE);
    else
        doctor_add(doctor, "disk", DOCTOR_FINE, NULL,
                   "%" PRId64 " MB are left, and the database has %" PRId64, room / MEGABYTE,
                   needed / MEGABYTE);
    if (disk.f_files > 0 && disk.f_favail < 1000)
        doctor_add(doctor, "disk", DOCTOR_BROKEN,
                   "delete small files, or make a larger file system",
                   "%ld more files can be made on the disk of %s", (long)disk.f_favail, conf->data);
}

/* A file from the future, or a program from it, tells that the clock went back. */
static void check_clock(struct doctor *doctor)
{
    const char *const paths[] = {doctor->conf->db_path, "/proc/self/exe"};
    char at[CLOCK_HUMAN_BYTES];
    struct stat facts;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        if (stat(paths[i], &facts) != 0 || (int64_t)facts.st_mtime <= doctor->now_s + DAY_S / 24)
            continue;
        clock_human((int64_t)facts.st_mtime, at);
        doctor_add(doctor, "clock", DOCTOR_BROKEN,
                   "set the clock right (timedatectl), and let it be kept so (systemd-timesyncd, "
                   "chrony)",
                   "%s was written on %s, which lies ahead: the clock is behind",
                   i == 0 ? paths[i] : "this program", at);
        return;
    }
    clock_human(doctor->now_s, at);
    doctor_add(doctor, "clock", DOCTOR_FINE, NULL, "it says %s", at);
}

static bool has_ending(const char *name, const char *ending)
{
    const size_t len = strlen(name), end = strlen(ending);
    return len > end && strcmp(name + len - end, ending) == 0;
}

static void look_at(struct doctor *doctor, const char *path, const char *name, size_t *found)
{
    struct stat facts;
    if (stat(path, &facts) != 0)
        return;
    const int64_t age_s = doctor->now_s - (int64_t)facts.st_mtime;
    if (strstr(name, ".before-restore-") != NULL) {
        if (age_s > ASIDE_OLD_S) {
            ++*found;
            doctor_add(doctor, "leftovers", DOCTOR_LOOK,
                       "delete it, unless you still want to take that restore back",
                       "%s was kept aside %" PRId64 " days ago, and holds people's data", path,
                       age_s / DAY_S);
        }
    } else if (strstr(name, ".restoring") != NULL || has_ending(name, WHOLE_FILE_SUFFIX) ||
               has_ending(name, ".new") || (name[0] == '.' && strstr(name, ".key.") != NULL)) {
        if (age_s > DAY_S / 24) {
            ++*found;
            doctor_add(doctor, "leftovers", DOCTOR_LOOK, "delete it",
                       "%s is what a command that was killed left", path);
        }
    }
}

static void check_leftovers(struct doctor *doctor)
{
    const char *const folders[] = {doctor->conf->data, doctor->conf->keys_path};
    size_t found = 0;
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        DIR *folder = opendir(folders[i]);
        for (struct dirent *entry; folder && (entry = readdir(folder)) != NULL;)
            look_at(doctor, arena_printf(doctor->arena, "%s/%s", folders[i], entry->d_name),
                    entry->d_name, &found);
        if (folder)
            closedir(folder);
    }
    if (found == 0)
        doctor_add(doctor, "leftovers", DOCTOR_FINE, NULL, "no command left a file behind");
}

void doctor_folder(struct doctor *doctor, const char *conf_path)
{
    check_data(doctor);
    check_keys(doctor);
    check_settings(doctor, conf_path);
    check_disk(doctor);
    check_clock(doctor);
    check_leftovers(doctor);
}
