/*
 * base/network: see network.h.
 */
#include "base/network.h"

#include <arpa/inet.h>
#include <assert.h>
#include <netinet/in.h>
#include <stdint.h>
#include <string.h>

struct range4 {
    uint32_t from;
    unsigned bits;
    enum network network;
};

#define IP4(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))

static const struct range4 ranges4[] = {
    {IP4(0, 0, 0, 0), 8, NETWORK_UNSPECIFIED},     {IP4(10, 0, 0, 0), 8, NETWORK_PRIVATE},
    {IP4(100, 64, 0, 0), 10, NETWORK_SHARED},      {IP4(127, 0, 0, 0), 8, NETWORK_LOOPBACK},
    {IP4(169, 254, 0, 0), 16, NETWORK_LINK_LOCAL}, {IP4(172, 16, 0, 0), 12, NETWORK_PRIVATE},
    {IP4(192, 0, 0, 0), 24, NETWORK_RESERVED},     {IP4(192, 0, 2, 0), 24, NETWORK_RESERVED},
    {IP4(192, 88, 99, 0), 24, NETWORK_RESERVED},   {IP4(192, 168, 0, 0), 16, NETWORK_PRIVATE},
    {IP4(198, 18, 0, 0), 15, NETWORK_RESERVED},    {IP4(198, 51, 100, 0), 24, NETWORK_RESERVED},
    {IP4(203, 0, 113, 0), 24, NETWORK_RESERVED},   {IP4(224, 0, 0, 0), 4, NETWORK_MULTICAST},
    {IP4(240, 0, 0, 0), 4, NETWORK_RESERVED},
};

struct range6 {
    uint8_t from[16];
    unsigned bits;
    enum network network;
};

/* The first that fits wins. */
static const struct range6 ranges6[] = {
    {{[15] = 1}, 128, NETWORK_LOOPBACK},
    {{0}, 128, NETWORK_UNSPECIFIED},
    {{[10] = 0xff, [11] = 0xff}, 96, NETWORK_TRANSLATED},           /* mapped, RFC 4291 */
    {{0}, 96, NETWORK_TRANSLATED},                                  /* compatible, RFC 4291 */
    {{0x00, 0x64, 0xff, 0x9b}, 96, NETWORK_TRANSLATED},             /* NAT64, RFC 6052 */
    {{0x00, 0x64, 0xff, 0x9b, 0x00, 0x01}, 48, NETWORK_TRANSLATED}, /* NAT64, RFC 8215 */
    {{0x20, 0x02}, 16, NETWORK_TRANSLATED},                         /* 6to4, RFC 3056 */
    {{0x20, 0x01}, 23, NETWORK_RESERVED},                           /* Teredo and the like */
    {{0x20, 0x01, 0x0d, 0xb8}, 32, NETWORK_RESERVED},               /* documentation */
    {{0x3f, 0xff}, 20, NETWORK_RESERVED},                           /* documentation, RFC 9637 */
    {{0xfc}, 7, NETWORK_PRIVATE},
    {{0xfe, 0x80}, 10, NETWORK_LINK_LOCAL},
    {{0xfe, 0xc0}, 10, NETWORK_PRIVATE},
    {{0xff}, 8, NETWORK_MULTICAST},
    {{0x20}, 3, NETWORK_PUBLIC},
};

static const char *const words[] = {
    [NETWORK_PUBLIC] = "a public address",
    [NETWORK_LOOPBACK] = "a loopback address",
    [NETWORK_PRIVATE] = "a private address",
    [NETWORK_LINK_LOCAL] = "a link-local address",
    [NETWORK_SHARED] = "an address within a provider’s network",
    [NETWORK_MULTICAST] = "a multicast address",
    [NETWORK_UNSPECIFIED] = "the unspecified address",
    [NETWORK_TRANSLATED] = "an IPv4 address in IPv6 form",
    [NETWORK_RESERVED] = "a reserved address",
};
static_assert(sizeof words / sizeof *words == NETWORK_COUNT, "words for every network");

const char *network_words(enum network network)
{
    return words[network];
}

static enum network of4(uint32_t address)
{
    for (size_t i = 0; i < sizeof ranges4 / sizeof *ranges4; i++) {
        const uint32_t mask = UINT32_MAX << (32 - ranges4[i].bits);
        if ((address & mask) == ranges4[i].from)
            return ranges4[i].network;
    }
    return NETWORK_PUBLIC;
}

static bool is_within(const uint8_t address[16], const struct range6 *range)
{
    const size_t whole = range->bits / 8;
    const unsigned rest = range->bits % 8;
    if (memcmp(address, range->from, whole) != 0)
        return false;
    return rest == 0 || ((address[whole] ^ range->from[whole]) >> (8 - rest)) == 0;
}

static enum network of6(const uint8_t address[16])
{
    for (size_t i = 0; i < sizeof ranges6 / sizeof *ranges6; i++)
        if (is_within(address, &ranges6[i]))
            return ranges6[i].network;
    return NETWORK_RESERVED;
}

enum network network_of(const struct sockaddr *address)
{
    struct sockaddr_in in4;
    struct sockaddr_in6 in6;
    switch (address->sa_family) {
    case AF_INET:
        memcpy(&in4, address, sizeof in4);
        return of4(ntohl(in4.sin_addr.s_addr));
    case AF_INET6:
        memcpy(&in6, address, sizeof in6);
        return of6(in6.sin6_addr.s6_addr);
    default:
        return NETWORK_RESERVED;
    }
}

bool network_parse(const char *host, struct sockaddr_storage *out)
{
    struct sockaddr_in in4 = {.sin_family = AF_INET};
    struct sockaddr_in6 in6 = {.sin6_family = AF_INET6};
    memset(out, 0, sizeof *out);
    if (inet_pton(AF_INET6, host, &in6.sin6_addr) == 1) {
        memcpy(out, &in6, sizeof in6);
        return true;
    }
    /* inet_aton stops at white space; a host with any is none of its forms. */
    if (strpbrk(host, " \t\r\n\v\f") != NULL || inet_aton(host, &in4.sin_addr) == 0)
        return false;
    memcpy(out, &in4, sizeof in4);
    return true;
}
