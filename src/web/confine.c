/*
 * web/confine: see confine.h.
 */
#include "web/confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "web/kore.h"

static bool has_own_root;

#ifdef __SANITIZE_ADDRESS__
void confine(void)
{
    /* The sanitizer writes what it finds to a file, wherever it was told. */
}
#else

static bool read_capabilities(struct __user_cap_data_struct out[_LINUX_CAPABILITY_U32S_3])
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    return syscall(SYS_capget, &head, out) == 0;
}

static bool may_chroot(void)
{
    struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3];
    return read_capabilities(all) &&
           (all[CAP_TO_INDEX(CAP_SYS_CHROOT)].effective & CAP_TO_MASK(CAP_SYS_CHROOT)) != 0;
}

static bool put(const char *path, const char *text, size_t len)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool is_put = fd >= 0 && write(fd, text, len) == (ssize_t)len;
    if (fd >= 0)
        close(fd);
    return is_put;
}

/* A user namespace of this process's own, in which it is who it was and may chroot. */
static bool enter_namespace(void)
{
    char map[48];
    const unsigned user = (unsigned)geteuid();
    const int len = snprintf(map, sizeof map, "%u %u 1\n", user, user);
    return unshare(CLONE_NEWUSER) == 0 && put("/proc/self/uid_map", map, (size_t)len) &&
           may_chroot();
}

/* None that it has, may take back, or could pass on to a program. */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};
    for (int cap = 0; cap <= CAP_LAST_CAP; cap++)
        (void)prctl(PR_CAPBSET_DROP, cap, 0, 0, 0); /* only root may; the rest can't regain any */
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    if (syscall(SYS_capset, &head, none) != 0)
        fatalx("the capabilities can't be given up: %s", errno_s);
}

void confine(void)
{
    has_own_root = skip_chroot == 0; /* then Kore has done it */
    const bool had_right = may_chroot();
    if (!has_own_root && (had_right || enter_namespace())) {
        has_own_root = chroot(".") == 0 && chdir("/") == 0;
        if (!has_own_root && had_right)
            fatalx("the data folder can't be made the root: %s", errno_s);
    }
    drop_capabilities();
}
#endif

bool confine_is_root(void)
{
    return has_own_root;
}
