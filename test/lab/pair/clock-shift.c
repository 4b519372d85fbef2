/*
 * Preloaded into a program, it shifts the time of day that the program sees by the number of seconds in CLOCK_SHIFT, which
 * may be negative and fractional. The monotonic clock stays as it is. (A time namespace does the opposite: it shifts
 * every clock but this.)
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long long shift_ns;

__attribute__((constructor)) static void read_shift(void) {
    const char *text = getenv("CLOCK_SHIFT");
    if (text) shift_ns = (long long)(atof(text) * 1e9);
}

static int shifted(struct timespec *out) {
    if (syscall(SYS_clock_gettime, CLOCK_REALTIME, out)) return -1;
    long long ns = (long long)out->tv_sec * 1000000000 + out->tv_nsec + shift_ns;
    out->tv_sec = ns / 1000000000;
    out->tv_nsec = ns % 1000000000;
    return 0;
}

int clock_gettime(clockid_t clock, struct timespec *out) {
    if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) return shifted(out);
    return (int)syscall(SYS_clock_gettime, clock, out);
}

int gettimeofday(struct timeval *restrict out, void *restrict zone) {
    (void)zone;
    struct timespec now;
    if (shifted(&now)) return -1;
    out->tv_sec = now.tv_sec;
    out->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *out) {
    struct timespec now;
    if (shifted(&now)) return -1;
    if (out) *out = now.tv_sec;
    return now.tv_sec;
}
