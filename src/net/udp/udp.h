/*
 * Client-facing UDP for Node: bytes and addresses between the kernel and JavaScript, in batches.
 *
 * A hub owns one piece of memory that C and JavaScript share (`struct shared`), and up to MAX_SOCKETS
 * sockets, each bound to one interface. A readable socket is read by recvmmsg into the slots, and
 * JavaScript is called once a batch. What JavaScript wants sent it writes into the queue; the queue is
 * flushed by sendmmsg before the event loop sleeps (prepare) and after each poll (check). No byte of a
 * payload is looked at here.
 *
 *   hub.c       life of hubs and sockets, the functions that JavaScript calls
 *   socket.c    one bound socket: options, groups, errors by step
 *   transfer.c  recvmmsg, sendmmsg, the calls into JavaScript
 */
#ifndef TWINLEASE_UDP_H
#define TWINLEASE_UDP_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* recvmmsg, sendmmsg, struct in6_pktinfo */
#endif
#define NAPI_VERSION 9

#include <netinet/in.h>
#include <node_api.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <uv.h>

enum {
  BATCH = 64,                  /* datagrams of one recvmmsg, and room of the outgoing queue */
  BATCHES_PER_ROUND = 8,       /* of one socket before the other sockets and timers get their turn */
  MAX_SOCKETS = 64,
  SLOT_BYTES = 65536 + 512,    /* above the largest UDP payload; 512 keeps slots out of each other's cache sets */
  LARGE_BYTES = 4096,          /* a longer datagram may touch more than two pages of its slot: they are given back */
  OUTGOING_BYTES = 256 * 1024, /* payloads of the queue, packed; at least three of the largest */
};

enum received_flag {
  RECEIVED_MULTICAST = 1, /* sent to a multicast address */
  RECEIVED_TRUNCATED = 2, /* the kernel had more bytes than the slot */
};

/* Layouts that shared-memory.ts reads and writes: all numbers in host order. */
struct received {
  uint8_t peer[16];
  uint32_t length;
  uint16_t port; /* of the peer */
  uint16_t flags;
};

struct queued {
  uint8_t to[16];
  uint32_t offset; /* into outgoing */
  uint32_t length;
  uint32_t socket;
  uint16_t port;
  uint16_t error; /* set by the flush: 0, or the errno of this datagram */
};

/* Anonymous memory: a page costs nothing until a datagram touches it. */
struct shared {
  union {
    uint8_t slots[BATCH][SLOT_BYTES];
    /* Given back as whole pages, of up to 64 KiB on arm64: nothing else may lie in the last one. */
    uint8_t slot_pages[(BATCH * SLOT_BYTES + 0xffff) / 0x10000 * 0x10000];
  };
  struct received received[BATCH];
  uint8_t outgoing[OUTGOING_BYTES];
  struct queued queued[BATCH];
  uint32_t queued_count;
};

enum socket_state { SOCKET_FREE, SOCKET_OPEN, SOCKET_CLOSING };

struct udp_socket {
  uv_poll_t poll;
  struct udp_hub *hub;
  uint32_t id;
  int fd;
  enum socket_state state;
};

struct udp_hub {
  napi_env env;
  napi_async_context context;
  napi_async_cleanup_hook_handle cleanup;
  napi_ref self; /* keeps the external that JavaScript holds alive while the hub is open */
  napi_ref memory_buffer;
  napi_ref on_batch, on_drained, on_send_errors;
  uv_loop_t *loop;
  uv_prepare_t prepare;
  uv_check_t check;
  int live_handles;   /* libuv handles not yet closed */
  int references;     /* of the two finalizers: the external and the memory */
  bool closing;
  bool round_active;  /* a batch was handed over since the last check */
  bool large_touched; /* a datagram of this round was longer than LARGE_BYTES */
  struct shared *memory; /* NULL once JavaScript's engine has given it back */

  struct mmsghdr in[BATCH];
  struct iovec in_vector[BATCH];
  struct sockaddr_in6 in_peer[BATCH];
  union {
    struct cmsghdr align;
    uint8_t bytes[CMSG_SPACE(sizeof(struct in6_pktinfo))];
  } in_control[BATCH];

  struct mmsghdr out[BATCH];
  struct iovec out_vector[BATCH];
  struct sockaddr_in6 out_peer[BATCH];

  struct udp_socket sockets[MAX_SOCKETS];
};

/* socket.c */
struct socket_options {
  const char *interface_name;
  uint16_t port;
  int receive_buffer_bytes;
  int send_buffer_bytes;
  const uint8_t *groups; /* multicast addresses to join, 16 bytes each */
  size_t group_count;
};
struct opened_socket {
  int fd;
  uint32_t ifindex;
  int receive_buffer_bytes; /* what the kernel granted */
};
/* 0, or a negative errno with `*step` naming the call that failed. */
int udp_open_socket(const struct socket_options *options, struct opened_socket *opened, const char **step);
/* Datagrams that the kernel dropped on this socket since it was opened, or a negative errno. */
int64_t udp_kernel_drops(int fd);

/* transfer.c */
void udp_prepare_receiving(struct udp_hub *hub);
void udp_on_readable(uv_poll_t *poll, int status, int events);
void udp_on_prepare(uv_prepare_t *prepare);
void udp_on_check(uv_check_t *check);
/* Sends what is queued; returns how many of them failed (each with its `error` set). */
uint32_t udp_flush(struct udp_hub *hub);

#endif
