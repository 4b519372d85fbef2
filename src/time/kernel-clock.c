/* What the kernel knows of its own clock: adjtimex(2), which Node does not offer. It only reads, and needs no privilege. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#define NAPI_VERSION 9

#include <errno.h>
#include <node_api.h>
#include <sys/timex.h>
#include <uv.h>

/* maxError(): how far the clock may be off, in microseconds; or throws an Error with the errno's name in `code` */
static napi_value max_error(napi_env env, napi_callback_info info)
{
  (void)info;
  struct timex clock = {.modes = 0};
  if (adjtimex(&clock) < 0) {
    int error = -errno;
    napi_throw_error(env, uv_err_name(error), uv_strerror(error));
    return NULL;
  }
  napi_value result;
  return napi_create_int64(env, clock.maxerror, &result) == napi_ok ? result : NULL;
}

NAPI_MODULE_INIT()
{
  napi_value function;
  if (napi_create_function(env, "maxError", NAPI_AUTO_LENGTH, max_error, NULL, &function) != napi_ok ||
      napi_set_named_property(env, exports, "maxError", function) != napi_ok)
    return NULL;
  return exports;
}
