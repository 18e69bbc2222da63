/*
 * web/trouble: see trouble.h.
 */
#include "web/trouble.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

#include "base/clock.h"

#define DAMAGED_NS (30 * INT64_C(1000000000))

struct trouble {
    atomic_bool has_failed;
    _Atomic int64_t damaged_at_ns; /* 0: never */
};

struct trouble *trouble_new(void)
{
    void *memory = mmap(NULL, sizeof(struct trouble), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

void trouble_note(struct trouble *trouble, enum status status)
{
    if (status == STATUS_CORRUPT)
        atomic_store(&trouble->damaged_at_ns, clock_monotonic_ns());
}

void trouble_note_write(struct trouble *trouble, enum status status)
{
    trouble_note(trouble, status);
    if (status == STATUS_FULL || status == STATUS_IO)
        atomic_store(&trouble->has_failed, true);
}

bool trouble_has_failed(const struct trouble *trouble)
{
    return atomic_load(&trouble->has_failed);
}

void trouble_writes(struct trouble *trouble)
{
    atomic_store(&trouble->has_failed, false);
}

bool trouble_is_damaged(const struct trouble *trouble)
{
    const int64_t at_ns = atomic_load(&trouble->damaged_at_ns);
    return at_ns != 0 && clock_monotonic_ns() - at_ns < DAMAGED_NS;
}
