/*
 * web/tls: see tls.h.
 */
#include "web/tls.h"

#include "web/app.h"
#include "web/kore.h"

static struct kore_domain *tls_domain(void)
{
    struct kore_server *server;
    LIST_FOREACH(server, &kore_servers, list)
    {
        if (server->tls)
            return TAILQ_FIRST(&server->domains);
    }
    return NULL;
}

/* Kore wants parameters for Diffie-Hellman before it makes a context. These are RFC 7919's; OpenSSL
 * calls the type old, and Kore's variable has it. */
static void use_known_group(void)
{
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    if (tls_dhparam == NULL)
        tls_dhparam = DH_new_by_nid(NID_ffdhe2048);
#pragma GCC diagnostic pop
    if (tls_dhparam == NULL)
        fatalx("OpenSSL has no Diffie-Hellman group");
}

void tls_load(const struct conf *conf)
{
    struct kore_domain *domain = tls_domain();
    if (domain == NULL)
        return;
    if (conf->tls_cert != NULL && conf->tls_key != NULL) {
        kore_free(domain->certfile);
        kore_free(domain->certkey);
        domain->certfile = kore_strdup(conf->tls_cert);
        domain->certkey = kore_strdup(conf->tls_key);
    }
    use_known_group();
    app.tls_key = kore_rsakey_load(domain->certkey); /* of any type, in spite of its name */
    if (app.tls_key == NULL)
        fatalx("the TLS key %s can't be read", domain->certkey);
}

static void on_certificate(struct kore_msg *msg, const void *data)
{
    struct kore_domain *domain = NULL;
    if (!kore_worker_keymgr_response_verify(msg, data, &domain))
        return;
    const struct kore_x509_msg *certificate = data;
    kore_domain_tlsinit(domain, KORE_PEM_CERT_CHAIN, certificate->data, certificate->data_len);
    if (domain->ssl_ctx == NULL)
        return;
    if (SSL_CTX_use_PrivateKey(domain->ssl_ctx, app.tls_key) != 1 ||
        SSL_CTX_check_private_key(domain->ssl_ctx) != 1)
        fatalx("the TLS key does not belong to the certificate");
}

void tls_start(void)
{
    if (app.tls_key == NULL)
        return;
    kore_msg_unregister(KORE_MSG_CERTIFICATE);
    if (!kore_msg_register(KORE_MSG_CERTIFICATE, on_certificate))
        fatalx("the certificate's message can't be taken");
}
