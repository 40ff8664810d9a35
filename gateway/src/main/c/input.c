#include "input.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void input_open(struct input *input, int fd, bool is_terminal) {
    input->fd = fd;
    input->is_terminal = is_terminal;
    input->credit = INPUT_CREDIT;
    input->taken = 0;
    input->eof = input->closed_by_process = false;
    input->start = input->length = 0;
}

void input_close(struct input *input, bool by_process) {
    if (input->fd < 0) {
        return;
    }
    if (!input->is_terminal) {
        close(input->fd);
    }
    input->fd = -1;
    input->taken += (uint32_t)input->length;
    input->length = 0;
    input->closed_by_process = by_process;
}

static size_t write_now(struct input *input, const uint8_t *data, size_t length) {
    ssize_t count = write(input->fd, data, length);
    if (count >= 0) {
        input->taken += (uint32_t)count;
        return (size_t)count;
    }
    if (errno != EAGAIN && errno != EINTR) {
        input_close(input, true);
    }
    return 0;
}

void input_drain(struct input *input) {
    if (input->length > 0) {
        size_t count = write_now(input, input->data + input->start, input->length);
        if (input->length > 0) { // otherwise the input was closed
            input->start += count;
            input->length -= count;
        }
    }
    if (input->length == 0) {
        input->start = 0;
        if (input->eof && !input->is_terminal) {
            input_close(input, false);
        }
    }
}

void input_end(struct input *input) {
    input->eof = true;
    input_drain(input);
}

static void keep(struct input *input, const uint8_t *data, size_t length) {
    if (input->start + input->length + length > sizeof input->data) {
        memmove(input->data, input->data + input->start, input->length);
        input->start = 0;
    }
    // It fits: the queued bytes and the unused credit together never exceed the buffer.
    memcpy(input->data + input->start + input->length, data, length);
    input->length += length;
}

const char *input_take(struct input *input, const struct frame *frame) {
    const uint8_t *data = frame->payload;
    size_t length = frame->length;
    if (input->eof || length == 0 || length > input->credit) {
        return input->eof ? "IN after IN_EOF" : length == 0 ? "IN without bytes" : "IN beyond the credit";
    }
    input->credit -= (uint32_t)length;
    if (input->length == 0 && input->fd >= 0) {
        size_t count = write_now(input, data, length); // usually all of it, so that nothing is copied
        data += count;
        length -= count;
    }
    if (input->fd < 0) {
        input->taken += (uint32_t)length;
    } else {
        keep(input, data, length);
    }
    return NULL;
}
