// `porter --relay [-- COMMAND…]`: runs the program of a pane on a terminal of its own, and reads what it tells by OSC 7501.
// Without a command that is the user's shell, as a login shell.
//
// tmux starts this process, the keeper: it reads nothing of what comes from the program. It has two children: the program,
// which leads the session of the inner terminal, and the relay, which copies the bytes. A relay that is killed is started
// anew; the terminals and what was on its way are the keeper's as well. The relay is in the foreground of tmux's terminal,
// where tmux looks for the command and the directory of the pane.
#include "base.h"
#include "pane_relay.h"
#include "porter.h"
#include "pty.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define RELAY_NAME "shed-relay"
#define RELAY_VARIABLE "SHED_RELAY"

enum {
    EXIT_AS_TMUX = 1, // if there is no such program
    BETWEEN_FORKS_NS = 100000000,
    UNTIL_CLOSED_NS = 200000000, // from the end of its output to that of the program
};

struct command {
    const char *program; // a path, or a name in PATH
    char **words;        // its arguments, with its name for itself
};

struct pane {
    struct command command;
    struct pane_relay *shared;
    pid_t program, relay; // 0 once they have ended
    int status;           // of the program
    bool closed;          // both terminals are
    sigset_t mask;        // as tmux has left it
};

static bool is_hung_up(const struct pane *pane) {
    struct winsize size;
    return ioctl(pane->shared->outer, TIOCGWINSZ, &size) != 0;
}

/// The number that /proc/PID/stat has for the terminal.
static int terminal_number(int slave) {
    struct stat info;
    return fstat(slave, &info) != 0 ? 0 : (int)info.st_rdev;
}

/// As tmux starts it: a login shell has a name that begins with a hyphen.
static struct command login_shell(void) {
    static char name[256];
    static char *words[] = {name, NULL};
    const char *path = shell_of_sessions();
    snprintf(name, sizeof name, "-%s", strrchr(path, '/') + 1);
    return (struct command){.program = path, .words = words};
}

static _Noreturn void execute(const struct command *command) {
    execvp(command->program, command->words);
    dprintf(STDERR_FILENO, "%s: %s\n", command->program, strerror(errno));
    _exit(EXIT_AS_TMUX);
}

static _Noreturn void become_program(const struct pane *pane, int slave) {
    char number[16];
    snprintf(number, sizeof number, "%d", terminal_number(slave));
    setenv(RELAY_VARIABLE, number, 1);
    setsid();
    if (ioctl(slave, TIOCSCTTY, 0) != 0 || !set_standard_streams(slave, slave, slave)) {
        _exit(EXIT_AS_TMUX);
    }
    sigprocmask(SIG_SETMASK, &pane->mask, NULL);
    execute(&pane->command);
}

static void make_raw(int terminal, const struct termios *before) {
    struct termios raw = *before;
    cfmakeraw(&raw);
    tcsetattr(terminal, TCSANOW, &raw);
}

static bool open_terminals(struct pane_relay *shared, int *slave) {
    struct termios termios;
    char path[PTY_PATH];
    int packets = 1;
    shared->outer = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (shared->outer < 0 || tcgetattr(shared->outer, &termios) != 0 || !pty_open(&shared->master, slave, path)) {
        return false;
    }
    tcsetattr(*slave, TCSANOW, &termios);
    pane_relay_resize(shared);
    ioctl(shared->master, TIOCPKT, &packets);
    make_raw(shared->outer, &termios);
    return true;
}

/// The relay keeps tmux's terminal open until its keeper has ended: tmux 3.3a may lose the exit status of a process whose
/// terminal is closed a moment before.
static _Noreturn void become_relay(const struct pane *pane) {
    setpgid(0, 0);
    signal(SIGHUP, SIG_IGN); // sent when the keeper gives the terminal up; a real hang-up is noticed otherwise
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    tcsetpgrp(pane->shared->outer, getpid());
    if (getppid() == pane->shared->keeper) {
        pane_relay_run(pane->shared);
    }
    if (!pane->shared->ended) {
        _exit(EXIT_FAILED);
    }
    kill(pane->shared->keeper, SIGCHLD);
    while (true) {
        pause();
    }
}

/// Without a process to spare it tries again and again: the program goes on meanwhile, and waits with its output.
static void start_relay(struct pane *pane) {
    pane->shared->mirror.shown[0] = 0;
    while ((pane->relay = fork()) < 0) {
        nanosleep(&(struct timespec){.tv_nsec = BETWEEN_FORKS_NS}, NULL);
    }
    if (pane->relay == 0) {
        become_relay(pane);
    }
    setpgid(pane->relay, pane->relay);
    tcsetpgrp(pane->shared->outer, pane->relay);
}

/// Closes the terminals. What is still on the inner one gets SIGHUP, and tmux sees the end of the outer one.
static void hang_up(struct pane *pane) {
    int fds[] = {pane->shared->master, pane->shared->outer, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
    if (pane->relay > 0) {
        kill(pane->relay, SIGKILL);
        waitpid(pane->relay, NULL, 0);
        pane->relay = 0;
    }
    pane->shared->ended = pane->closed = true;
    record_remove(&pane->shared->record);
    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        close(fds[i]);
    }
}

static void relay_has_ended(struct pane *pane, int status) {
    pane->relay = 0;
    if (pane->shared->ended || is_hung_up(pane)) {
        pane->shared->ended = true;
        return;
    }
    bool killed = WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM);
    if (!killed && pane->shared->deaf) {
        nanosleep(&(struct timespec){.tv_nsec = BETWEEN_FORKS_NS}, NULL);
    }
    pane->shared->deaf = pane->shared->deaf || !killed; // it may have crashed in the scanner
    start_relay(pane);
}

/// As tmux does: nobody else could continue a program that leads its session.
static void continue_program(const struct pane *pane, int status) {
    if (WSTOPSIG(status) != SIGTTIN && WSTOPSIG(status) != SIGTTOU) {
        killpg(pane->program, SIGCONT);
    }
}

static void take_children(struct pane *pane) {
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG | WUNTRACED)) > 0;) {
        if (pid == pane->program && WIFSTOPPED(status)) {
            continue_program(pane, status);
        } else if (pid == pane->program) {
            pane->program = 0;
            pane->status = status;
        } else if (pid == pane->relay && WIFSTOPPED(status)) {
            kill(pid, SIGCONT);
        } else if (pid == pane->relay) {
            relay_has_ended(pane, status);
        }
    }
}

/// Signals to the process that tmux has started are meant for the program.
static void take_signal(struct pane *pane, int number) {
    switch (number) {
    case SIGCHLD:
        take_children(pane);
        return;
    case SIGWINCH:
    case SIGTTIN:
    case SIGTTOU:
    case SIGPIPE:
        return;
    case SIGHUP:
        if (!pane->closed && is_hung_up(pane)) {
            hang_up(pane);
            return;
        }
        // fall through
    default:
        if (pane->program > 0) {
            kill(pane->program, number);
        }
    }
}

/// Ends as the program has ended, for tmux to see. The end of a process that leads the session of a terminal hangs it up, and
/// discards what tmux has not read yet; so it is given up before.
static _Noreturn void end(const struct pane *pane) {
    int status = pane->status;
    ioctl(pane->shared->outer, TIOCNOTTY);
    if (WIFSIGNALED(status)) {
        const struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(WTERMSIG(status), SIG_DFL);
        signals_unblock();
        raise(WTERMSIG(status));
    }
    _exit(WEXITSTATUS(status));
}

/// Waits for a signal; 0 if the program has closed its terminal, and does not end soon after.
static int next_signal(const struct pane *pane, const sigset_t *all) {
    const struct timespec moment = {.tv_nsec = UNTIL_CLOSED_NS};
    if (pane->closed || !pane->shared->ended) {
        return sigwaitinfo(all, NULL);
    }
    int number = sigtimedwait(all, NULL, &moment);
    return number < 0 && errno == EAGAIN ? 0 : number;
}

static _Noreturn void keep(struct pane *pane, const sigset_t *all) {
    while (pane->program > 0 || !pane->shared->ended) {
        int number = next_signal(pane, all);
        if (number > 0) {
            take_signal(pane, number);
        } else if (number == 0) {
            hang_up(pane);
        }
    }
    record_remove(&pane->shared->record);
    end(pane);
}

/// False if there is no terminal, or none can be opened: the program then runs without a relay.
static bool begin(struct pane *pane, char **argv, int *slave) {
    struct pane_relay *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        return false;
    }
    pane->shared = shared;
    shared->keeper = getpid();
    record_open(&shared->record, shared->keeper);
    mirror_open(&shared->mirror, argv, environ);
    return getsid(0) == getpid() && isatty(STDIN_FILENO) && open_terminals(shared, slave);
}

int pane_main(int argc, char **argv) {
    static struct pane pane;
    sigset_t all;
    int slave;
    if (argc != 2 && (argc < 4 || strcmp(argv[2], "--") != 0)) {
        log_line("usage: porter --relay [-- COMMAND…]");
        return EXIT_USAGE;
    }
    pane.command = argc == 2 ? login_shell() : (struct command){.program = argv[3], .words = argv + 3};
    if (!begin(&pane, argv, &slave)) {
        execute(&pane.command);
    }
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, &pane.mask);
    pane.program = fork();
    if (pane.program == 0) {
        become_program(&pane, slave);
    }
    if (pane.program < 0) {
        return EXIT_AS_TMUX;
    }
    close(slave);
    pane.shared->program = pane.program;
    prctl(PR_SET_NAME, RELAY_NAME);
    start_relay(&pane);
    keep(&pane, &all);
}
