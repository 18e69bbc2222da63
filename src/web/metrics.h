/*
 * web/metrics: counts of all workers in one shared mapping, and their text for Prometheus.
 *
 * The mapping is made before the workers are forked; they add to it without locks. A route is
 * known by its handler's name in kore.conf; paths, which hold tokens, are never kept.
 */
#ifndef ASSENT_WEB_METRICS_H
#define ASSENT_WEB_METRICS_H

#include "base/buf.h"
#include "service/people.h"
#include "service/writer.h"

struct kore_module_handle;

/* In the parent, once, before the fork. NULL: no memory. */
struct metrics *metrics_new(struct arena *arena);

/* In a worker, once: learns the routes; worker counts from 0. Gives how often it was started. */
unsigned metrics_join(struct metrics *metrics, unsigned worker);

void metrics_count(const struct kore_module_handle *route, int code, int64_t took_ns);
void metrics_count_refusal(int code); /* by the guard, before there is a route */
void metrics_set_writer(const struct writer_counts *counts);

/* counts NULL: the database could not be read, and what comes from it is left out. */
void metrics_render(struct buf *out, const struct directory_counts *counts);

#endif
