/*
 * view/account_model: what the templates of view/account are filled from. Made there only.
 */
#ifndef ASSENT_VIEW_ACCOUNT_MODEL_H
#define ASSENT_VIEW_ACCOUNT_MODEL_H

#include "base/qr.h"
#include "view/account.h"
#include "view/admin_model.h"

struct account_row {
    const char *id, *program, *place, *seen;
    int64_t created_at;
    bool is_this;
};

struct account_view {
    struct admin_frame frame;
    struct factor_facts facts;
    bool is_low; /* few recovery codes are left */
    struct account_row *rows;
    size_t rows_count;
    int64_t others;
    const char *old_fault, *new_fault, *again_fault; /* NULL: fine */
};

struct recovery_row {
    const char *text;
};

struct account_factor_view {
    struct admin_frame frame;
    struct factor_facts facts;
    bool is_due, has_offer;
    struct factor_offer offer;
    struct qr qr;
    struct recovery_row codes[FACTOR_RECOVERY_CODES];
    size_t codes_count;
    const char *codes_url, *codes_name; /* the codes as a file, in the address itself */
    const char *fault;                  /* NULL: none */
    bool is_warning;
    bool begin_password_wrong, renew_password_wrong, renew_code_wrong, off_password_wrong,
        off_code_wrong;
};

struct login_code_view {
    const char *email, *next, *other_url, *fault;
    bool is_recovery, is_warning;
};

#endif
