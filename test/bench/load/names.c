/*
 * A DNS server that says yes to everything at once, and keeps nothing: what UPDATE costs whoever sends it, without what
 * it costs a real server.
 *
 *   names ADDRESS
 */
#define _GNU_SOURCE
#include "dhcp6.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#define HEADER_SIZE 12

int main(int argc, char **argv) {
    struct sockaddr_in6 here = {.sin6_family = AF_INET6, .sin6_port = htons(53)};
    int fd = socket(AF_INET6, SOCK_DGRAM, 0);
    if (argc != 2 || inet_pton(AF_INET6, argv[1], &here.sin6_addr) != 1 || fd < 0 || bind(fd, (struct sockaddr *)&here, sizeof here)) {
        perror("names");
        return 1;
    }
    for (;;) {
        uint8_t message[1500];
        struct sockaddr_in6 from;
        socklen_t from_size = sizeof from;
        ssize_t size = recvfrom(fd, message, sizeof message, 0, (struct sockaddr *)&from, &from_size);
        if (size < HEADER_SIZE) continue;
        message[2] |= 0x80; /* a response */
        message[3] = 0;     /* NOERROR */
        memset(message + 4, 0, 8);
        sendto(fd, message, HEADER_SIZE, 0, (struct sockaddr *)&from, from_size);
    }
}
