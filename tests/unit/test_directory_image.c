/*
 * store/directory_image: the list in memory as a file: read and brought forward, or left aside.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "store/directory_image.h"
#include "store/directory_map_shape.h"
#include "unit/mapped_support.h"

/* Everyone as a file, and a map of another process that is to begin with it. */
static char *save(struct mapped *desk)
{
    char *path = NULL;
    assert_int_equal(directory_image_save_any(desk->map, desk->site.conf.data), STATUS_OK);
    assert_true(asprintf(&path, "%s/" DIRECTORY_IMAGE_NAME, desk->site.conf.data) > 0);
    directory_map_free(desk->map);
    assert_int_equal(directory_map_new(&desk->map), STATUS_OK);
    directory_image_offer(desk->map, path);
    return path;
}

/* A filling counts: what came from the image alone did not take one more. */
static void an_image_is_read_and_brought_forward(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    for (int i = 0; i < 200; i++)
        mapped_change(&desk);
    mapped_must_agree(&desk);
    char *path = save(&desk);
    for (int i = 0; i < 50; i++)
        mapped_change(&desk);
    mapped_must_agree(&desk);
    assert_int_equal(directory_map_fills(desk.map), 1);
    assert_int_equal(directory_image_remove(path), STATUS_OK);
    assert_int_equal(access(path, F_OK), -1);
    assert_int_equal(directory_image_remove(path), STATUS_OK);
    free(path);
    mapped_close(&desk);
}

static bool has_text(const char *path, const char *text)
{
    struct stat file;
    const int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &file), 0);
    char *bytes = malloc((size_t)file.st_size);
    assert_int_equal(read(fd, bytes, (size_t)file.st_size), file.st_size);
    const bool is_there = memmem(bytes, (size_t)file.st_size, text, strlen(text)) != NULL;
    free(bytes);
    close(fd);
    return is_there;
}

static void an_image_holds_no_address_that_was_replaced(void **state)
{
    struct mapped desk;
    mapped_open(&desk);
    const struct contact ada = site_add(&desk.site, "ada@example.com", NEWSLETTER);
    site_add(&desk.site, "bob@example.com", NEWSLETTER);
    mapped_must_agree(&desk);
    struct change move = {.kind = ENTRY_DETAILS,
                          .contact = ada.id,
                          .email = "ada@example.org",
                          .email_key = "ada@example.org",
                          .origin = site_origin(ACTOR_ADMIN, 1)};
    site_change(&desk.site, &move);
    mapped_must_agree(&desk);
    char *path = save(&desk);
    assert_true(has_text(path, "ada@example.org"));
    assert_true(has_text(path, "bob@example.com"));
    assert_false(has_text(path, "ada@example.com"));
    mapped_must_agree(&desk);
    assert_int_equal(directory_map_fills(desk.map), 1);
    assert_int_equal(mapped_find(&desk, "ada@example.org").status, STATUS_OK);
    assert_int_equal(mapped_find(&desk, "ada@example.com").status, STATUS_NOT_FOUND);
    free(path);
    mapped_close(&desk);
}

static void an_image_that_is_damaged_is_left_aside(void **state)
{
    for (int kind = 0; kind < 6; kind++) {
        struct mapped desk;
        struct stat file;
        uint8_t byte;
        mapped_open(&desk);
        for (int i = 0; i < 100; i++)
            mapped_add(&desk);
        mapped_must_agree(&desk);
        char *path = save(&desk);
        const int fd = open(path, O_RDWR);
        assert_true(fd >= 0);
        assert_int_equal(fstat(fd, &file), 0);
        const off_t places[] = {3, 20, 40, 16500, 65536 + 64, file.st_size - 1};
        assert_int_equal(pread(fd, &byte, 1, places[kind]), 1);
        byte ^= 0x40;
        assert_int_equal(pwrite(fd, &byte, 1, places[kind]), 1);
        if (kind == 5)
            assert_int_equal(ftruncate(fd, file.st_size / 2), 0);
        close(fd);
        mapped_must_agree(&desk);
        assert_true(directory_map_fills(desk.map) > 1 || kind < 4);
        free(path);
        mapped_close(&desk);
    }
}

static void an_image_of_another_ledger_is_left_aside(void **state)
{
    struct mapped desk, other;
    mapped_open(&desk);
    mapped_open(&other);
    site_add(&desk.site, "ada@example.com", NEWSLETTER);
    site_add(&other.site, "bob@example.com", NEWSLETTER);
    mapped_must_agree(&desk);
    mapped_must_agree(&other);
    char *path = save(&desk);
    directory_image_offer(other.map, path);
    atomic_store(&other.map->head->state, MAP_EMPTY);
    mapped_must_agree(&other);
    assert_int_equal(mapped_find(&other, "ada@example.com").status, STATUS_NOT_FOUND);
    assert_int_equal(mapped_find(&other, "bob@example.com").status, STATUS_OK);
    free(path);
    mapped_close(&other);
    mapped_close(&desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_image_is_read_and_brought_forward),
        cmocka_unit_test(an_image_holds_no_address_that_was_replaced),
        cmocka_unit_test(an_image_that_is_damaged_is_left_aside),
        cmocka_unit_test(an_image_of_another_ledger_is_left_aside),
    };
    return cmocka_run_group_tests_name("directory_image", tests, NULL, NULL);
}
