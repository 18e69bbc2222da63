/*
 * base/vigil: who of several processes still works, from the beats that each sends about once a
 * second. Beats are counted, not timed: a machine that slept has no hung process.
 */
#ifndef ASSENT_BASE_VIGIL_H
#define ASSENT_BASE_VIGIL_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define VIGIL_MAX 64

/* Beats of each of the others since its own last: then it is no longer well; then it hangs. */
#define VIGIL_LATE 4
#define VIGIL_HUNG 30

struct vigil {
    size_t count;
    struct {
        pid_t process;   /* 0: none has begun */
        unsigned missed; /* beats of others since its last */
    } all[VIGIL_MAX];
};

/* Process number at of count, as process, is alive. A new process of that number begins anew. */
void vigil_beat(struct vigil *vigil, size_t at, pid_t process);

/* Whether each has begun, and none is late. */
bool vigil_is_well(const struct vigil *vigil);

/* One that hangs, said once: its number is then waited for anew. 0: none. */
pid_t vigil_hung(struct vigil *vigil);

#endif
