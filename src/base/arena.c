/*
 * base/arena: a list of blocks, filled from the front; the newest block is the one in use.
 *
 * Under AddressSanitizer every allocation has a block of its own and a reset keeps none, so that
 * an overrun or a use after the reset is seen.
 */
#include "base/arena.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EXACT_BLOCKS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define EXACT_BLOCKS 1
#endif

#ifdef EXACT_BLOCKS
#define BLOCK_MIN ((size_t)0)
#define KEPT_MAX  ((size_t)0)
#else
#define BLOCK_MIN ((size_t)4096 - 64)
#define KEPT_MAX  ((size_t)1 << 20)
#endif
#define BLOCK_MAX_GROWTH ((size_t)256 * 1024)

struct block {
    struct block *older;
    size_t cap;
    size_t used;
    max_align_t data[];
};

struct arena {
    struct block *newest;
};

static void die(const char *what)
{
    fprintf(stderr, "assent: out of memory (%s)\n", what);
    abort();
}

struct arena *arena_new(void)
{
    struct arena *arena = calloc(1, sizeof *arena);
    if (!arena)
        die("arena");
    return arena;
}

static void free_blocks(struct block *block)
{
    while (block) {
        struct block *older = block->older;
        free(block);
        block = older;
    }
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    free_blocks(arena->newest);
    free(arena);
}

void arena_reset(struct arena *arena)
{
    struct block *kept = arena->newest;
    if (!kept)
        return;
    /* Blocks grow, so the newest is as large as the last round needed, or nearly. */
    if (kept->cap > KEPT_MAX || KEPT_MAX == 0) {
        free_blocks(kept);
        arena->newest = NULL;
        return;
    }
    if (kept->older) {
        free_blocks(kept->older);
        kept->older = NULL;
    }
    kept->used = 0;
}

static struct block *grow(struct arena *arena, size_t need)
{
    size_t cap = BLOCK_MIN;
    if (BLOCK_MIN && arena->newest) {
        cap = arena->newest->cap * 2;
        if (cap > BLOCK_MAX_GROWTH)
            cap = BLOCK_MAX_GROWTH;
    }
    if (cap < need)
        cap = need;
    if (cap > SIZE_MAX - sizeof(struct block))
        die("size");
    struct block *block = malloc(sizeof *block + cap);
    if (!block)
        die("block");
    block->older = arena->newest;
    block->cap = cap;
    block->used = 0;
    arena->newest = block;
    return block;
}

static void *take(struct arena *arena, size_t size)
{
    const size_t align = sizeof(max_align_t);
    if (size > SIZE_MAX / 2)
        die("size");
    size_t need = size ? (size + align - 1) / align * align : align;
    struct block *block = arena->newest;
    if (!block || block->cap - block->used < need)
        block = grow(arena, BLOCK_MIN ? need : (size ? size : 1));
    void *at = (char *)block->data + block->used;
    block->used = block->cap - block->used < need ? block->cap : block->used + need;
    return at;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    return memset(take(arena, size), 0, size);
}

void *arena_array(struct arena *arena, size_t count, size_t size)
{
    size_t total;
    if (__builtin_mul_overflow(count, size, &total))
        die("array");
    return arena_alloc(arena, total);
}

char *arena_strndup(struct arena *arena, const char *text, size_t len)
{
    if (len == SIZE_MAX)
        die("size");
    char *copy = take(arena, len + 1);
    if (len)
        memcpy(copy, text, len);
    copy[len] = '\0';
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (len < 0)
        die("format");
    char *text = take(arena, (size_t)len + 1);
    va_start(args, format);
    vsnprintf(text, (size_t)len + 1, format, args);
    va_end(args);
    return text;
}
