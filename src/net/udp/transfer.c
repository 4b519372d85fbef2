/* Datagrams in and out of the shared memory, and the calls into JavaScript. */
#include "udp.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

/* An exception that escapes a handler becomes 'uncaughtException', as for any other event source. */
static void call(struct udp_hub *hub, napi_ref function_reference, size_t count, const int32_t *numbers)
{
  napi_handle_scope scope;
  napi_value function, receiver, result, arguments[2];
  if (napi_open_handle_scope(hub->env, &scope) != napi_ok)
    return;
  bool ready = napi_get_reference_value(hub->env, function_reference, &function) == napi_ok &&
               napi_get_global(hub->env, &receiver) == napi_ok;
  for (size_t i = 0; i < count && ready; i++)
    ready = napi_create_int32(hub->env, numbers[i], &arguments[i]) == napi_ok;
  if (ready && napi_make_callback(hub->env, hub->context, receiver, function, count, arguments, &result) == napi_pending_exception) {
    napi_value error;
    if (napi_get_and_clear_last_exception(hub->env, &error) == napi_ok)
      napi_fatal_exception(hub->env, error);
  }
  napi_close_handle_scope(hub->env, scope);
}

static void arm_slot(struct udp_hub *hub, int i)
{
  struct msghdr *header = &hub->in[i].msg_hdr;
  header->msg_namelen = sizeof hub->in_peer[i];
  header->msg_controllen = sizeof hub->in_control[i];
  header->msg_flags = 0;
}

void udp_prepare_receiving(struct udp_hub *hub)
{
  for (int i = 0; i < BATCH; i++) {
    hub->in_vector[i].iov_base = hub->memory->slots[i];
    hub->in_vector[i].iov_len = SLOT_BYTES;
    struct msghdr *header = &hub->in[i].msg_hdr;
    header->msg_iov = &hub->in_vector[i];
    header->msg_iovlen = 1;
    header->msg_name = &hub->in_peer[i];
    header->msg_control = &hub->in_control[i];
    arm_slot(hub, i);
  }
}

static void describe(struct udp_hub *hub, int i)
{
  struct msghdr *header = &hub->in[i].msg_hdr;
  struct received *received = &hub->memory->received[i];
  memcpy(received->peer, &hub->in_peer[i].sin6_addr, 16);
  bool multicast = false;
  for (struct cmsghdr *control = CMSG_FIRSTHDR(header); control != NULL; control = CMSG_NXTHDR(header, control))
    if (control->cmsg_level == IPPROTO_IPV6 && control->cmsg_type == IPV6_PKTINFO)
      multicast = CMSG_DATA(control)[0] == 0xff; /* in6_pktinfo begins with the destination address */
  received->length = hub->in[i].msg_len;
  received->port = ntohs(hub->in_peer[i].sin6_port);
  received->flags = (uint16_t)((multicast ? RECEIVED_MULTICAST : 0) |
                               (header->msg_flags & MSG_TRUNC ? RECEIVED_TRUNCATED : 0));
  if (received->length > LARGE_BYTES)
    hub->large_touched = true;
  arm_slot(hub, i);
}

/* The number of datagrams, 0 when there are none, or a negative errno. */
static int receive(struct udp_socket *socket)
{
  struct udp_hub *hub = socket->hub;
  int count;
  do
    count = recvmmsg(socket->fd, hub->in, BATCH, MSG_DONTWAIT, NULL);
  while (count < 0 && errno == EINTR);
  if (count < 0)
    return errno == EAGAIN ? 0 : -errno;
  for (int i = 0; i < count; i++)
    describe(hub, i);
  return count;
}

/* libuv says EBADF for whatever epoll calls an error; the socket knows what it is. */
static int pending_error(int fd, int otherwise)
{
  int error = 0;
  socklen_t length = sizeof error;
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error != 0 ? -error : otherwise;
}

void udp_on_readable(uv_poll_t *poll, int status, int events)
{
  (void)events;
  struct udp_socket *socket = poll->data;
  struct udp_hub *hub = socket->hub;
  for (int batch = 0; batch < BATCHES_PER_ROUND; batch++) {
    /* JavaScript may have closed the socket or the hub in the call before. */
    if (socket->state != SOCKET_OPEN || hub->memory == NULL)
      return;
    int count = status < 0 ? pending_error(socket->fd, status) : receive(socket);
    if (count == 0)
      return;
    if (count < 0)
      uv_poll_stop(poll); /* a socket in error would wake the loop for ever: JavaScript reopens it */
    hub->round_active = true;
    call(hub, hub->on_batch, 2, (int32_t[]){(int32_t)socket->id, count});
    if (count < BATCH)
      return;
  }
}

static void address_out(struct udp_hub *hub, int place, struct queued *queued)
{
  struct sockaddr_in6 *peer = &hub->out_peer[place];
  /* No scope: the interface is the one that the socket is bound to. */
  *peer = (struct sockaddr_in6){.sin6_family = AF_INET6, .sin6_port = htons(queued->port)};
  memcpy(&peer->sin6_addr, queued->to, 16);
  hub->out_vector[place] = (struct iovec){.iov_base = hub->memory->outgoing + queued->offset, .iov_len = queued->length};
  hub->out[place].msg_hdr = (struct msghdr){
    .msg_name = peer, .msg_namelen = sizeof *peer, .msg_iov = &hub->out_vector[place], .msg_iovlen = 1};
}

static bool sendable(struct udp_hub *hub, struct queued *queued)
{
  if (queued->socket >= MAX_SOCKETS || hub->sockets[queued->socket].state != SOCKET_OPEN)
    queued->error = EBADF;
  else if (queued->length > OUTGOING_BYTES || queued->offset > OUTGOING_BYTES - queued->length)
    queued->error = EMSGSIZE;
  else
    queued->error = 0;
  return queued->error == 0;
}

/*
 * Sends what `places` lists through one socket; returns how many failed. A datagram that fails is passed over.
 * EAGAIN means that the socket's send buffer (its size is the caller's choice) is full of datagrams that the
 * interface has not taken; the new one is dropped. Keeping it in a second queue here would only make replies
 * older: the client asks again after a second, and then gets a fresh one.
 */
static uint32_t send_through(struct udp_hub *hub, int fd, const int *places, int count)
{
  uint32_t failed = 0;
  int next = 0;
  while (next < count) {
    int sent = sendmmsg(fd, hub->out + next, (unsigned)(count - next), MSG_DONTWAIT);
    if (sent > 0) {
      next += sent;
    } else if (errno != EINTR) {
      hub->memory->queued[places[next++]].error = (uint16_t)errno;
      failed++;
    }
  }
  return failed;
}

uint32_t udp_flush(struct udp_hub *hub)
{
  if (hub->memory == NULL)
    return 0;
  uint32_t count = hub->memory->queued_count;
  if (count == 0)
    return 0;
  if (count > BATCH)
    count = BATCH;
  uint32_t failed = 0;
  struct queued *queue = hub->memory->queued;
  uint64_t pending = 0; /* one bit for each queued datagram that still waits for its socket's turn */
  for (uint32_t i = 0; i < count; i++) {
    if (sendable(hub, &queue[i]))
      pending |= UINT64_C(1) << i;
    else
      failed++;
  }
  while (pending != 0) {
    uint32_t socket = queue[__builtin_ctzll(pending)].socket;
    int places[BATCH], length = 0;
    for (uint64_t rest = pending; rest != 0; rest &= rest - 1) {
      int i = __builtin_ctzll(rest);
      if (queue[i].socket != socket)
        continue;
      address_out(hub, length, &queue[i]);
      places[length++] = i;
      pending &= ~(UINT64_C(1) << i);
    }
    failed += send_through(hub, hub->sockets[socket].fd, places, length);
  }
  hub->memory->queued_count = 0;
  return failed;
}

static void flush_and_report(struct udp_hub *hub)
{
  if (hub->memory == NULL)
    return;
  uint32_t count = hub->memory->queued_count;
  if (count != 0 && udp_flush(hub) != 0)
    call(hub, hub->on_send_errors, 1, (int32_t[]){(int32_t)count});
}

/* Before the loop sleeps: what timers, immediates and promises have queued. */
void udp_on_prepare(uv_prepare_t *prepare)
{
  flush_and_report(prepare->data);
}

/* After a poll: the round is over, and what it queued goes out. */
void udp_on_check(uv_check_t *check)
{
  struct udp_hub *hub = check->data;
  if (hub->round_active) {
    hub->round_active = false;
    call(hub, hub->on_drained, 0, NULL);
  }
  flush_and_report(hub);
  if (hub->large_touched && hub->memory != NULL) {
    hub->large_touched = false;
    madvise(hub->memory->slots, sizeof hub->memory->slots, MADV_DONTNEED);
  }
}
