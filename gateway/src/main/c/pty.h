// Pseudo-terminals: how one is made, and when all has been read that was written on it.
#ifndef PORTER_PTY_H
#define PORTER_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PTY_PATH = 64 };

/// Opens both ends, the master non-blocking; on failure errno, and nothing is left open.
bool pty_open(int *master, int *slave, char path[PTY_PATH]);

/// Drains a PTY after its program has exited. One empty read is not the end, because the kernel delivers
/// output late; the drain ends after a quiet period. A background job that writes now and then, or goes on
/// writing, does not hold it for ever.
struct pty_rest {
    uint64_t silent_at, patient_until;
    size_t length;
};

void pty_rest_begin(struct pty_rest *rest);
/// More has been read, perhaps nothing.
void pty_rest_add(struct pty_rest *rest, size_t length);
/// How many milliseconds to wait for more; when that is 0, and there is nothing, it is over.
int pty_rest_time_left(const struct pty_rest *rest);
/// Whether more has come than is taken from it.
bool pty_rest_is_full(const struct pty_rest *rest);

#endif
