/*
 * Unit test of store/directory_map: whoever brings it forward may be killed, and reading may fail,
 * at whatever moment; the next one makes it good.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "service/setup.h"
#include "store/connection.h"
#include "store/directory_order.h"
#include "unit/mapped_support.h"

static void one_who_was_killed_while_bringing_it_forward_is_made_good(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    for (int i = 0; i < 100; i++)
        mapped_add(&desk);
    for (int round = 0; round < 30; round++) {
        if (round % 10 == 0)
            atomic_store(&desk.map->head->state, MAP_EMPTY); /* killed while it is filled */
        for (int i = 0; i < 20; i++)
            mapped_change(&desk);
        pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            struct service own = site_service(&desk.site, false);
            for (;;) {
                if (directory_map_catch_up(desk.map, own.store, 10000) != STATUS_OK)
                    _exit(1);
                atomic_store(&desk.map->head->at, 0);
                memset(desk.map->head->at_hash, 0, sizeof desk.map->head->at_hash);
            }
        }
        usleep((useconds_t)(2000 + rand() % 4000));
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        mapped_must_agree(&desk);
    }
    mapped_close(&desk);
}

/* One who was killed with an order half changed, which says so. */
static void an_order_that_nobody_finished_is_made_anew(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    for (int i = 0; i < 60; i++)
        mapped_add(&desk);
    mapped_must_agree(&desk);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        uint32_t *rows = desk.map->blocks[MAP_BY_NAME][desk.map->tops[MAP_BY_NAME][0].block].rows;
        if (map_lock(desk.map, 10000) != STATUS_OK)
            _exit(1);
        desk.map->head->is_ordering = true;
        rows[7] = rows[8];
        _exit(0);
    }
    int ended = -1;
    assert_int_equal(waitpid(child, &ended, 0), child);
    assert_int_equal(ended, 0);
    mapped_must_agree(&desk);
    mapped_close(&desk);
}

static int steps_left;

/* Once: what it then does to tidy up goes on. */
static int stop_at_last_step(void *context)
{
    (void)context;
    return steps_left-- == 0;
}

/* Reading stops after so many steps of the database, for more and more of them: what was not
 * applied is not taken for applied. */
static void reading_that_fails_anywhere_leaves_nobody_out(void **state)
{
    struct mapped desk;
    enum status status = STATUS_IO;
    mapped_open(&desk);
    for (int i = 0; i < 30; i++)
        mapped_add(&desk);
    mapped_must_agree(&desk);
    for (int steps = 0; status != STATUS_OK; steps += 11) {
        for (int i = 0; i < 3; i++)
            mapped_change(&desk);
        steps_left = steps;
        sqlite3_progress_handler(desk.reader.store->db, 1, stop_at_last_step, NULL);
        status = directory_map_catch_up(desk.map, desk.reader.store, 10000);
        sqlite3_progress_handler(desk.reader.store->db, 0, NULL, NULL);
        mapped_must_agree(&desk);
    }
    mapped_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_who_was_killed_while_bringing_it_forward_is_made_good),
        cmocka_unit_test(an_order_that_nobody_finished_is_made_anew),
        cmocka_unit_test(reading_that_fails_anywhere_leaves_nobody_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
