// Starts the process of a task.
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
    const char *sockets; // the directory of tmux's sockets, or NULL
    char tty[PTY_PATH]; // empty without a PTY
    // The parent's ends. With a PTY only `master` is used, for both directions; otherwise the three pipes.
    int master, input, output, error;
    pid_t pid;
    const char *term; // the TERM that was chosen, or NULL
};

/// Starts the process, and waits until it has executed its program or failed. After a failure nothing is left
/// open.
bool child_start(struct child *child, struct failure *failure);

#endif
