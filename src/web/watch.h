/*
 * web/watch: looks about every second whether this worker can still do its work. One whose threads
 * have died or are stuck ends itself at once: Kore starts another, and clients see a broken
 * connection instead of waiting for ever. One whose parent has died answers who waits and ends.
 */
#ifndef ASSENT_WEB_WATCH_H
#define ASSENT_WEB_WATCH_H

/* In the parent, before it forks. Kore remembers one signal, the last: a worker's end would make it
 * forget that it shall stop, and a worker that is just starting forgets it too. From now on neither
 * can. */
void watch_parent(void);

/* In each process before its sandbox: the parent's death stops it. */
void watch_orphan(void);

/* In the worker's loop, once its threads run. */
void watch_start(void);

/* The loop is over: what the threads still have to do is bounded from now on. */
void watch_end(void);

#endif
