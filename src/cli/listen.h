/*
 * cli/listen: what has to be settled before a server can listen: that it is the only one on the
 * data, that the port is free, its certificate, and the few lines of Kore's configuration that say
 * so.
 */
#ifndef ASSENT_CLI_LISTEN_H
#define ASSENT_CLI_LISTEN_H

#include "base/conf.h"
#include "cli/cli.h"

struct listening {
    bool has_tls;
    const char *cert, *key; /* PEM files; NULL without TLS */
    const char *public_url;
};

/* Takes the lock of the data folder for this process and those it becomes. False: another server
 * runs on it, and that has been said. Ends workers that a killed server left behind. */
bool listen_claim(const struct args *args, struct arena *arena, const struct conf *conf) MUST_CHECK;

/* Whether all of conf's addresses can be listened on; if not, it has said why. */
bool listen_try(const struct args *args, const struct conf *conf) MUST_CHECK;

/* Makes the folders of the data folder that the server, in its sandbox, can't make: imports for
 * uploaded files, and bodies, where Kore puts long bodies of requests while they come. What a
 * server that was killed left there is removed. False: it has said why not. */
bool listen_make_folders(const struct args *args, struct arena *arena, const char *data) MUST_CHECK;

/* Fills certificate and public URL, making the one and remembering the other in the data folder.
 * False: it has said why not. */
bool listen_prepare(const struct args *args, struct arena *arena, const struct conf *conf,
                    struct listening *at) MUST_CHECK;

/* Writes data/listen.conf, which kore.conf includes; program: the path of assent.so. False: it has
 * said why not. */
bool listen_write(const struct args *args, struct arena *arena, const struct conf *conf,
                  const char *program, const struct listening *at) MUST_CHECK;

#endif
