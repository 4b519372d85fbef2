/* Gives memory back to the kernel that the process holds and may not need again. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* madvise, posix_fadvise */
#endif
#define NAPI_VERSION 9

#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <node_api.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

/*
 * Program text and constants of every file that is mapped. A page that was never written is in the page cache, or can be
 * read again from the file: the next use maps it back, 64 KiB around it at a time. One that was written (relocations)
 * would be lost, so a mapping with a single anonymous page is left alone.
 */
static int64_t forget_file_pages(void)
{
  FILE *maps = fopen("/proc/self/smaps", "re");
  if (maps == NULL)
    return 0;
  char line[512], permissions[5];
  uint64_t start = 0, end = 0, inode = 0, resident = 0, kilobytes, first, last, found_inode;
  int64_t forgotten = 0;
  while (fgets(line, sizeof line, maps) != NULL) {
    if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %*x %*s %" SCNu64, &first, &last, permissions, &found_inode) == 4) {
      start = first;
      end = last;
      inode = strcmp(permissions, "r-xp") == 0 || strcmp(permissions, "r--p") == 0 ? found_inode : 0;
    } else if (sscanf(line, "Rss: %" SCNu64 " kB", &kilobytes) == 1) {
      resident = kilobytes;
    } else if (sscanf(line, "Anonymous: %" SCNu64 " kB", &kilobytes) == 1) {
      if (inode != 0 && kilobytes == 0 && resident > 0 && madvise((void *)start, end - start, MADV_DONTNEED) == 0)
        forgotten += (int64_t)resident * 1024;
    }
  }
  fclose(maps);
  return forgotten;
}

/* trim(): octets of file pages that were let go */
static napi_value trim(napi_env env, napi_callback_info info)
{
  (void)info;
  malloc_trim(0);
  napi_value result;
  return napi_create_int64(env, forget_file_pages(), &result) == napi_ok ? result : NULL;
}

/* forgetFile(descriptor): what the page cache has of that file, and the disk as well */
static napi_value forget_file(napi_env env, napi_callback_info info)
{
  size_t count = 1;
  napi_value descriptor;
  int32_t file;
  if (napi_get_cb_info(env, info, &count, &descriptor, NULL, NULL) != napi_ok || napi_get_value_int32(env, descriptor, &file) != napi_ok)
    return NULL;
  posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
  return NULL;
}

static int add(napi_env env, napi_value exports, const char *name, napi_callback called)
{
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, called, NULL, &function) == napi_ok && napi_set_named_property(env, exports, name, function) == napi_ok;
}

NAPI_MODULE_INIT()
{
  return add(env, exports, "trim", trim) && add(env, exports, "forgetFile", forget_file) ? exports : NULL;
}
