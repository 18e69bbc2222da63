/*
 * cli/owner: see owner.h.
 */
#include "cli/owner.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static const int kept[] = {CAP_NET_BIND_SERVICE, CAP_DAC_READ_SEARCH, CAP_SYS_CHROOT};

/* Those of the kept ones that this process has, so that the program it becomes has them too. */
static bool keep_rights(void)
{
    struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct had[_LINUX_CAPABILITY_U32S_3] = {0};
    struct __user_cap_data_struct all[_LINUX_CAPABILITY_U32S_3] = {0};

    if (syscall(SYS_capget, &head, had) != 0)
        return false;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        all[CAP_TO_INDEX(kept[i])].permitted |=
            had[CAP_TO_INDEX(kept[i])].permitted & CAP_TO_MASK(kept[i]);
    for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
        all[i].effective = all[i].inheritable = all[i].permitted;
    if (syscall(SYS_capset, &head, all) != 0)
        return false;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if ((all[CAP_TO_INDEX(kept[i])].permitted & CAP_TO_MASK(kept[i])) != 0 &&
            prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, kept[i], 0, 0) != 0)
            return false;
    return true;
}

bool owner_become(const struct args *args, const char *data, bool serves)
{
    struct stat info;

    if (geteuid() != 0 || stat(data, &info) != 0 || info.st_uid == 0)
        return true;
    const struct passwd *user = getpwuid(info.st_uid);
    const gid_t group = user ? user->pw_gid : info.st_gid;
    const int groups = user ? initgroups(user->pw_name, group) : setgroups(1, &group);
    if (groups == 0 && prctl(PR_SET_KEEPCAPS, serves, 0, 0, 0) == 0 &&
        setresgid(group, group, group) == 0 &&
        setresuid(info.st_uid, info.st_uid, info.st_uid) == 0 && (!serves || keep_rights()))
        return true;
    cli_refused(args, "%s belongs to %s, and root can't become that user here: %s.", data,
                user ? user->pw_name : "a user without a name", strerror(errno));
    return false;
}

void owner_keep_nothing(void)
{
    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}
