/*
 * cli/claim: see claim.h.
 */
#include "cli/claim.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/leftover.h"
#include "service/restore.h"

static pid_t owner_of(int fd)
{
    char text[24] = "";
    const ssize_t len = pread(fd, text, sizeof text - 1, 0);
    return len > 0 ? (pid_t)strtol(text, NULL, 10) : 0;
}

bool claim_folder(const struct args *args, struct arena *arena, const struct conf *conf)
{
    const char *path = arena_printf(arena, "%s/serve.lock", conf->data);
    const int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

    if (fd < 0) {
        cli_refused(args, "%s can't be written: %s.", path, strerror(errno));
        return false;
    }
    if (!leftover_lock(fd, 0)) {
        const pid_t owner = owner_of(fd);
        if (leftover_is_server(owner))
            cli_refused(args,
                        "a server runs on %s: process %d. Stop it first: Ctrl-C where it runs, "
                        "\"systemctl stop assent\" where it is a service, or \"kill %d\".",
                        conf->data, (int)owner, (int)owner);
        else
            cli_refused(args,
                        "workers of a server that was killed still have %s; they end within "
                        "seconds. Run this again then.",
                        conf->data);
        return false;
    }
    const int holder = restore_holder(conf);
    if (holder == 0)
        return true;
    cli_refused(args,
                "process %d has %s open (a courier, or another command). Stop it first: \"kill "
                "%d\", or wait for its end.",
                holder, conf->db_path, holder);
    return false;
}
