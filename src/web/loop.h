/*
 * web/loop: what Kore's event loop is told about the writer and the offload thread. For app.c.
 */
#ifndef ASSENT_WEB_LOOP_H
#define ASSENT_WEB_LOOP_H

#include <stdbool.h>

/* Any number that is none of Kore's own event types. */
#define LOOP_EVENT_TYPE 100

void write_start(void);   /* after app.writer was started */
void write_collect(void); /* takes finished jobs back and wakes their visits */

void offload_start(void); /* makes app.offload, app.bulk, app.passwords */
bool offload_is_alive(void);
void offload_stop(void); /* ends the running job early; the rest is handed back as STATUS_BUSY */

#endif
