/*
 * web/app: what a worker holds: settings, a reader for the event loop, the writer, the offload
 * thread; and Kore's hooks, which open and close it. The one mutable global of the program.
 *
 * Page files need only visit->service; this is for the files that host them.
 */
#ifndef ASSENT_WEB_APP_H
#define ASSENT_WEB_APP_H

#include "base/conf.h"
#include "service/service.h"
#include "service/writer.h"

struct directory_keeper;
struct directory_helper;
struct directory_map;
struct offload;
struct metrics;
struct call_limit;
struct feed_places;
struct link_watch;
struct write_gate;

struct app {
    struct arena *arena; /* for the settings; lives as long as the process */
    struct conf conf;
    struct service reader;
    struct directory_map *directory; /* shared by all workers; NULL: no memory for it */
    struct directory_keeper *keeper; /* NULL: none is wanted */
    struct directory_helper *helper; /* of both threads that search; NULL: as above */
    struct writer *writer;
    struct write_gate *write_gate;              /* the writer's eventfd in the loop */
    struct offload *offload, *bulk, *passwords; /* for people; for programs; for logins */
    struct metrics *metrics;                    /* shared by all workers; see web/metrics.h */
    struct feed_places *feed_places;            /* the same */
    struct call_limit *calls;                   /* shared by all workers */
    struct link_watch *link_watch;              /* the same */
    struct trouble *trouble;                    /* the same */
    bool logs_access;   /* ASSENT_ACCESS_LOG=1: a line a request: method, handler, status, ms */
    size_t write_queue; /* changes that may wait: ASSENT_WRITE_QUEUE */
    size_t waiting;     /* visits that sleep */
    bool is_stopping;
};

extern struct app app;

#endif
