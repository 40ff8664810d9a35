#include "pump.h"

#include <errno.h>
#include <unistd.h>

void pump_open(struct pump *pump, int from, int first, int second) {
    pump->from = from;
    pump->to[0] = first;
    pump->to[1] = second;
    pump->length = pump->total = 0;
    pump->sent[0] = pump->sent[1] = 0;
}

static bool is_behind(const struct pump *pump, int sink) {
    return pump->to[sink] >= 0 && pump->sent[sink] < pump->length;
}

bool pump_is_empty(const struct pump *pump) {
    return !is_behind(pump, 0) && !is_behind(pump, 1);
}

bool pump_is_done(const struct pump *pump) {
    return pump->from < 0 && pump_is_empty(pump);
}

void pump_polls(const struct pump *pump, struct pollfd *fds) {
    // Reads again only when all sinks have written the buffer, so the slowest sink sets the pace.
    fds[0] = (struct pollfd){.fd = pump_is_empty(pump) ? pump->from : -1, .events = POLLIN};
    for (int sink = 0; sink < PUMP_SINKS; sink++) {
        fds[1 + sink] = (struct pollfd){.fd = is_behind(pump, sink) ? pump->to[sink] : -1, .events = POLLOUT};
    }
}

static void fill(struct pump *pump) {
    ssize_t count = read(pump->from, pump->data, sizeof pump->data);
    if (count > 0) {
        pump->length = (size_t)count;
        pump->total += (size_t)count;
        pump->sent[0] = pump->sent[1] = 0;
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
        pump->from = -1; // EIO: no process has the terminal open any more
    }
}

static void drain(struct pump *pump, int sink) {
    ssize_t count = write(pump->to[sink], pump->data + pump->sent[sink], pump->length - pump->sent[sink]);
    if (count >= 0) {
        pump->sent[sink] += (size_t)count;
    } else if (errno != EAGAIN && errno != EINTR) {
        pump->to[sink] = -1;
    }
}

void pump_move(struct pump *pump) {
    if (pump->from >= 0 && pump_is_empty(pump)) {
        fill(pump);
    }
    for (int sink = 0; sink < PUMP_SINKS; sink++) {
        if (is_behind(pump, sink)) {
            drain(pump, sink);
        }
    }
}
