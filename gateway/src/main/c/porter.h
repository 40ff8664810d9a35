// The settings of this process, and the entry points of its parts.
#ifndef PORTER_H
#define PORTER_H

#include "account.h"
#include "link.h"
#include "request.h"

struct porter {
    struct gateway gateway; // how it is reached
    const char *sockets; // the directory for the container's sockets, or NULL
    char token[257];
    uint32_t idle;  // the number of idle workers
    uint32_t grace; // milliseconds
    char **container_environment;
    struct account_defaults defaults;
    int notify; // a worker writes its pid here when it receives a task
    int life;   // a pipe that is closed when the supervisor ends
};

/// The porter's exit statuses in all modes.
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_REFUSED = 3, EXIT_VIOLATION = 4 };

enum { MAX_IDLE = 256 };

/// `porter --socket PATH`: keeps the control connection and idle workers until the gateway closes the
/// connection.
int supervisor_main(struct porter *porter);

/// `porter --carry`: carries the connections of a porter, whose supervisor is a child of this process, over one stream
/// (docs/porter-protocol.md, section 12). `connections` is where the porter's processes pass them.
int carrier_main(const struct porter *porter, int in, int out, int connections, pid_t supervisor);

/// Serves one data connection: reads its request and carries it out.
void worker_run(const struct porter *porter, struct link *link);

/// Whether the connection takes another request afterwards.
bool task_run(const struct porter *porter, struct link *link, const struct spawn *spawn);
void dial_run(const struct porter *porter, struct link *link, const struct dial *dial);
void listen_run(const struct porter *porter, struct link *link, const struct listen *listen);

/// Copies bytes in both directions between the gateway and a socket until both are closed. Data that the link
/// has already read is sent first.
void relay_run(const struct porter *porter, struct link *link, int peer);

/// `porter --session SESSION [--terminal] [--here] -- COMMAND`: runs COMMAND in a new window of the session,
/// and ends with its status or signal (docs/porter-protocol.md, section 8).
int caller_main(int argc, char **argv);
/// `porter --window NAME`: the program that runs in that window.
int window_main(int argc, char **argv);

/// `porter --relay [-- COMMAND…]`: runs COMMAND, or a login shell, on a terminal of its own, between which and this one it
/// copies the bytes
/// (docs/porter-protocol.md, section 11).
int pane_main(int argc, char **argv);

/// `porter --stop MS [--all]`: ends the processes of this container, and returns the exit status.
int stop_main(int argc, char **argv);

#endif
