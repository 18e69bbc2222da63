/*
 * tests/unit/import_support: see the header.
 */
#include "unit/import_support.h"

#include <string.h>
#include <sys/stat.h>

void import_folder(const struct site *site)
{
    assert_int_equal(mkdir(support_path(site->conf.data, "imports"), 0700), 0);
}

struct import_job import_ask(struct site *site, const char *csv, const char *consent, bool *is_busy)
{
    char file[IMPORT_FILE_ID_BYTES];
    struct import_job job = {0};
    struct import_ask ask = {.name = "people.csv",
                             .file = file,
                             .consent = consent,
                             .bytes = (int64_t)strlen(csv),
                             .origin = site_origin(ACTOR_ADMIN, IMPORT_ADMIN)};

    assert_int_equal(import_jobs_keep(&site->conf, site->arena, csv, strlen(csv), file), STATUS_OK);
    struct txn *txn = site_begin(site);
    assert_int_equal(import_jobs_ask(&site->service, txn, site->arena, &ask, &job, is_busy),
                     STATUS_OK);
    site_commit(txn);
    if (*is_busy)
        import_jobs_drop(&site->conf, site->arena, file);
    return job;
}

struct import_job import_get(struct site *site, int64_t id)
{
    struct import_job job;
    assert_int_equal(import_jobs_get(site->service.store, site->arena, id, &job), STATUS_OK);
    return job;
}

void import_put(struct site *site, const struct import_job *job)
{
    struct txn *txn = site_begin(site);
    assert_int_equal(import_jobs_update(txn, job), STATUS_OK);
    site_commit(txn);
}

bool import_act(struct site *site, int64_t id, enum import_act act)
{
    const struct origin origin = site_origin(ACTOR_ADMIN, IMPORT_ADMIN);
    bool is_late = false;
    struct txn *txn = site_begin(site);
    assert_int_equal(import_jobs_act(&site->service, txn, site->arena, id, act, &origin, &is_late),
                     STATUS_OK);
    site_commit(txn);
    return !is_late;
}

void import_work(struct site *site)
{
    atomic_bool stop = false;
    bool did = true;
    for (int i = 0; did && i < 10; i++)
        assert_int_equal(import_work_step(&site->service, site->arena, &stop, &did), STATUS_OK);
    assert_false(did);
}

struct import_job import_whole(struct site *site, const char *csv, const char *consent)
{
    bool is_busy;
    const struct import_job job = import_ask(site, csv, consent, &is_busy);
    assert_false(is_busy);
    import_work(site);
    assert_int_equal(import_get(site, job.id).state, IMPORT_IS_CHECKED);
    assert_true(import_act(site, job.id, IMPORT_START));
    import_work(site);
    const struct import_job done = import_get(site, job.id);
    assert_int_equal(done.state, IMPORT_IS_DONE);
    return done;
}

struct import_job import_take_back(struct site *site, int64_t id)
{
    assert_true(import_act(site, id, IMPORT_UNDO));
    import_work(site);
    const struct import_job job = import_get(site, id);
    assert_int_equal(job.state, IMPORT_IS_UNDONE);
    return job;
}
