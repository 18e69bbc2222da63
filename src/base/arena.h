/*
 * base/arena: memory that is freed all at once, when a request, a job or a command's step ends.
 *
 * A function that allocates takes an arena; what it returns lives as long as the arena. Memory
 * that can't be had ends the process with a message (Kore does the same): a worker's crash loses
 * only its own requests and never yields a verdict.
 */
#ifndef ASSENT_BASE_ARENA_H
#define ASSENT_BASE_ARENA_H

#include <stddef.h>

struct arena;

/* A new, empty arena; the caller frees it with arena_free. Never NULL. */
struct arena *arena_new(void);

/* Frees the arena and all that was allocated from it. NULL is allowed. */
void arena_free(struct arena *arena);

/* Frees what was allocated but keeps a block for reuse: for loops over many rows. */
void arena_reset(struct arena *arena);

/* size zeroed bytes, aligned for any type; a size of 0 gives a unique pointer. Never NULL. */
void *arena_alloc(struct arena *arena, size_t size);

/* count * size zeroed bytes; ends the process if the product overflows. Never NULL. */
void *arena_array(struct arena *arena, size_t count, size_t size);

/* A NUL-terminated copy of text's first len bytes; arena_strdup copies up to its NUL.
 * arena_strdup(arena, NULL) is NULL. */
char *arena_strndup(struct arena *arena, const char *text, size_t len);
char *arena_strdup(struct arena *arena, const char *text);

/* printf into the arena. Never NULL. */
char *arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
