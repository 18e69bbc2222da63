/*
 * web/seccomp: what the sandbox lets a worker do beyond Kore's own list. Anything else ends the
 * worker with SIGSYS.
 */
#include <errno.h>
#include <stddef.h>

#include "web/admit.h"
#include "web/kore.h"

EXPORT void kore_seccomp_hook(void);

static struct sock_filter allowed[] = {
#ifdef __SANITIZE_ADDRESS__
    KORE_BPF_RET(SECCOMP_RET_ALLOW), /* the sanitizer looks around */
#endif
    /* The database: SQLite in WAL mode, its shared memory and its lock file. */
    KORE_SYSCALL_ALLOW(newfstatat),
    KORE_SYSCALL_ALLOW(pread64),
    KORE_SYSCALL_ALLOW(pwrite64),
    KORE_SYSCALL_ALLOW(fdatasync),
    KORE_SYSCALL_ALLOW(fsync),
    KORE_SYSCALL_ALLOW(ftruncate),
    KORE_SYSCALL_ALLOW(fallocate),
    KORE_SYSCALL_ALLOW(fchown), /* as root only: files of the database keep its owner */
    KORE_SYSCALL_ALLOW(fchmod),
    KORE_SYSCALL_ALLOW(mremap),
    KORE_SYSCALL_ALLOW(sysinfo), /* qsort asks for the memory's size */

    /* Keys: the folder's listing; guarded memory. */
    KORE_SYSCALL_ALLOW(getdents64),
    KORE_SYSCALL_ALLOW(mlock),
    KORE_SYSCALL_ALLOW(munlock),

    /* Threads, and nothing else that clone can make. */
    KORE_SYSCALL_DENY(clone3, ENOSYS),
    KORE_SYSCALL_ALLOW_ARG(clone, 0, 0x3d0f00),
    KORE_SYSCALL_ALLOW(set_robust_list),
    KORE_SYSCALL_ALLOW(rseq),
    KORE_SYSCALL_ALLOW(sched_getaffinity),
    KORE_SYSCALL_ALLOW(sched_yield),
    KORE_SYSCALL_ALLOW(gettid),
    KORE_SYSCALL_ALLOW(tgkill), /* abort */
    KORE_SYSCALL_ALLOW(eventfd2),

    /* A refused client is told so before its connection ends. */
    KORE_SYSCALL_ALLOW(shutdown),
};

EXPORT void kore_seccomp_hook(void)
{
    kore_seccomp_filter("assent", allowed, KORE_FILTER_LEN(allowed));
}
