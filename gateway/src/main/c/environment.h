// The environment of a task's process.
#ifndef PORTER_ENVIRONMENT_H
#define PORTER_ENVIRONMENT_H

#include "account.h"
#include "request.h"
#include "variables.h"

/// Builds the environment of a process, with room for one more variable. False if memory is short. It is
/// called in the child, whose program receives it, so nothing is freed. `tty` is empty without a PTY;
/// `sockets` is tmux's directory, or NULL.
bool environment_make(struct variables *to, const struct spawn *spawn, const struct account *account,
                      char *const *container, const char *tty, const char *sockets);

#endif
