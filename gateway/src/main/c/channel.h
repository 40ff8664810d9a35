// A channel of the carrier: one connection of the porter, whose bytes travel in frames between the carrier and the gateway.
#ifndef PORTER_CHANNEL_H
#define PORTER_CHANNEL_H

#include "carry_frame.h"

#include <poll.h>
#include <stdbool.h>

struct channel {
    uint32_t number;
    int fd;             // the carrier's end of the connection; -1 when it is closed
    uint32_t credit;    // bytes that the gateway still takes
    uint32_t window;    // bytes that the gateway may still send
    uint32_t delivered; // bytes that it can be granted again
    uint32_t grace;     // milliseconds without progress after which a closing connection is given up
    uint64_t deadline;  // of a closing connection with bytes to deliver
    bool told_open, told_eof, told_close;
    bool output_ended; // the porter has ended its side of the connection
    bool input_ended;  // the gateway has sent EOF
    bool closing;      // the gateway has sent CLOSE, or is gone
    bool discards;     // the porter takes no more bytes
    size_t start, length;
    uint8_t *pending; // bytes from the gateway that the connection has not taken yet; CARRY_WINDOW bytes, or NULL
};

void channel_begin(struct channel *channel, uint32_t number, int fd, uint32_t grace);
/// Handles a frame of the gateway. Returns the reason for a protocol violation, or NULL.
const char *channel_take(struct channel *channel, const struct carry_frame *frame);
/// The gateway closes the channel or is gone: what it had sent is delivered, then the connection is closed.
void channel_close(struct channel *channel);

/// What to wait for; the descriptor is -1 if that is nothing.
struct pollfd channel_poll(const struct channel *channel, bool room);
/// Handles what poll has found, apart from bytes to read.
void channel_serve(struct channel *channel, short events);
/// Reads bytes for the gateway, within its credit. Returns how many there are.
size_t channel_read(struct channel *channel, uint8_t *to, size_t size);

/// A frame without data that has to be sent now; returns its size, 0 if there is none.
size_t channel_tell(struct channel *channel, uint8_t frame[CARRY_SHORT]);
/// Whether both sides have closed the channel.
bool channel_is_over(const struct channel *channel);
/// Closes the connection and frees what the channel has.
void channel_end(struct channel *channel);

#endif
