/*
 * service/directory_keeper: a thread that fills the directory in memory and keeps it beside the
 * ledger, so that whoever asks finds it there: also after the command, or another server on the
 * same file, has written. Each process of a server may have one; they take turns.
 */
#ifndef ASSENT_SERVICE_DIRECTORY_KEEPER_H
#define ASSENT_SERVICE_DIRECTORY_KEEPER_H

#include "service/service.h"

struct directory_keeper;

/* Memory for a directory that all processes forked afterwards share, empty. NULL: there is none to
 * be had, and the file answers everything. */
struct directory_map *directory_keeper_map(void);

/* Lets service's searches and checks look in it. map may be NULL. */
void directory_keeper_lend(struct service *service, struct directory_map *map);

/* Whether it is filled; what it holds goes to *people and *bytes. map may be NULL. */
bool directory_keeper_measure(const struct directory_map *map, int64_t *people, int64_t *bytes);

/* How often it was found to differ from the file, and filled anew. map may be NULL. */
uint64_t directory_keeper_faults(const struct directory_map *map);

/* Whether it is being filled, and how far that is, in hundredths. map may be NULL. */
bool directory_keeper_is_loading(const struct directory_map *map, int *percent);

/* Keeps it as a file in the data folder, for the next start, where that is worth it. For the
 * process that remains when all others have ended. map may be NULL. */
enum status directory_keeper_save(struct directory_map *map, const char *folder) MUST_CHECK;

/* Opens a connection and starts the thread. The caller stops it. */
enum status directory_keeper_start(const struct conf *conf, struct directory_map *map,
                                   struct directory_keeper **out) MUST_CHECK;
/* False: the thread has died. NULL is alive. */
bool directory_keeper_is_alive(const struct directory_keeper *keeper);
void directory_keeper_stop(struct directory_keeper *keeper); /* NULL is allowed */

#endif
