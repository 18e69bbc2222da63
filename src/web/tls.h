/*
 * web/tls: TLS in Kore's own process. Debian's Kore 4.1 lets a key manager process sign for the
 * workers, which fails with OpenSSL 3: here each worker holds the key, as in nginx. A new
 * certificate or key needs a restart.
 */
#ifndef ASSENT_WEB_TLS_H
#define ASSENT_WEB_TLS_H

#include "base/conf.h"

/* In the parent, before privileges drop: reads the key where a server has TLS. The settings' files
 * replace those that kore.conf names. */
void tls_load(const struct conf *conf);

/* In a worker: takes the certificates that the key manager sends, and gives them the key. */
void tls_start(void);

#endif
