/*
 * cli/open: the data folder as a verb needs it: settings read, database and keys open, an arena.
 */
#ifndef ASSENT_CLI_OPEN_H
#define ASSENT_CLI_OPEN_H

#include "base/contact.h"
#include "cli/cli.h"
#include "service/service.h"

#define CONF_PATH "conf/assent.conf" /* unless ASSENT_CONF names another */

struct open {
    struct arena *arena;
    struct conf conf;
    struct service service;
    bool is_open;
};

/* Reads the boot settings only, and as root becomes the data folder's owner. On failure it has said
 * why; open_end is due either way. */
bool open_conf(const struct args *args, struct open *open) MUST_CHECK;

/* Settings, secrets, keys, database: for reading, or for writing too. On failure it has said why
 * and what to do; open_end is due either way. */
bool open_data(const struct args *args, bool writes, struct open *open) MUST_CHECK;

void open_end(struct open *open);

/* The origin of what the operator does here. */
struct origin open_origin(void);

/* The person of that address. CLI_DONE, or what to return after it has said why: no address, or
 * nobody's. */
enum cli_exit open_person(const struct args *args, struct open *open, const char *email,
                          struct contact *out) MUST_CHECK;

/* The topic of that key, in use. CLI_DONE, or what to return after it has said which there are. */
enum cli_exit open_topic(const struct args *args, struct open *open, const char *key,
                         struct topic *out) MUST_CHECK;

/* A list of keys, "a,b", as a mask. */
enum cli_exit open_topics(const struct args *args, struct open *open, const char *keys,
                          uint64_t *out) MUST_CHECK;

#endif
