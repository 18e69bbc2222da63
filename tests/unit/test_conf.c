/*
 * tests/unit/test_conf: defaults, the file, the environment, and what is refused; and the clock.
 */
#include "unit/support.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/conf.h"

static struct arena *arena;
static const char *folder;

static enum status load(const char *text, struct conf *out, const char **fault)
{
    const char *path = support_write(folder, "assent.conf", 0600, text, strlen(text));
    *fault = NULL;
    return conf_load(arena, path, out, fault);
}

static int begin(void **state)
{
    (void)state;
    unsetenv("ASSENT_CONF");
    unsetenv("ASSENT_DATA");
    unsetenv("ASSENT_PUBLIC_URL");
    unsetenv("ASSENT_HOOKS_PRIVATE");
    unsetenv("ASSENT_SMTP");
    unsetenv("ASSENT_COURIER");
    unsetenv("ASSENT_TLS_FOLDER");
    arena = arena_new();
    folder = support_folder();
    /* "var" is then no folder of a checkout, where a server may have left its address. */
    return chdir(folder);
}

static int end(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void a_missing_file_gives_the_defaults(void **state)
{
    struct conf conf;
    const char *fault = NULL;
    (void)state;
    assert_int_equal(conf_load(arena, support_path(folder, "none"), &conf, &fault), STATUS_OK);
    assert_string_equal(conf.data, "var");
    assert_string_equal(conf.db_path, "var/assent.db");
    assert_string_equal(conf.keys_path, "var/keys");
    assert_string_equal(conf.lock_path, "var/assent.lock");
    assert_string_equal(conf.public_url, "http://127.0.0.1:8888");
    assert_int_equal(conf.proxies_count, 0);
    assert_null(conf.tls_cert);
    assert_false(conf.hooks_private);
    assert_false(conf.is_courier_apart);
    assert_null(conf.smtp);
    assert_null(conf.smtp_user);
    assert_int_equal(conf.smtp_tls, CONF_TLS_REQUIRED);
}

static void where_to_listen_is_read_and_checked(void **state)
{
    static const char *const bad[] = {
        "8888",      ":8888",           "127.0.0.1", "127.0.0.1:",  "*:443",         "::1:443",
        "[::1:443",  "[127.0.0.1]:443", "::1]:443",  "1.2.3.4:0",   "1.2.3.4:65536", "1.2.3.4:+80",
        "host:8888", "127.0.0.1:80x",   "[]:80",     "1.2.3.4.5:80"};
    struct conf conf;
    const char *fault;
    (void)state;
    assert_int_equal(load("listen 0.0.0.0:443\nlisten [::]:8443\n", &conf, &fault), STATUS_OK);
    assert_int_equal(conf.listens_count, 2);
    assert_string_equal(conf.listens[0].host, "0.0.0.0");
    assert_int_equal(conf.listens[0].port, 443);
    assert_false(conf.listens[0].is_ipv6);
    assert_string_equal(conf.listens[1].host, "::");
    assert_int_equal(conf.listens[1].port, 8443);
    assert_true(conf.listens[1].is_ipv6);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        const char *line = arena_printf(arena, "listen %s\n", bad[i]);
        assert_int_equal(load(line, &conf, &fault), STATUS_INVALID);
        assert_non_null(strstr(fault, "[::]:443"));
    }
    const char *lines = "";
    for (int i = 0; i < CONF_MAX_LISTENS + 1; i++)
        lines = arena_printf(arena, "%slisten 127.0.0.1:%d\n", lines, 8000 + i);
    assert_int_equal(load(lines, &conf, &fault), STATUS_INVALID);
    assert_non_null(strstr(fault, "more addresses"));
}

static void copies_of_the_certificate_go_before_the_files(void **state)
{
    struct conf conf;
    const char *fault;
    (void)state;
    setenv("ASSENT_TLS_FOLDER", "/run/assent", 1);
    assert_int_equal(load("tls_cert /c.pem\ntls_key /k.pem\n", &conf, &fault), STATUS_OK);
    assert_string_equal(conf.tls_cert, "/run/assent/cert.pem");
    assert_string_equal(conf.tls_key, "/run/assent/key.pem");
    assert_int_equal(load("", &conf, &fault), STATUS_OK);
    assert_null(conf.tls_cert);
    unsetenv("ASSENT_TLS_FOLDER");
}

static void the_file_is_read(void **state)
{
    struct conf conf;
    const char *fault;
    (void)state;
    assert_int_equal(load("# a comment\n\n  data\t/srv/a b  \r\npublic_url https://mail.example//\n"
                          "trusted_proxy 10.0.0.1, 10.0.0.2\ntrusted_proxy ::1\n"
                          "tls_cert c.pem\ntls_key k.pem",
                          &conf, &fault),
                     STATUS_OK);
    assert_string_equal(conf.data, "/srv/a b");
    assert_string_equal(conf.db_path, "/srv/a b/assent.db");
    assert_string_equal(conf.public_url, "https://mail.example");
    assert_int_equal(conf.proxies_count, 3);
    assert_string_equal(conf.proxies[1], "10.0.0.2");
    assert_string_equal(conf.proxies[2], "::1");
    assert_string_equal(conf.tls_cert, "c.pem");
    assert_string_equal(conf.tls_key, "k.pem");
}

static void the_environment_wins(void **state)
{
    struct conf conf;
    const char *fault;
    (void)state;
    setenv("ASSENT_DATA", "/data", 1);
    setenv("ASSENT_PUBLIC_URL", "http://localhost:9/", 1);
    assert_int_equal(load("data other\npublic_url https://a.example\n", &conf, &fault), STATUS_OK);
    assert_string_equal(conf.keys_path, "/data/keys");
    assert_string_equal(conf.public_url, "http://localhost:9");
    setenv("ASSENT_CONF", support_write(folder, "other", 0600, "tls_cert x\n", 11), 1);
    assert_int_equal(load("data fine\n", &conf, &fault), STATUS_INVALID);
    setenv("ASSENT_CONF", "/nowhere/at/all", 1);
    assert_int_equal(load("data fine\n", &conf, &fault), STATUS_INVALID);
    assert_non_null(strstr(fault, "/nowhere/at/all"));
}

static void the_courier_may_be_run_apart(void **state)
{
    struct conf conf;
    const char *fault;
    (void)state;
    assert_int_equal(load("courier no\n", &conf, &fault), STATUS_OK);
    assert_true(conf.is_courier_apart);
    setenv("ASSENT_COURIER", "yes", 1);
    assert_int_equal(load("courier no\n", &conf, &fault), STATUS_OK);
    assert_false(conf.is_courier_apart);
    setenv("ASSENT_COURIER", "0", 1);
    assert_int_equal(load("", &conf, &fault), STATUS_OK);
    assert_true(conf.is_courier_apart);
    setenv("ASSENT_COURIER", "perhaps", 1);
    assert_int_equal(load("", &conf, &fault), STATUS_INVALID);
    assert_string_equal(fault, "ASSENT_COURIER: wants yes or no");
    unsetenv("ASSENT_COURIER");
}

static void faults_name_the_line(void **state)
{
    static const struct {
        const char *text, *words;
    } faults[] = {
        {"data\n", "line 1: \"data\" has no value"},
        {"\nprot 80\n", "line 2: \"prot\" is not a setting"},
        {"public_url mail.example\n", "line 1: public_url wants"},
        {"public_url https://\n", "public_url wants"},
        {"public_url https://a.example/b\n", "public_url wants"},
        {"public_url https://a\"b\n", "public_url wants"},
        {"public_url javascript:alert(1)\n", "public_url wants"},
        {"tls_cert a\n", "tls_cert and tls_key come together"},
        {"tls_key a\n", "tls_cert and tls_key come together"},
        {"smtp mail.example.com\n", "line 1: smtp wants smtp:// or smtps://"},
        {"smtp http://mail.example.com\n", "smtp wants"},
        {"smtp smtp://\n", "smtp wants"},
        {"smtp smtp://:25\n", "smtp wants"},
        {"smtp smtp://a:b@mail.example.com\n", "smtp wants"},
        {"smtp smtp://mail.example.com/x\n", "smtp wants"},
        {"smtp smtp://mail example.com\n", "smtp wants"},
        {"smtp_tls yes\n", "smtp_tls is required, optional or off"},
        {"smtp_tls Required\n", "smtp_tls is required, optional or off"},
        {"smtp_user a\n", "smtp_user and smtp_password_file come together"},
        {"smtp_password_file /p\n", "smtp_user and smtp_password_file come together"},
        {"smtp_user a\nsmtp_password_file p\n", "line 2: smtp_password_file wants a path"},
        {"smtp_ca ca.pem\n", "smtp_ca wants a path that begins with /"},
        {"smtp_password hunter2\n", "\"smtp_password\" is not a setting"},
        {"hooks_private perhaps\n", "hooks_private wants yes or no"},
        {"courier perhaps\n", "courier wants yes or no"},
        {"trusted_proxy 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n", "more trusted proxies"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof faults / sizeof *faults; i++) {
        struct conf conf = {.data = "untouched"};
        const char *fault;
        assert_int_equal(load(faults[i].text, &conf, &fault), STATUS_INVALID);
        assert_non_null(strstr(fault, faults[i].words));
        assert_string_equal(conf.data, "untouched");
    }
}

static void the_mail_server_is_read(void **state)
{
    struct conf conf;
    const char *fault;
    (void)state;
    assert_int_equal(load("smtp smtp://mail.example.com:587\nsmtp_user a b\n"
                          "smtp_password_file /etc/assent/pass word\nsmtp_ca /etc/ca.pem\n",
                          &conf, &fault),
                     STATUS_OK);
    assert_string_equal(conf.smtp, "smtp://mail.example.com:587");
    assert_string_equal(conf.smtp_user, "a b");
    assert_string_equal(conf.smtp_password_file, "/etc/assent/pass word");
    assert_string_equal(conf.smtp_ca, "/etc/ca.pem");
    assert_int_equal(conf.smtp_tls, CONF_TLS_REQUIRED);
    assert_int_equal(load("smtp smtps://[2001:db8::1]:465\nsmtp_tls optional\n", &conf, &fault),
                     STATUS_OK);
    assert_string_equal(conf.smtp, "smtps://[2001:db8::1]:465");
    assert_int_equal(conf.smtp_tls, CONF_TLS_OPTIONAL);
    assert_int_equal(load("smtp_tls off\n", &conf, &fault), STATUS_OK);
    assert_int_equal(conf.smtp_tls, CONF_TLS_OFF);
    setenv("ASSENT_SMTP", "smtp://other.example.com", 1);
    assert_int_equal(load("smtp smtp://mail.example.com\n", &conf, &fault), STATUS_OK);
    assert_string_equal(conf.smtp, "smtp://other.example.com");
    setenv("ASSENT_SMTP", "", 1); /* as if it were not there */
    assert_int_equal(load("smtp smtp://mail.example.com\n", &conf, &fault), STATUS_OK);
    assert_string_equal(conf.smtp, "smtp://mail.example.com");
    setenv("ASSENT_SMTP", "mail.example.com", 1);
    assert_int_equal(load("smtp smtp://mail.example.com\n", &conf, &fault), STATUS_INVALID);
    assert_non_null(strstr(fault, "ASSENT_SMTP"));
}

/* A password goes to a server that has shown who it is, or to this machine. */
static void a_login_wants_a_server_that_shows_who_it_is(void **state)
{
    static const struct {
        const char *smtp, *tls;
        bool is_fine;
    } cases[] = {
        {"smtp://mail.example.com", "required", true},
        {"smtp://mail.example.com", "optional", false},
        {"smtp://mail.example.com", "off", false},
        {"smtps://mail.example.com", "off", true},
        {"smtp://127.0.0.1:25", "off", true},
        {"smtp://localhost", "optional", true},
        {"smtp://[::1]:25", "off", true},
        {"smtp://localhost.example.com", "off", false},
        {"smtp://127.0.0.1.example.com", "off", false},
        {"smtp://10.0.0.1", "off", false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct conf conf;
        const char *fault;
        const char *text =
            arena_printf(arena, "smtp %s\nsmtp_tls %s\nsmtp_user a\nsmtp_password_file /p\n",
                         cases[i].smtp, cases[i].tls);
        const enum status status = load(text, &conf, &fault);
        if (status != (cases[i].is_fine ? STATUS_OK : STATUS_INVALID))
            fail_msg("%s", text);
        if (!cases[i].is_fine)
            assert_non_null(strstr(fault, "smtp_user wants smtp_tls required"));
        /* Without a login, any server may be spoken to. */
        text = arena_printf(arena, "smtp %s\nsmtp_tls %s\n", cases[i].smtp, cases[i].tls);
        assert_int_equal(load(text, &conf, &fault), STATUS_OK);
    }
    /* The environment names another server than the file had in mind. */
    struct conf conf;
    const char *fault;
    setenv("ASSENT_SMTP", "smtp://mail.example.com", 1);
    assert_int_equal(load("smtp smtp://localhost\nsmtp_tls off\nsmtp_user a\n"
                          "smtp_password_file /p\n",
                          &conf, &fault),
                     STATUS_INVALID);
}

static void times_are_written_in_utc(void **state)
{
    static const struct {
        int64_t at;
        const char *rfc3339, *human;
    } times[] = {
        {0, "1970-01-01T00:00:00Z", "1 Jan 1970, 00:00 UTC"},
        {INT64_C(1795414704), "2026-11-23T06:18:24Z", "23 Nov 2026, 06:18 UTC"},
        {INT64_C(951782399), "2000-02-28T23:59:59Z", "28 Feb 2000, 23:59 UTC"},
        {INT64_C(4294967296), "2106-02-07T06:28:16Z", "7 Feb 2106, 06:28 UTC"},
        {INT64_C(-1), "1969-12-31T23:59:59Z", "31 Dec 1969, 23:59 UTC"},
        {INT64_MAX, "9999-12-31T23:59:59Z", "31 Dec 9999, 23:59 UTC"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        char text[CLOCK_RFC3339_BYTES], human[CLOCK_HUMAN_BYTES];
        clock_rfc3339(times[i].at, text);
        clock_human(times[i].at, human);
        assert_string_equal(text, times[i].rfc3339);
        assert_string_equal(human, times[i].human);
    }
}

static void tests_can_move_the_clock(void **state)
{
    (void)state;
    int64_t before = clock_now_s(), ticks = clock_monotonic_ns();
    clock_shift_s(10 * 366 * 86400);
    assert_in_range(clock_now_s() - before, 10 * 366 * 86400, 10 * 366 * 86400 + 5);
    clock_shift_s(-10 * 366 * 86400);
    assert_in_range(clock_now_s() - before, 0, 5);
    assert_true(clock_monotonic_ns() >= ticks);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_missing_file_gives_the_defaults, begin, end),
        cmocka_unit_test_setup_teardown(the_file_is_read, begin, end),
        cmocka_unit_test_setup_teardown(where_to_listen_is_read_and_checked, begin, end),
        cmocka_unit_test_setup_teardown(copies_of_the_certificate_go_before_the_files, begin, end),
        cmocka_unit_test_setup_teardown(the_environment_wins, begin, end),
        cmocka_unit_test_setup_teardown(the_courier_may_be_run_apart, begin, end),
        cmocka_unit_test_setup_teardown(faults_name_the_line, begin, end),
        cmocka_unit_test_setup_teardown(the_mail_server_is_read, begin, end),
        cmocka_unit_test_setup_teardown(a_login_wants_a_server_that_shows_who_it_is, begin, end),
        cmocka_unit_test(times_are_written_in_utc),
        cmocka_unit_test(tests_can_move_the_clock),
    };
    return cmocka_run_group_tests_name("conf and clock", tests, NULL, NULL);
}
