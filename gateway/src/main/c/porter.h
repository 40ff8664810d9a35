// What all parts share: the settings of this process, its log, its clock.
#ifndef PORTER_H
#define PORTER_H

#include "account.h"
#include "link.h"
#include "request.h"

#define PORTER_VERSION "1.0"

struct porter {
    const char *socket;  // NULL with --stdio
    const char *sockets; // the directory for sockets of the container's own, or NULL
    char token[257];
    uint32_t grace; // milliseconds
    char **container_environment;
    struct account_defaults defaults;
    int notify; // a worker writes its pid here when it takes a task; -1 with --stdio
    int life;   // ends when main does; -1 with --stdio
};

/// One line on stderr, or nothing when nobody reads there: a log must not stop a task.
__attribute__((format(printf, 1, 2))) void say(const char *format, ...);

uint64_t now_ms(void);

/// How long poll may wait for a deadline (0 = none), never forever when there is one.
int until(uint64_t deadline);

/// A descriptor for SIGCHLD, which is blocked from then on.
int child_signals(void);

/// Serves one data connection: waits for its request and does it.
void work(const struct porter *porter, struct link *link);

/// `porter --stop MS [--all]`: ends the processes of this container, and answers this program's exit status.
int stop_main(int argc, char **argv);

void task_run(const struct porter *porter, struct link *link, const struct spawn *spawn);
void dial_run(const struct porter *porter, struct link *link, const struct dial *dial);
void listen_run(const struct porter *porter, struct link *link, const struct listen *listen);

/// Moves bytes both ways between the gateway and a socket, until both are done. What the link has read already goes
/// first.
void relay_run(const struct porter *porter, struct link *link, int peer);

#endif
