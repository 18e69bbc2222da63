/*
 * web/seccomp: what the sandbox lets a worker do. Anything else ends the whole worker with SIGSYS,
 * and Kore starts another.
 *
 * Kore's own list, which follows this one, would end the offending thread alone: the others then
 * wait for it for ever, and Kore sees a worker that lives. So this list is complete.
 */
#include <errno.h>
#include <stddef.h>
#include <sys/mman.h>

#include "web/admit.h"
#include "web/confine.h"
#include "web/heart.h"
#include "web/kore.h"
#include "web/watch.h"

EXPORT void kore_seccomp_hook(void);

static struct sock_filter allowed[] = {
#ifdef __SANITIZE_ADDRESS__
    KORE_BPF_RET(SECCOMP_RET_ALLOW), /* the sanitizer looks around */
#endif
    /* The event loop and its connections. */
    KORE_SYSCALL_ALLOW(read), KORE_SYSCALL_ALLOW(write), KORE_SYSCALL_ALLOW(writev),
    KORE_SYSCALL_ALLOW(epoll_ctl), KORE_SYSCALL_ALLOW(epoll_pwait), KORE_SYSCALL_ALLOW(accept),
    KORE_SYSCALL_ALLOW(close), KORE_SYSCALL_ALLOW(fcntl), KORE_SYSCALL_ALLOW(recvfrom),
    KORE_SYSCALL_ALLOW(sendto), KORE_SYSCALL_ALLOW(setsockopt), KORE_SYSCALL_ALLOW(ppoll),
    KORE_SYSCALL_ALLOW(shutdown), /* a refused client is told so before its connection ends */
    KORE_SYSCALL_DENY(ioctl, EACCES),

    /* The database: SQLite in WAL mode, its shared memory and its lock file. Keys, time zones. */
    KORE_SYSCALL_ALLOW(pread64), KORE_SYSCALL_ALLOW(pwrite64), KORE_SYSCALL_ALLOW(fdatasync),
    KORE_SYSCALL_ALLOW(fsync), KORE_SYSCALL_ALLOW(openat), KORE_SYSCALL_ALLOW(lseek),
    KORE_SYSCALL_ALLOW(fstat), KORE_SYSCALL_ALLOW(newfstatat), KORE_SYSCALL_ALLOW(faccessat),
    KORE_SYSCALL_ALLOW(unlinkat), KORE_SYSCALL_ALLOW(readlinkat), KORE_SYSCALL_ALLOW(getcwd),
    KORE_SYSCALL_ALLOW(getdents64), KORE_SYSCALL_ALLOW(ftruncate), KORE_SYSCALL_ALLOW(fallocate),
    KORE_SYSCALL_ALLOW(fchown), /* as root only: files of the database keep its owner */
    KORE_SYSCALL_ALLOW(fchmod), KORE_SYSCALL_ALLOW(geteuid), KORE_SYSCALL_ALLOW(getuid),
    KORE_SYSCALL_ALLOW(linkat), /* gives a new signing key's file its name, never another's */

    /* Memory; none that can be written and run. qsort asks for its size. */
    KORE_SYSCALL_DENY_WITH_FLAG(mmap, 2, PROT_WRITE | PROT_EXEC, EINVAL),
    KORE_SYSCALL_DENY_WITH_FLAG(mprotect, 2, PROT_EXEC, EINVAL), KORE_SYSCALL_ALLOW(mmap),
    KORE_SYSCALL_ALLOW(mprotect), KORE_SYSCALL_ALLOW(munmap), KORE_SYSCALL_ALLOW(mremap),
    KORE_SYSCALL_ALLOW(madvise), KORE_SYSCALL_ALLOW(brk), KORE_SYSCALL_ALLOW(mlock),
    KORE_SYSCALL_ALLOW(munlock), KORE_SYSCALL_ALLOW(sysinfo),
    KORE_SYSCALL_ALLOW_ARG(prlimit64, 2, 0), /* asking, not setting */
    KORE_SYSCALL_ALLOW(getrandom),

    /* Threads, and nothing else that clone can make. */
    KORE_SYSCALL_ALLOW(futex), KORE_SYSCALL_DENY(clone3, ENOSYS),
    KORE_SYSCALL_ALLOW_ARG(clone, 0, 0x3d0f00), KORE_SYSCALL_ALLOW(set_robust_list),
    KORE_SYSCALL_ALLOW(rseq), KORE_SYSCALL_ALLOW(sched_getaffinity),
    KORE_SYSCALL_ALLOW(sched_yield), KORE_SYSCALL_ALLOW(gettid),
    KORE_SYSCALL_ALLOW(tgkill), /* abort; whether a thread lives */
    KORE_SYSCALL_ALLOW(eventfd2), KORE_SYSCALL_ALLOW(exit), KORE_SYSCALL_ALLOW(exit_group),

    /* Time, for clocks too that the kernel can't show without a call. A wait with an end goes on by
     * restart_syscall once the process was stopped and continued. */
    KORE_SYSCALL_ALLOW(clock_gettime), KORE_SYSCALL_ALLOW(gettimeofday),
    KORE_SYSCALL_ALLOW(nanosleep), KORE_SYSCALL_ALLOW(clock_nanosleep),
    KORE_SYSCALL_ALLOW(setitimer), KORE_SYSCALL_ALLOW(restart_syscall),

    /* Signals. */
    KORE_SYSCALL_ALLOW(rt_sigreturn), KORE_SYSCALL_ALLOW(rt_sigaction),
    KORE_SYSCALL_ALLOW(rt_sigprocmask), KORE_SYSCALL_ALLOW(sigaltstack), KORE_SYSCALL_ALLOW(kill),
    KORE_SYSCALL_ALLOW(getpid), KORE_SYSCALL_ALLOW(getppid),

/* Older names of some of these, where the machine has them. */
#ifdef SYS_open
    KORE_SYSCALL_ALLOW(open), KORE_SYSCALL_ALLOW(stat), KORE_SYSCALL_ALLOW(lstat),
    KORE_SYSCALL_ALLOW(access), KORE_SYSCALL_ALLOW(unlink), KORE_SYSCALL_ALLOW(readlink),
    KORE_SYSCALL_ALLOW(poll), KORE_SYSCALL_ALLOW(epoll_wait), KORE_SYSCALL_ALLOW(time),
    KORE_SYSCALL_ALLOW(alarm), KORE_SYSCALL_ALLOW(link),
#endif

    KORE_BPF_RET(SECCOMP_RET_KILL_PROCESS), /* last: see the hook */
};

/* Tracing wants to see what this list lacks, and goes on to Kore's. */
EXPORT void kore_seccomp_hook(void)
{
    heart_forget();
    confine();
    kore_seccomp_filter("assent", allowed,
                        KORE_FILTER_LEN(allowed) - (kore_seccomp_tracing ? 1 : 0));
    watch_orphan();
}
