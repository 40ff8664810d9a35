// The stdin of a task's process: what it has not taken yet, and how much the gateway may send.
#ifndef PORTER_INPUT_H
#define PORTER_INPUT_H

#include "frame.h"

enum { INPUT_CREDIT = 262144 }; // what the queue holds, and so what the gateway may have sent at any time

struct input {
    int fd;                 // a pipe, or a terminal that is not this queue's to close; -1: it takes no more
    bool is_terminal;
    uint32_t credit, taken; // what the gateway may still send; what it can be credited
    bool eof;               // IN_EOF has come
    bool closed_by_process; // which the gateway has not been told yet
    size_t start, length;   // in `data`
    uint8_t data[INPUT_CREDIT];
};

void input_open(struct input *input, int fd, bool is_terminal);
/// Takes the bytes of an IN frame; answers what is wrong with it, or NULL.
const char *input_take(struct input *input, const struct frame *frame);
/// No IN follows: a pipe is closed behind the last byte.
void input_end(struct input *input);
/// Writes what can be written now.
void input_drain(struct input *input);
void input_close(struct input *input, bool by_process);

#endif
