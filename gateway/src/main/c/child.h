// The process of a task: how it is made.
#ifndef PORTER_CHILD_H
#define PORTER_CHILD_H

#include "account.h"
#include "pty.h"
#include "request.h"

#include <sys/types.h>

struct child {
    const struct spawn *spawn;
    const struct account *account;
    char **container_environment;
    const char *sockets; // the directory for tmux's sockets, or NULL
    char tty[PTY_PATH]; // empty without a PTY
    // This side's ends. With a PTY only `master`, which is both; else the three pipes.
    int master, input, output, error;
    pid_t pid;
    const char *term; // the TERM chosen, or NULL
};

/// Starts the process and waits until it has been executed or has failed. On failure nothing is left behind.
bool child_start(struct child *child, struct failure *failure);

#endif
