// Copies one stream to one or two others, each at its own pace and none ahead of the slowest.
#ifndef PORTER_PUMP_H
#define PORTER_PUMP_H

#include <poll.h>
#include <stdbool.h>
#include <stddef.h>

enum { PUMP_BUFFER = 65536, PUMP_SINKS = 2, PUMP_POLLS = 1 + PUMP_SINKS };

/// All descriptors are non-blocking and not the pump's to close; -1 for what is not there, or no longer.
struct pump {
    int from;
    int to[PUMP_SINKS];
    size_t length, sent[PUMP_SINKS];
    size_t total; // bytes read, ever
    char data[PUMP_BUFFER];
};

void pump_open(struct pump *pump, int from, int first, int second);
/// Fills in PUMP_POLLS entries.
void pump_polls(const struct pump *pump, struct pollfd *fds);
/// Moves what can be moved now. A sink that takes no more is left out from then on.
void pump_move(struct pump *pump);
/// Nothing is waiting to be written.
bool pump_is_empty(const struct pump *pump);
/// Nothing more will come, and all that came is written.
bool pump_is_done(const struct pump *pump);

#endif
