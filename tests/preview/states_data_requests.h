/*
 * tests/preview/states_data_requests: for states_admin's table.
 */
#ifndef ASSENT_TESTS_PREVIEW_STATES_DATA_REQUESTS_H
#define ASSENT_TESTS_PREVIEW_STATES_DATA_REQUESTS_H

#include "preview/states_api_keys.h"

void states_requests(struct buf *out, struct arena *arena);
void states_requests_calm(struct buf *out, struct arena *arena);
void states_requests_closed(struct buf *out, struct arena *arena);
void states_requests_viewer(struct buf *out, struct arena *arena);
void states_requests_none(struct buf *out, struct arena *arena);
void states_requests_all_done(struct buf *out, struct arena *arena);
void states_requests_none_closed(struct buf *out, struct arena *arena);
void states_requests_bad_day(struct buf *out, struct arena *arena);
void states_requests_bad_who(struct buf *out, struct arena *arena);
void states_requests_bad_email(struct buf *out, struct arena *arena);
void states_requests_bad_kind(struct buf *out, struct arena *arena);
void states_requests_bad_way(struct buf *out, struct arena *arena);
void states_requests_bad_note(struct buf *out, struct arena *arena);
void states_request(struct buf *out, struct arena *arena);
void states_request_extended(struct buf *out, struct arena *arena);
void states_request_viewer(struct buf *out, struct arena *arena);
void states_request_refused(struct buf *out, struct arena *arena);
void states_request_forgotten(struct buf *out, struct arena *arena);
void states_request_no_words(struct buf *out, struct arena *arena);
void states_request_no_reason(struct buf *out, struct arena *arena);
void states_request_late(struct buf *out, struct arena *arena);
void states_request_stale(struct buf *out, struct arena *arena);

#endif
