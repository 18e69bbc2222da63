/*
 * tests/unit/test_vigil: who is taken for hung, and what a service manager is told.
 */
#include "unit/support.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/supervisor.h"
#include "base/vigil.h"

static void all_is_well_once_each_has_begun(void **state)
{
    struct vigil vigil = {.count = 2};
    (void)state;
    assert_false(vigil_is_well(&vigil));
    vigil_beat(&vigil, 0, 100);
    assert_false(vigil_is_well(&vigil));
    vigil_beat(&vigil, 1, 101);
    assert_true(vigil_is_well(&vigil));
    assert_int_equal(vigil_hung(&vigil), 0);
}

static void one_that_is_silent_is_late_and_then_hangs(void **state)
{
    struct vigil vigil = {.count = 3};
    unsigned rounds = 0;
    (void)state;
    for (size_t i = 0; i < 3; i++)
        vigil_beat(&vigil, i, (pid_t)(100 + i));
    for (; vigil_is_well(&vigil); rounds++) {
        vigil_beat(&vigil, 0, 100);
        vigil_beat(&vigil, 2, 102);
        assert_int_equal(vigil_hung(&vigil), 0);
    }
    assert_in_range(rounds, VIGIL_LATE, VIGIL_LATE + 1);
    pid_t hung = 0;
    for (; hung == 0 && rounds < 1000; rounds++) {
        vigil_beat(&vigil, 0, 100);
        vigil_beat(&vigil, 2, 102);
        hung = vigil_hung(&vigil);
    }
    assert_int_equal(hung, 101);
    assert_in_range(rounds, VIGIL_HUNG - 1, VIGIL_HUNG + 1);
    assert_int_equal(vigil_hung(&vigil), 0);
    vigil_beat(&vigil, 0, 100);
    assert_false(vigil_is_well(&vigil));
    vigil_beat(&vigil, 1, 200);
    assert_true(vigil_is_well(&vigil));
}

static void who_slept_with_all_the_others_does_not_hang(void **state)
{
    struct vigil vigil = {.count = 2};
    (void)state;
    vigil_beat(&vigil, 0, 100);
    vigil_beat(&vigil, 1, 101);
    for (int i = 0; i < 1000; i++)
        vigil_beat(&vigil, (size_t)i % 2, (pid_t)(100 + i % 2));
    assert_true(vigil_is_well(&vigil));
    assert_int_equal(vigil_hung(&vigil), 0);
}

static void numbers_that_are_none_are_left_alone(void **state)
{
    struct vigil vigil = {.count = 1};
    (void)state;
    vigil_beat(&vigil, 1, 100);
    vigil_beat(&vigil, VIGIL_MAX + 7, 100);
    assert_false(vigil_is_well(&vigil));
    vigil_beat(&vigil, 0, 100);
    assert_true(vigil_is_well(&vigil));
}

static void the_manager_hears_by_a_path_and_by_an_abstract_name(void **state)
{
    const char *folder = support_folder();
    (void)state;
    for (int is_abstract = 0; is_abstract < 2; is_abstract++) {
        struct sockaddr_un at = {.sun_family = AF_UNIX};
        char text[32] = "";
        const char *path = support_path(folder, "notify");
        strcpy(at.sun_path, path);
        if (is_abstract)
            at.sun_path[0] = '\0';
        const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
        const int manager = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        assert_int_equal(bind(manager, (const struct sockaddr *)&at, size), 0);
        at.sun_path[0] = is_abstract ? '@' : '/';
        setenv("NOTIFY_SOCKET", at.sun_path, 1);
        const int fd = supervisor_open();
        assert_true(fd >= 0);
        assert_null(getenv("NOTIFY_SOCKET"));
        supervisor_tell(fd, "READY=1");
        assert_int_equal(recv(manager, text, sizeof text - 1, MSG_DONTWAIT), 7);
        assert_string_equal(text, "READY=1");
        close(fd);
        close(manager);
    }
}

static void without_a_manager_nothing_is_said(void **state)
{
    static const char *const names[] = {"", "notify", "/nowhere/at/all"};
    (void)state;
    unsetenv("NOTIFY_SOCKET");
    assert_int_equal(supervisor_open(), -1);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        setenv("NOTIFY_SOCKET", names[i], 1);
        assert_int_equal(supervisor_open(), -1);
    }
    supervisor_tell(-1, "READY=1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well_once_each_has_begun),
        cmocka_unit_test(one_that_is_silent_is_late_and_then_hangs),
        cmocka_unit_test(who_slept_with_all_the_others_does_not_hang),
        cmocka_unit_test(numbers_that_are_none_are_left_alone),
        cmocka_unit_test(the_manager_hears_by_a_path_and_by_an_abstract_name),
        cmocka_unit_test(without_a_manager_nothing_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
