/*
 * web/tls: TLS in Kore's own process. Debian's Kore 4.1 lets a key manager process sign for the
 * workers, which fails with OpenSSL 3: here there is none, and each worker holds the key, as in
 * nginx. Certificate, key and the keys of session tickets stand in memory that the processes share:
 * the parent reads them from files, the workers follow.
 *
 * TLS 1.2 and 1.3, ciphers with forward secrecy and authenticated encryption alone. Sessions are
 * resumed by tickets (RFC 5077, RFC 8446 section 4.6.1) whose key is made anew every six hours; no
 * early data, so that no request can be replayed; no renegotiation.
 */
#ifndef ASSENT_WEB_TLS_H
#define ASSENT_WEB_TLS_H

#include "base/conf.h"

/* In the parent, before the workers start: reads certificate and key where a server has TLS, and
 * ends the program when they can't be used. The settings' files replace those that kore.conf
 * names. */
void tls_load(const struct conf *conf);

/* In the parent: the same files once more. Ones that can't be used are told of in the log, and the
 * certificate that was served is served on. */
void tls_reload(void);

/* In the parent, now and then: a new key for tickets, when it is time. */
void tls_renew_tickets(void);

/* In a worker: serves what the parent has read; and follows when that has changed. Connections that
 * are open go on as they began. */
void tls_start(void);
void tls_follow(void);

#endif
