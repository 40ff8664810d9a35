// The environment of a task's process.
#ifndef PORTER_ENVIRONMENT_H
#define PORTER_ENVIRONMENT_H

#include "account.h"
#include "request.h"
#include "variables.h"

/// The process's environment, with room for one variable more; false for want of memory. The child builds it, and it
/// becomes the program's: nothing is freed. `tty` is empty without a PTY; `sockets` is tmux's directory, or NULL.
bool environment_make(struct variables *to, const struct spawn *spawn, const struct account *account,
                      char *const *container, const char *tty, const char *sockets);

#endif
