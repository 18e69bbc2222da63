/*
 * base/vigil: see vigil.h.
 */
#include "base/vigil.h"

void vigil_beat(struct vigil *vigil, size_t at, pid_t process)
{
    if (at >= vigil->count || at >= VIGIL_MAX)
        return;
    vigil->all[at].process = process;
    vigil->all[at].missed = 0;
    for (size_t i = 0; i < vigil->count; i++)
        if (i != at && vigil->all[i].process != 0)
            vigil->all[i].missed++;
}

static unsigned others(const struct vigil *vigil)
{
    return vigil->count > 1 ? (unsigned)vigil->count - 1 : 1;
}

bool vigil_is_well(const struct vigil *vigil)
{
    for (size_t i = 0; i < vigil->count; i++)
        if (vigil->all[i].process == 0 || vigil->all[i].missed > VIGIL_LATE * others(vigil))
            return false;
    return vigil->count > 0;
}

pid_t vigil_hung(struct vigil *vigil)
{
    for (size_t i = 0; i < vigil->count; i++) {
        const pid_t process = vigil->all[i].process;
        if (process == 0 || vigil->all[i].missed < VIGIL_HUNG * others(vigil))
            continue;
        vigil->all[i].process = 0;
        vigil->all[i].missed = 0;
        return process;
    }
    return 0;
}
