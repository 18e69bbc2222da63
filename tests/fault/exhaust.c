/*
 * tests/fault/exhaust: see exhaust.h.
 */
#include "fault/exhaust.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unit/support.h"

void exhaust_copy(const char *from, const char *to)
{
    char data[1 << 16];
    int in = open(from, O_RDONLY), out = open(to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(in >= 0 && out >= 0);
    for (ssize_t len; (len = read(in, data, sizeof data)) > 0;)
        assert_int_equal(write(out, data, (size_t)len), len);
    close(in);
    close(out);
}

bool exhaust_once(void (*act)(void), enum fault_kind kind, int nth, enum fault_mode mode)
{
    if (mode != FAULT_DIE) {
        fault_arm(kind, nth, mode);
        act();
        fault_disarm();
        return fault_injected() > 0;
    }
    int result = 0;
    pid_t child = fork();
    if (child == 0) {
        fault_arm(kind, nth, mode);
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &result, 0), child);
    assert_true(WIFEXITED(result) && (WEXITSTATUS(result) == 99 || WEXITSTATUS(result) == 0));
    return WEXITSTATUS(result) == 99;
}

void exhaust(void (*begin)(void), void (*act)(void), void (*expect)(const char *what),
             enum fault_kind kind, int step, int at_least)
{
    static const char *const modes[FAULT_MODE_COUNT] = {"once", "for good", "dies"};
    for (int mode = 0; mode < FAULT_MODE_COUNT; mode++) {
        int injected = 0;
        for (int nth = 1;; nth += step) {
            char what[64];
            snprintf(what, sizeof what, "%s %d, %s", fault_kind_names[kind], nth, modes[mode]);
            begin();
            bool did = exhaust_once(act, kind, nth, (enum fault_mode)mode);
            expect(what);
            if (!did)
                break;
            injected++;
        }
        print_message("%s, %s: %d failures\n", fault_kind_names[kind], modes[mode], injected);
        if (injected < at_least)
            fail_msg("%s, %s: only %d failures", fault_kind_names[kind], modes[mode], injected);
    }
}
