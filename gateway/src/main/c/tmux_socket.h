// Where tmux has its sockets in this container, and how a server that has lost its socket is reached again.
#ifndef PORTER_TMUX_SOCKET_H
#define PORTER_TMUX_SOCKET_H

#include "account.h"

#include <stdbool.h>

/// Makes the directory for the sockets of all users, like /tmp in its mode, if it is missing and this process may.
void sockets_make_directory(const char *directory);

/// Makes the directory for the ssh agent the user's own, where this process is root: programs of the user trust what
/// answers there, and somebody else may have made it first.
void sockets_take_agent_directory(const char *directory, const struct account *account);

/// Whether this process can make sockets in there.
bool sockets_usable(const char *directory);

/// Called by a process that is about to become the user's program: makes sure that a tmux that it starts finds the
/// server that runs already. `directory` is what tmux will be told as TMUX_TMPDIR, or NULL.
void tmux_socket_prepare(const char *directory);

#endif
