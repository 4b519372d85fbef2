/*
 * A responder without a server behind it: it answers every Solicit and Request with a made-up
 * address and keeps nothing. The rate that perfdhcp reaches against it is perfdhcp's own limit
 * (and the kernel's) on this machine, so that no rate near it is taken for a server's.
 *
 *   ceiling INTERFACE [FILE]
 *
 * With FILE it does the least that a server does which forgets nothing: it appends 300 octets for each Request and syncs them
 * (fdatasync) before it answers, once for all that it received together. That is the limit of the disk.
 */
#define _GNU_SOURCE
#include "dhcp6.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define RECORD_SIZE 300

static int open_server_socket(const char *interface) {
    int fd = socket(AF_INET6, SOCK_DGRAM, 0), room = 8 << 20;
    struct sockaddr_in6 here = {.sin6_family = AF_INET6, .sin6_port = htons(547)};
    struct ipv6_mreq group = {.ipv6mr_interface = if_nametoindex(interface)};
    inet_pton(AF_INET6, "ff02::1:2", &group.ipv6mr_multiaddr);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, interface, strlen(interface) + 1) ||
            setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room) ||
            bind(fd, (struct sockaddr *)&here, sizeof here) ||
            setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &group, sizeof group)) {
        perror("ceiling");
        return -1;
    }
    return fd;
}

/* The answer to one message, or 0 when it is none that a four-way exchange has. */
static size_t answer_to(uint8_t *out, const uint8_t *in, size_t size) {
    static const uint8_t server_id[] = {0, OPTION_SERVERID, 0, 10, 0, 3, 0, 1, 2, 0, 0, 0, 0, 1};
    static const uint8_t offer[] = {
            0, OPTION_IA_NA, 0, 40, 0, 0, 0, 0, 0, 0, 0x07, 0x08, 0, 0, 0x0b, 0x40,
            0, OPTION_IAADDR, 0, 24, 0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0, 0x80, 0, 0, 0, 0, 0, 0, 0,
            0, 0, 0x0e, 0x10, 0, 0, 0x1c, 0x20};
    const uint8_t *client_id = NULL, *ia = NULL;
    size_t client_id_size = 0;
    if (size < 4 || (in[0] != SOLICIT && in[0] != REQUEST)) return 0;
    for (size_t at = 4; at + 4 <= size;) {
        unsigned code = in[at] << 8 | in[at + 1], length = in[at + 2] << 8 | in[at + 3];
        if (at + 4 + length > size) return 0;
        if (code == OPTION_CLIENTID && length <= 130) {
            client_id = in + at;
            client_id_size = length + 4;
        } else if (code == OPTION_IA_NA && length >= 12) {
            ia = in + at;
        }
        at += 4 + length;
    }
    if (!client_id || !ia) return 0;
    uint8_t *at = out;
    *at++ = in[0] == SOLICIT ? ADVERTISE : REPLY;
    at = mempcpy(at, in + 1, 3);
    at = mempcpy(at, client_id, client_id_size);
    at = mempcpy(at, server_id, sizeof server_id);
    memcpy(at, offer, sizeof offer);
    memcpy(at + 4, ia + 4, 4);
    /* The last octets of the DUID make the address, so that perfdhcp sees distinct ones. */
    memcpy(at + 32, client_id + client_id_size - 4, 4);
    return at + sizeof offer - out;
}

int main(int argc, char **argv) {
    static uint8_t in[BATCH][1500], out[BATCH][MESSAGE_SIZE];
    struct mmsghdr received[BATCH], sent[BATCH];
    struct iovec in_part[BATCH], out_part[BATCH];
    struct sockaddr_in6 from[BATCH];
    static const uint8_t records[BATCH * RECORD_SIZE];
    int fd = argc == 2 || argc == 3 ? open_server_socket(argv[1]) : -1;
    int file = argc == 3 ? open(argv[2], O_WRONLY | O_CREAT | O_APPEND, 0600) : -1;
    if (fd < 0 || (argc == 3 && file < 0)) return 1;
    for (;;) {
        for (unsigned i = 0; i < BATCH; i++) {
            in_part[i] = (struct iovec){in[i], sizeof in[i]};
            received[i].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i],
                                                  .msg_iov = &in_part[i], .msg_iovlen = 1};
        }
        int count = recvmmsg(fd, received, BATCH, MSG_WAITFORONE, NULL), answers = 0, requests = 0;
        for (int i = 0; i < count; i++) {
            size_t size = answer_to(out[answers], in[i], received[i].msg_len);
            if (!size) continue;
            requests += in[i][0] == REQUEST;
            out_part[answers] = (struct iovec){out[answers], size};
            sent[answers].msg_hdr = (struct msghdr){.msg_name = &from[i], .msg_namelen = sizeof from[i],
                                                    .msg_iov = &out_part[answers], .msg_iovlen = 1};
            answers++;
        }
        if (file >= 0 && requests && (write(file, records, requests * RECORD_SIZE) < 0 || fdatasync(file))) {
            perror(argv[2]);
            return 1;
        }
        for (int done = 0; done < answers;) {
            int now = sendmmsg(fd, sent + done, answers - done, 0);
            done += now > 0 ? now : 1;
        }
    }
}
