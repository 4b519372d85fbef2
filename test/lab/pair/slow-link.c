/*
 * A bad cable between two ports: every frame arrives late, and some do not arrive.
 *
 *   slow-link PORT PORT DELAY-MS LOSS-PERCENT [SEED]
 *
 * It takes the place of a bridge between the two. Frames keep their offload marks (PACKET_VNET_HDR): a veth port
 * sends segments larger than its MTU, with checksums left to a hardware that is not there. Says "ready" when it carries frames.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#define FRAME_SIZE (65536 + 64)
#define FRAMES_MAX 4096

struct frame {
    int64_t due;
    int to;
    size_t size;
    uint8_t *bytes;
};
/* All frames wait equally long: the first in is the first out. */
static struct frame queue[FRAMES_MAX];
static unsigned first, count;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int open_port(const char *name) {
    int fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK, htons(ETH_P_ALL));
    if (fd < 0) fail("socket");
    struct sockaddr_ll here = {.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL), .sll_ifindex = if_nametoindex(name)};
    int one = 1;
    if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one)) fail("PACKET_VNET_HDR");
    /* Otherwise it would carry back what it has just sent. */
    if (setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one, sizeof one)) fail("PACKET_IGNORE_OUTGOING");
    struct packet_mreq all = {.mr_ifindex = here.sll_ifindex, .mr_type = PACKET_MR_PROMISC};
    if (setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all)) fail("PACKET_ADD_MEMBERSHIP");
    if (bind(fd, (struct sockaddr *)&here, sizeof here)) fail(name);
    return fd;
}

static void take(int from, int to, int64_t delay, double loss) {
    static uint8_t bytes[FRAME_SIZE];
    for (;;) {
        ssize_t size = recv(from, bytes, sizeof bytes, 0);
        if (size <= 0) return;
        if (drand48() < loss || count == FRAMES_MAX) continue;
        struct frame *frame = &queue[(first + count++) % FRAMES_MAX];
        *frame = (struct frame){.due = now_ns() + delay, .to = to, .size = (size_t)size, .bytes = malloc((size_t)size)};
        if (!frame->bytes) fail("malloc");
        memcpy(frame->bytes, bytes, (size_t)size);
    }
}

static void deliver(void) {
    while (count && queue[first].due <= now_ns()) {
        struct frame *frame = &queue[first];
        /* What the port refuses is lost, as on any cable. */
        (void)!send(frame->to, frame->bytes, frame->size, 0);
        free(frame->bytes);
        first = (first + 1) % FRAMES_MAX;
        count--;
    }
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: slow-link PORT PORT DELAY-MS LOSS-PERCENT [SEED]\n");
        return 2;
    }
    int ports[2] = {open_port(argv[1]), open_port(argv[2])};
    int64_t delay = (int64_t)(atof(argv[3]) * 1e6);
    double loss = atof(argv[4]) / 100;
    srand48(argc > 5 ? atol(argv[5]) : 1);
    printf("ready\n");
    fflush(stdout);
    for (;;) {
        struct timespec wait, *timeout = NULL;
        if (count) {
            int64_t left = queue[first].due - now_ns();
            if (left < 0) left = 0;
            wait = (struct timespec){left / 1000000000, left % 1000000000};
            timeout = &wait;
        }
        struct pollfd polls[2] = {{.fd = ports[0], .events = POLLIN}, {.fd = ports[1], .events = POLLIN}};
        ppoll(polls, 2, timeout, NULL);
        take(ports[0], ports[1], delay, loss);
        take(ports[1], ports[0], delay, loss);
        deliver();
    }
}
