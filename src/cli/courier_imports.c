/*
 * cli/courier_imports: see courier_imports.h.
 */
#include "cli/courier_imports.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/thread.h"
#include "service/forget.h"
#include "service/import_tidy.h"
#include "service/import_work.h"
#include "service/setup.h"

#define WAIT_MS      200
#define TIDY_EVERY_S 60
#define SAY_EVERY_S  60

struct courier_imports {
    struct thread thread;
    struct service service;
    atomic_bool is_stopping;
    atomic_ulong beats;
    int64_t tidied_at, said_at; /* by clock_steady_s */
};

static void say(struct courier_imports *imports, enum status status)
{
    const int64_t now_s = clock_steady_s();

    if (now_s - imports->said_at < SAY_EVERY_S)
        return;
    imports->said_at = now_s;
    fprintf(stderr, "assent courier: imports: %s\n", status_name(status));
}

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = WAIT_MS * 1000000L}, NULL);
}

static void work(void *context)
{
    struct courier_imports *imports = context;
    struct arena *arena = arena_new();

    while (!atomic_load(&imports->is_stopping)) {
        bool did = false;
        atomic_fetch_add(&imports->beats, 1);
        const int64_t now_s = clock_now_s();
        enum status status =
            import_work_step(&imports->service, arena, &imports->is_stopping, &did);
        if (status == STATUS_OK)
            status = forget_imports(&imports->service, arena);
        if (status == STATUS_OK && (did || clock_steady_s() - imports->tidied_at >= TIDY_EVERY_S)) {
            status = import_tidy(&imports->service, arena, now_s);
            imports->tidied_at = clock_steady_s();
        }
        if (status != STATUS_OK)
            say(imports, status);
        arena_reset(arena);
        if (!did || status != STATUS_OK)
            nap();
    }
    arena_free(arena);
}

bool courier_imports_start(struct arena *arena, const struct conf *conf,
                           struct courier_imports **out, const char **fault)
{
    struct courier_imports *imports = calloc(1, sizeof *imports);

    if (imports == NULL) {
        *fault = "out of memory";
        return false;
    }
    if (setup_open(arena, conf, true, &imports->service, fault) != STATUS_OK) {
        free(imports);
        return false;
    }
    if (thread_start(&imports->thread, work, imports)) {
        *out = imports;
        return true;
    }
    *fault = "no thread can be started";
    setup_close(&imports->service);
    free(imports);
    return false;
}

bool courier_imports_is_alive(const struct courier_imports *imports)
{
    return thread_is_alive(&imports->thread);
}

/* A turn may be a whole import, of many minutes; but one that goes on takes processor time. */
unsigned long courier_imports_beats(const struct courier_imports *imports)
{
    struct timespec used = {0};
    clockid_t clock;

    if (pthread_getcpuclockid(imports->thread.handle, &clock) == 0)
        (void)clock_gettime(clock, &used);
    return atomic_load(&imports->beats) + (unsigned long)used.tv_sec * 1000 +
           (unsigned long)used.tv_nsec / 1000000;
}

void courier_imports_stop(struct courier_imports *imports)
{
    if (imports == NULL)
        return;
    atomic_store(&imports->is_stopping, true);
    if (!thread_join(&imports->thread))
        return; /* what it held can't be freed any more */
    setup_close(&imports->service);
    free(imports);
}
