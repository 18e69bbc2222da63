/*
 * Unit test of base/network and base/endpoint: which addresses are public, and which URLs a hook
 * may have (REQUIREMENTS W6).
 */
#include <string.h>

#include "base/endpoint.h"
#include "base/network.h"
#include "unit/support.h"

static enum network of(const char *host)
{
    struct sockaddr_storage address;
    if (!network_parse(host, &address))
        fail_msg("%s is no address", host);
    return network_of((const struct sockaddr *)&address);
}

static void each_network_has_its_edges(void **state)
{
    static const struct {
        const char *host;
        enum network network;
    } cases[] = {
        {"1.1.1.1", NETWORK_PUBLIC},
        {"0.0.0.0", NETWORK_UNSPECIFIED},
        {"0.255.255.255", NETWORK_UNSPECIFIED},
        {"1.0.0.0", NETWORK_PUBLIC},
        {"9.255.255.255", NETWORK_PUBLIC},
        {"10.0.0.0", NETWORK_PRIVATE},
        {"10.255.255.255", NETWORK_PRIVATE},
        {"11.0.0.0", NETWORK_PUBLIC},
        {"100.63.255.255", NETWORK_PUBLIC},
        {"100.64.0.0", NETWORK_SHARED},
        {"100.127.255.255", NETWORK_SHARED},
        {"100.128.0.0", NETWORK_PUBLIC},
        {"126.255.255.255", NETWORK_PUBLIC},
        {"127.0.0.1", NETWORK_LOOPBACK},
        {"127.255.255.255", NETWORK_LOOPBACK},
        {"128.0.0.0", NETWORK_PUBLIC},
        {"169.253.255.255", NETWORK_PUBLIC},
        {"169.254.169.254", NETWORK_LINK_LOCAL},
        {"169.255.0.0", NETWORK_PUBLIC},
        {"172.15.255.255", NETWORK_PUBLIC},
        {"172.16.0.0", NETWORK_PRIVATE},
        {"172.31.255.255", NETWORK_PRIVATE},
        {"172.32.0.0", NETWORK_PUBLIC},
        {"192.0.0.8", NETWORK_RESERVED},
        {"192.0.2.1", NETWORK_RESERVED},
        {"192.88.99.1", NETWORK_RESERVED},
        {"192.167.255.255", NETWORK_PUBLIC},
        {"192.168.0.1", NETWORK_PRIVATE},
        {"192.169.0.0", NETWORK_PUBLIC},
        {"198.17.255.255", NETWORK_PUBLIC},
        {"198.18.0.1", NETWORK_RESERVED},
        {"198.19.255.255", NETWORK_RESERVED},
        {"198.51.100.7", NETWORK_RESERVED},
        {"203.0.113.7", NETWORK_RESERVED},
        {"223.255.255.255", NETWORK_PUBLIC},
        {"224.0.0.1", NETWORK_MULTICAST},
        {"239.255.255.255", NETWORK_MULTICAST},
        {"240.0.0.1", NETWORK_RESERVED},
        {"255.255.255.255", NETWORK_RESERVED},
        /* Every form that a resolver takes. */
        {"127.1", NETWORK_LOOPBACK},
        {"2130706433", NETWORK_LOOPBACK},
        {"0x7f000001", NETWORK_LOOPBACK},
        {"0x7f.1", NETWORK_LOOPBACK},
        {"0177.0.0.1", NETWORK_LOOPBACK},
        {"10.1", NETWORK_PRIVATE},
        {"0", NETWORK_UNSPECIFIED},
        {"::", NETWORK_UNSPECIFIED},
        {"::1", NETWORK_LOOPBACK},
        {"::2", NETWORK_TRANSLATED},
        {"::127.0.0.1", NETWORK_TRANSLATED},
        {"::ffff:127.0.0.1", NETWORK_TRANSLATED},
        {"::ffff:8.8.8.8", NETWORK_TRANSLATED},
        {"64:ff9b::7f00:1", NETWORK_TRANSLATED},
        {"64:ff9b:1::1", NETWORK_TRANSLATED},
        {"2002:7f00:1::", NETWORK_TRANSLATED},
        {"2001::1", NETWORK_RESERVED},
        {"2001:1ff:ffff::", NETWORK_RESERVED},
        {"2001:200::1", NETWORK_PUBLIC},
        {"2001:db8::1", NETWORK_RESERVED},
        {"2606:4700::1111", NETWORK_PUBLIC},
        {"3fff:fff::1", NETWORK_RESERVED},
        {"3fff:1000::1", NETWORK_PUBLIC},
        {"4000::1", NETWORK_RESERVED},
        {"fc00::1", NETWORK_PRIVATE},
        {"fdff:ffff::1", NETWORK_PRIVATE},
        {"fe80::1", NETWORK_LINK_LOCAL},
        {"febf::1", NETWORK_LINK_LOCAL},
        {"fec0::1", NETWORK_PRIVATE},
        {"ff02::1", NETWORK_MULTICAST},
        {"100::1", NETWORK_RESERVED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (of(cases[i].host) != cases[i].network)
            fail_msg("%s is %s", cases[i].host, network_words(of(cases[i].host)));
}

static void what_is_no_ip_address_is_never_public(void **state)
{
    const struct sockaddr address = {.sa_family = AF_UNIX};
    assert_int_equal(network_of(&address), NETWORK_RESERVED);
}

static void names_are_no_addresses(void **state)
{
    static const char *const names[] = {"example.com", "localhost", "",       "1.2.3.4.5",
                                        "256.1.1.1",   "1.2.3.4 x", "::1%lo", "08"};
    struct sockaddr_storage address;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (network_parse(names[i], &address))
            fail_msg("%s is an address", names[i]);
}

static enum endpoint_fault fault_of(struct arena *arena, const char *url, bool allows_private)
{
    enum endpoint_fault fault = ENDPOINT_FINE;
    const char *clean = NULL;
    enum status status = endpoint_parse(arena, url, allows_private, &clean, &fault);
    assert_int_equal(status == STATUS_OK, fault == ENDPOINT_FINE);
    assert_int_equal(clean != NULL, fault == ENDPOINT_FINE);
    return fault;
}

static void urls_are_https_and_lead_outside(void **state)
{
    static const struct {
        const char *url;
        enum endpoint_fault fault, where_allowed;
    } cases[] = {
        {"https://hooks.example.com/in", ENDPOINT_FINE, ENDPOINT_FINE},
        {"  https://hooks.example.com/in\n", ENDPOINT_FINE, ENDPOINT_FINE},
        {"HTTPS://Example.com:8443/a?b=c%20d", ENDPOINT_FINE, ENDPOINT_FINE},
        {"https://example.com", ENDPOINT_FINE, ENDPOINT_FINE},
        {"https://xn--bcher-kva.example/", ENDPOINT_FINE, ENDPOINT_FINE},
        {"https://[2606:4700::1111]:443/", ENDPOINT_FINE, ENDPOINT_FINE},
        {"https://1.1.1.1/", ENDPOINT_FINE, ENDPOINT_FINE},
        {"http://example.com/", ENDPOINT_NOT_HTTPS, ENDPOINT_FINE},
        {"", ENDPOINT_EMPTY, ENDPOINT_EMPTY},
        {"   ", ENDPOINT_EMPTY, ENDPOINT_EMPTY},
        {"example.com/in", ENDPOINT_NOT_HTTPS, ENDPOINT_NOT_HTTPS},
        {"ftp://example.com/", ENDPOINT_NOT_HTTPS, ENDPOINT_NOT_HTTPS},
        {"file:///etc/passwd", ENDPOINT_NOT_HTTPS, ENDPOINT_NOT_HTTPS},
        {"https:/example.com", ENDPOINT_NOT_HTTPS, ENDPOINT_NOT_HTTPS},
        {"https://user:pass@example.com/", ENDPOINT_HAS_USER, ENDPOINT_HAS_USER},
        {"https://example.com@127.0.0.1/", ENDPOINT_HAS_USER, ENDPOINT_HAS_USER},
        {"https://example.com/#here", ENDPOINT_HAS_FRAGMENT, ENDPOINT_HAS_FRAGMENT},
        {"https://example.com/a b", ENDPOINT_BAD_CHARACTER, ENDPOINT_BAD_CHARACTER},
        {"https://example.com/a\\b", ENDPOINT_BAD_CHARACTER, ENDPOINT_BAD_CHARACTER},
        {"https://example.com/\r\nX: y", ENDPOINT_BAD_CHARACTER, ENDPOINT_BAD_CHARACTER},
        {"https://bücher.example/", ENDPOINT_BAD_CHARACTER, ENDPOINT_BAD_CHARACTER},
        {"https:///in", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://a..b/", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://.example.com/", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://exa%6dple.com/", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://999.1.1.1/", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://a.0x1g/", ENDPOINT_FINE, ENDPOINT_FINE},
        {"https://a.0xff/", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://[::1/", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://[127.0.0.1]/", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://[fe80::1%eth0]/", ENDPOINT_BAD_HOST, ENDPOINT_BAD_HOST},
        {"https://example.com:/", ENDPOINT_BAD_PORT, ENDPOINT_BAD_PORT},
        {"https://example.com:0/", ENDPOINT_BAD_PORT, ENDPOINT_BAD_PORT},
        {"https://example.com:65536/", ENDPOINT_BAD_PORT, ENDPOINT_BAD_PORT},
        {"https://example.com:65535/", ENDPOINT_FINE, ENDPOINT_FINE},
        {"https://example.com:8o/", ENDPOINT_BAD_PORT, ENDPOINT_BAD_PORT},
        {"https://127.0.0.1/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://127.1/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://0x7f000001/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://2130706433/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://10.0.0.1/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://169.254.169.254/latest/meta-data", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://[::1]/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://[::ffff:127.0.0.1]/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://localhost/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://a.LocalHost/", ENDPOINT_NOT_PUBLIC, ENDPOINT_FINE},
        {"https://notlocalhost/", ENDPOINT_FINE, ENDPOINT_FINE},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (fault_of(arena, cases[i].url, false) != cases[i].fault)
            fail_msg("%s: %d", cases[i].url, fault_of(arena, cases[i].url, false));
        if (fault_of(arena, cases[i].url, true) != cases[i].where_allowed)
            fail_msg("%s, private ones allowed: %d", cases[i].url,
                     fault_of(arena, cases[i].url, true));
    }
    arena_free(arena);
}

static void urls_have_a_longest(void **state)
{
    struct arena *arena = arena_new();
    char url[ENDPOINT_MAX_BYTES + 2];
    memset(url, 'a', sizeof url);
    memcpy(url, "https://e.com/", 14);
    url[ENDPOINT_MAX_BYTES + 1] = '\0';
    assert_int_equal(fault_of(arena, url, false), ENDPOINT_TOO_LONG);
    url[ENDPOINT_MAX_BYTES] = '\0';
    assert_int_equal(fault_of(arena, url, false), ENDPOINT_FINE);
    arena_free(arena);
}

static void every_fault_says_what_to_do(void **state)
{
    for (int i = 1; i < ENDPOINT_FAULT_COUNT; i++)
        assert_true(strlen(endpoint_fault_words((enum endpoint_fault)i)) > 20);
    for (int i = 0; i < NETWORK_COUNT; i++)
        assert_true(strlen(network_words((enum network)i)) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_network_has_its_edges),
        cmocka_unit_test(what_is_no_ip_address_is_never_public),
        cmocka_unit_test(names_are_no_addresses),
        cmocka_unit_test(urls_are_https_and_lead_outside),
        cmocka_unit_test(urls_have_a_longest),
        cmocka_unit_test(every_fault_says_what_to_do),
    };
    return cmocka_run_group_tests_name("network", tests, NULL, NULL);
}
