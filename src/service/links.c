/*
 * service/links: what a signed link opens, and the links that a sender puts in a mail. See the
 * header.
 */
#include "service/links.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/campaign.h"
#include "service/common.h"
#include "service/keys.h"
#include "service/settings.h"
#include "store/contacts.h"

#define DAY_S 86400

#define HEADER_NAME    "List-Unsubscribe: "
#define LINE_MAX_BYTES 998 /* RFC 5322 section 2.1.1 */

/* "=?UTF-8?Q?" and "?=" leave this much of an encoded-word's 75 characters (RFC 2047 section 2). */
#define ENCODED_TEXT_MAX 63

static enum status judge_age(const struct common *common, int64_t now_s, struct link_opened *link)
{
    link->state = LINK_GOOD;
    if (link->claims.purpose == PURPOSE_UNSUBSCRIBE)
        return STATUS_OK;
    int64_t days = 0;
    enum status status = common_link_life(common, &days);
    if (status != STATUS_OK)
        return status;
    const int64_t issued_at = link->claims.issued_at;
    if (now_s - issued_at > days * DAY_S || issued_at - now_s > DAY_S)
        link->state = LINK_EXPIRED;
    else if (link->claims.epoch != link->contact.epoch)
        link->state = LINK_VOID;
    return STATUS_OK;
}

/* What the check of a token's signature said. It follows from the token and the public key alone,
 * so that it holds when everything else is read again. */
struct signature {
    bool is_checked, is_good;
    uint8_t public_key[LINK_PUBLIC_BYTES];
    struct link_claims claims;
};

static void check(const char *token, size_t len, const struct link_key *key, struct signature *out)
{
    if (out->is_checked && memcmp(out->public_key, key->public_key, sizeof out->public_key) == 0)
        return;
    out->is_checked = true;
    out->is_good = link_token_verify(token, len, key->public_key, &out->claims) == STATUS_OK;
    memcpy(out->public_key, key->public_key, sizeof out->public_key);
}

static enum status verify(const struct common *common, const char *token, enum link_purpose purpose,
                          struct signature *signature, enum link_state *state,
                          struct link_claims *claims)
{
    const size_t len = strlen(token);
    struct link_key_id id;
    struct link_key key;
    *state = LINK_BROKEN;
    if (link_token_peek(token, len, &id) != STATUS_OK)
        return STATUS_OK;
    enum status status = common_link_key(common, id.value, &key);
    if (status != STATUS_OK)
        return status == STATUS_NOT_FOUND ? STATUS_OK : status;
    check(token, len, &key, signature);
    if (!signature->is_good || signature->claims.purpose != purpose)
        return STATUS_OK;
    if (key.state == KEY_REVOKED) {
        *state = LINK_REVOKED;
        *claims = (struct link_claims){.key_id = signature->claims.key_id};
        return STATUS_OK;
    }
    *state = LINK_GOOD;
    *claims = signature->claims;
    return STATUS_OK;
}

enum status links_verify(const struct service *service, struct arena *arena, const char *token,
                         enum link_purpose purpose, enum link_state *state,
                         struct link_claims *claims)
{
    struct common common;
    struct signature signature = {0};
    enum status status = common_look(service, arena, &common);
    return status == STATUS_OK ? verify(&common, token, purpose, &signature, state, claims)
                               : status;
}

static enum status open_by(const struct common *common, const char *token,
                           enum link_purpose purpose, int64_t now_s, struct signature *signature,
                           struct link_opened *out)
{
    const struct service *service = common->service;
    struct link_opened link = {0};
    enum status status = verify(common, token, purpose, signature, &link.state, &link.claims);
    if (status != STATUS_OK)
        return status;
    if (link.state == LINK_GOOD) {
        link.state = LINK_NOBODY;
        status =
            contacts_get(service->store, common->arena,
                         public_id_row(service->public_id_key, link.claims.contact), &link.contact);
        if (status != STATUS_OK && status != STATUS_NOT_FOUND)
            return status;
        link.has_seen = true;
        link.seen = store_data_version_seen(service->store);
        if (status == STATUS_OK && link.contact.public_id.value == link.claims.contact.value) {
            status = judge_age(common, now_s, &link);
            if (status != STATUS_OK)
                return status;
        } else {
            link.contact = (struct contact){0};
        }
    }
    *out = link;
    return STATUS_OK;
}

enum status links_open(const struct service *service, struct arena *arena, const char *token,
                       enum link_purpose purpose, int64_t now_s, struct link_opened *out)
{
    struct common common;
    struct link_opened link;
    struct signature signature = {0};
    /* Nearly always nobody has committed since the request before, and the person's own read says
     * so: it is then the only one. Else all is read again, but the signature checked once. */
    if (common_recall(service, arena, &common)) {
        enum status status = open_by(&common, token, purpose, now_s, &signature, &link);
        if (status != STATUS_OK)
            return status;
        if (link.has_seen && common_stood_at(&common, link.seen)) {
            *out = link;
            return STATUS_OK;
        }
    }
    enum status status = common_look(service, arena, &common);
    return status == STATUS_OK ? open_by(&common, token, purpose, now_s, &signature, out) : status;
}

void links_proof(const struct link_claims *claims, struct origin *out)
{
    memcpy(out->proof, claims->key_id.value, LINK_KEY_ID_BYTES);
    for (size_t i = 0; i < 4; i++)
        out->proof[LINK_KEY_ID_BYTES + i] = (uint8_t)(claims->issued_at >> (24 - 8 * i));
    out->proof_len = LINK_KEY_ID_BYTES + 4;
}

static enum wording_page page_of(const struct link_opened *link)
{
    if (link->claims.purpose == PURPOSE_UNSUBSCRIBE)
        return WORDING_UNSUBSCRIBE;
    return link->state == LINK_GOOD ? WORDING_MANAGE : WORDING_LINK;
}

struct origin links_origin(const struct link_opened *link, enum actor_kind actor,
                           const char *address, const char *agent)
{
    struct origin origin = {
        .actor = actor, .proof_kind = PROOF_LINK, .address = address, .agent = agent};
    links_proof(&link->claims, &origin);
    if (actor == ACTOR_RECIPIENT)
        origin.wording = wording_pack(page_of(link), link->lang, 0);
    return origin;
}

const char *links_host(struct arena *arena, const char *url)
{
    const char *host = strstr(url, "://");
    host = host ? host + 3 : url;
    size_t len = strcspn(host, "/:");
    if (*host == '[') {
        host++;
        len = strcspn(host, "]/");
    }
    char *out = arena_strndup(arena, host, len);
    for (char *c = out; *c; c++)
        if (*c == ':')
            *c = '.';
    return out;
}

static bool is_atom_char(unsigned char c)
{
    return isalnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

enum name_form { NAME_ATOMS, NAME_QUOTED, NAME_ENCODED };

static enum name_form form_of(const char *name)
{
    enum name_form form = NAME_ATOMS;
    /* What looks like an encoded-word would be decoded by the reader's program. */
    if (strstr(name, "=?"))
        return NAME_ENCODED;
    for (const char *c = name; *c; c++) {
        if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
            return NAME_ENCODED;
        if (*c != ' ' && !is_atom_char((unsigned char)*c))
            form = NAME_QUOTED;
    }
    return form;
}

static size_t char_len(const char *at)
{
    size_t len = 1;
    while (((unsigned char)at[len] & 0xc0) == 0x80)
        len++;
    return len;
}

/* RFC 2047, Q: words end between characters, so that each decodes alone (section 5). */
static void add_encoded(struct buf *buf, const char *name)
{
    size_t used = ENCODED_TEXT_MAX + 1;
    for (const char *at = name; *at;) {
        const size_t len = char_len(at);
        const bool is_plain = isalnum((unsigned char)*at) || *at == ' ';
        const size_t cost = is_plain ? 1 : 3 * len;
        if (used + cost > ENCODED_TEXT_MAX) {
            buf_adds(buf, at == name ? "=?UTF-8?Q?" : "?= =?UTF-8?Q?");
            used = 0;
        }
        for (size_t i = 0; i < len; i++) {
            if (*at == ' ')
                buf_addc(buf, '_');
            else if (is_plain)
                buf_addc(buf, *at);
            else
                buf_printf(buf, "=%02X", (unsigned char)at[i]);
        }
        used += cost;
        at += len;
    }
    buf_adds(buf, "?=");
}

static const char *list_id(struct arena *arena, const char *url, const struct topic *topic)
{
    struct buf buf = {0};
    switch (*topic->name ? form_of(topic->name) : NAME_ATOMS) {
    case NAME_ATOMS:
        buf_adds(&buf, topic->name);
        break;
    case NAME_QUOTED:
        buf_addc(&buf, '"');
        for (const char *c = topic->name; *c; c++) {
            if (*c == '"' || *c == '\\')
                buf_addc(&buf, '\\');
            buf_addc(&buf, *c);
        }
        buf_addc(&buf, '"');
        break;
    case NAME_ENCODED:
        add_encoded(&buf, topic->name);
        break;
    }
    buf_printf(&buf, "%s<%s.%s>", buf.len ? " " : "", topic->key, links_host(arena, url));
    const char *out = arena_strndup(arena, buf.data, buf.len);
    buf_free(&buf);
    return out;
}

enum status links_mailto(const struct service *service, struct arena *arena, const char **out)
{
    const char *address = NULL;
    enum status status = settings_text(service->store, arena, SETTING_MAILTO_ADDRESS, &address);
    if (status == STATUS_OK)
        *out = *address ? address : NULL;
    return status;
}

/* The token goes into the subject: with its 112 characters no local part, which has 64 at most (RFC
 * 5321 section 4.5.3.1.1), could hold it. *out is NULL where no address is set. */
static enum status mailto_uri(const struct service *service, struct arena *arena, const char *token,
                              const char *campaign, const char **out)
{
    const char *address = NULL;
    enum status status = links_mailto(service, arena, &address);
    *out = NULL;
    if (status != STATUS_OK || !address)
        return status;
    const char *at = strrchr(address, '@');
    if (!at)
        return STATUS_CORRUPT; /* the setting is checked when it is made */
    struct buf local = {0};
    buf_url(&local, arena_strndup(arena, address, (size_t)(at - address)));
    const size_t len = local.len;
    buf_url(&local, campaign_query(arena, campaign));
    *out = arena_printf(arena, "mailto:%.*s%s?subject=%s%s", (int)len, local.data, at, token,
                        local.data + len);
    buf_free(&local);
    return STATUS_OK;
}

static const char *unsubscribe_line(struct arena *arena, const struct link_set *set)
{
    return set->mailto ? arena_printf(arena, "<%s>, <%s>", set->unsubscribe, set->mailto)
                       : arena_printf(arena, "<%s>", set->unsubscribe);
}

enum status links_mint(const struct service *service, struct arena *arena,
                       const struct contact *contact, const struct topic *topic, int64_t now_s,
                       struct link_set *out)
{
    return links_mint_campaign(service, arena, contact, topic, NULL, now_s, out);
}

enum status links_mint_campaign(const struct service *service, struct arena *arena,
                                const struct contact *contact, const struct topic *topic,
                                const char *campaign, int64_t now_s, struct link_set *out)
{
    const struct link_signer *signer = keys_signer(service);
    if (!signer)
        return STATUS_REFUSED;
    const char *url = service->conf->public_url;
    const uint8_t *secret = keys_signer_secret(signer);
    struct link_claims claims = {.purpose = PURPOSE_MANAGE,
                                 .key_id = keys_signer_id(signer),
                                 .contact = contact->public_id,
                                 .epoch = contact->epoch,
                                 .issued_at = (uint32_t)now_s};
    char token[LINK_TOKEN_TEXT_BYTES];
    struct link_set set = {.list_unsubscribe_post = "List-Unsubscribe=One-Click"};
    const char *query = campaign_query(arena, campaign);
    link_token_mint(&claims, secret, token);
    set.manage = arena_printf(arena, "%s/p/%s%s", url, token, query);
    claims.purpose = PURPOSE_UNSUBSCRIBE;
    if (topic)
        claims.topic = topic->id;
    link_token_mint(&claims, secret, token);
    set.unsubscribe = arena_printf(arena, "%s/u/%s%s", url, token, query);
    enum status status = mailto_uri(service, arena, token, campaign, &set.mailto);
    if (status != STATUS_OK)
        return status;
    set.list_unsubscribe = unsubscribe_line(arena, &set);
    if (campaign && strlen(HEADER_NAME) + strlen(set.list_unsubscribe) > LINE_MAX_BYTES) {
        status = mailto_uri(service, arena, token, NULL, &set.mailto);
        if (status != STATUS_OK)
            return status;
        set.list_unsubscribe = unsubscribe_line(arena, &set);
    }
    if (topic)
        set.list_id = list_id(arena, url, topic);
    *out = set;
    return STATUS_OK;
}

enum status links_mint_confirm(const struct service *service, struct arena *arena,
                               struct public_id confirmation, int64_t now_s, const char **out)
{
    const struct link_signer *signer = keys_signer(service);
    if (!signer)
        return STATUS_REFUSED;
    const struct link_claims claims = {.purpose = PURPOSE_CONFIRM,
                                       .key_id = keys_signer_id(signer),
                                       .contact = confirmation,
                                       .issued_at = (uint32_t)now_s};
    char token[LINK_TOKEN_TEXT_BYTES];
    link_token_mint(&claims, keys_signer_secret(signer), token);
    *out = arena_printf(arena, "%s/c/%s", service->conf->public_url, token);
    return STATUS_OK;
}
