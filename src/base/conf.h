/*
 * base/conf: the boot settings of conf/assent.conf, and where the data lies.
 *
 * "key value" lines; a line that begins with # is a comment. Keys: data, public_url,
 * trusted_proxy (one or more addresses), tls_cert, tls_key, hooks_private (yes or no). What admins change lives in the
 * database instead (service/settings). Environment: ASSENT_CONF (another file, which must exist),
 * ASSENT_DATA, ASSENT_PUBLIC_URL and ASSENT_HOOKS_PRIVATE win over what the file says.
 */
#ifndef ASSENT_BASE_CONF_H
#define ASSENT_BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

#define CONF_MAX_PROXIES 16

struct conf {
    const char *data;       /* data folder, "var" by default */
    const char *db_path;    /* data/assent.db */
    const char *keys_path;  /* data/keys */
    const char *lock_path;  /* data/assent.lock */
    const char *public_url; /* scheme and host, no slash at the end; absolute links begin with it */
    bool is_url_chosen;     /* by the file or the environment; else it is what the server that last
                               served this data wrote to data/public_url, or the default */
    const char *proxies[CONF_MAX_PROXIES]; /* peers whose X-Forwarded-For is believed */
    size_t proxies_count;
    const char *tls_cert; /* PEM files, NULL without TLS */
    const char *tls_key;
    bool hooks_private; /* hooks may go to private addresses, and by http */
};

/* Reads path, NULL for conf/assent.conf (a missing file gives the defaults), and the environment.
 * STATUS_INVALID: *fault says which line and why, in words, from the arena. */
enum status conf_load(struct arena *arena, const char *path, struct conf *out,
                      const char **fault) MUST_CHECK;

#endif
