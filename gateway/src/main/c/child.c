#include "child.h"

#include "base.h"
#include "environment.h"
#include "listing.h"
#include "terminal.h"
#include "tmux_socket.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

enum { CLOEXEC_RANGE = 4, LAST_SIGNAL = 64, MAX_DESCRIPTOR = 65536, CHOSEN_TERM = -1, EXIT_UNABLE = 127 };

/// A report of the child before execve. `value` is an errno, or with CHOSEN_TERM an index.
struct report {
    int32_t stage;
    int32_t value;
};

/// The child's ends of the pipes or the PTY.
struct ends {
    int input, output, error, report;
};

static _Noreturn void fail(const struct ends *ends, enum failed_stage stage, int error) {
    struct report report = {.stage = (int32_t)stage, .value = error};
    _exit(write(ends->report, &report, sizeof report) > 0 ? EXIT_UNABLE : EXIT_UNABLE + 1);
}

static void choose_term(const struct child *child, const struct ends *ends, struct variables *variables) {
    const struct spawn *spawn = child->spawn;
    char **list = variables->list;
    const char *home = variables_get(list, "HOME");
    int chosen = terminfo_choose(spawn->terms, spawn->term_count, home == NULL ? "/" : home,
                                 variables_get(list, "TERMINFO"), variables_get(list, "TERMINFO_DIRS"));
    if (chosen < 0) {
        return;
    }
    struct report report = {.stage = CHOSEN_TERM, .value = chosen};
    if (write(ends->report, &report, sizeof report) < 0) {
        _exit(EXIT_UNABLE);
    }
    variables_set(variables, "TERM", spawn->terms[chosen]);
}

static void reset_signals(void) {
    // By system call, since libc refuses to change the signals that it reserves, and these may have been
    // inherited as ignored, too. All bytes zero means the default action on every architecture.
    static const uint64_t defaults[8];
    for (int number = 1; number <= LAST_SIGNAL; number++) {
        syscall(SYS_rt_sigaction, number, defaults, NULL, sizeof(uint64_t));
    }
    signals_unblock();
}

/// Marks inherited descriptors close-on-exec. All of the porter's own are already.
static void mark_descriptors(void) {
    if (syscall(SYS_close_range, 3U, ~0U, CLOEXEC_RANGE) == 0) {
        return;
    }
    long open_max = sysconf(_SC_OPEN_MAX);
    int last = open_max < 0 || open_max > MAX_DESCRIPTOR ? MAX_DESCRIPTOR : (int)open_max;
    for (int fd = 3; fd < last; fd++) {
        int flags = fcntl(fd, F_GETFD);
        if (flags >= 0) {
            fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
        }
    }
}

static void enter_directory(const struct child *child, const struct ends *ends) {
    const char *directory = child->spawn->directory;
    bool required = (child->spawn->flags & SPAWN_DIR_REQUIRED) != 0;
    if (chdir(child->account->home) != 0 && ((required && directory[0] != '/') || chdir("/") != 0)) {
        fail(ends, STAGE_DIRECTORY, errno);
    }
    if (directory[0] != 0 && chdir(directory) != 0 && required) {
        fail(ends, STAGE_DIRECTORY, errno);
    }
}

static const char *last_element(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void prepare_tmux(void) {
    tmux_socket_prepare(variables_get(environ, "TMUX_TMPDIR"));
}

/// Executes the first of these programs that exists. If it returns, errno is that program's error.
static void execute_first(char **paths) {
    for (errno = ENOENT; *paths != NULL && errno == ENOENT; paths++) {
        char *words[] = {*paths, NULL};
        execv(*paths, words);
        errno = errno == ENOTDIR ? ENOENT : errno;
    }
}

static void execute(const struct child *child) {
    const char *shell = child->account->shell;
    char name[MAX_PATH + 1];
    if (child->spawn->program == PROGRAM_ARGV) {
        execvp(child->spawn->words[0], child->spawn->words);
        return;
    }
    if (child->spawn->program == PROGRAM_FIRST) {
        execute_first(child->spawn->words);
        return;
    }
    bool login = child->spawn->program == PROGRAM_LOGIN_SHELL;
    snprintf(name, sizeof name, "%s%s", login ? "-" : "", last_element(shell));
    const char *words[] = {name, login ? NULL : "-c", login ? NULL : child->spawn->words[0], NULL};
    execv(shell, (char *const *)words);
}

static _Noreturn void become(const struct child *child, const struct ends *ends) {
    struct variables environment;
    setsid();
    reset_signals();
    umask(022);
    if (child->tty[0] != 0 && ioctl(ends->input, TIOCSCTTY, 0) != 0) {
        fail(ends, STAGE_RESOURCES, errno);
    }
    if (!set_standard_streams(ends->input, ends->output, ends->error)) {
        fail(ends, STAGE_RESOURCES, errno);
    }
    mark_descriptors();
    sockets_make_directory(child->sockets);
    sockets_take_agent_directory(child->sockets, child->account);
    int error = account_become(child->account);
    if (error != 0) {
        fail(ends, STAGE_PRIVILEGES, error);
    }
    enter_directory(child, ends);
    if (!environment_make(&environment, child->spawn, child->account, child->container_environment, child->tty,
                          child->sockets)) {
        fail(ends, STAGE_RESOURCES, ENOMEM);
    }
    choose_term(child, ends, &environment);
    environ = environment.list;
    if (child->spawn->program == PROGRAM_LISTING) {
        if (syscall(SYS_close_range, 3U, ~0U, 0U) != 0) {
            close(ends->report); // whose end says that it runs
        }
        _exit(listing_run(child->spawn->words, prepare_tmux));
    }
    prepare_tmux();
    execute(child);
    fail(ends, STAGE_EXEC, errno);
}

static void prepare_terminal(const struct child *child, int slave) {
    struct termios termios;
    gid_t tty = account_tty_group();
    // As sshd does. A failure is ignored: without the right to change the owner the terminal still works.
    (void)!fchown(slave, child->account->uid, tty == (gid_t)-1 ? child->account->gid : tty);
    (void)!fchmod(slave, tty == (gid_t)-1 ? 0600 : 0620);
    if (tcgetattr(slave, &termios) == 0) {
        modes_apply(child->spawn->modes, &termios);
        tcsetattr(slave, TCSANOW, &termios);
    }
    ioctl(slave, TIOCSWINSZ, &child->spawn->window);
}

static bool open_terminal(struct child *child, struct ends *ends) {
    int slave;
    if (!pty_open(&child->master, &slave, child->tty)) {
        return false;
    }
    prepare_terminal(child, slave);
    ends->input = ends->output = ends->error = slave;
    return true;
}

static bool open_pipes(struct child *child, struct ends *ends) {
    if (!open_pipe(&ends->input, &child->input) || !open_pipe(&child->output, &ends->output) ||
        !open_pipe(&child->error, &ends->error)) {
        return false;
    }
    int own[] = {child->input, child->output, child->error};
    for (size_t i = 0; i < sizeof own / sizeof own[0]; i++) {
        set_nonblocking(own[i]);
        // Whoever has a pipe may open it anew, as /dev/stdin or /proc/self/fd/N: the task's user, and a gateway that is
        // not root. Nobody else can find it.
        (void)!fchmod(own[i], 0666);
    }
    return true;
}

static void close_own_ends(struct child *child) {
    int *fds[] = {&child->master, &child->input, &child->output, &child->error};
    for (size_t i = 0; i < 4; i++) {
        close_keeping_errno(*fds[i]);
        *fds[i] = -1;
    }
}

static void close_its_ends(const struct ends *ends) {
    close_keeping_errno(ends->input);
    close_keeping_errno(ends->output == ends->input ? -1 : ends->output);
    close_keeping_errno(ends->error == ends->input ? -1 : ends->error);
    close_keeping_errno(ends->report);
}

static const char *program_name(const struct child *child) {
    bool named = child->spawn->program == PROGRAM_ARGV || child->spawn->program == PROGRAM_FIRST;
    return named ? child->spawn->words[0] : child->account->shell;
}

static const char *what_failed(const struct child *child, enum failed_stage stage) {
    switch (stage) {
    case STAGE_DIRECTORY:
        return child->spawn->directory[0] != 0 ? child->spawn->directory : child->account->home;
    case STAGE_PRIVILEGES:
        return "cannot become the user";
    case STAGE_EXEC:
        return program_name(child);
    default:
        return "cannot start a process";
    }
}

/// True if the child has executed its program, which closes the other end of the pipe.
static bool read_reports(struct child *child, int fd, struct failure *failure) {
    struct report report;
    ssize_t count;
    bool good = true;
    while ((count = read(fd, &report, sizeof report)) == sizeof report || (count < 0 && errno == EINTR)) {
        if (count < 0) {
            continue;
        }
        if (report.stage == CHOSEN_TERM) {
            child->term = child->spawn->terms[report.value];
        } else {
            enum failed_stage stage = (enum failed_stage)report.stage;
            good = failed(failure, stage, report.value, what_failed(child, stage));
        }
    }
    return good;
}

static bool fork_child(struct child *child, struct ends *ends, struct failure *failure) {
    int report;
    if (!open_pipe(&report, &ends->report)) {
        return failed(failure, STAGE_RESOURCES, errno, "cannot open a pipe");
    }
    child->pid = fork();
    if (child->pid == 0) {
        become(child, ends);
    }
    if (child->pid < 0) {
        close_keeping_errno(report);
        return failed(failure, STAGE_RESOURCES, errno, "cannot start a process");
    }
    close_its_ends(ends);
    bool good = read_reports(child, report, failure);
    close(report);
    ends->input = ends->output = ends->error = ends->report = -1;
    if (!good) {
        waitpid(child->pid, NULL, 0);
    }
    return good;
}

bool child_start(struct child *child, struct failure *failure) {
    struct ends ends = {.input = -1, .output = -1, .error = -1, .report = -1};
    bool pty = (child->spawn->flags & SPAWN_PTY) != 0;
    child->master = child->input = child->output = child->error = -1;
    child->tty[0] = 0;
    child->term = NULL;
    if (pty ? !open_terminal(child, &ends) : !open_pipes(child, &ends)) {
        failed(failure, STAGE_RESOURCES, errno, pty ? "cannot open a terminal" : "cannot open a pipe");
    } else if (fork_child(child, &ends, failure)) {
        return true;
    }
    close_its_ends(&ends);
    close_own_ends(child);
    return false;
}
