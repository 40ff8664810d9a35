// The gateway's side of a command inside a session: opens the window, passes the client's streams to it, and
// waits.
#include "base.h"
#include "label.h"
#include "rendezvous.h"
#include "porter.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    EXIT_NOT_NOW = 75, // EX_TEMPFAIL: the gateway reports SHED_NOT_READY
    EXIT_NO_TMUX = 127,
    WINDOW_TIMEOUT = 10000, // a window's program starts in milliseconds, on a busy machine within a second
    ANSWER = 512,
};

struct caller {
    const char *session, *self;
    const char *newline;
    struct order order;
    char directory[PATH_MAX];
    int signals;
};

/// Prints a message for the client on stderr, as the gateway does.
static void tell(const struct caller *caller, const char *what, const char *detail) {
    dprintf(STDERR_FILENO, "shed: %s%s%s", what, detail, caller->newline);
}

/// Runs tmux and returns its exit status. `answer` receives its stdout and stderr without the last line
/// break.
static int tmux(const char *const words[], char answer[ANSWER]) {
    int answers, output;
    size_t length = 0;
    ssize_t count;
    int status = 0;
    if (!open_pipe(&answers, &output)) {
        return -1;
    }
    pid_t pid = fork();
    if (pid == 0) {
        signals_unblock();
        // Not the client's stdin: tmux passes its stdin to the server.
        set_standard_streams(open("/dev/null", O_RDONLY | O_CLOEXEC), output, output);
        execvp(words[0], (char *const *)words);
        _exit(EXIT_NO_TMUX);
    }
    close(output);
    // Read to the end, so that tmux does not block; output beyond the buffer is dropped.
    char rest[ANSWER];
    while ((count = length < ANSWER - 1 ? read(answers, answer + length, ANSWER - 1 - length)
                                        : read(answers, rest, sizeof rest)) > 0 ||
           (count < 0 && errno == EINTR)) {
        length += count > 0 && length < ANSWER - 1 ? (size_t)count : 0;
    }
    answer[length] = 0;
    answer[strcspn(answer, "\r\n")] = 0;
    close(answers);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return pid > 0 && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/// Opens the window. tmux runs several words after `--` without a shell. The command is not among them, but
/// sent over the socket.
static int open_window(const struct caller *caller, const char *place, char window[ANSWER]) {
    char target[128], title[LABEL_TITLE];
    snprintf(target, sizeof target, "=%s:", caller->session);
    label_title(caller->order.command, title);
    const char *words[] = {"tmux", "-u", "new-window", "-d", "-P", "-F", "#{window_id}", "-t", target, "-n", title,
                           "-c", "#{pane_current_path}", "--", caller->self, "--window", place, NULL};
    return tmux(words, window);
}

/// Sets options of the window: its command, for `sessions`, and that it closes when its program ends,
/// whatever the user's tmux.conf says.
static void mark_window(const struct caller *caller, const char *window) {
    char text[LABEL_COMMAND], ignored[ANSWER];
    label_command(caller->order.command, text);
    const char *words[] = {"tmux", "-u", "set-option", "-w", "-t", window, "@shed-command", text, ";",
                           "set-option", "-w", "-t", window, "remain-on-exit", "off", NULL};
    tmux(words, ignored); // a window that has ended is detected later
}

static bool take_arguments(struct caller *caller, int argc, char **argv) {
    bool here = false;
    caller->self = argv[0];
    caller->order.directory = "";
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--session") == 0 && i + 1 < argc) {
            caller->session = argv[++i];
        } else if (strcmp(argv[i], "--terminal") == 0) {
            caller->order.terminal = true;
        } else if (strcmp(argv[i], "--here") == 0) {
            here = true;
        } else if (strcmp(argv[i], "--") == 0 && i + 2 == argc) {
            caller->order.command = argv[++i];
        } else {
            return false;
        }
    }
    if (here && getcwd(caller->directory, sizeof caller->directory) != NULL) {
        caller->order.directory = caller->directory;
    }
    return caller->session != NULL && caller->order.command != NULL;
}

/// A descriptor for the signals that are passed on to the command. SIGHUP is not one of them: it means that
/// the client has disconnected, which ends this process but not the command.
static int forwarded_signals(void) {
    return signals_open(SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2, SIGALRM, 0);
}

static void forward(const struct caller *caller, int peer) {
    for (int number; (number = signals_next(caller->signals)) != 0;) {
        uint8_t byte = (uint8_t)number;
        if (send(peer, &byte, 1, MSG_NOSIGNAL) < 0) {
            return; // the window has closed the socket; its outcome can be read
        }
    }
}

/// Ends this process by the signal that ended the command.
static int die(int number) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none); // it would be a dump of this process
    signal(number, SIG_DFL);
    signals_unblock();
    raise(number);
    return 128 + number; // the signal does not kill
}

static int await_end(const struct caller *caller, int peer) {
    struct outcome outcome;
    struct pollfd fds[] = {{.fd = peer, .events = POLLIN}, {.fd = caller->signals, .events = POLLIN}};
    do {
        poll(fds, 2, -1);
        forward(caller, peer);
    } while (fds[0].revents == 0);
    if (recv(peer, &outcome, sizeof outcome, MSG_WAITALL) != (ssize_t)sizeof outcome) {
        outcome.kind = OUTCOME_SESSION_ENDED; // the window's program was killed, and its terminal closed
    }
    switch (outcome.kind) {
    case OUTCOME_EXITED:
        return (int)(outcome.value & 0xff);
    case OUTCOME_KILLED:
        return die((int)outcome.value);
    default:
        tell(caller, "the window was closed before the command ended", "");
        return die(SIGHUP);
    }
}

static int call(struct caller *caller) {
    char place[RENDEZVOUS_NAME], window[ANSWER];
    int listener = rendezvous_open(place);
    if (listener < 0) {
        tell(caller, "cannot open a socket: ", strerror(errno));
        return EXIT_NOT_NOW;
    }
    int status = open_window(caller, place, window);
    if (status != 0) {
        tell(caller, status == EXIT_NO_TMUX ? "there is no tmux" : "tmux says: ", status == EXIT_NO_TMUX ? "" : window);
        return EXIT_NOT_NOW;
    }
    int peer = rendezvous_accept(listener, WINDOW_TIMEOUT);
    close(listener);
    if (peer < 0) {
        tell(caller, "the window's program did not start", "");
        return EXIT_NOT_NOW;
    }
    mark_window(caller, window);
    if (!order_send(peer, &caller->order)) {
        tell(caller, "the window was closed at once", "");
        return EXIT_NOT_NOW;
    }
    // The window has these descriptors now. Open here, they would keep the client's streams open.
    close(STDIN_FILENO);
    close(STDOUT_FILENO);
    return await_end(caller, peer);
}

int caller_main(int argc, char **argv) {
    struct caller caller = {.order = {.streams = {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}}};
    if (!take_arguments(&caller, argc, argv)) {
        log_line("usage: porter --session SESSION [--terminal] [--here] -- COMMAND");
        return 2;
    }
    caller.newline = caller.order.terminal ? "\r\n" : "\n";
    caller.signals = forwarded_signals();
    signal(SIGPIPE, SIG_IGN);
    return call(&caller);
}
