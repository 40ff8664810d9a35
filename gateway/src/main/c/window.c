// The window's side of a command inside a session: runs it, shows its output in the window and to the client,
// and continues after the client has disconnected.
#include "base.h"
#include "hangup.h"
#include "rendezvous.h"
#include "porter.h"
#include "pty.h"
#include "pump.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum {
    OUTPUT = 0, // the command's stdout, or its terminal
    ERRORS = 1, // its stderr; with a terminal, the client's keys
    KEYS = 2,   // with a terminal only: keys typed in the window
    PUMPS = 3,
    FD_PEER = PUMPS * PUMP_POLLS,
    FD_SIGNALS,
    FDS,
    GRACE = 5000, // milliseconds between SIGHUP and SIGKILL when the window is closed
    EXIT_UNABLE = 126,
    EXIT_MISSING = 127,
};

struct window {
    struct order order;
    int peer; // the caller; -1 after it has ended
    int tty;  // the window's terminal
    int signals;
    pid_t command;
    bool ended;
    int status;
    struct pty_rest rest; // of its terminal's output after it ended
    int master, output, error; // this side's ends: the terminal, or the two pipes
    struct pump pumps[PUMPS];
};

static struct window the_window;

/// Ignores the signals of keys that are typed in the window: they are meant for the command, and must not
/// stop this process.
static void set_ignored(void (*handler)(int)) {
    const int numbers[] = {SIGPIPE, SIGTTOU, SIGINT, SIGQUIT};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        signal(numbers[i], handler);
    }
}

static int own_signals(void) {
    set_ignored(SIG_IGN);
    return signals_open(SIGCHLD, SIGHUP, SIGWINCH, 0);
}

static void reset_signals(void) {
    set_ignored(SIG_DFL);
    signals_unblock();
}

static _Noreturn void become(const struct order *order, int input, int output, int error) {
    const char *path = shell_of_sessions();
    reset_signals();
    if (!set_standard_streams(input, output, error)) {
        _exit(EXIT_UNABLE);
    }
    if (order->directory[0] != 0 && chdir(order->directory) != 0) {
        dprintf(STDERR_FILENO, "shed: cannot change to directory %s: %s\n", order->directory, strerror(errno));
        _exit(1);
    }
    const char *words[] = {strrchr(path, '/') + 1, "-c", order->command, NULL};
    execv(path, (char *const *)words);
    int reason = errno;
    dprintf(STDERR_FILENO, "shed: %s: %s\n", path, strerror(reason));
    _exit(reason == ENOENT ? EXIT_MISSING : EXIT_UNABLE);
}

/// Starts the command with the client's stdin and pipes for its output. The window is still its controlling
/// terminal, so /dev/tty and Ctrl-C work.
static bool start_on_pipes(struct window *self) {
    int output, error;
    struct termios termios;
    if (!open_pipe(&self->output, &output) || !open_pipe(&self->error, &error)) {
        return false;
    }
    if (tcgetattr(self->tty, &termios) == 0) {
        termios.c_cc[VSUSP] = _POSIX_VDISABLE; // nothing could continue a command that Ctrl-Z has stopped
        tcsetattr(self->tty, TCSANOW, &termios);
    }
    self->command = fork();
    if (self->command == 0) {
        setpgid(0, 0);
        tcsetpgrp(self->tty, getpid());
        become(&self->order, self->order.streams[0], output, error);
    }
    if (self->command > 0) {
        setpgid(self->command, self->command);
        tcsetpgrp(self->tty, self->command);
    }
    close(output);
    close(error);
    close(self->order.streams[0]);
    set_nonblocking(self->output);
    set_nonblocking(self->error);
    return self->command > 0;
}

/// Starts the command on a terminal of its own, which the window and the client both show and type on. The
/// window's terminal is in raw mode then.
static bool start_on_terminal(struct window *self) {
    struct termios termios;
    struct winsize size;
    char path[PTY_PATH];
    int slave;
    if (!pty_open(&self->master, &slave, path)) {
        return false;
    }
    if (tcgetattr(self->tty, &termios) == 0) {
        tcsetattr(slave, TCSANOW, &termios);
        cfmakeraw(&termios);
        tcsetattr(self->tty, TCSANOW, &termios);
    }
    if (ioctl(self->tty, TIOCGWINSZ, &size) == 0) {
        ioctl(slave, TIOCSWINSZ, &size);
    }
    self->command = fork();
    if (self->command == 0) {
        setsid();
        if (ioctl(slave, TIOCSCTTY, 0) != 0) {
            _exit(EXIT_UNABLE);
        }
        become(&self->order, slave, slave, slave);
    }
    close(slave);
    return self->command > 0;
}

static void connect_streams(struct window *self) {
    const int *client = self->order.streams;
    for (int i = self->order.terminal ? 0 : 1; i < RENDEZVOUS_STREAMS; i++) {
        set_nonblocking(client[i]);
    }
    if (self->order.terminal) {
        pump_open(&self->pumps[OUTPUT], self->master, client[1], self->tty);
        pump_open(&self->pumps[ERRORS], client[0], self->master, -1);
        pump_open(&self->pumps[KEYS], self->tty, self->master, -1);
    } else {
        pump_open(&self->pumps[OUTPUT], self->output, client[1], self->tty);
        pump_open(&self->pumps[ERRORS], self->error, client[2], self->tty);
        pump_open(&self->pumps[KEYS], -1, -1, -1);
    }
}

/// The client has disconnected. The command continues and the window still shows it.
static void forget_client(struct window *self) {
    close(self->peer);
    self->peer = -1;
    self->pumps[OUTPUT].to[0] = -1;
    if (self->order.terminal) {
        self->pumps[ERRORS].from = -1;
    } else {
        self->pumps[ERRORS].to[0] = -1;
    }
    for (int i = self->order.terminal ? 0 : 1; i < RENDEZVOUS_STREAMS; i++) {
        close(self->order.streams[i]);
    }
}

static pid_t foreground(const struct window *self) {
    pid_t group = self->order.terminal ? tcgetpgrp(self->master) : self->command;
    return group > 0 ? group : self->command;
}

/// Handles bytes from the caller: each is the number of a signal.
static void listen_to_caller(struct window *self) {
    uint8_t number;
    ssize_t count = recv(self->peer, &number, 1, MSG_DONTWAIT);
    if (count == 1 && !self->ended) {
        kill(-foreground(self), number);
    } else if (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR)) {
        forget_client(self);
    }
}

/// True if the window was closed.
static bool take_signals(struct window *self) {
    struct winsize size;
    bool closed = false;
    for (int number; (number = signals_next(self->signals)) != 0;) {
        closed = closed || number == SIGHUP;
        if (number == SIGWINCH && self->master >= 0 && ioctl(self->tty, TIOCGWINSZ, &size) == 0) {
            ioctl(self->master, TIOCSWINSZ, &size);
        }
    }
    if (!self->ended && has_ended(self->command, &self->status)) {
        self->ended = true;
        pty_rest_begin(&self->rest);
    }
    return closed;
}

/// Whether all output has been copied. With pipes, this is when no process can write any more, so that the
/// output of background children is included; with a terminal, when the command's own output has been read.
static bool is_complete(const struct window *self) {
    const struct pump *output = &self->pumps[OUTPUT];
    if (!self->ended || !pump_is_empty(output)) {
        return false;
    }
    if (!self->order.terminal) {
        return pump_is_done(output) && pump_is_done(&self->pumps[ERRORS]);
    }
    struct pollfd more = {.fd = output->from, .events = POLLIN};
    return output->from < 0 || pty_rest_is_full(&self->rest) ||
           (pty_rest_time_left(&self->rest) == 0 && poll(&more, 1, 0) != 1);
}

static void move_all(struct window *self) {
    size_t before = self->pumps[OUTPUT].total;
    for (int i = 0; i < PUMPS; i++) {
        pump_move(&self->pumps[i]);
    }
    pty_rest_add(&self->rest, self->pumps[OUTPUT].total - before);
}

/// Runs until the command has ended (true) or its window is closed (false).
static bool serve(struct window *self) {
    while (!is_complete(self)) {
        struct pollfd fds[FDS];
        bool rest = self->ended && self->order.terminal && pump_is_empty(&self->pumps[OUTPUT]);
        for (int i = 0; i < PUMPS; i++) {
            pump_polls(&self->pumps[i], fds + i * PUMP_POLLS);
        }
        fds[FD_PEER] = (struct pollfd){.fd = self->peer, .events = POLLIN};
        fds[FD_SIGNALS] = (struct pollfd){.fd = self->signals, .events = POLLIN};
        poll(fds, FDS, rest ? pty_rest_time_left(&self->rest) : -1);
        if (fds[FD_SIGNALS].revents != 0 && take_signals(self)) {
            return false;
        }
        if (fds[FD_PEER].revents != 0) {
            listen_to_caller(self);
        }
        move_all(self);
    }
    return true;
}

static void hang_up(const struct window *self) {
    struct hangup hangup = {.leader = self->command,
                            .session = self->order.terminal ? self->command : getsid(0),
                            .foreground = self->master >= 0 ? tcgetpgrp(self->master) : 0,
                            .kill_at = now_ms() + GRACE,
                            .signals = self->signals};
    close(self->master);
    close(self->output);
    close(self->error);
    hangup_run(&hangup);
}

static struct outcome outcome_of(int status) {
    if (WIFSIGNALED(status)) {
        return (struct outcome){.kind = OUTCOME_KILLED, .value = (uint32_t)WTERMSIG(status)};
    }
    return (struct outcome){.kind = OUTCOME_EXITED, .value = (uint32_t)WEXITSTATUS(status)};
}

static void report(const struct window *self, struct outcome outcome) {
    if (self->peer >= 0) {
        (void)!send(self->peer, &outcome, sizeof outcome, MSG_NOSIGNAL); // the caller may have ended just now
    }
}

static int run(struct window *self) {
    bool started = self->order.terminal ? start_on_terminal(self) : start_on_pipes(self);
    if (!started) {
        dprintf(self->order.streams[2], "shed: cannot start a process: %s\n", strerror(errno));
        report(self, (struct outcome){.kind = OUTCOME_EXITED, .value = EXIT_UNABLE});
        return EXIT_UNABLE;
    }
    connect_streams(self);
    if (serve(self)) {
        report(self, outcome_of(self->status));
    } else {
        hang_up(self);
        report(self, (struct outcome){.kind = OUTCOME_SESSION_ENDED, .value = SIGHUP});
    }
    return 0;
}

int window_main(int argc, char **argv) {
    struct window *self = &the_window;
    if (argc != 2) {
        log_line("usage: porter --window NAME");
        return EXIT_USAGE;
    }
    self->master = self->output = self->error = -1;
    self->signals = own_signals();
    self->tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    self->peer = rendezvous_connect(argv[1]);
    if (self->tty < 0 || self->peer < 0 || !order_receive(self->peer, &self->order)) {
        return 1; // the client disconnected before the command began
    }
    return run(self);
}
