/*
 * Many clients that all start at the same time, as after a power cut: each is a state machine of its
 * own with the retransmission rules of RFC 8415 15 and the times of 7.6. It ends when all are bound.
 *
 *   fleet --interface I --clients C [--first N] [--initial-delay S] [--seed N] [--limit S]
 *
 * A client waits at random up to --initial-delay before its first Solicit (SOL_MAX_DELAY is 1 s; the
 * default here is 0: all at once). It collects Advertise messages until its first retransmission time
 * is over unless one has preference 255, then sends a Request (18.2.1); after ten Requests without a Reply
 * it starts again (18.2.2). Prints one JSON object.
 */
#define _GNU_SOURCE
#include "dhcp6.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000000LL
#define CLIENTS_MAX 65536

/* RFC 8415 7.6, in seconds. */
#define SOL_TIMEOUT 1.0
#define SOL_MAX_RT 3600.0
#define REQ_TIMEOUT 1.0
#define REQ_MAX_RT 30.0
#define REQ_MAX_RC 10

enum state { SOLICITING, REQUESTING, BOUND };
struct client {
    int state;
    unsigned transmissions; /* of the current message */
    uint32_t transaction_id;
    double retransmission_time;
    int64_t next_at;  /* when the timer fires */
    int64_t began_at; /* first transmission of the current message: elapsed time counts from there */
    int64_t bound_at;
    int offered;
    size_t server_id_size, ia_size;
    uint8_t server_id[134], ia[260];
};
static struct client clients[CLIENTS_MAX];
static unsigned client_count, bound_count;
static uint32_t first_client, next_transaction_id;
static struct outbox outbox;
static struct inbox inbox;
static struct {
    unsigned long solicits, requests, retransmissions, advertises, replies, restarts;
} counts;

static double uniform(double low, double high) { return low + (high - low) * drand48(); }

/* RFC 8415 15: RT of the next transmission; the first Solicit's is longer than IRT (18.2.1). */
static double next_retransmission_time(const struct client *client) {
    int soliciting = client->state == SOLICITING;
    double initial = soliciting ? SOL_TIMEOUT : REQ_TIMEOUT, longest = soliciting ? SOL_MAX_RT : REQ_MAX_RT;
    if (client->transmissions == 0) return initial + uniform(soliciting ? 1e-6 : -0.1, 0.1) * initial;
    double time = 2 * client->retransmission_time + uniform(-0.1, 0.1) * client->retransmission_time;
    return time > longest ? longest + uniform(-0.1, 0.1) * longest : time;
}

static void transmit(struct client *client, int64_t now) {
    if (outbox.count == BATCH) outbox_send(&outbox);
    uint32_t number = first_client + (uint32_t)(client - clients);
    if (client->transmissions == 0) {
        client->began_at = now;
        client->transaction_id = next_transaction_id++ & 0xffffff;
    } else {
        counts.retransmissions++;
    }
    int64_t hundredths = (now - client->began_at) / (SECOND / 100);
    uint16_t elapsed = hundredths > 0xffff ? 0xffff : (uint16_t)hundredths;
    uint8_t *out = outbox.bytes[outbox.count];
    size_t size;
    if (client->state == SOLICITING) {
        size = build_solicit(out, client->transaction_id, number, elapsed);
        counts.solicits++;
    } else {
        size = build_request(out, client->transaction_id, number, elapsed, client->server_id, client->server_id_size,
                             client->ia, client->ia_size);
        counts.requests++;
    }
    outbox.size[outbox.count++] = size;
    client->retransmission_time = next_retransmission_time(client);
    client->transmissions++;
    client->next_at = now + (int64_t)(client->retransmission_time * SECOND);
}

static void enter(struct client *client, int state, int64_t now) {
    client->state = state;
    client->transmissions = 0;
    if (state == SOLICITING) client->offered = 0;
    transmit(client, now);
}

static void on_timer(struct client *client, int64_t now) {
    if (client->state == SOLICITING && client->offered) {
        enter(client, REQUESTING, now);
    } else if (client->state == REQUESTING && client->transmissions >= REQ_MAX_RC) {
        counts.restarts++;
        enter(client, SOLICITING, now);
    } else {
        transmit(client, now);
    }
}

static void on_answer(const struct answer *answer, int64_t received_at, int64_t now) {
    uint32_t index = answer->client - first_client;
    if (index >= client_count) return;
    struct client *client = &clients[index];
    if (client->state == BOUND || answer->transaction_id != client->transaction_id) return;
    if (client->state == SOLICITING && answer->type == ADVERTISE && answer->has_address) {
        counts.advertises++;
        memcpy(client->server_id, answer->server_id, answer->server_id_size);
        memcpy(client->ia, answer->ia, answer->ia_size);
        client->server_id_size = answer->server_id_size;
        client->ia_size = answer->ia_size;
        client->offered = 1;
        if (answer->preference == 255 || client->transmissions > 1) enter(client, REQUESTING, now);
    } else if (client->state == REQUESTING && answer->type == REPLY) {
        counts.replies++;
        if (answer->has_address) {
            client->state = BOUND;
            client->bound_at = received_at;
            bound_count++;
        } else {
            counts.restarts++;
            enter(client, SOLICITING, now);
        }
    }
}

/* Fire what is due and return when the next timer is. */
static int64_t run_timers(int64_t now) {
    int64_t next = INT64_MAX;
    for (unsigned i = 0; i < client_count; i++) {
        struct client *client = &clients[i];
        if (client->state == BOUND) continue;
        if (client->next_at <= now) on_timer(client, now);
        if (client->next_at < next) next = client->next_at;
    }
    return next;
}

static int by_time(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    static int64_t bound_after[CLIENTS_MAX];
    const char *interface = argument_text(argc, argv, "--interface");
    double delay = argument(argc, argv, "--initial-delay", 0);
    client_count = (unsigned)argument(argc, argv, "--clients", 2000);
    first_client = (uint32_t)argument(argc, argv, "--first", 0);
    srand48((long)argument(argc, argv, "--seed", 1));
    if (client_count < 1 || client_count > CLIENTS_MAX) return 2;
    outbox.socket = open_client_socket(interface);
    outbox.to = all_servers(interface);
    next_transaction_id = (uint32_t)lrand48();

    int64_t start = now_ns(), end = start + (int64_t)(argument(argc, argv, "--limit", 60) * SECOND);
    for (unsigned i = 0; i < client_count; i++) clients[i].next_at = start + (int64_t)(uniform(0, delay) * SECOND);
    while (bound_count < client_count && now_ns() < end) {
        int64_t next = run_timers(now_ns());
        outbox_send(&outbox);
        wait_readable(outbox.socket, next < end ? next : end);
        do {
            inbox_receive(&inbox, outbox.socket);
            int64_t now = now_ns();
            for (unsigned i = 0; i < inbox.count; i++) {
                struct answer answer;
                if (read_answer(&answer, inbox.bytes[i], inbox.size[i]) == 0) on_answer(&answer, inbox.received_at[i], now);
            }
            outbox_send(&outbox);
        } while (inbox.count == BATCH);
    }

    unsigned bound = 0;
    for (unsigned i = 0; i < client_count; i++)
        if (clients[i].state == BOUND) bound_after[bound++] = clients[i].bound_at - start;
    qsort(bound_after, bound, sizeof *bound_after, by_time);
    printf("{\"clients\":%u,\"bound\":%u", client_count, bound);
    if (bound)
        printf(",\"half\":%.3f,\"ninetyNine\":%.3f,\"last\":%.3f", bound_after[bound / 2] / 1e9,
               bound_after[bound * 99 / 100] / 1e9, bound_after[bound - 1] / 1e9);
    printf(",\"solicits\":%lu,\"requests\":%lu,\"retransmissions\":%lu,\"advertises\":%lu,\"replies\":%lu,\"restarts\":%lu}\n",
           counts.solicits, counts.requests, counts.retransmissions, counts.advertises, counts.replies, counts.restarts);
    return 0;
}
