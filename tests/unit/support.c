/*
 * tests/unit/support: folders of a test's own, removed when the program ends.
 */
#include "unit/support.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"

static struct arena *texts;
static const char *root;
static int folders;

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info, (void)kind, (void)place;
    remove(path);
    return 0;
}

static void remove_all(void)
{
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    arena_free(texts);
}

const char *support_folder(void)
{
    if (!root) {
        const char *above = getenv("TMPDIR");
        texts = arena_new();
        char *made = arena_printf(texts, "%s/assent-test-XXXXXX", above ? above : "/tmp");
        assert_non_null(mkdtemp(made));
        root = made;
        atexit(remove_all);
    }
    const char *folder = arena_printf(texts, "%s/%d", root, ++folders);
    assert_int_equal(mkdir(folder, 0700), 0);
    return folder;
}

const char *support_path(const char *folder, const char *name)
{
    return arena_printf(texts, "%s/%s", folder, name);
}

const char *support_write(const char *folder, const char *name, unsigned mode, const void *data,
                          size_t len)
{
    const char *path = support_path(folder, name);
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    assert_true(file >= 0);
    assert_int_equal(fchmod(file, mode), 0);
    assert_int_equal(write(file, data, len), (ssize_t)len);
    close(file);
    return path;
}
