/*
 * service/brand: whose list this is, as recipients' pages and mails show it: name, address, words,
 * colours, logo. What of it admins may set is service/settings; the logo is set here.
 */
#ifndef ASSENT_SERVICE_BRAND_H
#define ASSENT_SERVICE_BRAND_H

#include "base/contrast.h"
#include "base/picture.h"
#include "service/service.h"

/* The longer form of a style: "1f5fd6-7aa7ff", the accents on light and dark pages. */
#define BRAND_STYLE_BYTES 14

struct brand { /* on every page of a recipient */
    const char *name;
    const char *postal_address; /* "" when not set, as the next */
    const char *privacy_url;
    const char *welcome; /* words above the choices, lines parted by \n; "" when not set */
    const char *goodbye; /* words where an unsubscription is confirmed; the same */
    const char *style;   /* as brand_style_parse reads it; "" with the colours of the style sheet */
    struct contrast_scheme light, dark;
    const char *logo; /* its version, for its address (/assets/logo?v=…); "" when there is none */
    int logo_width, logo_height; /* pixels */
};

/* The brand as set; without a name the public URL's host, or "Assent" while that is only this
 * machine. */
enum status brand_get(const struct service *service, struct arena *arena,
                      struct brand *out) MUST_CHECK;

/* The accent on dark pages where none is set: the light one's hue, light enough. */
struct colour brand_dark_of(struct colour light);

/* The colours of a style, and a style's text; parse: false: it is none. */
bool brand_style_parse(const char *style, struct contrast_scheme *light,
                       struct contrast_scheme *dark);
void brand_style_text(struct colour light, struct colour dark, char out[BRAND_STYLE_BYTES]);

struct brand_logo {
    const char *type; /* "image/png" */
    const char *version;
    const void *data;
    size_t len;
};

#define BRAND_LOGO_MAX_BYTES 49152 /* of an upload */

/* STATUS_NOT_FOUND: none is set. */
enum status brand_logo_get(const struct service *service, struct arena *arena,
                           struct brand_logo *out) MUST_CHECK;

/* Sets the logo, NULL removes it; with an entry in the ledger, unless it is so already: then
 * *changed is false. picture comes from picture_read. The one before is kept until the next change,
 * for brand_undo. */
enum status brand_logo_put(const struct service *service, struct txn *txn, struct arena *arena,
                           const struct picture *picture, const struct origin *origin,
                           bool *changed) MUST_CHECK;

struct settings_saved;

/* Takes back origin's last save on Settings, be it of settings (settings_undo) or of the logo. */
enum status brand_undo(const struct service *service, struct txn *txn, struct arena *arena,
                       const struct origin *origin, struct settings_saved *out) MUST_CHECK;

#endif
