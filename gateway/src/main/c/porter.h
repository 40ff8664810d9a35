// The settings of this process, and the entries to its parts.
#ifndef PORTER_H
#define PORTER_H

#include "account.h"
#include "link.h"
#include "request.h"

struct porter {
    const char *socket;  // NULL with --stdio
    const char *sockets; // the directory for sockets of the container's own, or NULL
    char token[257];
    uint32_t idle;  // how many workers wait for a request
    uint32_t grace; // milliseconds
    char **container_environment;
    struct account_defaults defaults;
    int notify; // a worker writes its pid here when it takes a task; -1 with --stdio
    int life;   // ends when the supervisor does; -1 with --stdio
};

/// The porter's exit statuses, of whichever way it was started.
enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_REFUSED = 3, EXIT_VIOLATION = 4 };

enum { MAX_IDLE = 256 };

/// `porter --socket PATH`: keeps the control connection and the idle workers, until the gateway closes the connection.
int supervisor_main(struct porter *porter);

/// Serves one data connection: waits for its request and does it.
void worker_run(const struct porter *porter, struct link *link);

void task_run(const struct porter *porter, struct link *link, const struct spawn *spawn);
void dial_run(const struct porter *porter, struct link *link, const struct dial *dial);
void listen_run(const struct porter *porter, struct link *link, const struct listen *listen);

/// Moves bytes both ways between the gateway and a socket, until both are done. What the link has read already goes
/// first.
void relay_run(const struct porter *porter, struct link *link, int peer);

/// `porter --session SESSION [--terminal] [--here] -- COMMAND`: runs COMMAND in a new window of the session, and ends as
/// it ends (docs/porter-protocol.md, section 8).
int caller_main(int argc, char **argv);
/// `porter --window NAME`: the program of that window.
int window_main(int argc, char **argv);

/// `porter --stop MS [--all]`: ends the processes of this container, and answers this program's exit status.
int stop_main(int argc, char **argv);

#endif
