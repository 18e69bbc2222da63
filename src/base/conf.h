/*
 * base/conf: the boot settings of conf/assent.conf, and where the data lies.
 *
 * "key value" lines; a line that begins with # is a comment. Keys: data, public_url,
 * listen (ADDRESS:PORT, one or more), trusted_proxy (one or more addresses), tls_cert, tls_key,
 * hooks_private (yes or no), courier (yes or no), smtp, smtp_user, smtp_password_file, smtp_tls,
 * smtp_ca. What admins change lives in the database instead (service/settings). Environment:
 * ASSENT_CONF (another file, which must exist), ASSENT_DATA, ASSENT_PUBLIC_URL,
 * ASSENT_HOOKS_PRIVATE, ASSENT_COURIER and ASSENT_SMTP win over what the file says.
 */
#ifndef ASSENT_BASE_CONF_H
#define ASSENT_BASE_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

#define CONF_MAX_PROXIES 16
#define CONF_MAX_LISTENS 8

struct conf_listen {  /* where the server is reached */
    const char *host; /* an IPv4 or IPv6 address, without brackets */
    int port;
    bool is_ipv6;
};

enum conf_tls { /* of a mail server at smtp://; smtps:// is TLS from the first byte */
                CONF_TLS_REQUIRED, /* STARTTLS, with a certificate that is good for that host */
                CONF_TLS_OPTIONAL, /* STARTTLS where it is offered, with any certificate */
                CONF_TLS_OFF,
};

struct conf {
    const char *data;       /* data folder, "var" by default */
    const char *db_path;    /* data/assent.db */
    const char *keys_path;  /* data/keys */
    const char *lock_path;  /* data/assent.lock */
    const char *public_url; /* scheme and host, no slash at the end; absolute links begin with it */
    bool is_url_chosen;     /* by the file or the environment; else it is what the server that last
                               served this data wrote to data/public_url, or the default */
    struct conf_listen listens[CONF_MAX_LISTENS]; /* none: 127.0.0.1, port 8888 */
    size_t listens_count;
    const char *proxies[CONF_MAX_PROXIES]; /* peers whose X-Forwarded-For is believed */
    size_t proxies_count;
    const char *tls_cert; /* PEM files, NULL without TLS */
    const char *tls_key;
    bool hooks_private;             /* hooks may go to private addresses, and by http */
    bool is_courier_apart;          /* "courier no": serve starts none, an operator runs it */
    const char *smtp;               /* smtp:// or smtps://, host, :port if need be; NULL: mails are
                                       kept as files instead of being sent */
    const char *smtp_user;          /* NULL: no login */
    const char *smtp_password_file; /* its first line is the password; goes with smtp_user */
    enum conf_tls smtp_tls;
    const char *smtp_ca; /* PEM file of the authorities believed; NULL: the system's */
};

/* Reads path, NULL for conf/assent.conf (a missing file gives the defaults), and the environment.
 * STATUS_INVALID: *fault says which line and why, in words, from the arena. */
enum status conf_load(struct arena *arena, const char *path, struct conf *out,
                      const char **fault) MUST_CHECK;

/* "127.0.0.1:8888" or "[::1]:8888": an address of this machine and a port. False: anything else. */
bool conf_listen_parse(struct arena *arena, const char *text, struct conf_listen *out);

/* Whether a URL's host is this machine: 127.0.0.1, localhost, [::1]. */
bool conf_is_loopback(const char *url);

#endif
