/*
 * service/team_invite: the links of invitations. Not for other services than service/team.
 */
#ifndef ASSENT_SERVICE_TEAM_INVITE_H
#define ASSENT_SERVICE_TEAM_INVITE_H

#include "service/team.h"

/* A new link for that admin, in place of the one before: into done->token and invite_ends. */
enum status team_invite_put(struct txn *txn, int64_t admin, int64_t now_s,
                            struct team_done *done) MUST_CHECK;

#endif
