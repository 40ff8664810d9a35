// The porter: starts processes, dials and listens on sockets and moves bytes in a container, as the gateway says.
// This process keeps the control connection and a number of idle workers; docs/porter-protocol.md has the whole.
#include "inside.h"
#include "porter.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TOKEN_NAME "SHED_PORTER_TOKEN"

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_REFUSED = 3,
    EXIT_VIOLATION = 4,
    DEFAULT_IDLE = 4,
    MAX_IDLE = 256,
    DEFAULT_GRACE = 5000,
    MAX_GRACE = 600000,
    BACKOFF_FIRST = 50,
    BACKOFF_LAST = 2000,
    // Busy workers end by themselves, at most a grace period after their gateway.
    FAREWELL = 2000,
};

struct supervisor {
    struct porter *porter;
    struct link link;
    int signals, notified, life_end;
    uint32_t wanted, idle, busy;
    pid_t idle_pids[MAX_IDLE];
    uint64_t started, retry_at;
    uint32_t backoff;
};

static struct porter porter;
static struct supervisor supervisor;
static struct link data_link;

void say(const char *format, ...) {
    char line[512] = "porter: ";
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line + 8, sizeof line - 9, format, arguments);
    va_end(arguments);
    size_t size = length < 0 ? 8 : 8 + ((size_t)length < sizeof line - 9 ? (size_t)length : sizeof line - 10);
    line[size++] = '\n';
    struct pollfd err = {.fd = STDERR_FILENO, .events = POLLOUT};
    if (poll(&err, 1, 0) == 1 && (err.revents & POLLOUT) && write(STDERR_FILENO, line, size) < 0) {
        return; // there is nowhere else to say it
    }
}

uint64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

int until(uint64_t deadline) {
    if (deadline == 0) {
        return -1;
    }
    uint64_t now = now_ms();
    return now >= deadline ? 0 : (int)(deadline - now);
}

int child_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_SETMASK, &set, NULL);
    return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static _Noreturn void run_worker(struct supervisor *self) {
    close(self->link.in);
    close(self->signals);
    close(self->notified);
    close(self->life_end);
    int fd = link_connect(self->porter->socket);
    if (fd < 0) {
        say("cannot connect to %s: %s", self->porter->socket, strerror(errno));
        _exit(EXIT_FAILED);
    }
    struct hello hello = {.kind = HELLO_DATA, .token = self->porter->token, .listener = "", .peer = "", .peer_port = 0};
    link_open(&data_link, fd, fd, &hello);
    work(self->porter, &data_link);
    _exit(EXIT_DONE);
}

static void back_off(struct supervisor *self) {
    self->retry_at = now_ms() + self->backoff;
    self->backoff = self->backoff * 2 > BACKOFF_LAST ? BACKOFF_LAST : self->backoff * 2;
}

static void add_workers(struct supervisor *self) {
    while (self->idle < self->wanted && now_ms() >= self->retry_at) {
        pid_t pid = fork();
        if (pid == 0) {
            run_worker(self);
        }
        if (pid < 0) {
            say("cannot start a worker: %s", strerror(errno));
            link_failed(&self->link, errno, STAGE_RESOURCES, "cannot start a worker");
            back_off(self);
            return;
        }
        self->idle_pids[self->idle++] = pid;
    }
}

/// True when the pid was an idle worker's, which it no longer is.
static bool take_idle(struct supervisor *self, pid_t pid) {
    for (uint32_t i = 0; i < self->idle; i++) {
        if (self->idle_pids[i] == pid) {
            self->idle_pids[i] = self->idle_pids[--self->idle];
            return true;
        }
    }
    return false;
}

static void read_notices(struct supervisor *self) {
    pid_t pids[64];
    ssize_t count;
    // Writes of a pid are atomic, so a read never splits one.
    while ((count = read(self->notified, pids, sizeof pids)) > 0) {
        for (size_t i = 0; i < (size_t)count / sizeof pids[0]; i++) {
            if (take_idle(self, pids[i])) {
                self->busy++;
                self->backoff = BACKOFF_FIRST;
                self->retry_at = 0;
            }
        }
    }
}

static void reap(struct supervisor *self) {
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) {
        read_notices(self); // its notice, if it sent one, was written before it died
        if (take_idle(self, pid)) {
            back_off(self);
        } else if (self->busy > 0) {
            self->busy--;
        }
    }
}

static void send_status(struct supervisor *self) {
    uint8_t buffer[256];
    struct writer frame = frame_begin(buffer, sizeof buffer, STATUS);
    write_string(&frame, PORTER_VERSION);
    write_u32(&frame, (uint32_t)getpid());
    write_u64(&frame, now_ms() - self->started);
    write_u32(&frame, self->busy);
    write_u32(&frame, self->idle);
    write_u32(&frame, self->wanted);
    frame_end(&frame);
    link_queue(&self->link, &frame);
}

static bool obey(struct supervisor *self, const struct frame *frame, const char **reason) {
    struct reader in = reader_of(frame);
    if (frame->type == STAT && reader_finished(&in)) {
        read_notices(self);
        reap(self);
        send_status(self);
        return true;
    }
    *reason = "this frame has no place on the control connection";
    return false;
}

static bool obey_all(struct supervisor *self) {
    const char *reason = "";
    struct frame frame;
    int found;
    link_receive(&self->link);
    while ((found = link_next(&self->link, &frame, &reason)) > 0) {
        if (!obey(self, &frame, &reason)) {
            found = -1;
            break;
        }
    }
    if (found < 0) {
        say("control connection: %s", reason);
    }
    return found == 0;
}

static bool terminated(struct supervisor *self) {
    struct signalfd_siginfo info;
    bool ended = false;
    while (read(self->signals, &info, sizeof info) == sizeof info) {
        ended = ended || info.ssi_signo != SIGCHLD;
    }
    return ended;
}

static int supervise(struct supervisor *self) {
    while (!self->link.ended) {
        if (self->link.greeted) {
            add_workers(self);
        }
        link_flush(&self->link);
        struct pollfd fds[] = {
            {.fd = self->link.in, .events = (short)(POLLIN | (self->link.out_length > 0 ? POLLOUT : 0))},
            {.fd = self->notified, .events = POLLIN},
            {.fd = self->signals, .events = POLLIN},
        };
        poll(fds, 3, self->idle < self->wanted && self->link.greeted ? until(self->retry_at) : -1);
        if (fds[2].revents != 0 && terminated(self)) {
            return EXIT_DONE;
        }
        reap(self);
        read_notices(self);
        if ((fds[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !obey_all(self)) {
            return EXIT_VIOLATION;
        }
    }
    if (!self->link.greeted) {
        say("the gateway refused this porter");
        return EXIT_REFUSED;
    }
    return EXIT_DONE;
}

/// The idle workers see the pipe `life` end. The busy ones see their own connections end, if the gateway has gone.
static void farewell(struct supervisor *self) {
    uint64_t deadline = now_ms() + self->porter->grace + FAREWELL;
    close(self->link.in);
    close(self->life_end);
    while (until(deadline) > 0) {
        struct pollfd signals = {.fd = self->signals, .events = POLLIN};
        reap(self);
        if (waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD) {
            return;
        }
        poll(&signals, 1, until(deadline));
        terminated(self);
    }
}

static bool prepare(struct supervisor *self) {
    int notify[2], life[2];
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_SETMASK, &set, NULL);
    self->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
    if (self->signals < 0 || pipe2(notify, O_CLOEXEC | O_NONBLOCK) != 0 || pipe2(life, O_CLOEXEC) != 0) {
        say("cannot prepare: %s", strerror(errno));
        return false;
    }
    self->notified = notify[0];
    self->porter->notify = notify[1];
    self->porter->life = life[0];
    self->life_end = life[1];
    return true;
}

static int run_resident(struct supervisor *self) {
    self->started = now_ms();
    self->backoff = BACKOFF_FIRST;
    if (!prepare(self)) {
        return EXIT_FAILED;
    }
    int fd = link_connect(self->porter->socket);
    if (fd < 0) {
        say("cannot connect to %s: %s", self->porter->socket, strerror(errno));
        return EXIT_FAILED;
    }
    struct hello hello = {
        .kind = HELLO_CONTROL, .token = self->porter->token, .listener = "", .peer = "", .peer_port = 0};
    link_open(&self->link, fd, fd, &hello);
    int status = supervise(self);
    farewell(self);
    return status;
}

static int run_stdio(void) {
    // The connection moves up, so that 0, 1 and 2 are free for what the task gets.
    int in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    int out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (in < 0 || out < 0 || close(STDIN_FILENO) != 0 || close(STDOUT_FILENO) != 0 ||
        open("/dev/null", O_RDWR) != STDIN_FILENO || open("/dev/null", O_RDWR) != STDOUT_FILENO) {
        say("cannot take stdin and stdout over: %s", strerror(errno));
        return EXIT_FAILED;
    }
    struct hello hello = {.kind = HELLO_DATA, .token = "", .listener = "", .peer = "", .peer_port = 0};
    link_open(&data_link, in, out, &hello);
    work(&porter, &data_link);
    return EXIT_DONE;
}

/// Moves the token out of the environment: what is left would show in /proc/PID/environ and in every task.
static bool take_token(void) {
    char *value = getenv(TOKEN_NAME);
    if (value == NULL) {
        return true;
    }
    size_t length = strlen(value);
    bool fits = length < sizeof porter.token;
    if (fits) {
        memcpy(porter.token, value, length + 1);
    }
    explicit_bzero(value, length);
    unsetenv(TOKEN_NAME);
    return fits;
}

static bool number_option(const char *text, uint32_t max, uint32_t *value) {
    char *end;
    unsigned long parsed = strtoul(text, &end, 10);
    *value = (uint32_t)parsed;
    return *text >= '0' && *text <= '9' && *end == 0 && parsed <= max;
}

static int usage(void) {
    say("usage: porter --socket PATH [--idle N] [OPTIONS] | --stdio [OPTIONS] | --version"
        " | --session SESSION [--terminal] [--here] -- COMMAND | --window NAME | --stop MS [--all];"
        " OPTIONS: [--grace MS] [--mark TEXT] [--sockets DIRECTORY] [--home PATH] [--groups NAME,…] [--as-is]");
    return EXIT_USAGE;
}

/// The option with a value, or false for none of these.
static bool take_option(const char *name, const char *value) {
    if (strcmp(name, "--mark") == 0) {
        return true; // tells the gateway whose porter this is; nothing to the porter
    }
    if (strcmp(name, "--socket") == 0) {
        porter.socket = value;
    } else if (strcmp(name, "--sockets") == 0) {
        porter.sockets = value;
        return *value == '/';
    } else if (strcmp(name, "--home") == 0) {
        porter.defaults.home = value;
    } else if (strcmp(name, "--groups") == 0) {
        porter.defaults.groups = value;
    } else if (strcmp(name, "--idle") == 0) {
        return number_option(value, MAX_IDLE, &supervisor.wanted);
    } else if (strcmp(name, "--grace") == 0) {
        return number_option(value, MAX_GRACE, &porter.grace);
    } else {
        return false;
    }
    return true;
}

static bool take_options(int argc, char **argv, bool *stdio) {
    porter.grace = DEFAULT_GRACE;
    porter.notify = porter.life = -1;
    supervisor.porter = &porter;
    supervisor.wanted = DEFAULT_IDLE;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--stdio") == 0) {
            *stdio = true;
        } else if (strcmp(argv[i], "--as-is") == 0) {
            porter.defaults.as_is = true;
        } else if (i + 1 < argc && *argv[i + 1] != 0 && take_option(argv[i], argv[i + 1])) {
            i++;
        } else {
            return false;
        }
    }
    return true;
}

/// What a uid without an entry has instead of one is what the container's maker set. Of the variables of a porter that was
/// started as root HOME is the engine's own.
static void take_defaults(void) {
    porter.container_environment = environ;
    porter.defaults.shell = getenv("SHELL");
    if (porter.defaults.as_is && porter.defaults.home == NULL) {
        porter.defaults.home = getenv("HOME");
    }
}

int main(int argc, char **argv) {
    bool stdio = false;
    if (argc > 1 && strcmp(argv[1], "--session") == 0) {
        return caller_main(argc, argv);
    }
    if (argc > 1 && strcmp(argv[1], "--window") == 0) {
        return window_main(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "--stop") == 0) {
        return stop_main(argc - 1, argv + 1);
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        return printf("porter %s protocol %d\n", PORTER_VERSION, PROTOCOL_VERSION) > 0 ? EXIT_DONE : EXIT_FAILED;
    }
    if (!take_options(argc, argv, &stdio) || stdio == (porter.socket != NULL)) {
        return usage();
    }
    // Descriptors 0, 1 and 2 must exist, or pipes of a task would get these numbers.
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) {
            return EXIT_FAILED;
        }
    }
    if (!take_token()) {
        say("the token is too long");
        return EXIT_USAGE;
    }
    take_defaults();
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_DUMPABLE, 0); // no core file with the token, and a worker with a user's ids is not traced by them
    return stdio ? run_stdio() : run_resident(&supervisor);
}
