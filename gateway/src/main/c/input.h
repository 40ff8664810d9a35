// The stdin of a task's process: the bytes it has not read yet, and the gateway's credit.
#ifndef PORTER_INPUT_H
#define PORTER_INPUT_H

#include "frame.h"

enum { INPUT_CREDIT = 262144 }; // the size of the queue, and so the limit on unread bytes from the gateway

struct input {
    int fd;                 // a pipe, or a terminal, which the caller closes; -1 if closed
    bool is_terminal;
    uint32_t credit, taken; // bytes the gateway may send; bytes it can be granted
    bool eof;               // IN_EOF has come
    bool closed_by_process; // the process has closed it, and the gateway has not been told
    size_t start, length;   // in `data`
    uint8_t data[INPUT_CREDIT];
};

void input_open(struct input *input, int fd, bool is_terminal);
/// Queues the bytes of an IN frame. Returns the reason for a protocol violation, or NULL.
const char *input_take(struct input *input, const struct frame *frame);
/// No IN frame follows: a pipe is closed after the last byte.
void input_end(struct input *input);
/// Writes as much as possible without blocking.
void input_drain(struct input *input);
void input_close(struct input *input, bool by_process);

#endif
