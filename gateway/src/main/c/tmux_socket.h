// The directory of tmux's sockets in this container, and how to reach a server whose socket was removed.
#ifndef PORTER_TMUX_SOCKET_H
#define PORTER_TMUX_SOCKET_H

#include "account.h"

#include <stdbool.h>

/// Creates the directory for the sockets of all users, with the mode of /tmp, if it is missing and this
/// process may.
void sockets_make_directory(const char *directory);

/// Creates the ssh agent's directory for the user, if this process is root. Programs of the user trust the
/// socket in it, and another user may have created it first.
void sockets_take_agent_directory(const char *directory, const struct account *account);

/// Whether this process can create sockets in the directory.
bool sockets_usable(const char *directory);

/// Called before the user's program is executed, so that a tmux that it starts finds a running server.
/// `directory` is the value of TMUX_TMPDIR, or NULL.
void tmux_socket_prepare(const char *directory);

#endif
