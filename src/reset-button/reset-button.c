/*
 * Waits for a button to be held.
 *
 *   reset-button KEY SECONDS DEVICE...
 *
 * KEY is a number of linux/input-event-codes.h, DEVICE what the kernel has for it (/dev/input/event0). Ends with status 0 once the
 * button was down for so long, whether it is still down or not; with 1 where a device can't be read, or is gone.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/input.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define DEVICES_MAX 16

static long now_ms(void)
{
  struct timespec time;
  clock_gettime(CLOCK_BOOTTIME, &time);
  return (long)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

int main(int count, char **words)
{
  if (count < 4 || count - 3 > DEVICES_MAX) {
    fputs("reset-button KEY SECONDS DEVICE...\n", stderr);
    return 2;
  }
  const int key = (int)strtol(words[1], NULL, 10);
  const long held_ms = strtol(words[2], NULL, 10) * 1000;
  struct pollfd devices[DEVICES_MAX];
  const nfds_t devices_count = (nfds_t)(count - 3);
  for (nfds_t i = 0; i < devices_count; i++) {
    devices[i] = (struct pollfd){.fd = open(words[3 + i], O_RDONLY | O_CLOEXEC), .events = POLLIN};
    if (devices[i].fd < 0) {
      fprintf(stderr, "reset-button: %s: %s\n", words[3 + i], strerror(errno));
      return 1;
    }
  }

  /* When the button went down; 0: it is up. */
  long down_at = 0;
  for (;;) {
    const long left = down_at == 0 ? -1 : down_at + held_ms - now_ms();
    if (down_at != 0 && left <= 0)
      return 0;
    if (poll(devices, devices_count, (int)left) < 0 && errno != EINTR)
      return 1;
    for (nfds_t i = 0; i < devices_count; i++) {
      if (devices[i].revents == 0)
        continue;
      struct input_event event;
      if (read(devices[i].fd, &event, sizeof event) != (ssize_t)sizeof event)
        return 1;
      if (event.type != EV_KEY || event.code != key)
        continue;
      /* 1: down, 2: still down, 0: up. */
      if (event.value == 0)
        down_at = 0;
      else if (down_at == 0)
        down_at = now_ms();
    }
  }
}
