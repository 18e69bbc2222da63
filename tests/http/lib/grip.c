/*
 * tests/http/lib/grip: takes hold of one thread of another process, as a debugger does.
 *
 *   grip call TID NUMBER   makes the thread, which must be asleep in a system call, make that call
 *   grip hold TID          stops the thread until standard input ends
 *
 * Exits with 2 where the machine doesn't allow it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static void refuse(const char *what)
{
    perror(what);
    exit(2);
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 1;
    const pid_t thread = atoi(argv[2]);
    if (ptrace(PTRACE_SEIZE, thread, 0, 0) != 0)
        refuse("seize");
    if (ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0 || waitpid(thread, NULL, __WALL) != thread)
        refuse("interrupt");
    if (strcmp(argv[1], "call") == 0 && argc == 4) {
#ifdef __x86_64__
        struct user_regs_struct registers;
        if (ptrace(PTRACE_GETREGS, thread, 0, &registers) != 0)
            refuse("registers");
        registers.rip -= 2; /* back onto the instruction that asks the kernel */
        registers.orig_rax = ~0ULL;
        registers.rax = strtoull(argv[3], NULL, 10);
        registers.rdi = 0;
        if (ptrace(PTRACE_SETREGS, thread, 0, &registers) != 0)
            refuse("registers");
#else
        return 2;
#endif
    } else {
        char byte;
        puts("held");
        fflush(stdout);
        while (read(STDIN_FILENO, &byte, 1) > 0)
            continue;
    }
    ptrace(PTRACE_DETACH, thread, 0, 0);
    return 0;
}
