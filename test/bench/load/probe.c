/*
 * When does a server begin to answer? Sends a Solicit every 2 ms until the first Advertise and
 * prints that one's receive stamp (microseconds since the Unix epoch).
 *
 *   probe --interface I [--limit S]
 */
#define _GNU_SOURCE
#include "dhcp6.h"

#include <stdio.h>

#define SECOND 1000000000LL

int main(int argc, char **argv) {
    static struct outbox outbox;
    static struct inbox inbox;
    const char *interface = argument_text(argc, argv, "--interface");
    outbox.socket = open_client_socket(interface);
    outbox.to = all_servers(interface);
    int64_t start = now_ns(), end = start + (int64_t)(argument(argc, argv, "--limit", 30) * SECOND);
    uint32_t transaction_id = (uint32_t)start;
    for (int64_t next = start; now_ns() < end;) {
        if (now_ns() >= next) {
            outbox.size[0] = build_solicit(outbox.bytes[0], transaction_id++ & 0xffffff, 0xfffffff0, 0);
            outbox.count = 1;
            outbox_send(&outbox);
            next += SECOND / 500;
        }
        wait_readable(outbox.socket, next);
        inbox_receive(&inbox, outbox.socket);
        for (unsigned i = 0; i < inbox.count; i++) {
            struct answer answer;
            if (read_answer(&answer, inbox.bytes[i], inbox.size[i]) == 0 && answer.type == ADVERTISE && answer.has_address) {
                printf("%lld\n", (long long)(inbox.received_at[i] / 1000));
                return 0;
            }
        }
    }
    fprintf(stderr, "probe: no Advertise\n");
    return 1;
}
