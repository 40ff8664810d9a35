// Hanging up on a process group whose gateway has gone.
#ifndef PORTER_HANGUP_H
#define PORTER_HANGUP_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct hangup {
    pid_t leader;     // a child of this process, not reaped yet
    pid_t session;    // whose groups these are; 0 when the leader leads it too
    pid_t foreground; // the terminal's foreground group, 0 when there is none of its own
    uint64_t hang_up_at; // when SIGHUP is sent; 0 for at once
    uint64_t kill_at;    // when SIGKILL is, to what is left
    int signals;         // a descriptor for SIGCHLD
};

/// Waits for what ends by itself, since its streams are closed; then SIGHUP and SIGCONT; at last SIGKILL. Reaps the
/// leader. Returns as soon as nothing is left.
void hangup_run(const struct hangup *hangup);

/// True when the child has ended; it stays a zombie, so that its number and its group's cannot be anybody else's.
bool has_ended(pid_t child, int *status);

#endif
