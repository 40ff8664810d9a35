#include "channel.h"

#include "base.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { GRANT_STEP = CARRY_WINDOW / 4, SEND_BUFFER = 2 * CARRY_WINDOW };

void channel_begin(struct channel *channel, uint32_t number, int fd, uint32_t grace) {
    int size = SEND_BUFFER; // what the kernel holds is delivered even if the carrier is killed
    setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
    set_nonblocking(fd);
    *channel = (struct channel){
        .number = number, .fd = fd, .credit = CARRY_FIRST_CREDIT, .window = CARRY_WINDOW, .grace = grace};
}

static void drop_pending(struct channel *channel) {
    free(channel->pending);
    channel->pending = NULL;
    channel->start = channel->length = 0;
}

static void close_connection(struct channel *channel) {
    drop_pending(channel);
    if (channel->fd >= 0) {
        close(channel->fd);
    }
    channel->fd = -1;
}

static void discard(struct channel *channel) {
    channel->discards = true;
    channel->delivered += (uint32_t)channel->length;
    drop_pending(channel);
}

/// Passes on the end of the gateway's bytes once they are delivered.
static void pass_end(struct channel *channel) {
    if (channel->length > 0 || channel->fd < 0) {
        return;
    }
    drop_pending(channel);
    if (channel->closing) {
        close_connection(channel);
    } else if (channel->input_ended) {
        shutdown(channel->fd, SHUT_WR);
    }
}

static size_t write_now(struct channel *channel, const uint8_t *data, size_t length) {
    ssize_t count = send(channel->fd, data, length, MSG_NOSIGNAL);
    if (count > 0) {
        channel->delivered += (uint32_t)count;
        channel->deadline = channel->closing ? now_ms() + channel->grace + 1 : 0;
        return (size_t)count;
    }
    if (count < 0 && errno != EAGAIN && errno != EINTR) {
        discard(channel);
    }
    return 0;
}

static void drain(struct channel *channel) {
    size_t count = channel->length > 0 ? write_now(channel, channel->pending + channel->start, channel->length) : 0;
    if (channel->length > 0) { // otherwise they were discarded
        channel->start += count;
        channel->length -= count;
    }
    pass_end(channel);
}

/// Keeps bytes that the connection does not take now. They fit: those that are kept, and those that the gateway may
/// still send, never exceed the window.
static void keep(struct channel *channel, const uint8_t *data, size_t length) {
    if (channel->pending == NULL) {
        channel->pending = malloc(CARRY_WINDOW);
    }
    if (channel->pending == NULL) {
        log_line("channel %u: no memory", (unsigned)channel->number);
        close_connection(channel);
        return;
    }
    if (channel->start + channel->length + length > CARRY_WINDOW) {
        memmove(channel->pending, channel->pending + channel->start, channel->length);
        channel->start = 0;
    }
    memcpy(channel->pending + channel->start + channel->length, data, length);
    channel->length += length;
}

static const char *take_data(struct channel *channel, const uint8_t *data, size_t length) {
    if (length > channel->window || channel->input_ended) {
        return channel->input_ended ? "DATA after EOF" : "DATA beyond the window";
    }
    channel->window -= (uint32_t)length;
    if (channel->fd >= 0 && !channel->discards && channel->length == 0) {
        size_t count = write_now(channel, data, length); // usually all of it, so that nothing is kept
        data += count;
        length -= count;
    }
    if (channel->fd < 0 || channel->discards) {
        channel->delivered += (uint32_t)length;
    } else if (length > 0) {
        keep(channel, data, length);
    }
    return NULL;
}

const char *channel_take(struct channel *channel, const struct carry_frame *frame) {
    if (channel->closing) {
        return "a frame after CLOSE";
    }
    switch (frame->type) {
    case CARRY_DATA:
        return take_data(channel, frame->payload, frame->length);
    case CARRY_WINDOW_ADJUST:
        if (frame->adjust > CARRY_MAX_CREDIT - channel->credit) {
            return "WINDOW_ADJUST beyond the largest window";
        }
        channel->credit += frame->adjust;
        return NULL;
    case CARRY_EOF:
        if (channel->input_ended) {
            return "a second EOF";
        }
        channel->input_ended = true;
        pass_end(channel);
        return NULL;
    default:
        channel_close(channel);
        return NULL;
    }
}

void channel_close(struct channel *channel) {
    channel->closing = true;
    channel->deadline = now_ms() + channel->grace + 1;
    pass_end(channel);
}

struct pollfd channel_poll(const struct channel *channel, bool room) {
    bool reads = room && channel->credit > 0 && !channel->output_ended && !channel->closing;
    bool writes = channel->length > 0;
    // A connection that has ended its output is watched for its end. Any other is not: poll would report the end again
    // and again while there is no credit.
    bool waits = reads || writes || channel->output_ended;
    return (struct pollfd){.fd = waits ? channel->fd : -1,
                           .events = (short)((reads ? POLLIN : 0) | (writes ? POLLOUT : 0))};
}

void channel_serve(struct channel *channel, short events) {
    if (channel->fd < 0) {
        return;
    }
    if (channel->length > 0) {
        if ((events & (POLLOUT | POLLHUP | POLLERR)) != 0) {
            drain(channel);
        } else if (channel->closing && time_left(channel->deadline) == 0) {
            close_connection(channel);
        }
    } else if (channel->output_ended && (events & (POLLHUP | POLLERR)) != 0) {
        close_connection(channel);
    }
}

size_t channel_read(struct channel *channel, uint8_t *to, size_t size) {
    size_t most = size < channel->credit ? size : channel->credit;
    if (channel->fd < 0 || most == 0 || channel->output_ended || channel->closing) {
        return 0;
    }
    ssize_t count = recv(channel->fd, to, most, MSG_DONTWAIT);
    if (count > 0) {
        channel->credit -= (uint32_t)count;
        return (size_t)count;
    }
    channel->output_ended = count == 0 || (errno != EAGAIN && errno != EINTR);
    return 0;
}

size_t channel_tell(struct channel *channel, uint8_t frame[CARRY_SHORT]) {
    if (!channel->told_open) {
        channel->told_open = true;
        return carry_short(frame, CARRY_OPEN, channel->number, 0);
    }
    if (channel->told_close) {
        return 0;
    }
    if (channel->output_ended && !channel->told_eof) {
        channel->told_eof = true;
        return carry_short(frame, CARRY_EOF, channel->number, 0);
    }
    if (channel->fd < 0) {
        channel->told_close = true;
        return carry_short(frame, CARRY_CLOSE, channel->number, 0);
    }
    if (channel->delivered >= GRANT_STEP && !channel->closing) {
        uint32_t granted = channel->delivered;
        channel->window += granted;
        channel->delivered = 0;
        return carry_short(frame, CARRY_WINDOW_ADJUST, channel->number, granted);
    }
    return 0;
}

bool channel_is_over(const struct channel *channel) {
    return channel->closing && channel->told_close;
}

void channel_end(struct channel *channel) {
    close_connection(channel);
}
