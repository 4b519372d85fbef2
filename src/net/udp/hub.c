/*
 * Life of hubs and sockets, and what JavaScript calls. A hub is freed when both of its finalizers have run:
 * that of the external which JavaScript holds, and that of the shared memory.
 */
#include "udp.h"

#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Gives JavaScript an Error for the failed N-API call, unless one is already under way. */
static napi_value fail(napi_env env)
{
  const napi_extended_error_info *info;
  bool pending = false;
  if (napi_get_last_error_info(env, &info) == napi_ok && napi_is_exception_pending(env, &pending) == napi_ok && !pending)
    napi_throw_error(env, NULL, info->error_message != NULL ? info->error_message : "N-API call failed");
  return NULL;
}

#define TRY(call)         \
  do {                    \
    if ((call) != napi_ok) \
      return fail(env);   \
  } while (0)

/* ---- the end of a hub ---- */

static void drop_reference(struct udp_hub *hub)
{
  if (--hub->references == 0)
    free(hub);
}

static void finalize_external(napi_env env, void *data, void *hint)
{
  (void)env, (void)hint;
  drop_reference(data);
}

static void finalize_memory(napi_env env, void *data, void *hint)
{
  (void)env;
  struct udp_hub *hub = hint;
  hub->memory = NULL;
  munmap(data, sizeof(struct shared));
  drop_reference(hub);
}

static void handle_closed(struct udp_hub *hub)
{
  if (--hub->live_handles > 0 || !hub->closing)
    return;
  napi_handle_scope scope;
  bool scoped = napi_open_handle_scope(hub->env, &scope) == napi_ok;
  napi_async_destroy(hub->env, hub->context);
  napi_delete_reference(hub->env, hub->on_batch);
  napi_delete_reference(hub->env, hub->on_drained);
  napi_delete_reference(hub->env, hub->on_send_errors);
  napi_delete_reference(hub->env, hub->memory_buffer);
  napi_ref self = hub->self;
  napi_env env = hub->env;
  napi_remove_async_cleanup_hook(hub->cleanup);
  napi_delete_reference(env, self); /* from here the hub may be gone */
  if (scoped)
    napi_close_handle_scope(env, scope);
}

static void on_poll_closed(uv_handle_t *handle)
{
  struct udp_socket *socket = handle->data;
  socket->state = SOCKET_FREE;
  handle_closed(socket->hub);
}

static void on_loop_hook_closed(uv_handle_t *handle)
{
  handle_closed(handle->data);
}

static void close_socket(struct udp_socket *socket)
{
  if (socket->state != SOCKET_OPEN)
    return;
  socket->state = SOCKET_CLOSING;
  uv_close((uv_handle_t *)&socket->poll, on_poll_closed); /* takes the descriptor out of epoll at once */
  close(socket->fd);
}

static void close_hub(struct udp_hub *hub)
{
  if (hub->closing)
    return;
  hub->closing = true;
  for (int i = 0; i < MAX_SOCKETS; i++)
    close_socket(&hub->sockets[i]);
  uv_close((uv_handle_t *)&hub->prepare, on_loop_hook_closed);
  uv_close((uv_handle_t *)&hub->check, on_loop_hook_closed);
  /* JavaScript's views become empty now; the memory itself goes when its finalizer is called. */
  hub->memory = NULL;
  napi_handle_scope scope;
  napi_value buffer;
  if (napi_open_handle_scope(hub->env, &scope) != napi_ok)
    return;
  if (napi_get_reference_value(hub->env, hub->memory_buffer, &buffer) == napi_ok)
    napi_detach_arraybuffer(hub->env, buffer);
  napi_close_handle_scope(hub->env, scope);
}

/* The environment ends (process exit, worker terminated): its loop runs until our handles are closed. */
static void on_environment_ends(napi_async_cleanup_hook_handle handle, void *data)
{
  (void)handle;
  close_hub(data);
}

/* ---- functions for JavaScript ---- */

static napi_value create_hub(napi_env env, napi_callback_info info)
{
  napi_value handlers[3], external, buffer, name, result;
  size_t count = 3;
  TRY(napi_get_cb_info(env, info, &count, handlers, NULL, NULL));

  struct udp_hub *hub = calloc(1, sizeof *hub);
  void *memory = hub == NULL ? MAP_FAILED
                             : mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE,
                                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    free(hub);
    napi_throw_error(env, "ENOMEM", "no memory for datagrams");
    return NULL;
  }
  madvise(memory, sizeof(struct shared), MADV_NOHUGEPAGE); /* a touched page is to cost a page, not 2 MiB */
  hub->env = env;
  hub->memory = memory;

  /* Whatever fails below, each finalizer that was attached gives back its part. */
  if (napi_create_external(env, hub, finalize_external, NULL, &external) != napi_ok) {
    munmap(memory, sizeof(struct shared));
    free(hub);
    return fail(env);
  }
  hub->references = 1;
  if (napi_create_external_arraybuffer(env, memory, sizeof(struct shared), finalize_memory, hub, &buffer) != napi_ok) {
    munmap(memory, sizeof(struct shared));
    return fail(env);
  }
  hub->references = 2;

  TRY(napi_create_string_utf8(env, "TwinleaseUdp", NAPI_AUTO_LENGTH, &name));
  TRY(napi_create_reference(env, handlers[0], 1, &hub->on_batch));
  TRY(napi_create_reference(env, handlers[1], 1, &hub->on_drained));
  TRY(napi_create_reference(env, handlers[2], 1, &hub->on_send_errors));
  TRY(napi_create_reference(env, buffer, 1, &hub->memory_buffer));
  TRY(napi_create_object(env, &result));
  TRY(napi_set_named_property(env, result, "hub", external));
  TRY(napi_set_named_property(env, result, "memory", buffer));
  TRY(napi_async_init(env, NULL, name, &hub->context));
  TRY(napi_get_uv_event_loop(env, &hub->loop));
  TRY(napi_create_reference(env, external, 1, &hub->self));
  TRY(napi_add_async_cleanup_hook(env, on_environment_ends, hub, &hub->cleanup));

  for (uint32_t i = 0; i < MAX_SOCKETS; i++)
    hub->sockets[i] = (struct udp_socket){.hub = hub, .id = i, .fd = -1, .state = SOCKET_FREE};
  udp_prepare_receiving(hub);
  uv_prepare_init(hub->loop, &hub->prepare);
  uv_check_init(hub->loop, &hub->check);
  hub->prepare.data = hub->check.data = hub;
  hub->live_handles = 2;
  uv_prepare_start(&hub->prepare, udp_on_prepare);
  uv_check_start(&hub->check, udp_on_check);
  /* Only open sockets keep the process alive. */
  uv_unref((uv_handle_t *)&hub->prepare);
  uv_unref((uv_handle_t *)&hub->check);
  return result;
}

/* The hub of the first argument, or NULL with an Error thrown when it is none or closed. */
static struct udp_hub *open_hub(napi_env env, napi_value argument)
{
  void *data = NULL;
  if (napi_get_value_external(env, argument, &data) != napi_ok) {
    fail(env);
    return NULL;
  }
  struct udp_hub *hub = data;
  if (hub->closing) {
    napi_throw_error(env, "EBADF", "the UDP hub is closed");
    return NULL;
  }
  return hub;
}

static struct udp_socket *open_socket_of(napi_env env, struct udp_hub *hub, napi_value argument)
{
  uint32_t id;
  if (napi_get_value_uint32(env, argument, &id) != napi_ok || id >= MAX_SOCKETS || hub->sockets[id].state != SOCKET_OPEN) {
    napi_throw_error(env, "EBADF", "the UDP socket is closed");
    return NULL;
  }
  return &hub->sockets[id];
}

static napi_value throw_errno(napi_env env, const char *step, int error)
{
  char text[128];
  snprintf(text, sizeof text, "%s: %s", step, uv_strerror(error));
  napi_throw_error(env, uv_err_name(error), text);
  return NULL;
}

/* openSocket(hub, interfaceName, port, receiveBufferBytes, sendBufferBytes, groups) */
static napi_value open_socket(napi_env env, napi_callback_info info)
{
  napi_value arguments[6], result, value;
  size_t count = 6, name_length, group_bytes;
  char name[32];
  uint32_t port;
  void *groups;
  napi_typedarray_type type;
  struct socket_options options = {.interface_name = name};
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  struct udp_hub *hub = open_hub(env, arguments[0]);
  if (hub == NULL)
    return NULL;
  TRY(napi_get_value_string_utf8(env, arguments[1], name, sizeof name, &name_length));
  TRY(napi_get_value_uint32(env, arguments[2], &port));
  TRY(napi_get_value_int32(env, arguments[3], &options.receive_buffer_bytes));
  TRY(napi_get_value_int32(env, arguments[4], &options.send_buffer_bytes));
  TRY(napi_get_typedarray_info(env, arguments[5], &type, &group_bytes, &groups, NULL, NULL));
  options.port = (uint16_t)port;
  options.groups = groups;
  options.group_count = group_bytes / 16;
  /* SO_BINDTODEVICE cuts a long name short, and unbinds for an empty one: neither may bind somewhere else. */
  if (name_length == 0 || name_length >= IFNAMSIZ)
    return throw_errno(env, "interface name", UV_ENODEV);

  struct udp_socket *socket = NULL;
  for (int i = 0; i < MAX_SOCKETS && socket == NULL; i++)
    if (hub->sockets[i].state == SOCKET_FREE)
      socket = &hub->sockets[i];
  if (socket == NULL)
    return throw_errno(env, "sockets of this hub", UV_EMFILE);

  struct opened_socket opened;
  const char *step;
  int error = udp_open_socket(&options, &opened, &step);
  if (error < 0)
    return throw_errno(env, step, error);
  error = uv_poll_init(hub->loop, &socket->poll, opened.fd);
  if (error < 0) {
    close(opened.fd);
    return throw_errno(env, "uv_poll_init", error);
  }
  hub->live_handles++;
  socket->poll.data = socket;
  socket->fd = opened.fd;
  socket->state = SOCKET_OPEN;
  error = uv_poll_start(&socket->poll, UV_READABLE, udp_on_readable);
  if (error < 0) {
    close_socket(socket);
    return throw_errno(env, "uv_poll_start", error);
  }

  TRY(napi_create_object(env, &result));
  TRY(napi_create_uint32(env, socket->id, &value));
  TRY(napi_set_named_property(env, result, "id", value));
  TRY(napi_create_uint32(env, opened.ifindex, &value));
  TRY(napi_set_named_property(env, result, "ifindex", value));
  TRY(napi_create_int32(env, opened.receive_buffer_bytes, &value));
  TRY(napi_set_named_property(env, result, "receiveBufferBytes", value));
  return result;
}

/* closeSocket(hub, id) */
static napi_value close_socket_call(napi_env env, napi_callback_info info)
{
  napi_value arguments[2];
  size_t count = 2;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  struct udp_hub *hub = open_hub(env, arguments[0]);
  struct udp_socket *socket = hub == NULL ? NULL : open_socket_of(env, hub, arguments[1]);
  if (socket != NULL)
    close_socket(socket);
  return NULL;
}

/* kernelDrops(hub, id): number */
static napi_value kernel_drops(napi_env env, napi_callback_info info)
{
  napi_value arguments[2], result;
  size_t count = 2;
  TRY(napi_get_cb_info(env, info, &count, arguments, NULL, NULL));
  struct udp_hub *hub = open_hub(env, arguments[0]);
  struct udp_socket *socket = hub == NULL ? NULL : open_socket_of(env, hub, arguments[1]);
  if (socket == NULL)
    return NULL;
  int64_t drops = udp_kernel_drops(socket->fd);
  if (drops < 0)
    return throw_errno(env, "SO_MEMINFO", (int)drops);
  TRY(napi_create_int64(env, drops, &result));
  return result;
}

/* flush(hub): how many of the queued datagrams failed */
static napi_value flush(napi_env env, napi_callback_info info)
{
  napi_value argument, result;
  size_t count = 1;
  TRY(napi_get_cb_info(env, info, &count, &argument, NULL, NULL));
  struct udp_hub *hub = open_hub(env, argument);
  if (hub == NULL)
    return NULL;
  TRY(napi_create_uint32(env, udp_flush(hub), &result));
  return result;
}

/* closeHub(hub) */
static napi_value close_hub_call(napi_env env, napi_callback_info info)
{
  napi_value argument;
  size_t count = 1;
  TRY(napi_get_cb_info(env, info, &count, &argument, NULL, NULL));
  struct udp_hub *hub = open_hub(env, argument);
  if (hub != NULL)
    close_hub(hub);
  return NULL;
}

/* ---- the module ---- */

static napi_status export_function(napi_env env, napi_value exports, const char *name, napi_callback callback)
{
  napi_value function;
  napi_status status = napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, NULL, &function);
  return status != napi_ok ? status : napi_set_named_property(env, exports, name, function);
}

static napi_status export_number(napi_env env, napi_value object, const char *name, size_t number)
{
  napi_value value;
  napi_status status = napi_create_uint32(env, (uint32_t)number, &value);
  return status != napi_ok ? status : napi_set_named_property(env, object, name, value);
}

NAPI_MODULE_INIT()
{
  napi_value layout;
  TRY(export_function(env, exports, "createHub", create_hub));
  TRY(export_function(env, exports, "openSocket", open_socket));
  TRY(export_function(env, exports, "closeSocket", close_socket_call));
  TRY(export_function(env, exports, "kernelDrops", kernel_drops));
  TRY(export_function(env, exports, "flush", flush));
  TRY(export_function(env, exports, "closeHub", close_hub_call));
  TRY(napi_create_object(env, &layout));
  TRY(export_number(env, layout, "slots", offsetof(struct shared, slots)));
  TRY(export_number(env, layout, "slotBytes", SLOT_BYTES));
  TRY(export_number(env, layout, "received", offsetof(struct shared, received)));
  TRY(export_number(env, layout, "outgoing", offsetof(struct shared, outgoing)));
  TRY(export_number(env, layout, "outgoingBytes", OUTGOING_BYTES));
  TRY(export_number(env, layout, "queued", offsetof(struct shared, queued)));
  TRY(export_number(env, layout, "queuedCount", offsetof(struct shared, queued_count)));
  TRY(napi_set_named_property(env, exports, "layout", layout));
  return exports;
}
