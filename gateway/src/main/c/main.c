// The porter starts processes, connects and listens on sockets, and relays bytes in a container for the
// gateway. This file parses the command line and starts the right part; docs/porter-protocol.md describes the
// whole.
#include "base.h"
#include "porter.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define TOKEN_NAME "SHED_PORTER_TOKEN"

enum { DEFAULT_IDLE = 4, DEFAULT_GRACE = 5000 };

static struct porter porter = {
    .gateway = {.carrier = -1}, .idle = DEFAULT_IDLE, .grace = DEFAULT_GRACE, .notify = -1, .life = -1};

/// Moves stdin and stdout to higher numbers, so that 0, 1 and 2 are free for the tasks.
static bool take_stdio(int *in, int *out) {
    *in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
    *out = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3);
    if (*in < 0 || *out < 0 || close(STDIN_FILENO) != 0 || close(STDOUT_FILENO) != 0 ||
        open("/dev/null", O_RDWR) != STDIN_FILENO || open("/dev/null", O_RDWR) != STDOUT_FILENO) {
        log_line("cannot take stdin and stdout over: %s", strerror(errno));
        return false;
    }
    return true;
}

static int run_carry(void) {
    int in, out, ends[2];
    if (!take_stdio(&in, &out)) {
        return EXIT_FAILED;
    }
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        log_line("cannot carry: %s", strerror(errno));
        return EXIT_FAILED;
    }
    pid_t supervisor = fork();
    if (supervisor < 0) {
        log_line("cannot start the porter: %s", strerror(errno));
        return EXIT_FAILED;
    }
    if (supervisor == 0) {
        close(in);
        close(out);
        close(ends[0]);
        porter.gateway.carrier = ends[1];
        _exit(supervisor_main(&porter));
    }
    close(ends[1]);
    return carrier_main(&porter, in, out, ends[0], supervisor);
}

/// Moves the token out of the environment, where /proc/PID/environ and every task would show it.
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
    log_line("usage: porter --socket PATH [--idle N] [OPTIONS] | --carry [--idle N] [OPTIONS] | --version"
             " | --session SESSION [--terminal] [--here] -- COMMAND | --window NAME | --relay -- COMMAND… | --stop MS [--all];"
             " OPTIONS: [--grace MS] [--mark TEXT] [--sockets DIRECTORY] [--home PATH] [--groups NAME,…] [--as-is]");
    return EXIT_USAGE;
}

/// Parses an option with a value; false if it is unknown.
static bool take_option(const char *name, const char *value) {
    if (strcmp(name, "--mark") == 0) {
        return true; // identifies the gateway's porters; the porter itself ignores it
    }
    if (strcmp(name, "--socket") == 0) {
        porter.gateway.socket = value;
    } else if (strcmp(name, "--sockets") == 0) {
        porter.sockets = value;
        return *value == '/';
    } else if (strcmp(name, "--home") == 0) {
        porter.defaults.home = value;
    } else if (strcmp(name, "--groups") == 0) {
        porter.defaults.groups = value;
    } else if (strcmp(name, "--idle") == 0) {
        return number_option(value, MAX_IDLE, &porter.idle);
    } else if (strcmp(name, "--grace") == 0) {
        return number_option(value, MAX_GRACE, &porter.grace);
    } else {
        return false;
    }
    return true;
}

static bool take_options(int argc, char **argv, bool *carry) {
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--carry") == 0) {
            *carry = true;
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

/// Takes the defaults for a uid without an entry from the environment. If the porter was started as root,
/// HOME is root's and is not used.
static void take_defaults(void) {
    porter.container_environment = environ;
    porter.defaults.shell = getenv("SHELL");
    if (porter.defaults.as_is && porter.defaults.home == NULL) {
        porter.defaults.home = getenv("HOME");
    }
}

int main(int argc, char **argv) {
    bool carry = false;
    if (argc > 1 && strcmp(argv[1], "--session") == 0) {
        return caller_main(argc, argv);
    }
    if (argc > 1 && strcmp(argv[1], "--window") == 0) {
        return window_main(argc - 1, argv + 1);
    }
    if (argc > 1 && strcmp(argv[1], "--relay") == 0) {
        return pane_main(argc, argv);
    }
    if (argc > 1 && strcmp(argv[1], "--stop") == 0) {
        return stop_main(argc - 1, argv + 1);
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        return printf("porter %s protocol %d\n", PORTER_VERSION, PROTOCOL_VERSION) > 0 ? EXIT_DONE : EXIT_FAILED;
    }
    if (!take_options(argc, argv, &carry) || carry == (porter.gateway.socket != NULL)) {
        return usage();
    }
    // Descriptors 0, 1 and 2 must be open, or a task's pipes would get these numbers.
    for (int fd = 0; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd) {
            return EXIT_FAILED;
        }
    }
    if (!take_token()) {
        log_line("the token is too long");
        return EXIT_USAGE;
    }
    take_defaults();
    signal(SIGPIPE, SIG_IGN);
    prctl(PR_SET_DUMPABLE, 0); // no core file with the token, and users cannot trace a worker that has their ids
    return carry ? run_carry() : supervisor_main(&porter);
}
