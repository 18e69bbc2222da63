/*
 * web/tls: see tls.h. The shared memory has one writer, the parent; a generation that is odd while
 * it writes tells readers to come again.
 */
#include "web/tls.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <openssl/rand.h>

#include "base/clock.h"
#include "web/app.h"
#include "web/kore.h"

#define FILE_MAX       65536
#define TICKET_KEY     80 /* OpenSSL's: a name, an HMAC key and an AES key */
#define TICKET_EVERY_S (6 * 3600)
#define SESSION_S      (2 * 3600)

/* Of TLS 1.2; those of 1.3 are all good. */
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20"
#define CURVES  "X25519:P-256:P-384"

struct pem {
    size_t len;
    char data[FILE_MAX];
};

struct pair {
    struct pem cert, key;
    unsigned char tickets[TICKET_KEY];
};

static struct shared {
    atomic_uint generation;
    struct pair pair;
} * shared; /* NULL: no server has TLS */

static struct kore_server *server;
static unsigned followed;         /* a worker's: the generation it serves */
static int64_t tickets_made_at_s; /* the parent's */

static struct kore_domain *tls_domain(void)
{
    return TAILQ_FIRST(&server->domains);
}

static bool read_pem(const char *path, struct pem *out, const char **fault)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = 0;
    out->len = 0;
    if (fd >= 0)
        while ((got = read(fd, out->data + out->len, FILE_MAX - out->len)) > 0)
            out->len += (size_t)got;
    *fault = fd < 0 || got < 0      ? errno_s
             : out->len == FILE_MAX ? "it is too long"
             : out->len == 0        ? "it is empty"
                                    : NULL;
    if (fd >= 0)
        close(fd);
    return *fault == NULL;
}

/* The certificate, and those behind it up to an authority's. */
static bool use_chain(SSL_CTX *tls, const struct pem *pem)
{
    BIO *in = BIO_new_mem_buf(pem->data, (int)pem->len);
    X509 *cert = in == NULL ? NULL : PEM_read_bio_X509_AUX(in, NULL, NULL, NULL);
    bool is_good = cert != NULL && SSL_CTX_use_certificate(tls, cert) == 1;
    X509_free(cert);
    while (is_good && (cert = PEM_read_bio_X509(in, NULL, NULL, NULL)) != NULL) {
        is_good = SSL_CTX_add0_chain_cert(tls, cert) == 1;
        if (!is_good)
            X509_free(cert);
    }
    BIO_free(in);
    return is_good;
}

/* A key that wants a passphrase is none: nobody is there to be asked. */
static int no_passphrase(char *out, int size, int is_writing, void *context)
{
    (void)out, (void)size, (void)is_writing, (void)context;
    return -1;
}

/* NULL, or what is wrong. */
static const char *use_key(SSL_CTX *tls, const struct pem *pem)
{
    BIO *in = BIO_new_mem_buf(pem->data, (int)pem->len);
    EVP_PKEY *key = in == NULL ? NULL : PEM_read_bio_PrivateKey(in, NULL, no_passphrase, NULL);
    const char *fault = key == NULL ? "the key is none that can be used"
                        : X509_check_private_key(SSL_CTX_get0_certificate(tls), key) != 1 ||
                                SSL_CTX_use_PrivateKey(tls, key) != 1
                            ? "the key does not belong to the certificate"
                            : NULL;
    EVP_PKEY_free(key);
    BIO_free(in);
    return fault;
}

/* RFC 7301: who says which protocols it knows hears that it is this one, or nothing at all. */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *offered, unsigned offered_len, void *context)
{
    static const unsigned char ours[] = "\x08http/1.1";
    unsigned char *chosen = NULL;
    (void)ssl, (void)context;
    if (SSL_select_next_proto(&chosen, out_len, ours, sizeof ours - 1, offered, offered_len) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_ALERT_FATAL;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

static bool set_up(SSL_CTX *tls, struct pair *pair)
{
    static const unsigned char name[] = "assent";
    SSL_CTX_set_options(tls, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                 SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_mode(tls, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF); /* tickets, and nothing kept here */
    SSL_CTX_set_timeout(tls, SESSION_S);
    SSL_CTX_set_tlsext_servername_callback(tls, kore_tls_sni_cb);
    SSL_CTX_set_alpn_select_cb(tls, choose_protocol, NULL);
    return SSL_CTX_set_min_proto_version(tls, TLS1_2_VERSION) == 1 &&
           SSL_CTX_set_cipher_list(tls, CIPHERS) == 1 &&
           SSL_CTX_set1_groups_list(tls, CURVES) == 1 && SSL_CTX_set_num_tickets(tls, 1) == 1 &&
           SSL_CTX_set_session_id_context(tls, name, sizeof name - 1) == 1 &&
           SSL_CTX_set_tlsext_ticket_keys(tls, pair->tickets, TICKET_KEY) == 1;
}

/* NULL: *fault says what is wrong. */
static SSL_CTX *make_context(struct pair *pair, const char **fault)
{
    SSL_CTX *tls = SSL_CTX_new(TLS_server_method());
    *fault = tls == NULL || !set_up(tls, pair) ? "OpenSSL can't be set up"
             : !use_chain(tls, &pair->cert)    ? "the certificate is none that can be used"
                                               : use_key(tls, &pair->key);
    ERR_clear_error();
    if (*fault == NULL)
        return tls;
    SSL_CTX_free(tls);
    return NULL;
}

static void publish(const struct pair *pair)
{
    const unsigned now = atomic_load(&shared->generation);
    atomic_store(&shared->generation, now + 1);
    shared->pair = *pair;
    atomic_store(&shared->generation, now + 2);
}

/* False: *fault says why, *path of which file. */
static bool read_files(const char **path, const char **fault)
{
    struct pair *pair = kore_calloc(1, sizeof *pair);
    const struct kore_domain *domain = tls_domain();
    SSL_CTX *tls = NULL;
    bool is_read = RAND_bytes(pair->tickets, TICKET_KEY) == 1;
    *fault = "no randomness to be had";
    *path = domain->certfile;
    is_read = is_read && read_pem(domain->certfile, &pair->cert, fault);
    if (is_read) {
        *path = domain->certkey;
        is_read = read_pem(domain->certkey, &pair->key, fault);
    }
    if (is_read) {
        *path = domain->certfile;
        tls = make_context(pair, fault);
    }
    if (tls != NULL) {
        publish(pair);
        tickets_made_at_s = clock_monotonic_ns() / 1000000000;
    }
    SSL_CTX_free(tls);
    OPENSSL_cleanse(pair, sizeof *pair);
    kore_free(pair);
    return tls != NULL;
}

static void name_file(char **kept, const char *path)
{
    kore_free(*kept);
    *kept = kore_strdup(path);
}

void tls_load(const struct conf *conf)
{
    const char *path, *fault;
    LIST_FOREACH(server, &kore_servers, list)
    {
        if (server->tls)
            break;
    }
    if (server == NULL)
        return;
    if (conf->tls_cert != NULL && conf->tls_key != NULL) {
        name_file(&tls_domain()->certfile, conf->tls_cert);
        name_file(&tls_domain()->certkey, conf->tls_key);
    }
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        fatalx("no memory for the certificate");
    if (!read_files(&path, &fault))
        fatalx("TLS: %s: %s", path, fault);
    server->tls = 0; /* for the parent: so that Kore starts no key manager */
}

void tls_reload(void)
{
    const char *path, *fault;
    if (shared == NULL)
        kore_log(LOG_NOTICE, "nothing to load anew: TLS is not served here");
    else if (read_files(&path, &fault))
        kore_log(LOG_NOTICE, "the certificate was loaded anew from %s", path);
    else
        kore_log(LOG_ERR, "TLS: %s: %s; the certificate stays what it was", path, fault);
}

void tls_renew_tickets(void)
{
    const int64_t now_s = clock_monotonic_ns() / 1000000000;
    unsigned char fresh[TICKET_KEY];
    if (shared == NULL || now_s - tickets_made_at_s < TICKET_EVERY_S ||
        RAND_bytes(fresh, sizeof fresh) != 1)
        return;
    const unsigned generation = atomic_load(&shared->generation);
    atomic_store(&shared->generation, generation + 1);
    memcpy(shared->pair.tickets, fresh, sizeof fresh);
    atomic_store(&shared->generation, generation + 2);
    OPENSSL_cleanse(fresh, sizeof fresh);
    tickets_made_at_s = now_s;
}

void tls_follow(void)
{
    const char *fault = NULL;
    const unsigned generation = shared == NULL ? 0 : atomic_load(&shared->generation);
    if (generation == followed || generation % 2 != 0)
        return;
    struct pair *pair = kore_malloc(sizeof *pair);
    *pair = shared->pair;
    SSL_CTX *tls =
        atomic_load(&shared->generation) == generation ? make_context(pair, &fault) : NULL;
    OPENSSL_cleanse(pair, sizeof *pair);
    kore_free(pair);
    if (tls != NULL) {
        SSL_CTX_free(tls_domain()->ssl_ctx); /* open connections hold it as long as they need */
        tls_domain()->ssl_ctx = tls;
        followed = generation;
    } else if (fault != NULL) {
        kore_log(LOG_ERR, "TLS: %s", fault);
    }
}

void tls_start(void)
{
    if (shared == NULL)
        return;
    server->tls = 1;
    tls_follow();
    if (tls_domain()->ssl_ctx == NULL)
        fatalx("the certificate can't be served");
}
