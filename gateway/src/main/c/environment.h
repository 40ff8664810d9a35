// The environment of a task's process.
#ifndef PORTER_ENVIRONMENT_H
#define PORTER_ENVIRONMENT_H

#include "account.h"
#include "request.h"

/// The process's environment, or NULL. The child builds it, and it becomes the program's: nothing is freed. It has
/// room for one variable more. `tty` is empty without a PTY; `sockets` is the directory for tmux's, or NULL.
char **environment_make(const struct spawn *spawn, const struct account *account, char *const *container,
                        const char *tty, const char *sockets);

#endif
