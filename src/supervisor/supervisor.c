/*
 * Keeps the daemon of an appliance running, the hardware's watchdog quiet for as long as the daemon works, and a light that tells.
 *
 *   supervisor -c FIFO -f FILE [-u USER] [-w DEVICE] [-g SECONDS] [-l LIGHT] [-k PROGRAM] COMMAND [WORD]...
 *
 *   -c  where it is told "start" or "stop", a line each; made anew. The user of the daemon may write there.
 *   -f  without this file there is nothing to serve: the command is not run before "start" finds it
 *   -u  who the command runs as, with no more rights than serving takes; left out: as whoever runs this
 *   -w  the watchdog, e.g. /dev/watchdog; left out: there is none
 *   -g  the daemon may be silent for so long after its start; afterwards, for a sixth of that (60; 10)
 *   -l  the light, e.g. /sys/class/leds/red:sys; left out: there is none. On: all is well. Slow: clients are served, but look. Fast:
 *       they are not, or one mishap away from it. A flash each three seconds: there is nothing to serve.
 *   -k  what is run, with the word "now", before the watchdog resets the box: it keeps the log, which says why
 *
 * The daemon writes an octet a second to the descriptor that TWINLEASE_HEARTBEAT_FD names, from its event loop. Where none comes
 * any more the watchdog is not fed, and resets the box: whatever holds the event loop up, a new start of everything is what is left
 * to try, and the partner serves meanwhile. The octet says how it is: "." well, "!" look, "x" not well. Without a watchdog the daemon alone is killed. A daemon that ends by itself is started
 * again, after 1 s at first and up to 60 s when it goes on ending; with status 0 it was asked to end, and stays ended.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/watchdog.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  HEARTBEAT_FD = 3,
  WATCHDOG_S = 30,
  FEED_EVERY_MS = 1000,
  BACK_OFF_MAX_S = 60,
  /* A daemon that worked for so long and then ends is not one that can't start. */
  LASTED_S = 60,
  STOP_S = 15,
  /* Between the last word about the daemon and the keeping of the log: by then that word is in it. */
  KEEP_AFTER_S = 3,
  /* Clients come before the console, and before an update that is verified and written. */
  DAEMON_NICE = -10,
};

/* Ports below 1024; ICMPv6 and SO_BINDTODEVICE; routes, the address of the management port and SO_RCVBUFFORCE. */
static const int capabilities[] = {CAP_NET_BIND_SERVICE, CAP_NET_RAW, CAP_NET_ADMIN};
#define CAPABILITIES (sizeof capabilities / sizeof *capabilities)

static const char *control_path, *needed_file, *watchdog_path, *light_path, *keeper_path;
static const struct passwd *user;
static long grace_s = 60;
static char **command;

static int watchdog = -1;
static pid_t daemon_pid;
static int heartbeat = -1;
static long started_at, heard_at, start_again_at, back_off_s = 1, killed_at;
static bool is_wanted, is_ending, was_heard, is_silent;
/* 0: the log was kept since, or there is no reason to. */
static long silent_at;
/* What the daemon said last of how it is. */
static char condition;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void say(const char *format, ...)
{
  va_list words;
  va_start(words, format);
  fputs("supervisor: ", stderr);
  vfprintf(stderr, format, words);
  fputc('\n', stderr);
  va_end(words);
}

static void give_up(const char *what) __attribute__((noreturn));
static void give_up(const char *what)
{
  say("%s: %s", what, strerror(errno));
  exit(1);
}

/* Seconds of a clock that nobody sets. */
static long now(void)
{
  struct timespec time;
  clock_gettime(CLOCK_BOOTTIME, &time);
  return (long)time.tv_sec;
}

/* Into a file of the light, or not: a light is not worth a word in the log each second. */
static void tell_light(const char *name, const char *value)
{
  char path[256];
  snprintf(path, sizeof path, "%s/%s", light_path, name);
  const int file = open(path, O_WRONLY | O_CLOEXEC | O_TRUNC);
  if (file < 0)
    return;
  dprintf(file, "%s", value);
  close(file);
}

/* The kernel blinks by itself. Nothing off: it is on. */
static void show(long on_ms, long off_ms)
{
  static long shown_on = -1, shown_off = -1;
  if (light_path == NULL || (on_ms == shown_on && off_ms == shown_off))
    return;
  shown_on = on_ms;
  shown_off = off_ms;
  if (off_ms == 0) {
    tell_light("trigger", "none");
    tell_light("brightness", "255");
    return;
  }
  char milliseconds[32];
  tell_light("trigger", "timer");
  snprintf(milliseconds, sizeof milliseconds, "%ld", on_ms);
  tell_light("delay_on", milliseconds);
  snprintf(milliseconds, sizeof milliseconds, "%ld", off_ms);
  tell_light("delay_off", milliseconds);
}

static void show_condition(void)
{
  if (!is_wanted && daemon_pid == 0)
    show(100, 2900);
  else if (daemon_pid == 0 || is_silent || condition == 'x')
    show(100, 100);
  else if (condition == '!')
    show(1000, 1000);
  else
    show(1, 0);
}

/* Becomes the user, for good, and keeps only the capabilities that serving takes: also for programs that the daemon runs. */
static void become_user(void)
{
  uint64_t mask = 0;
  for (size_t i = 0; i < CAPABILITIES; i++)
    mask |= UINT64_C(1) << capabilities[i];
  for (int each = 0; each <= CAP_LAST_CAP; each++)
    if ((mask & (UINT64_C(1) << each)) == 0 && prctl(PR_CAPBSET_DROP, each) < 0 && errno != EINVAL)
      give_up("PR_CAPBSET_DROP");
  if (prctl(PR_SET_KEEPCAPS, 1) < 0 || initgroups(user->pw_name, user->pw_gid) < 0 || setgid(user->pw_gid) < 0 || setuid(user->pw_uid) < 0)
    give_up(user->pw_name);
  struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
  const uint32_t low = (uint32_t)mask, high = (uint32_t)(mask >> 32);
  struct __user_cap_data_struct sets[] = {{low, low, low}, {high, high, high}};
  if (syscall(SYS_capset, &header, sets) < 0)
    give_up("capset");
  for (size_t i = 0; i < CAPABILITIES; i++)
    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capabilities[i], 0, 0) < 0)
      give_up("PR_CAP_AMBIENT");
}

static void run_daemon(int heartbeat_end)
{
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  /* Only root may; without, it serves all the same. */
  setpriority(PRIO_PROCESS, 0, DAEMON_NICE);
  if (user != NULL)
    become_user();
  /* Two daemons for one set of leases must not be: this one does not outlive who starts the next. */
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 || prctl(PR_SET_PDEATHSIG, SIGTERM) < 0)
    give_up("prctl");
  if (heartbeat_end != HEARTBEAT_FD && dup2(heartbeat_end, HEARTBEAT_FD) < 0)
    give_up("dup2");
  fcntl(HEARTBEAT_FD, F_SETFD, 0);
  int nothing = open("/dev/null", O_RDONLY);
  if (nothing >= 0)
    dup2(nothing, STDIN_FILENO);
  umask(077);
  execv(command[0], command);
  give_up(command[0]);
}

static void start_daemon(void)
{
  start_again_at = 0;
  if (access(needed_file, F_OK) < 0) {
    say("there is no %s: nothing to serve", needed_file);
    is_wanted = false;
    return;
  }
  int ends[2];
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0)
    give_up("pipe");
  pid_t pid = fork();
  if (pid < 0)
    give_up("fork");
  if (pid == 0)
    run_daemon(ends[1]);
  close(ends[1]);
  heartbeat = ends[0];
  daemon_pid = pid;
  started_at = heard_at = now();
  killed_at = 0;
  was_heard = is_silent = false;
  /* Until it says otherwise it does not serve yet. */
  condition = 'x';
}

static void stop_daemon(void)
{
  start_again_at = 0;
  if (daemon_pid == 0 || killed_at != 0)
    return;
  kill(daemon_pid, SIGTERM);
  killed_at = now();
}

static void daemon_ended(int status)
{
  const long lasted = now() - started_at;
  daemon_pid = 0;
  close(heartbeat);
  heartbeat = -1;
  if (WIFSIGNALED(status))
    say("the daemon was ended by signal %d after %ld s", WTERMSIG(status), lasted);
  else
    say("the daemon ended with status %d after %ld s", WEXITSTATUS(status), lasted);
  if (is_ending || !is_wanted)
    return;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    is_wanted = false;
    return;
  }
  if (lasted >= LASTED_S)
    back_off_s = 1;
  say("it is started again in %ld s", back_off_s);
  start_again_at = now() + back_off_s;
  back_off_s = back_off_s * 2 > BACK_OFF_MAX_S ? BACK_OFF_MAX_S : back_off_s * 2;
}

static void obey(int control)
{
  char said[256];
  const ssize_t length = read(control, said, sizeof said - 1);
  if (length <= 0)
    return;
  said[length] = '\0';
  for (char *rest = said, *line; (line = strsep(&rest, "\n")) != NULL;) {
    if (strcmp(line, "start") == 0) {
      is_wanted = true;
      back_off_s = 1;
      if (daemon_pid == 0)
        start_daemon();
    } else if (strcmp(line, "stop") == 0) {
      is_wanted = false;
      stop_daemon();
    }
  }
}

/* Whoever waits for a disk that answers no more is not waited for. */
static void keep_log(void)
{
  if (keeper_path == NULL || fork() != 0)
    return;
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  execl(keeper_path, keeper_path, "now", (char *)NULL);
  _exit(1);
}

/* Whether the daemon does what it is to do, or is not to do anything. */
static bool is_well(void)
{
  if (daemon_pid == 0 || killed_at != 0)
    return true;
  return now() - heard_at <= (was_heard ? grace_s / 6 : grace_s);
}

static void look_after_it(void)
{
  char beats[64];
  for (ssize_t count; heartbeat >= 0 && (count = read(heartbeat, beats, sizeof beats)) > 0;) {
    was_heard = true;
    heard_at = now();
    condition = beats[count - 1];
  }
  if (killed_at != 0 && daemon_pid != 0 && now() - killed_at > STOP_S)
    kill(daemon_pid, SIGKILL);
  if (start_again_at != 0 && now() >= start_again_at)
    start_daemon();
  if (is_well()) {
    is_silent = false;
    if (watchdog >= 0 && write(watchdog, "k", 1) < 0)
      say("%s: %s", watchdog_path, strerror(errno));
    return;
  }
  if (!is_silent)
    say("nothing was heard from the daemon for %ld s: %s", now() - heard_at, watchdog >= 0 ? "the watchdog will reset the box" : "it is killed");
  if (!is_silent)
    silent_at = now();
  is_silent = true;
  if (watchdog < 0) {
    kill(daemon_pid, SIGKILL);
  } else if (silent_at != 0 && now() - silent_at >= KEEP_AFTER_S) {
    silent_at = 0;
    keep_log();
  }
}

static int open_control(void)
{
  unlink(control_path);
  if (mkfifo(control_path, 0620) < 0)
    give_up(control_path);
  if (user != NULL && (chown(control_path, 0, user->pw_gid) < 0 || chmod(control_path, 0620) < 0))
    give_up(control_path);
  /* Open for writing too, or each writer that ends would end it for all. */
  const int control = open(control_path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (control < 0)
    give_up(control_path);
  return control;
}

static void open_watchdog(void)
{
  if (watchdog_path == NULL)
    return;
  watchdog = open(watchdog_path, O_WRONLY | O_CLOEXEC);
  if (watchdog < 0) {
    say("%s: %s; a daemon that stands still is killed instead", watchdog_path, strerror(errno));
    return;
  }
  int seconds = WATCHDOG_S;
  if (ioctl(watchdog, WDIOC_SETTIMEOUT, &seconds) < 0 && errno != ENOTTY)
    say("%s: its time can't be set to %d s: %s", watchdog_path, WATCHDOG_S, strerror(errno));
}

static void read_options(int count, char **words)
{
  /* "+": what follows the command is its own. */
  for (int option; (option = getopt(count, words, "+c:f:u:w:g:l:k:")) != -1;) {
    switch (option) {
    case 'c':
      control_path = optarg;
      break;
    case 'f':
      needed_file = optarg;
      break;
    case 'u':
      errno = ENOENT;
      if ((user = getpwnam(optarg)) == NULL)
        give_up(optarg);
      break;
    case 'w':
      watchdog_path = optarg;
      break;
    case 'g':
      grace_s = strtol(optarg, NULL, 10);
      break;
    case 'l':
      light_path = optarg;
      break;
    case 'k':
      keeper_path = optarg;
      break;
    default:
      exit(2);
    }
  }
  command = words + optind;
  if (control_path == NULL || needed_file == NULL || *command == NULL) {
    say("-c FIFO, -f FILE and a command are wanted");
    exit(2);
  }
}

int main(int count, char **words)
{
  read_options(count, words);
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, NULL);
  const int news = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
  if (news < 0)
    give_up("signalfd");
  setenv("TWINLEASE_HEARTBEAT_FD", "3", 1);
  open_watchdog();
  const int control = open_control();
  is_wanted = true;
  start_daemon();

  while (!is_ending || daemon_pid != 0) {
    struct pollfd ready[] = {{.fd = news, .events = POLLIN}, {.fd = control, .events = POLLIN}};
    poll(ready, 2, FEED_EVERY_MS);
    struct signalfd_siginfo signal;
    while (read(news, &signal, sizeof signal) == (ssize_t)sizeof signal) {
      if (signal.ssi_signo == SIGCHLD)
        continue;
      is_ending = true;
      stop_daemon();
    }
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
      if (pid == daemon_pid)
        daemon_ended(status);
    if (!is_ending)
      obey(control);
    look_after_it();
    show_condition();
  }
  unlink(control_path);
  return 0;
}
