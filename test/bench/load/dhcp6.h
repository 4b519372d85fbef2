/*
 * What the bench's C programs share: a client's socket and the few DHCPv6 messages (RFC 8415)
 * that a load needs. It builds and reads bytes; it keeps no state of any client.
 */
#ifndef BENCH_DHCP6_H
#define BENCH_DHCP6_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>

enum { SOLICIT = 1, ADVERTISE = 2, REQUEST = 3, REPLY = 7 };
enum {
    OPTION_CLIENTID = 1,
    OPTION_SERVERID = 2,
    OPTION_IA_NA = 3,
    OPTION_IAADDR = 5,
    OPTION_ORO = 6,
    OPTION_PREFERENCE = 7,
    OPTION_ELAPSED_TIME = 8,
    OPTION_STATUS_CODE = 13,
    OPTION_VENDOR_CLASS = 16,
    OPTION_RECONF_ACCEPT = 20,
    OPTION_CLIENT_FQDN = 39
};

#define MESSAGE_SIZE 512
#define DUID_SIZE 10

/* A received message: pointers into the datagram, each option whole with its 4-octet header. */
struct answer {
    uint8_t type;
    uint32_t transaction_id;
    uint32_t client; /* the number in the DUID that duid() wrote */
    const uint8_t *server_id;
    size_t server_id_size;
    const uint8_t *ia;
    size_t ia_size;
    int has_address;
    uint8_t preference;
};

/* Nanoseconds of CLOCK_REALTIME, the clock of the kernel's receive stamps. */
int64_t now_ns(void);

/* A socket on port 546 of one interface, with receive stamps and room for a burst; exits on error. */
int open_client_socket(const char *interface);

/* Where a client sends to: ff02::1:2 port 547 on that interface. */
struct sockaddr_in6 all_servers(const char *interface);

/* DUID-LL (RFC 8415 11.4) of client number n: a locally administered Ethernet address. */
void duid(uint8_t out[DUID_SIZE], uint32_t client);

/* From now on messages say what operators may have switched something on for: a vendor class, a name, that Reconfigure is accepted. */
void say_more(void);

/* Write a Solicit, or a Request for what the answer offered; both return the size. */
size_t build_solicit(uint8_t *out, uint32_t transaction_id, uint32_t client, uint16_t elapsed);
size_t build_request(uint8_t *out, uint32_t transaction_id, uint32_t client, uint16_t elapsed,
                     const uint8_t *server_id, size_t server_id_size, const uint8_t *ia, size_t ia_size);

/* Read an Advertise or Reply. Returns 0 when it is well formed and speaks to one of our clients. */
int read_answer(struct answer *answer, const uint8_t *bytes, size_t size);

/* A batch of messages to one destination. */
#define BATCH 64
struct outbox {
    int socket;
    struct sockaddr_in6 to;
    unsigned count;
    size_t size[BATCH];
    uint8_t bytes[BATCH][MESSAGE_SIZE];
    uint64_t failed; /* messages that the kernel refused */
};
void outbox_send(struct outbox *outbox);

/* A batch of received messages, each with the kernel's receive stamp. */
struct inbox {
    unsigned count;
    size_t size[BATCH];
    int64_t received_at[BATCH];
    uint8_t bytes[BATCH][1500];
};
void inbox_receive(struct inbox *inbox, int socket);

/* Sleep until the socket is readable or the time has come. */
void wait_readable(int socket, int64_t until_ns);

/* The value of "--name value" as a number, or the fallback. */
double argument(int argc, char **argv, const char *name, double fallback);
/* The value of "--name value"; exits when it is missing. */
const char *argument_text(int argc, char **argv, const char *name);

#endif
