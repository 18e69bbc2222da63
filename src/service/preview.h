/*
 * service/preview: recipients' pages as an admin wants to look at them: of a chosen person or a
 * made-up one, in any state, with settings as they are or as they are typed. Reads only; the token
 * on these pages is made up and opens nothing.
 */
#ifndef ASSENT_SERVICE_PREVIEW_H
#define ASSENT_SERVICE_PREVIEW_H

#include "service/confirm.h"
#include "service/join.h"
#include "service/selfservice.h"
#include "service/settings.h"

struct preview_request {
    const char *page; /* manage, saved, paused, unsubscribe, topic, done, expired, void, broken,
                         home, how */
    const char *as;   /* an address; "": the made-up person */
    enum locale lang;
    const char *typed[SETTING_COUNT]; /* instead of what is set; NULL: as set */
};

enum preview_kind { /* which member counts */
                    PREVIEW_SELF,
                    PREVIEW_HOME, /* of self the brand, as in the next two */
                    PREVIEW_HOW,
                    PREVIEW_ASKED, /* and the masked address */
                    PREVIEW_JOIN,
                    PREVIEW_CONFIRM
};

struct preview {
    enum preview_kind kind;
    struct self_page self;
    struct join_page join;
    struct confirm_page confirm;
};

/* STATUS_NOT_FOUND: nobody has that address, or there is no such page. */
enum status preview_look(const struct service *service, struct arena *arena,
                         const struct preview_request *request, int64_t now_s,
                         struct preview *out) MUST_CHECK;

/* brand with what is typed, as far as it passes the check. */
void preview_brand(struct arena *arena, const char *const typed[SETTING_COUNT],
                   struct brand *brand);

#endif
