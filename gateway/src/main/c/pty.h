// Pseudo-terminals: opens them, and determines when all output has been read.
#ifndef PORTER_PTY_H
#define PORTER_PTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PTY_PATH = 64 };

/// Opens both ends, the master non-blocking. On failure sets errno and leaves nothing open.
bool pty_open(int *master, int *slave, char path[PTY_PATH]);

/// The rest of a PTY's output after its program has exited. One empty read is not the end, because the kernel
/// delivers output late. The rest ends after a quiet period, and after a limit on time and size, so that a
/// background job that keeps writing does not delay the end.
struct pty_rest {
    uint64_t silent_at, patient_until;
    size_t length;
};

void pty_rest_begin(struct pty_rest *rest);
/// Bytes have been read, possibly none.
void pty_rest_add(struct pty_rest *rest, size_t length);
/// Milliseconds to wait for more output. At 0, if there is none to read, the rest has ended.
int pty_rest_time_left(const struct pty_rest *rest);
/// Where another process reads: looks whether there is something that it has not read. Returns the milliseconds until
/// the next look; at 0 the rest has ended.
int pty_rest_look(struct pty_rest *rest, int master);
/// Whether the limit on the size is reached.
bool pty_rest_is_full(const struct pty_rest *rest);

#endif
