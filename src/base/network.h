/*
 * base/network: which IP addresses lie on the public internet, and which lead back to this machine
 * or into the network around it.
 *
 * It looks at one address; what a name resolves to is asked elsewhere, and each answer is handed
 * in.
 */
#ifndef ASSENT_BASE_NETWORK_H
#define ASSENT_BASE_NETWORK_H

#include <stdbool.h>
#include <sys/socket.h>

enum network {
    NETWORK_PUBLIC,
    NETWORK_LOOPBACK,
    NETWORK_PRIVATE,    /* RFC 1918; unique-local, RFC 4193; site-local */
    NETWORK_LINK_LOCAL, /* RFC 3927, RFC 4291 */
    NETWORK_SHARED,     /* a provider's own addresses, RFC 6598 */
    NETWORK_MULTICAST,
    NETWORK_UNSPECIFIED, /* 0.0.0.0/8 and :: */
    NETWORK_TRANSLATED,  /* an IPv4 address within an IPv6 one: mapped, compatible, NAT64, 6to4 */
    NETWORK_RESERVED,    /* documentation, benchmarks, not assigned; neither IPv4 nor IPv6 */
    NETWORK_COUNT
};

/* By the IANA special-purpose registries (RFC 6890 and its updates). Of IPv6, only 2000::/3 can be
 * public. */
enum network network_of(const struct sockaddr *address);

/* "a loopback address". Static. */
const char *network_words(enum network network);

/* Reads host as an address, in every form that a resolver takes for one: 127.0.0.1, 127.1,
 * 0x7f000001, 2130706433; IPv6 without brackets. False: it is a name. */
bool network_parse(const char *host, struct sockaddr_storage *out);

#endif
