#define _GNU_SOURCE
#include "dhcp6.h"

#include <arpa/inet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static uint8_t *put16(uint8_t *at, unsigned value) {
    at[0] = value >> 8;
    at[1] = value;
    return at + 2;
}

static unsigned get16(const uint8_t *at) { return at[0] << 8 | at[1]; }

static uint8_t *put_bytes(uint8_t *at, const void *bytes, size_t size) {
    memcpy(at, bytes, size);
    return at + size;
}

int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int open_client_socket(const char *interface) {
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    if (fd < 0) fail("socket");
    if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, strlen(interface) + 1)) fail(interface);
    int one = 1, room = 32 << 20;
    if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &one, sizeof one)) fail("SO_TIMESTAMPNS");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room)) fail("SO_RCVBUFFORCE");
    struct sockaddr_in6 here = {.sin6_family = AF_INET6, .sin6_port = htons(546)};
    if (bind(fd, (struct sockaddr *)&here, sizeof here)) fail("bind to port 546");
    /* Without this a timed sleep may end 50 us late. */
    prctl(PR_SET_TIMERSLACK, 1);
    return fd;
}

struct sockaddr_in6 all_servers(const char *interface) {
    struct sockaddr_in6 to = {.sin6_family = AF_INET6, .sin6_port = htons(547)};
    inet_pton(AF_INET6, "ff02::1:2", &to.sin6_addr);
    to.sin6_scope_id = if_nametoindex(interface);
    return to;
}

void duid(uint8_t out[DUID_SIZE], uint32_t client) {
    const uint8_t head[] = {0, 3, 0, 1, 0x02, 0x10};
    memcpy(out, head, sizeof head);
    out[6] = client >> 24;
    out[7] = client >> 16;
    out[8] = client >> 8;
    out[9] = client;
}

static int says_more;

void say_more(void) { says_more = 1; }

/* A name of its own for each client, of one label: eight hexadecimal digits behind a letter. */
static uint8_t *put_more(uint8_t *at, uint32_t client) {
    static const uint8_t vendor_class[] = {0, 0, 0x7e, 0xd9, 0, 7, 'p', 'h', 'o', 'n', 'e', '-', '7'};
    char label[10];
    at = put_bytes(put16(put16(at, OPTION_VENDOR_CLASS), sizeof vendor_class), vendor_class, sizeof vendor_class);
    at = put16(put16(at, OPTION_RECONF_ACCEPT), 0);
    at = put16(put16(at, OPTION_CLIENT_FQDN), 11);
    *at++ = 1; /* S: the server is to enter the address */
    *at++ = 9;
    snprintf(label, sizeof label, "c%08x", client);
    return put_bytes(at, label, 9);
}

static uint8_t *put_head(uint8_t *at, uint8_t type, uint32_t transaction_id, uint32_t client, uint16_t elapsed) {
    *at++ = type;
    *at++ = transaction_id >> 16;
    *at++ = transaction_id >> 8;
    *at++ = transaction_id;
    at = put16(put16(at, OPTION_CLIENTID), DUID_SIZE);
    duid(at, client);
    at += DUID_SIZE;
    at = put16(put16(put16(at, OPTION_ELAPSED_TIME), 2), elapsed);
    /* What perfdhcp asks for, too: DNS servers and the search list. */
    at = put16(put16(put16(put16(at, OPTION_ORO), says_more ? 6 : 4), 23), 24);
    return says_more ? put_more(put16(at, OPTION_CLIENT_FQDN), client) : at;
}

size_t build_solicit(uint8_t *out, uint32_t transaction_id, uint32_t client, uint16_t elapsed) {
    static const uint8_t ia[] = {0, OPTION_IA_NA, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0};
    uint8_t *at = put_head(out, SOLICIT, transaction_id, client, elapsed);
    return put_bytes(at, ia, sizeof ia) - out;
}

size_t build_request(uint8_t *out, uint32_t transaction_id, uint32_t client, uint16_t elapsed,
                     const uint8_t *server_id, size_t server_id_size, const uint8_t *ia, size_t ia_size) {
    uint8_t *at = put_head(out, REQUEST, transaction_id, client, elapsed);
    at = put_bytes(at, server_id, server_id_size);
    return put_bytes(at, ia, ia_size) - out;
}

static int find_address(const uint8_t *at, const uint8_t *end) {
    while (end - at >= 4) {
        unsigned code = get16(at), size = get16(at + 2);
        if (size > end - at - 4) return 0;
        if (code == OPTION_IAADDR && size >= 24) return get16(at + 24) != 0 || get16(at + 26) != 0;
        at += 4 + size;
    }
    return 0;
}

int read_answer(struct answer *answer, const uint8_t *bytes, size_t size) {
    if (size < 4) return -1;
    const uint8_t *at = bytes + 4, *end = bytes + size;
    int ours = 0;
    memset(answer, 0, sizeof *answer);
    answer->type = bytes[0];
    answer->transaction_id = bytes[1] << 16 | bytes[2] << 8 | bytes[3];
    while (end - at >= 4) {
        unsigned code = get16(at), length = get16(at + 2);
        const uint8_t *value = at + 4;
        if (length > end - value) return -1;
        if (code == OPTION_CLIENTID && length == DUID_SIZE) {
            answer->client = (uint32_t)value[6] << 24 | value[7] << 16 | value[8] << 8 | value[9];
            ours = 1;
        } else if (code == OPTION_SERVERID && length <= 130) {
            answer->server_id = at;
            answer->server_id_size = length + 4;
        } else if (code == OPTION_IA_NA && length >= 12 && length <= 256) {
            answer->ia = at;
            answer->ia_size = length + 4;
            answer->has_address = find_address(value + 12, value + length);
        } else if (code == OPTION_PREFERENCE && length == 1) {
            answer->preference = value[0];
        }
        at = value + length;
    }
    return ours && answer->server_id ? 0 : -1;
}

void outbox_send(struct outbox *outbox) {
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    for (unsigned i = 0; i < outbox->count; i++) {
        parts[i] = (struct iovec){outbox->bytes[i], outbox->size[i]};
        messages[i].msg_hdr = (struct msghdr){.msg_name = &outbox->to, .msg_namelen = sizeof outbox->to,
                                              .msg_iov = &parts[i], .msg_iovlen = 1};
    }
    for (unsigned done = 0; done < outbox->count;) {
        int sent = sendmmsg(outbox->socket, messages + done, outbox->count - done, 0);
        if (sent <= 0) {
            outbox->failed++;
            sent = 1;
        }
        done += sent;
    }
    outbox->count = 0;
}

void inbox_receive(struct inbox *inbox, int socket) {
    static uint8_t control[BATCH][64];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    for (unsigned i = 0; i < BATCH; i++) {
        parts[i] = (struct iovec){inbox->bytes[i], sizeof inbox->bytes[i]};
        messages[i].msg_hdr = (struct msghdr){.msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = control[i],
                                              .msg_controllen = sizeof control[i]};
    }
    int count = recvmmsg(socket, messages, BATCH, MSG_DONTWAIT, NULL);
    inbox->count = count > 0 ? count : 0;
    for (unsigned i = 0; i < inbox->count; i++) {
        inbox->size[i] = messages[i].msg_len;
        inbox->received_at[i] = 0;
        struct cmsghdr *part = CMSG_FIRSTHDR(&messages[i].msg_hdr);
        if (part && part->cmsg_level == SOL_SOCKET && part->cmsg_type == SCM_TIMESTAMPNS) {
            struct timespec stamp;
            memcpy(&stamp, CMSG_DATA(part), sizeof stamp);
            inbox->received_at[i] = (int64_t)stamp.tv_sec * 1000000000 + stamp.tv_nsec;
        }
    }
}

void wait_readable(int socket, int64_t until_ns) {
    int64_t left = until_ns - now_ns();
    if (left <= 0) return;
    struct timespec timeout = {left / 1000000000, left % 1000000000};
    struct pollfd poll = {.fd = socket, .events = POLLIN};
    ppoll(&poll, 1, &timeout, NULL);
}

static const char *find_argument(int argc, char **argv, const char *name) {
    for (int i = 1; i + 1 < argc; i += 2)
        if (!strcmp(argv[i], name)) return argv[i + 1];
    return NULL;
}

double argument(int argc, char **argv, const char *name, double fallback) {
    const char *text = find_argument(argc, argv, name);
    return text ? atof(text) : fallback;
}

const char *argument_text(int argc, char **argv, const char *name) {
    const char *text = find_argument(argc, argv, name);
    if (!text) {
        fprintf(stderr, "%s: %s VALUE is missing\n", argv[0], name);
        exit(2);
    }
    return text;
}
