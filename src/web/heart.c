/*
 * web/heart: see heart.h.
 */
#include "web/heart.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/supervisor.h"
#include "base/vigil.h"
#include "web/app.h"
#include "web/kore.h"
#include "web/tls.h"

#define HEART_MSG (KORE_MSG_APP_BASE + 1)

static struct heart {
    int manager; /* its socket; -1: there is none */
    bool is_ready;
    struct vigil vigil;
} heart = {.manager = -1};

static volatile sig_atomic_t wants_reload;

static void on_reload(int number)
{
    (void)number;
    wants_reload = 1;
}

static void tell_ready(void)
{
    struct buf text = {0};
    buf_printf(&text, "READY=1\nSTATUS=Serving %s\n", app.conf.public_url);
    supervisor_tell(heart.manager, text.data);
    buf_free(&text);
    heart.is_ready = true;
}

/* In the parent's loop. A worker that can't answer gets no client to wait for it for ever: Kore
 * starts another. Where that does not help, the watchdog starves. */
static void on_beat(struct kore_msg *msg, const void *data)
{
    pid_t process;
    if (msg->length != sizeof process || msg->src == 0)
        return;
    memcpy(&process, data, sizeof process);
    vigil_beat(&heart.vigil, msg->src - 1U, process);
    const pid_t hung = vigil_hung(&heart.vigil);
    if (hung > 0 && kill(hung, SIGKILL) == 0)
        kore_log(LOG_CRIT, "worker process %d hangs; it is ended, and another takes its place",
                 (int)hung);
    if (vigil_is_well(&heart.vigil)) {
        if (!heart.is_ready)
            tell_ready();
        supervisor_tell(heart.manager, "WATCHDOG=1");
    }
    if (wants_reload) {
        wants_reload = 0;
        tls_reload();
    }
    tls_renew_tickets();
}

void heart_parent(void)
{
    struct sigaction action = {.sa_handler = on_reload};
    sigfillset(&action.sa_mask);
    heart.manager = supervisor_open();
    heart.vigil.count = worker_count != 0 ? worker_count : cpu_count; /* as Kore will start */
    if (heart.vigil.count > VIGIL_MAX)
        heart.vigil.count = VIGIL_MAX;
    if (sigaction(SIGUSR1, &action, NULL) != 0 || !kore_msg_register(HEART_MSG, on_beat))
        fatalx("the workers can't be listened to");
}

void heart_forget(void)
{
    if (heart.manager >= 0)
        close(heart.manager);
    heart.manager = -1;
    kore_msg_unregister(HEART_MSG);
}

void heart_beat(void)
{
    const pid_t self = getpid();
    kore_msg_send(KORE_MSG_PARENT, HEART_MSG, &self, sizeof self);
}

void heart_stopping(void)
{
    supervisor_tell(heart.manager, "STOPPING=1");
}
