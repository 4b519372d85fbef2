/*
 * Four-way exchanges of distinct clients, with the time of each answer. Two ways to drive it:
 *
 *   exchanges --interface I --rate R --seconds S [--first N]   open loop: R new clients a second,
 *       whatever the server does; no retransmission, an answer that takes over a second is a drop
 *   exchanges --interface I --count C --window W [--first N]   closed loop: fill the server with C
 *       clients, W at a time, each tried again until it is bound
 *
 * A time runs from just before the system call that sends a message to the kernel's receive stamp of
 * its answer; so a delay in this program between arrival and reading is not charged to the server.
 * With --more 1 each client has a vendor class and a name, and accepts Reconfigure.
 * Client numbers begin at N. Prints one JSON object; with --all 1 also for each exchange how
 * long both answers took together, without this program's turn between them.
 */
#define _GNU_SOURCE
#include "dhcp6.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND 1000000000LL
#define DROP_AFTER SECOND

/* Messages on their way, by transaction id; ids are given in sequence, so the ring is in time order. */
#define RING (1u << 20)
enum state { FREE, WAITING, DONE };
static struct message {
    int64_t sent_at;
    int64_t began_at; /* of the exchange: when its Solicit was sent */
    int64_t waited;   /* of a Request: how long its Solicit had waited for its answer */
    uint32_t client;
    uint8_t type;
    uint8_t state;
} ring[RING];
static uint32_t next_id, oldest_id;

static struct outbox outbox;
static struct inbox inbox;
static uint32_t unsent_from; /* first id of the batch in the outbox */

struct series {
    float *us;
    size_t count, room;
};
static struct series solicit_times, request_times, exchange_times, wait_times;

static struct {
    uint64_t solicits, advertises, requests, replies, drops, late, refused, in_window;
} counts;

static uint32_t *again; /* clients to try again (closed loop) */
static size_t again_count;
static int closed_loop;

static void record(struct series *series, int64_t ns) {
    if (series->count == series->room) {
        series->room = series->room ? series->room * 2 : 1 << 16;
        series->us = realloc(series->us, series->room * sizeof *series->us);
        if (!series->us) abort();
    }
    series->us[series->count++] = ns / 1000.0f;
}

static void flush(void) {
    int64_t now = now_ns();
    for (uint32_t id = unsent_from; id != next_id; id++) {
        struct message *message = &ring[id % RING];
        message->sent_at = now;
        if (!message->began_at) message->began_at = now;
    }
    outbox_send(&outbox);
    unsent_from = next_id;
}

/* Room for one message in the outbox and in the ring; returns its ring entry. */
static struct message *prepare(uint8_t type, uint32_t client, int64_t began_at, int64_t waited) {
    if (outbox.count == BATCH) flush();
    struct message *message = &ring[next_id % RING];
    if (next_id - oldest_id >= RING) {
        fprintf(stderr, "exchanges: more than %u messages unanswered within a second\n", RING);
        exit(1);
    }
    *message = (struct message){.began_at = began_at, .waited = waited, .client = client, .type = type, .state = WAITING};
    return message;
}

static void solicit(uint32_t client) {
    prepare(SOLICIT, client, 0, 0);
    outbox.size[outbox.count] = build_solicit(outbox.bytes[outbox.count], next_id & 0xffffff, client, 0);
    outbox.count++;
    next_id++;
    counts.solicits++;
}

static void request(const struct answer *offer, int64_t began_at, int64_t waited) {
    prepare(REQUEST, offer->client, began_at, waited);
    outbox.size[outbox.count] =
            build_request(outbox.bytes[outbox.count], next_id & 0xffffff, offer->client, 0, offer->server_id,
                          offer->server_id_size, offer->ia, offer->ia_size);
    outbox.count++;
    next_id++;
    counts.requests++;
}

static void drop(uint32_t client) {
    counts.drops++;
    if (closed_loop) again[again_count++] = client;
}

static void take(const struct answer *answer, int64_t received_at, int64_t end) {
    /* The ring's size divides 2^24, so the id's low bits find the entry; the client's number proves it. */
    struct message *message = &ring[answer->transaction_id % RING];
    uint8_t expected = message->type == SOLICIT ? ADVERTISE : REPLY;
    if (message->state != WAITING || message->client != answer->client || answer->type != expected) {
        counts.late++;
        return;
    }
    message->state = DONE;
    if (!answer->has_address) {
        counts.refused++;
        drop(message->client);
        return;
    }
    if (answer->type == ADVERTISE) {
        counts.advertises++;
        record(&solicit_times, received_at - message->sent_at);
        request(answer, message->began_at, received_at - message->sent_at);
        return;
    }
    counts.replies++;
    counts.in_window += received_at <= end;
    record(&request_times, received_at - message->sent_at);
    record(&exchange_times, received_at - message->began_at);
    record(&wait_times, message->waited + received_at - message->sent_at);
}

static void receive(int64_t end) {
    inbox_receive(&inbox, outbox.socket);
    for (unsigned i = 0; i < inbox.count; i++) {
        struct answer answer;
        if (read_answer(&answer, inbox.bytes[i], inbox.size[i]) == 0) take(&answer, inbox.received_at[i], end);
    }
}

static void forget_before(int64_t time) {
    while (oldest_id != unsent_from) {
        struct message *message = &ring[oldest_id % RING];
        if (message->state == WAITING) {
            if (message->sent_at > time) return;
            drop(message->client);
        }
        message->state = FREE;
        oldest_id++;
    }
}

static uint64_t unfinished(void) { return counts.solicits - counts.replies - counts.drops; }

static double open_loop(double rate, double seconds, uint32_t first) {
    int64_t start = now_ns(), end = start + (int64_t)(seconds * SECOND);
    for (uint64_t begun = 0;;) {
        int64_t now = now_ns();
        if (now >= end && (unfinished() == 0 || now > end + DROP_AFTER)) break;
        uint64_t due = (uint64_t)((now < end ? now - start : end - start) * rate / SECOND);
        for (unsigned burst = 0; begun < due && burst < BATCH; burst++) solicit(first + (uint32_t)begun++);
        receive(end);
        unsigned moved = inbox.count + outbox.count;
        flush();
        forget_before(now - DROP_AFTER);
        if (!moved) {
            int64_t next = start + (int64_t)((begun + 1) * SECOND / rate);
            wait_readable(outbox.socket, next < end ? next : now + SECOND / 100);
        }
    }
    forget_before(INT64_MAX);
    return seconds;
}

static double fill(uint64_t count, unsigned window, uint32_t first) {
    int64_t start = now_ns(), last_reply = start;
    uint64_t begun = 0, seen = 0;
    closed_loop = 1;
    again = malloc((window + BATCH) * sizeof *again);
    if (!again) abort();
    while (counts.replies < count) {
        int64_t now = now_ns();
        while (unfinished() < window && (again_count || begun < count))
            solicit(again_count ? again[--again_count] : first + (uint32_t)begun++);
        flush();
        wait_readable(outbox.socket, now + SECOND / 20);
        receive(INT64_MAX);
        flush();
        forget_before(now - DROP_AFTER);
        if (counts.replies != seen) last_reply = now;
        seen = counts.replies;
        if (now - last_reply > 15 * SECOND) {
            fprintf(stderr, "exchanges: no client was bound for 15 s (%lu of %lu are)\n", (unsigned long)seen,
                    (unsigned long)count);
            exit(1);
        }
    }
    return (double)(now_ns() - start) / SECOND;
}

static int by_size(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static void print_series(const char *name, struct series *series) {
    size_t n = series->count;
    double sum = 0;
    qsort(series->us, n, sizeof *series->us, by_size);
    for (size_t i = 0; i < n; i++) sum += series->us[i];
    printf(",\"%s\":{\"count\":%zu", name, n);
    if (n)
        printf(",\"mean\":%.1f,\"p50\":%.1f,\"p90\":%.1f,\"p99\":%.1f,\"p999\":%.1f,\"max\":%.1f", sum / n,
               series->us[n / 2], series->us[n * 9 / 10], series->us[n * 99 / 100], series->us[n * 999 / 1000],
                      series->us[n - 1]);
    printf("}");
}

/* Every time of it: percentiles of several runs together can't be had from theirs. */
static void print_all(const char *name, const struct series *series) {
    printf(",\"%s\":[", name);
    for (size_t i = 0; i < series->count; i++) printf("%s%.0f", i ? "," : "", series->us[i]);
    printf("]");
}

int main(int argc, char **argv) {
    const char *interface = argument_text(argc, argv, "--interface");
    double rate = argument(argc, argv, "--rate", 0), seconds = argument(argc, argv, "--seconds", 1), took;
    uint32_t first = (uint32_t)argument(argc, argv, "--first", 0);
    outbox.socket = open_client_socket(interface);
    outbox.to = all_servers(interface);
    if (argument(argc, argv, "--more", 0)) say_more();
    if (rate > 0)
        took = open_loop(rate, seconds, first);
    else
        took = fill((uint64_t)argument(argc, argv, "--count", 1), (unsigned)argument(argc, argv, "--window", 64), first);
    if (closed_loop) counts.in_window = counts.replies;
    printf("{\"seconds\":%.3f,\"offeredRate\":%.1f,\"rate\":%.1f,\"solicits\":%lu,\"advertises\":%lu,\"requests\":%lu,"
           "\"replies\":%lu,\"drops\":%lu,\"late\":%lu,\"refused\":%lu,\"sendErrors\":%lu",
                  took, counts.solicits / took, counts.in_window / took, counts.solicits, counts.advertises, counts.requests,
                  counts.replies, counts.drops, counts.late, counts.refused, outbox.failed);
    print_series("solicitMicroseconds", &solicit_times);
    print_series("requestMicroseconds", &request_times);
    print_series("exchangeMicroseconds", &exchange_times);
    if (argument(argc, argv, "--all", 0)) print_all("waits", &wait_times);
    printf("}\n");
    return 0;
}
