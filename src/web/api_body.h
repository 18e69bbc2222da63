/*
 * web/api_body: the body of a program's request, as long as it may be: read piece by piece in the
 * offload thread, and never whole in memory.
 *
 * Kore writes a body longer than http_body_disk_offload (kore.conf) to a file in the data folder
 * while it comes; the guard has set the room for it aside before. Shorter ones are in memory.
 */
#ifndef ASSENT_WEB_API_BODY_H
#define ASSENT_WEB_API_BODY_H

#include "web/visit.h"

struct api_body;

/* Takes the body over from the request; its file is no more to be seen in its folder. It lives in
 * the visit's arena and ends with the visit, also when the client goes away while a thread still
 * reads it: call it before the visit sleeps, once, and before reply_stream. Never NULL; a request
 * without a body gives one of no bytes. */
struct api_body *api_body_take(struct visit *visit);

uint64_t api_body_bytes(const struct api_body *body);

/* A file of the same kind for a long answer that must be whole before its first byte goes out: to
 * be filled with api_body_write, rewound and read. NULL: it can't be made. */
struct api_body *api_body_new(struct visit *visit);

/* Adds to what api_body_new made. STATUS_FULL: the disk is. */
enum status api_body_write(struct api_body *body, const void *data, size_t len) MUST_CHECK;

/* The next bytes, at most max of them; *len 0: the end. One thread at a time. STATUS_IO: the file
 * can't be read. */
enum status api_body_read(struct api_body *body, void *out, size_t max, size_t *len) MUST_CHECK;

/* All of it as one text, for a thread that must look at it as such; the system reads and drops its
 * pages as they are needed. It ends with the visit. STATUS_IO: it can't be. */
enum status api_body_map(struct api_body *body, const char **out) MUST_CHECK;

/* To its beginning. */
void api_body_rewind(struct api_body *body);

/* For the guard: sets len bytes of disk aside for the file fd. False: there is no room for them. */
bool api_body_reserve(int fd, uint64_t len) MUST_CHECK;

#endif
