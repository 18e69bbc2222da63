/*
 * web/call_limit: see call_limit.h.
 */
#include "web/call_limit.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

#define PLACES   1024 /* more than there can be keys, whose numbers follow on each other */
#define WINDOW_S 60

/* The minute above, the calls below: one word, so that a new minute begins its count at once. */
struct call_limit {
    atomic_uint_fast64_t places[PLACES];
};

struct call_limit *call_limit_new(void)
{
    void *memory = mmap(NULL, sizeof(struct call_limit), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

struct call_share call_limit_take(struct call_limit *calls, int64_t id, int limit, int64_t now_s)
{
    atomic_uint_fast64_t *place = &calls->places[(uint64_t)id % PLACES];
    uint64_t minute = (uint64_t)now_s / WINDOW_S & UINT32_MAX;
    uint64_t seen = atomic_load(place);
    uint64_t next;
    bool is_granted;

    do {
        uint64_t used = seen >> 32 == minute ? seen & UINT32_MAX : 0;
        is_granted = used < (uint64_t)limit;
        next = minute << 32 | (is_granted ? used + 1 : used);
    } while (!atomic_compare_exchange_weak(place, &seen, next));
    return (struct call_share){
        .is_granted = is_granted,
        .left = limit - (int)(next & UINT32_MAX),
        .ends_in_s = (int)(WINDOW_S - now_s % WINDOW_S),
    };
}
