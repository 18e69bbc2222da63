/*
 * web/export_log: see export_log.h.
 */
#include "web/export_log.h"

#include "base/clock.h"
#include "service/exported.h"
#include "web/admit.h"
#include "web/write.h"

struct export_log {
    const char *what;
    struct origin origin;
    void *context;
    void (*resume)(struct visit *visit, void *context, enum status status);
};

static enum status run(const struct service *service, struct txn *txn, struct arena *arena,
                       void *context)
{
    const struct export_log *log = context;

    return exported_record(service, txn, log->what, &log->origin);
}

static void done(struct visit *visit, void *context, enum status status)
{
    const struct export_log *log = context;

    log->resume(visit, log->context, status);
}

void export_log_and_sleep(struct visit *visit, const struct auth_session *session, const char *what,
                          void *context,
                          void (*resume)(struct visit *visit, void *context, enum status status))
{
    struct export_log *log = arena_alloc(visit->arena, sizeof *log);

    *log = (struct export_log){.what = what,
                               .origin = auth_origin(session, visit->address, visit->agent),
                               .context = context,
                               .resume = resume};
    write_and_sleep(visit, run, log, done);
}

bool export_log_goes_on(struct visit *visit, void *context, struct buf *words)
{
    struct arena *arena = arena_new();
    const char *cookie = admit_cookie(visit, admit_session_cookie(visit));
    struct auth_session session;
    const bool goes_on =
        auth_session_get(visit->service, arena, cookie, clock_now_s(), &session) == STATUS_OK &&
        admins_is_shown_addresses(&session.admin);

    arena_free(arena);
    return goes_on;
}
