// Hangs up a process group after the gateway has disconnected.
#ifndef PORTER_HANGUP_H
#define PORTER_HANGUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct hangup {
    pid_t leader;     // a child of this process, not reaped yet
    pid_t session;    // the session of both groups; 0 if the leader is its leader
    pid_t foreground; // the terminal's foreground group; 0 if it is the leader's
    uint64_t hang_up_at; // when SIGHUP is sent; 0 means at once
    uint64_t kill_at;    // when SIGKILL is sent to the rest
    int signals;         // a descriptor for SIGCHLD
};

/// Waits for processes that end because their streams are closed; then sends SIGHUP and SIGCONT, and finally
/// SIGKILL. Reaps `leader`, the child that was started. Returns as soon as no process is left.
void hangup_run(const struct hangup *hangup);

/// True if the child has ended. It is not reaped, so that its pid and process group cannot be reused.
bool has_ended(pid_t child, int *status);

#endif
