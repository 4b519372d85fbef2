/* Who is at the other end of a connected Unix stream socket: SO_PEERCRED, which Node does not offer. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* struct ucred */
#endif
#define NAPI_VERSION 9

#include <errno.h>
#include <node_api.h>
#include <sys/socket.h>
#include <uv.h>

/* credentials(fd): [pid, uid, gid], or throws an Error with the errno's name in `code` */
static napi_value credentials(napi_env env, napi_callback_info info)
{
  napi_value argument, result, value;
  size_t count = 1;
  int fd;
  if (napi_get_cb_info(env, info, &count, &argument, NULL, NULL) != napi_ok || napi_get_value_int32(env, argument, &fd) != napi_ok) {
    napi_throw_type_error(env, "EINVAL", "a file descriptor is wanted");
    return NULL;
  }
  struct ucred peer;
  socklen_t length = sizeof peer;
  if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0) {
    int error = -errno;
    napi_throw_error(env, uv_err_name(error), uv_strerror(error));
    return NULL;
  }
  const int64_t numbers[] = {peer.pid, peer.uid, peer.gid};
  if (napi_create_array_with_length(env, 3, &result) != napi_ok)
    return NULL;
  for (uint32_t i = 0; i < 3; i++)
    if (napi_create_int64(env, numbers[i], &value) != napi_ok || napi_set_element(env, result, i, value) != napi_ok)
      return NULL;
  return result;
}

NAPI_MODULE_INIT()
{
  napi_value function;
  if (napi_create_function(env, "credentials", NAPI_AUTO_LENGTH, credentials, NULL, &function) != napi_ok ||
      napi_set_named_property(env, exports, "credentials", function) != napi_ok)
    return NULL;
  return exports;
}
