/*
 * post/hook: see hook.h. One libcurl multi handle; an easy handle for each POST under way, kept for
 * the next one afterwards, since its making is dear.
 */
#include "post/hook.h"

#include <assert.h>
#include <curl/curl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/network.h"

#define CONNECT_TIMEOUT_S 10
#define IDLE_MAX          256 /* easy handles kept */

struct flight {
    CURL *easy;
    struct curl_slist *headers;
    char *body;
    void *owner;
    bool allows_private;
    size_t answer_bytes;
    char refused[96]; /* the address that was not connected to; "" when none was refused */
    char words[CURL_ERROR_SIZE];
    struct flight *next, *previous; /* under way, or idle (next alone) */
};

struct hook_post {
    CURLM *multi;
    const char *agent;
    bool allows_private;
    struct flight *flying, *idle;
    size_t flying_count, idle_count; /* flying: until it is taken */
};

static void *must(void *memory)
{
    if (!memory) {
        fputs("assent: out of memory (hook)\n", stderr);
        abort();
    }
    return memory;
}

enum status hook_post_start(void)
{
    return curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK ? STATUS_OK : STATUS_IO;
}

enum status hook_post_open(const char *agent, bool allows_private, struct hook_post **out)
{
    struct hook_post *post = must(calloc(1, sizeof *post));
    post->multi = curl_multi_init();
    if (!post->multi) {
        free(post);
        return STATUS_IO;
    }
    post->agent = must(strdup(agent));
    post->allows_private = allows_private;
    *out = post;
    return STATUS_OK;
}

/* What an endpoint answers beside its status is read, so that the connection can be used again, up
 * to a bound. */
static size_t drop(char *data, size_t size, size_t count, void *context)
{
    struct flight *flight = context;
    flight->answer_bytes += size * count;
    (void)data;
    return flight->answer_bytes > HOOK_POST_ANSWER_MAX ? 0 : size * count;
}

/* The last moment before a connection is made, with the very address that it is made to. */
static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *address)
{
    struct flight *flight = context;
    const enum network network = network_of(&address->addr);
    if (purpose != CURLSOCKTYPE_IPCXN || (network != NETWORK_PUBLIC && !flight->allows_private)) {
        char host[64] = "?";
        if (getnameinfo(&address->addr, address->addrlen, host, sizeof host, NULL, 0,
                        NI_NUMERICHOST) != 0)
            snprintf(host, sizeof host, "?");
        snprintf(flight->refused, sizeof flight->refused, "%s, %s", host, network_words(network));
        return CURL_SOCKET_BAD;
    }
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static void set_up(const struct hook_post *post, struct flight *flight)
{
    CURL *easy = flight->easy;
    const char *protocols = post->allows_private ? "https,http" : "https";
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L); /* a look-up that hangs delays nobody else */
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, protocols);
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)HOOK_POST_TIMEOUT_S);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_TIMEOUT_S);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, post->agent);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, flight);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, flight);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, flight->words);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, flight);
}

static struct flight *flight_get(struct hook_post *post)
{
    struct flight *flight = post->idle;
    if (flight) {
        post->idle = flight->next;
        post->idle_count--;
        return flight;
    }
    flight = must(calloc(1, sizeof *flight));
    flight->allows_private = post->allows_private;
    flight->easy = must(curl_easy_init());
    set_up(post, flight);
    return flight;
}

static void flight_free(struct flight *flight)
{
    curl_easy_cleanup(flight->easy);
    curl_slist_free_all(flight->headers);
    free(flight->body);
    free(flight);
}

/* Takes it out of the multi handle, and keeps it for the next. */
static void flight_put(struct hook_post *post, struct flight *flight)
{
    curl_multi_remove_handle(post->multi, flight->easy);
    curl_slist_free_all(flight->headers);
    free(flight->body);
    flight->headers = NULL;
    flight->body = NULL;
    if (post->idle_count == IDLE_MAX) {
        flight_free(flight);
        return;
    }
    flight->next = post->idle;
    post->idle = flight;
    post->idle_count++;
}

static void link_in(struct hook_post *post, struct flight *flight)
{
    flight->previous = NULL;
    flight->next = post->flying;
    if (post->flying)
        post->flying->previous = flight;
    post->flying = flight;
    post->flying_count++;
}

static void link_out(struct hook_post *post, struct flight *flight)
{
    if (flight->previous)
        flight->previous->next = flight->next;
    else
        post->flying = flight->next;
    if (flight->next)
        flight->next->previous = flight->previous;
    post->flying_count--;
}

void hook_post_close(struct hook_post *post)
{
    if (!post)
        return;
    while (post->flying) {
        struct flight *flight = post->flying;
        post->flying = flight->next;
        curl_multi_remove_handle(post->multi, flight->easy);
        flight_free(flight);
    }
    while (post->idle) {
        struct flight *flight = post->idle;
        post->idle = flight->next;
        flight_free(flight);
    }
    curl_multi_cleanup(post->multi);
    free((void *)(uintptr_t)post->agent);
    free(post);
}

static struct curl_slist *list_headers(const struct hook_post_request *request)
{
    /* Without this curl would wait for leave to send a longer body. */
    struct curl_slist *list = must(curl_slist_append(NULL, "Expect:"));
    for (size_t i = 0; i < HOOK_POST_HEADERS_MAX && request->headers[i]; i++)
        list = must(curl_slist_append(list, request->headers[i]));
    return list;
}

enum status hook_post_send(struct hook_post *post, const struct hook_post_request *request)
{
    struct flight *flight = flight_get(post);
    flight->owner = request->owner;
    flight->answer_bytes = 0;
    flight->refused[0] = flight->words[0] = '\0';
    flight->headers = list_headers(request);
    flight->body = must(malloc(request->body_len + 1));
    memcpy(flight->body, request->body, request->body_len);
    curl_easy_setopt(flight->easy, CURLOPT_HTTPHEADER, flight->headers);
    curl_easy_setopt(flight->easy, CURLOPT_POSTFIELDS, flight->body);
    curl_easy_setopt(flight->easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
    if (curl_easy_setopt(flight->easy, CURLOPT_URL, request->url) != CURLE_OK ||
        curl_multi_add_handle(post->multi, flight->easy) != CURLM_OK) {
        flight_put(post, flight);
        return STATUS_INVALID;
    }
    link_in(post, flight);
    return STATUS_OK;
}

void hook_post_wait(struct hook_post *post, int timeout_ms)
{
    int running = 0;
    curl_multi_perform(post->multi, &running);
    if ((size_t)running < post->flying_count) /* one is done: nobody need wait for another */
        timeout_ms = 0;
    curl_multi_poll(post->multi, NULL, 0, timeout_ms, NULL);
    curl_multi_perform(post->multi, &running);
}

void hook_post_wake(struct hook_post *post)
{
    curl_multi_wakeup(post->multi);
}

static void explain(const struct flight *flight, CURLcode result, char out[HOOK_POST_FAULT_BYTES])
{
    if (flight->refused[0])
        snprintf(out, HOOK_POST_FAULT_BYTES,
                 "not connected: the host is %s, which the operator has not allowed",
                 flight->refused);
    else if (result == CURLE_OPERATION_TIMEDOUT)
        snprintf(out, HOOK_POST_FAULT_BYTES, "no answer within %d seconds", HOOK_POST_TIMEOUT_S);
    else
        snprintf(out, HOOK_POST_FAULT_BYTES, "%.200s",
                 flight->words[0] ? flight->words : curl_easy_strerror(result));
}

bool hook_post_take(struct hook_post *post, struct hook_post_reply *out)
{
    int left = 0;
    CURLMsg *message;
    while ((message = curl_multi_info_read(post->multi, &left)) != NULL) {
        if (message->msg != CURLMSG_DONE)
            continue;
        const CURLcode result = message->data.result;
        struct flight *flight = NULL;
        long code = 0;
        curl_off_t after = 0;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&flight);
        curl_easy_getinfo(flight->easy, CURLINFO_RESPONSE_CODE, &code);
        curl_easy_getinfo(flight->easy, CURLINFO_RETRY_AFTER, &after);
        /* An answer that was cut off for its length has said all that counts. */
        const bool is_cut = flight->answer_bytes > HOOK_POST_ANSWER_MAX;
        *out = (struct hook_post_reply){.owner = flight->owner, .retry_after_s = after};
        if (result == CURLE_OK || is_cut)
            out->code = (int)code;
        else
            explain(flight, result, out->fault);
        link_out(post, flight);
        flight_put(post, flight);
        return true;
    }
    return false;
}
