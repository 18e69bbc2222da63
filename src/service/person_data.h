/*
 * service/person_data: everything that is held of one person, read at one moment: for the file that
 * is handed out to them (GDPR 15 and 20, REQUIREMENTS L6). view/person_data writes it.
 *
 * It holds whole addresses: who may have it is service/rights' to say. Of others it holds nothing:
 * the network addresses and programs of admins and of systems are left out, and so are their names.
 */
#ifndef ASSENT_SERVICE_PERSON_DATA_H
#define ASSENT_SERVICE_PERSON_DATA_H

#include "service/brand.h"
#include "service/erase.h"
#include "store/confirmations.h"
#include "store/letters.h"

/* Receipts are made anew each time and kept nowhere: their ids are given for so many entries. */
#define PERSON_DATA_RECEIPTS 100

struct person_event {
    struct entry entry;
    const char *what;       /* in words, without who */
    const char *receipt_id; /* NULL: none, or older than those */
};

struct person_sent {
    struct topic_id topic;
    int64_t at;
};

struct person_data {
    struct contact contact;
    int64_t made_at;
    struct brand brand;
    const char *site;                         /* public URL */
    const char *jurisdiction, *third_parties; /* as set; "" when not */
    const char *retention;                    /* retention_words, in English */
    struct topic *topics;                     /* all, retired ones too */
    size_t topics_count;
    struct former_address *former;
    size_t former_count;
    struct person_event *events; /* newest first; none is left out */
    size_t events_count;
    struct letter *letters;
    size_t letters_count;
    struct confirmation *requests;
    size_t requests_count;
    struct person_sent *sent;
    size_t sent_count;
    bool is_suppressed;
};

/* STATUS_NOT_FOUND: nobody by that id. */
enum status person_data_read(const struct service *service, struct arena *arena,
                             struct contact_id id, int64_t now_s,
                             struct person_data *out) MUST_CHECK;

#endif
