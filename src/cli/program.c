/*
 * cli/program: see program.h.
 */
#include "cli/program.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder of this program's own file, without a slash at its end. */
static bool own_folder(char out[PATH_MAX])
{
    const ssize_t len = readlink("/proc/self/exe", out, PATH_MAX - 1);

    if (len <= 0)
        return false;
    out[len] = '\0';
    *strrchr(out, '/') = '\0';
    return true;
}

/* NULL: it is not installed. */
static const char *installed_folder(struct arena *arena)
{
    char own[PATH_MAX];
    const char *slash;

    if (!own_folder(own) || !(slash = strrchr(own, '/')) || strcmp(slash, "/bin") != 0)
        return NULL;
    const char *folder = arena_printf(arena, "%.*s/lib/assent", (int)(slash - own), own);
    return access(arena_printf(arena, "%s/kore.conf", folder), R_OK) == 0 ? folder : NULL;
}

bool program_settle(void)
{
    struct arena *arena = arena_new();
    const bool is_installed = installed_folder(arena) != NULL;

    arena_free(arena);
    return !is_installed || setenv("ASSENT_CONF", PROGRAM_CONF, 0) == 0;
}

const char *program_server(struct arena *arena)
{
    const char *installed = installed_folder(arena);
    char own[PATH_MAX];

    if (installed)
        return arena_printf(arena, "%s/assent.so", installed);
    return own_folder(own) ? arena_printf(arena, "%s/assent.so", own) : "build/assent.so";
}

const char *program_folder(struct arena *arena)
{
    const char *installed = installed_folder(arena);
    char path[PATH_MAX];

    if (installed)
        return installed;
    if (own_folder(path)) {
        do {
            if (access(arena_printf(arena, "%s/kore.conf", path), R_OK) == 0)
                return arena_strdup(arena, path);
            *strrchr(path, '/') = '\0';
        } while (strchr(path, '/') != NULL);
    }
    return access("kore.conf", R_OK) == 0 && getcwd(path, sizeof path) ? arena_strdup(arena, path)
                                                                       : NULL;
}
