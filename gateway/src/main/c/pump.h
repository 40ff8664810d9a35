// Copies a stream to one or two others, at the pace of the slowest.
#ifndef PORTER_PUMP_H
#define PORTER_PUMP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

enum { PUMP_BUFFER = 65536, PUMP_SINKS = 2, PUMP_POLLS = 1 + PUMP_SINKS };

/// All descriptors are non-blocking and are closed by the caller; -1 if unused or ended.
struct pump {
    int from;
    int to[PUMP_SINKS];
    size_t length, sent[PUMP_SINKS];
    size_t total; // bytes read so far
    char data[PUMP_BUFFER];
};

void pump_open(struct pump *pump, int from, int first, int second);
/// Fills in PUMP_POLLS entries.
void pump_polls(const struct pump *pump, struct pollfd *fds);
/// Copies as much as possible without blocking. A sink that fails is not used any more.
void pump_move(struct pump *pump);
/// Whether all bytes that were read have been written.
bool pump_is_empty(const struct pump *pump);
/// Whether the source has ended and all its bytes have been written.
bool pump_is_done(const struct pump *pump);

#endif
