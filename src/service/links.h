/*
 * service/links: what a signed link opens, and the links and header lines a sender puts in a mail.
 */
#ifndef ASSENT_SERVICE_LINKS_H
#define ASSENT_SERVICE_LINKS_H

#include "base/locale.h"
#include "base/wording.h"
#include "service/service.h"

enum link_state {
    LINK_GOOD,
    LINK_BROKEN,  /* not a link of ours, or altered: nothing in it is believed */
    LINK_REVOKED, /* its key was revoked */
    LINK_EXPIRED, /* a manage link past its days: may still stop everything */
    LINK_VOID,    /* a manage link of an earlier epoch: may still stop everything */
    LINK_NOBODY,  /* well signed, but that person is gone */
    LINK_STATE_COUNT
};

struct link_opened {
    enum link_state state;
    enum locale lang;          /* that its page is read in: up to the one who opens it */
    struct link_claims claims; /* unless BROKEN; of one that is REVOKED the key id alone */
    struct contact contact;    /* with GOOD, EXPIRED, VOID */
    bool has_seen;             /* somebody was looked for, when the database stood at: */
    int64_t seen;              /* by store_data_version_seen of the store that it was opened with */
};

/* Manage links live this long unless SETTING_LINK_LIFE_DAYS says otherwise. */
#define LINK_LIFE_DAYS 400

/* Opens a token that must be of purpose; one of another purpose is BROKEN. Reads only. Costs an
 * Ed25519 verification (61 µs). Unsubscribe links neither expire nor look at the epoch (L1). Other
 * links are EXPIRED also when issued more than a day from now: a sender can't lengthen their life.
 */
enum status links_open(const struct service *service, struct arena *arena, const char *token,
                       enum link_purpose purpose, int64_t now_s,
                       struct link_opened *out) MUST_CHECK;

/* The claims of a token that must be of purpose, whoever it is for: *state is LINK_GOOD, or BROKEN
 * with claims not set, or REVOKED with the key id alone. Age and epoch are not looked at. */
enum status links_verify(const struct service *service, struct arena *arena, const char *token,
                         enum link_purpose purpose, enum link_state *state,
                         struct link_claims *claims) MUST_CHECK;

/* The key id and the time of issue, as ledger entries hold them. */
void links_proof(const struct link_claims *claims, struct origin *out);

/* The origin of an act by that link; the wording's page follows from the link, and is none unless
 * actor is the recipient on a page. Which set of texts it was is wording_of_act's. */
struct origin links_origin(const struct link_opened *link, enum actor_kind actor,
                           const char *address, const char *agent);

struct link_set {
    const char *manage;
    const char *unsubscribe;
    const char *mailto;           /* "mailto:…?subject=TOKEN" (RFC 6068), the token that of the
                                     unsubscribe link; NULL while no address is set for it */
    const char *list_unsubscribe; /* "<https://…/u/…>", with mailto ", <mailto:…>" after it: the
                                     header's value (U1, U11), on one line of at most 998 bytes
                                     with its name (RFC 5322) */
    const char *list_unsubscribe_post; /* "List-Unsubscribe=One-Click" */
    const char *list_id;               /* "Newsletter <newsletter.host>" (RFC 2919), ASCII whatever
                                          the topic's name; NULL without a topic */
};

/* The address that takes mails that unsubscribe, or NULL while none is set. */
enum status links_mailto(const struct service *service, struct arena *arena,
                         const char **out) MUST_CHECK;

/* Mints both links for contact; topic NULL: all. STATUS_REFUSED: no signing key here. */
enum status links_mint(const struct service *service, struct arena *arena,
                       const struct contact *contact, const struct topic *topic, int64_t now_s,
                       struct link_set *out) MUST_CHECK;

/* The same, with the sender's reference on them (base/campaign; NULL: none): on the mailto link
 * only where the line stays within 998 bytes. */
enum status links_mint_campaign(const struct service *service, struct arena *arena,
                                const struct contact *contact, const struct topic *topic,
                                const char *campaign, int64_t now_s,
                                struct link_set *out) MUST_CHECK;

/* Mints the link that a confirmation's mail holds: "https://…/c/TOKEN". STATUS_REFUSED: no signing
 * key here. */
enum status links_mint_confirm(const struct service *service, struct arena *arena,
                               struct public_id confirmation, int64_t now_s,
                               const char **out) MUST_CHECK;

/* The host of a public URL as dot-separated labels: no scheme, port or brackets, and an IPv6
 * address's colons become dots. */
const char *links_host(struct arena *arena, const char *url);

#endif
