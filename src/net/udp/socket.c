/* One UDP socket bound to one interface. */
#include "udp.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <string.h>
#include <unistd.h>

/* The forced size passes rmem_max but needs CAP_NET_ADMIN; without it the kernel's own limit applies. */
static int set_buffer(int fd, int forced, int plain, int bytes)
{
  if (setsockopt(fd, SOL_SOCKET, forced, &bytes, sizeof bytes) == 0)
    return 0;
  return setsockopt(fd, SOL_SOCKET, plain, &bytes, sizeof bytes);
}

static int set_flag(int fd, int level, int option, int value)
{
  return setsockopt(fd, level, option, &value, sizeof value);
}

static int configure(int fd, const struct socket_options *options, struct opened_socket *opened, const char **step)
{
  *step = "SO_BINDTODEVICE";
  if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, options->interface_name, (socklen_t)strlen(options->interface_name)) < 0)
    return -errno;
  /* By name above, by index from here: the interface that is bound is the one that is reported. */
  *step = "SO_BINDTOIFINDEX";
  int ifindex = 0;
  socklen_t length = sizeof ifindex;
  if (getsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, &ifindex, &length) < 0)
    return -errno;
  opened->ifindex = (uint32_t)ifindex;

  *step = "IPV6_V6ONLY";
  if (set_flag(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) < 0)
    return -errno;
  *step = "IPV6_RECVPKTINFO";
  if (set_flag(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) < 0)
    return -errno;
  *step = "IPV6_MULTICAST_LOOP";
  if (set_flag(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0) < 0)
    return -errno;

  *step = "SO_RCVBUF";
  if (set_buffer(fd, SO_RCVBUFFORCE, SO_RCVBUF, options->receive_buffer_bytes) < 0)
    return -errno;
  length = sizeof opened->receive_buffer_bytes;
  if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &opened->receive_buffer_bytes, &length) < 0)
    return -errno;
  opened->receive_buffer_bytes /= 2; /* the kernel doubles it for its own bookkeeping */
  *step = "SO_SNDBUF";
  if (set_buffer(fd, SO_SNDBUFFORCE, SO_SNDBUF, options->send_buffer_bytes) < 0)
    return -errno;

  /* The wildcard address: a link-local one could not be bound before duplicate address detection ends. */
  *step = "bind";
  struct sockaddr_in6 any = {.sin6_family = AF_INET6, .sin6_port = htons(options->port)};
  if (bind(fd, (struct sockaddr *)&any, sizeof any) < 0)
    return -errno;

  *step = "IPV6_JOIN_GROUP";
  for (size_t i = 0; i < options->group_count; i++) {
    struct ipv6_mreq membership = {.ipv6mr_interface = opened->ifindex};
    memcpy(&membership.ipv6mr_multiaddr, options->groups + i * 16, 16);
    if (setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &membership, sizeof membership) < 0)
      return -errno;
  }
  return 0;
}

int udp_open_socket(const struct socket_options *options, struct opened_socket *opened, const char **step)
{
  *step = "socket";
  int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
  if (fd < 0)
    return -errno;
  int result = configure(fd, options, opened, step);
  if (result < 0) {
    close(fd);
    return result;
  }
  opened->fd = fd;
  return 0;
}

/*
 * SO_RXQ_OVFL carries the same counter, but only with the next datagram: drops at the end of a burst would
 * stay unseen. This one is exact whenever it is asked for and costs nothing in between.
 */
int64_t udp_kernel_drops(int fd)
{
  uint32_t info[SK_MEMINFO_VARS] = {0};
  socklen_t length = sizeof info;
  if (getsockopt(fd, SOL_SOCKET, SO_MEMINFO, info, &length) < 0)
    return -errno;
  return info[SK_MEMINFO_DROPS];
}
