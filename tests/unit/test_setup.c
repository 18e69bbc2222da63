/*
 * A data folder made whole: once, by many at once, and never over what is missing from it.
 */
#include <dirent.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "service/setup.h"
#include "store/contacts.h"
#include "unit/site.h"

static struct arena *arena;

static struct conf new_conf(void)
{
    const char *data = support_path(support_folder(), "var");
    return (struct conf){.data = data,
                         .db_path = support_path(data, "assent.db"),
                         .keys_path = support_path(data, "keys"),
                         .lock_path = support_path(data, "assent.lock"),
                         .public_url = "https://lists.example.org"};
}

static mode_t mode_of(const char *path)
{
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    return facts.st_mode & 07777;
}

static size_t files_in(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir))
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(dir);
    return count;
}

static size_t keys_in(const struct service *service)
{
    struct link_key *keys;
    size_t count;
    assert_int_equal(link_keys_list(service->store, arena, &keys, &count), STATUS_OK);
    return count;
}

static void fresh_folder(void **state)
{
    (void)state;
    struct conf conf = new_conf();
    struct service service;
    const char *fault = NULL;
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_OK);
    assert_int_equal(mode_of(conf.data), 0700);
    assert_int_equal(mode_of(conf.keys_path), 0700);
    assert_int_equal(mode_of(support_path(conf.keys_path, "master.key")), 0600);
    assert_int_equal(files_in(conf.keys_path), 2);

    assert_int_equal(setup_open(arena, &conf, true, &service, &fault), STATUS_OK);
    assert_int_equal(keys_in(&service), 1);
    assert_non_null(keys_signer(&service));
    char id[LINK_KEY_ID_TEXT_BYTES];
    link_key_id_text(keys_signer_id(service.signer), id);
    assert_int_equal(mode_of(support_path(conf.keys_path, arena_printf(arena, "%s.key", id))),
                     0600);
    struct position head;
    assert_int_equal(store_position(service.store, &head), STATUS_OK);
    assert_int_equal(head.value, 2); /* the key, and the texts that people choose by */
    uint8_t public_id_key[PUBLIC_ID_KEY_BYTES];
    memcpy(public_id_key, service.public_id_key, sizeof(public_id_key));
    setup_close(&service);
    assert_null(service.store);

    /* again: nothing changes */
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_OK);
    assert_int_equal(files_in(conf.keys_path), 2);
    assert_int_equal(setup_open(arena, &conf, false, &service, &fault), STATUS_OK);
    assert_int_equal(keys_in(&service), 1);
    assert_memory_equal(public_id_key, service.public_id_key, sizeof(public_id_key));
    assert_int_equal(store_position(service.store, &head), STATUS_OK);
    assert_int_equal(head.value, 2);
    setup_close(&service);
}

static void many_at_once(void **state)
{
    (void)state;
    enum { PROCESSES = 8, ROUNDS = 4 };
    for (int round = 0; round < ROUNDS; round++) {
        struct conf conf = new_conf();
        int gate[2];
        assert_int_equal(pipe(gate), 0);
        pid_t children[PROCESSES];
        for (int i = 0; i < PROCESSES; i++) {
            children[i] = fork();
            if (children[i] == 0) {
                char byte;
                close(gate[1]);
                ssize_t got = read(gate[0], &byte, 1); /* ends when the gate opens for all */
                (void)got;
                const char *fault = "";
                enum status status = setup_init(arena, &conf, &fault);
                if (status != STATUS_OK)
                    fprintf(stderr, "%s\n", fault);
                _exit(status == STATUS_OK ? 0 : 1);
            }
        }
        close(gate[0]);
        close(gate[1]);
        for (int i = 0; i < PROCESSES; i++) {
            int how = 0;
            assert_int_equal(waitpid(children[i], &how, 0), children[i]);
            assert_int_equal(how, 0);
        }
        struct service service;
        const char *fault = "";
        assert_int_equal(setup_open(arena, &conf, false, &service, &fault), STATUS_OK);
        assert_int_equal(keys_in(&service), 1);
        assert_non_null(keys_signer(&service));
        assert_int_equal(files_in(conf.keys_path), 2);
        setup_close(&service);
    }
}

static void lost_master_key(void **state)
{
    (void)state;
    struct conf conf = new_conf();
    struct service service;
    const char *fault = "";
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_OK);
    const char *master = support_path(conf.keys_path, "master.key");
    const char *aside = support_path(conf.data, "aside");
    assert_int_equal(rename(master, aside), 0);
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_CORRUPT);
    assert_non_null(strstr(fault, "master.key"));
    assert_int_equal(access(master, F_OK), -1);
    assert_int_equal(setup_open(arena, &conf, false, &service, &fault), STATUS_NOT_FOUND);
    assert_int_equal(rename(aside, master), 0);
    assert_int_equal(chmod(master, 0640), 0);
    assert_int_equal(setup_open(arena, &conf, false, &service, &fault), STATUS_REFUSED);
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_REFUSED);
    assert_int_equal(chmod(master, 0600), 0);
    assert_int_equal(setup_open(arena, &conf, false, &service, &fault), STATUS_OK);
    setup_close(&service);
}

/* Nothing erased would be known again, and receipts would be another's. */
static void another_master_key(void **state)
{
    (void)state;
    struct conf conf = new_conf(), other = new_conf();
    struct service service;
    const char *fault = "";
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_OK);
    assert_int_equal(setup_init(arena, &other, &fault), STATUS_OK);
    const char *master = support_path(conf.keys_path, "master.key");
    const char *theirs = support_path(other.keys_path, "master.key");
    const char *aside = support_path(conf.data, "aside");
    assert_int_equal(rename(master, aside), 0);
    assert_int_equal(rename(theirs, master), 0);
    for (int writes = 0; writes < 2; writes++) {
        assert_int_equal(setup_open(arena, &conf, writes, &service, &fault), STATUS_CORRUPT);
        assert_non_null(strstr(fault, "is not the key that"));
    }
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_CORRUPT);
    assert_non_null(strstr(fault, "is not the key that"));
    assert_int_equal(rename(aside, master), 0);
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_OK);
    assert_int_equal(setup_open(arena, &conf, true, &service, &fault), STATUS_OK);
    setup_close(&service);
}

/* A server without the signing secret reads links and mints none; a wrong secret stops the start.
 */
static void lost_or_wrong_signing_key(void **state)
{
    (void)state;
    struct conf conf = new_conf(), other = new_conf();
    struct service service;
    const char *fault = "";
    char id[LINK_KEY_ID_TEXT_BYTES], other_id[LINK_KEY_ID_TEXT_BYTES];
    assert_int_equal(setup_init(arena, &conf, &fault), STATUS_OK);
    assert_int_equal(setup_init(arena, &other, &fault), STATUS_OK);
    assert_int_equal(setup_open(arena, &other, false, &service, &fault), STATUS_OK);
    link_key_id_text(keys_signer_id(service.signer), other_id);
    setup_close(&service);
    assert_int_equal(setup_open(arena, &conf, false, &service, &fault), STATUS_OK);
    link_key_id_text(keys_signer_id(service.signer), id);
    setup_close(&service);

    const char *file = support_path(conf.keys_path, arena_printf(arena, "%s.key", id));
    assert_int_equal(unlink(file), 0);
    assert_int_equal(setup_open(arena, &conf, false, &service, &fault), STATUS_OK);
    assert_null(keys_signer(&service));
    setup_close(&service);
    assert_int_equal(
        rename(support_path(other.keys_path, arena_printf(arena, "%s.key", other_id)), file), 0);
    assert_int_equal(setup_open(arena, &conf, false, &service, &fault), STATUS_CORRUPT);
    assert_non_null(strstr(fault, "signing key"));
}

int main(void)
{
    arena = arena_new();
    const struct CMUnitTest tests[] = {
        {"a fresh folder gets keys, database and a first signing key, once", fresh_folder, NULL,
         NULL, NULL},
        {"eight at once make one of each", many_at_once, NULL, NULL, NULL},
        {"a database without its master key is never given a new one", lost_master_key, NULL, NULL,
         NULL},
        {"a database opens with the master key that it began with alone", another_master_key, NULL,
         NULL, NULL},
        {"a lost signing secret mints nothing, a wrong one stops the start",
         lost_or_wrong_signing_key, NULL, NULL, NULL},
    };
    int failed = cmocka_run_group_tests_name("setup", tests, NULL, NULL);
    arena_free(arena);
    return failed;
}
