// A connection to the gateway: bounded buffers around non-blocking descriptors.
#ifndef PORTER_LINK_H
#define PORTER_LINK_H

#include "frame.h"

enum {
    LINK_BUFFER = 2 * (MAX_FRAME + FRAME_HEADER),
    // Kept free in the outgoing buffer, so that data never leaves a status without room.
    LINK_RESERVE = 1024,
};

struct link {
    int in, out; // one socket, or stdin and stdout
    bool greeted; // the gateway's version byte has come
    bool ended;   // nothing more will come, or nothing more can be sent
    uint8_t *data; // incoming; points to `small` or, for a large request, to memory of its own
    size_t start, length, capacity;
    size_t out_start, out_length;
    uint8_t small[LINK_BUFFER];
    uint8_t outgoing[LINK_BUFFER];
};

/// What one hello says; NULL for what it does not.
struct hello {
    enum hello_kind kind;
    const char *token;
    const char *listener;
    const char *peer;
    uint32_t peer_port;
};

/// Connects to the gateway's socket and says hello; false when it cannot, and then it has told the log why.
bool link_dial(struct link *link, const char *path, const struct hello *hello);
/// Takes the descriptors over, and sends the version byte and the hello.
void link_open(struct link *link, int in, int out, const struct hello *hello);

/// Reads the gateway's version byte, once something is there: 1, 0 when there is nothing yet, -1 for a violation.
int link_greeting(struct link *link, const char **reason);
/// Reads what is there; may set `ended`.
void link_receive(struct link *link);
/// The next whole frame: 1, 0 when there is none yet, -1 for a violation. A frame is valid until the next call of
/// link_receive or link_next.
int link_next(struct link *link, struct frame *frame, const char **reason);

/// Where the next outgoing byte goes, and how many fit there.
uint8_t *link_tail(struct link *link, size_t *room);
/// Completes a frame and queues it. False when there is no room for it now.
bool link_queue(struct link *link, struct writer *frame);
void link_queued(struct link *link, size_t length);
/// Writes what can be written now; may set `ended`.
void link_flush(struct link *link);
/// Writes everything out, waiting up to so many milliseconds for the gateway.
void link_finish(struct link *link, int timeout);

/// Queues FAILED.
void link_failed(struct link *link, int error, unsigned stage, const char *what);

#endif
